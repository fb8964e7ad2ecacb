import type { VersionScheme } from '../types.ts'

export const lexicographic: VersionScheme<Buffer> = {
  id: 'lexicographic',
  title: 'Byte order of the text (UTF-8)',
  links: ['https://github.com/package-url/vers-spec'],
  ecosystems: [],
  purlTypes: [],
  parse: (text) => (text === '' ? null : Buffer.from(text)),
  order: (a, b) => Buffer.compare(a, b),
}
