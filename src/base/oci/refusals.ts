import { AllclearError } from '../errors.ts'

/** The errors of this folder; `where` names image and place. */
export function unreadableImage(where: string, what: string, cause?: unknown): AllclearError {
  return new AllclearError('image.unreadable', {
    message: `${where} cannot be read as an image: ${what}.`,
    next: 'Save or pull it again; `docker save`, `podman save`, `skopeo copy` and `umoci` write what is read here.',
    where,
    cause,
  })
}

export function overLimit(where: string, what: string, variable: string): AllclearError {
  return new AllclearError('archive.bomb', {
    message: `${where} ${what}.`,
    next: `If it is what you expect, raise ${variable}.`,
    where,
  })
}
