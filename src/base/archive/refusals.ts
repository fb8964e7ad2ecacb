import { AllclearError } from '../errors.ts'
import type { Input } from './types.ts'

/** The errors of this folder; `where` is `ARCHIVE` or `ARCHIVE: ENTRY`. */
export function unreadable(where: string, what: string, cause?: unknown): AllclearError {
  return new AllclearError('archive.unreadable', {
    message: `${where} cannot be unpacked: ${what}.`,
    next: 'Fetch or pack it again; it may be cut off.',
    where,
    cause,
  })
}

export function bomb(where: string, what: string, variable: string): AllclearError {
  return new AllclearError('archive.bomb', {
    message: `${where} ${what}.`,
    next: `If it is what you expect, raise ${variable}.`,
    where,
  })
}

export function unsafePath(where: string, what: string): AllclearError {
  return new AllclearError('archive.unsafe-path', {
    message: `${where} ${what}.`,
    next: 'Pack regular files under relative names only.',
    where,
  })
}

export function tooLarge(where: string, sizeBytes: number, maxBytes: number): AllclearError {
  return new AllclearError('input.too-large', {
    message: `${where} has ${sizeBytes} bytes; the limit is ${maxBytes}.`,
    next: 'Split it, or raise ALLCLEAR_LIMIT_ARCHIVE_ENTRY_BYTES.',
    where,
  })
}

/** A broken archive or entry is an input that cannot be read: an import lists it as refused and goes on. */
export function refusedInput(source: string, error: unknown): Input {
  return {
    source,
    sizeBytes: null,
    read: () => Promise.reject(error),
  }
}
