/** `sha256:…` of `name@sha256:…`, or null. */
export function digestOfReference(reference: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] ?? null
}
