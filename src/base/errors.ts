/**
 * The one catalogue of errors: a stable code, an HTTP status, a process exit code and what to do next.
 * Reference documentation and the API's error schema are generated from it.
 */
const catalogue = {
  usage: { status: 400, exit: 2, title: 'The request cannot be understood' },
  'input.too-large': { status: 413, exit: 2, title: 'The input is larger than the limit' },
  'input.not-json': { status: 422, exit: 2, title: 'The input is not valid JSON' },
  'input.not-utf8': { status: 422, exit: 2, title: 'The input is not valid UTF-8' },
  'input.too-deep': { status: 422, exit: 2, title: 'The input is nested too deeply' },
  'input.duplicate-key': { status: 422, exit: 2, title: 'An object names the same key twice' },
  'input.not-xml': { status: 422, exit: 2, title: 'The input is not well-formed XML' },
  'input.not-yaml': { status: 422, exit: 2, title: 'The input is not valid YAML' },
  'input.reader-ended': { status: 422, exit: 2, title: 'The reader did not survive the input' },
  'archive.unreadable': { status: 422, exit: 2, title: 'The archive cannot be read' },
  'archive.bomb': { status: 422, exit: 2, title: 'The archive unpacks to more than the limit' },
  'archive.unsafe-path': { status: 422, exit: 2, title: 'The archive names a path outside itself' },
  'image.unreadable': { status: 422, exit: 2, title: 'The image cannot be read' },
  'image.wrong-digest': { status: 422, exit: 2, title: 'The image is not what its digest promises' },
  'registry.unreachable': { status: 502, exit: 4, title: 'The registry cannot be reached' },
  'registry.refused': { status: 502, exit: 4, title: 'The registry does not give the image' },
  'outbound.refused': { status: 403, exit: 4, title: 'The address may not be called from here' },
  'sbom.not-understood': { status: 422, exit: 2, title: 'Nothing in the document was understood as an SBOM' },
  'advisory.invalid': { status: 422, exit: 2, title: 'The advisory record is not valid' },
  'manifest.invalid': { status: 422, exit: 2, title: 'The manifest is not valid' },
  'vex.invalid': { status: 422, exit: 2, title: 'The VEX document is not valid' },
  'checklist.invalid': { status: 422, exit: 2, title: 'The checklist is not valid' },
  'cacao.invalid': { status: 422, exit: 2, title: 'The playbook is not valid' },
  'feed.invalid': { status: 422, exit: 2, title: 'The feed file is not valid' },
  'feed.unreachable': { status: 502, exit: 4, title: 'The feed cannot be reached' },
  'kube.config': { status: 422, exit: 2, title: 'The kubeconfig cannot be used' },
  'kube.unreachable': { status: 502, exit: 4, title: 'The cluster cannot be reached' },
  'agent.refused': { status: 403, exit: 4, title: 'The agent is not who it says, or too old or new' },
  'purl.invalid': { status: 422, exit: 2, title: 'The package URL is not valid' },
  'version.unknown-scheme': { status: 400, exit: 2, title: 'No such version scheme' },
  'range.invalid': { status: 422, exit: 2, title: 'The version range is not valid' },
  'query.invalid': { status: 400, exit: 2, title: 'The question cannot be understood' },
  'not-found': { status: 404, exit: 2, title: 'There is no such object' },
  ambiguous: { status: 409, exit: 2, title: 'The name fits several objects' },
  conflict: { status: 409, exit: 2, title: 'The object has changed meanwhile' },
  'example.read-only': { status: 409, exit: 2, title: 'The example fleet takes no imports' },
  'incident.over': { status: 409, exit: 2, title: 'The incident is closed' },
  'incident.held': { status: 409, exit: 1, title: 'Something holds: it is not confirmed' },
  'incident.role-needed': { status: 403, exit: 2, title: 'Somebody else decides this' },
  'timeline.not-whole': { status: 422, exit: 1, title: 'The timeline is not whole' },
  'auth.required': { status: 401, exit: 4, title: 'Sign-in is needed' },
  'auth.refused': { status: 403, exit: 4, title: 'Who asks may not do this' },
  'auth.unreachable': { status: 502, exit: 4, title: 'The sign-in provider cannot be reached' },
  'auth.too-many': { status: 429, exit: 4, title: 'Too many attempts; wait' },
  'server.unreachable': { status: 503, exit: 4, title: 'The server cannot be reached' },
  'server.port-taken': { status: 503, exit: 4, title: 'The port is in use' },
  'server.busy': { status: 503, exit: 4, title: 'Too much work is waiting already' },
  'server.token-needed': { status: 503, exit: 2, title: 'An administrator is needed first' },
  'embargo.terms': { status: 403, exit: 4, title: 'The terms have to be accepted first' },
  'embargo.illegal': { status: 409, exit: 2, title: 'The embargo does not go that way' },
  'key.missing': { status: 503, exit: 4, title: 'What is encrypted cannot be opened without its key' },
  'data.locked': { status: 503, exit: 4, title: 'Another process owns the data directory' },
  'data.newer': { status: 503, exit: 2, title: 'The data was written by a newer version' },
  'data.older': { status: 503, exit: 2, title: 'The data was written by an older version' },
  'data.full': { status: 507, exit: 5, title: 'There is no room left for the data' },
  'data.unusable': { status: 503, exit: 5, title: 'The data directory cannot be used' },
  'data.damaged': { status: 500, exit: 5, title: 'The data directory is damaged' },
  internal: { status: 500, exit: 5, title: 'Allclear has a defect here' },
} as const satisfies Record<string, { status: number; exit: number; title: string }>

export type ErrorCode = keyof typeof catalogue

export interface ErrorDetails {
  /** What happened, to what; a full sentence. */
  message: string
  /** What the reader can do about it; a full sentence. */
  next: string
  /** Place in the input: `file.json: /packages/12/versionInfo`, `line 3, column 9`. */
  where?: string
  /** When it may work again; becomes `Retry-After`. */
  retryAfterMs?: number
  cause?: unknown
}

/** An error that a person can act on. Anything else that is thrown is a defect and is reported as `internal`. */
export class AllclearError extends Error {
  readonly code: ErrorCode
  readonly next: string
  readonly where: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, { message, next, where, retryAfterMs, cause }: ErrorDetails) {
    super(message, { cause })
    this.name = 'AllclearError'
    this.code = code
    this.next = next
    this.where = where
    this.retryAfterMs = retryAfterMs
  }

  get status(): number {
    return catalogue[this.code].status
  }

  /** Process exit code, see `docs/reference/exit-codes.md`. */
  get exit(): number {
    return catalogue[this.code].exit
  }
}

/** The catalogue as rows, for the reference page. */
export function listErrors() {
  return (Object.keys(catalogue) as ErrorCode[]).map((code) => ({ code, ...catalogue[code] }))
}
