/**
 * What a page sends with each write, so that the server knows it for one of its own (`GET /api/v1/me`). Asked for once,
 * and again after signing in or when it is refused. Null where nobody signs in.
 */
let known: Promise<string | null> | null = null

export function proofOfPage(): Promise<string | null> {
  known ??= fetch('/api/v1/me', { credentials: 'same-origin' })
    .then(async (response) =>
      response.ok ? ((await response.json()) as { csrf: string | null }).csrf : null,
    )
    .catch(() => null)
  return known
}

export function forgetProof(): void {
  known = null
}
