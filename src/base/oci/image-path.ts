import { imageSchemes, type ImagePath } from './types.ts'

/** `docker-archive:FILE`, `oci-archive:FILE`, `oci-dir:FOLDER` or `dir:FOLDER`; null for anything else. */
export function parseImagePath(text: string): ImagePath | null {
  const colon = text.indexOf(':')
  const scheme = imageSchemes.find((known) => known === text.slice(0, colon))
  return scheme === undefined || colon + 1 === text.length ? null : { scheme, path: text.slice(colon + 1) }
}
