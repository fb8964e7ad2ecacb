import type { Clock } from '../base/clock.ts'
import type { ImagePath } from '../base/oci/index.ts'
import type { Progress } from '../know/answers.ts'
import type { Input, Knowledge } from '../know/knowledge.ts'
import type { Response } from '../respond/index.ts'
import type { ChecklistLibrary } from '../prepare/checklists/index.ts'
import type { Role } from '../core/people.ts'
import type { OidcConfig } from '../base/oidc.config.ts'
import type { People } from './sign-in/people.ts'

/** Who asks. */
export interface Principal {
  /** Who acts: the name of the account or, of a token without one, its own; `local` for somebody on this machine. */
  name: string
  /** How that person is called. */
  display: string
  role: Role
  /** `local`: the process itself, or a browser on loopback where nobody signs in. */
  via: 'local' | 'session' | 'token' | 'nobody'
  /** Id of the session or token. */
  through: string | null
  /** The account that acts; absent for `local` and for tokens that act for themselves. */
  account?: string
  /** Of a session: what its pages send with each write. */
  csrf?: string
  /** Of a session: the secret that its cookie is to have from now on. */
  renewed?: string
}

/** What a route says of a write, more exactly than its address does. */
export interface Audited {
  /** `user.add` */
  action: string
  subject: string | null
}

/**
 * Values that a caller in the same process hands over beside the request, so that nothing is packed only to be
 * unpacked again: 1,059 documents are 254 MB. A request over a socket never carries them.
 */
export interface Local {
  /** Instead of a body. */
  inputs?: AsyncIterable<Input>
  /** Instead of a body that is an image archive: where the image lies on this machine. */
  image?: ImagePath
  /** Names that were left out of `inputs`; complete when they have been read. */
  skipped?: readonly string[]
  onProgress?(progress: Progress): void
  /** Each document's result as the object that it is, instead of a line of the answer. */
  onResult?(result: unknown): void | Promise<void>
}

/** Long work for a caller in the same process. */
export type LocalWork = (local: Local, signal: AbortSignal) => Promise<object>

/** A question of a caller in the same process; null when it has to go through the schema of its route. */
export type LocalRead = (query: Readonly<Record<string, unknown>>) => Promise<object> | null

/** Why a document of several was refused; stands where its result would. */
export interface Refusal {
  source: string
  error: { code: string; message: string; next: string; where?: string }
}

export interface ApiBindings {
  principal: Principal
  requestId: string
  /** Where the request came from; `local` without a socket. */
  address: string
  local?: Local
  audited?: Audited
}

export interface ApiEnv {
  Bindings: ApiBindings
}

export interface ApiAuth {
  /**
   * `local`: whoever reaches this app has the data directory anyway (the same process). `loopback`: so does whoever is on
   * this machine, until there is an account; then everybody signs in. `sign-in`: everybody does.
   */
  mode: 'local' | 'loopback' | 'sign-in'
  people(): Promise<People>
}

export interface ApiConfig {
  version: string
  /** The example fleet takes no imports. */
  example: boolean
  /** Set by the server: which `Host` headers are ours. Absent in-process, where nobody can rebind a name. */
  hosts?: readonly string[]
  /** Sign-in through a provider. */
  oidc?: OidcConfig | null
  /** Under which address browsers come, where the provider sends them back to; known once the server listens. */
  publicUrl?(): string
  /** Where `sync` fetches when the request does not say. */
  osvUrl?: string
  /** Pack answers for the network; on loopback it costs more than it saves. */
  compress?: boolean
  /** How often an idle event stream says that it lives. */
  heartbeatMs: number
  clock: Clock
}

/** What every group of routes is made from. */
export interface ApiContext {
  knowledge(): Promise<Knowledge>
  /** Incidents and probes; absent where only the know wing is asked. */
  response?(): Promise<Response>
  /** Absent where only the know wing is asked. */
  checklists?(): Promise<ChecklistLibrary>
  auth: ApiAuth
  config: ApiConfig
}
