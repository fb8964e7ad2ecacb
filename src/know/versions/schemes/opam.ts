import type { VersionScheme } from '../types.ts'
import { compareDebParts } from './deb.ts'

/** opam orders as Debian does, without epoch and revision: the whole text is one part. */
export const opam: VersionScheme<string> = {
  id: 'opam',
  title: 'opam (OCaml)',
  links: ['https://opam.ocaml.org/doc/Manual.html#Version-ordering'],
  ecosystems: ['opam'],
  purlTypes: ['opam'],
  parse(text) {
    const version = text.trim()
    return /^[A-Za-z0-9_.+~-]+$/.test(version) ? version : null
  },
  order: compareDebParts,
}
