import type { Clock } from '../base/clock.ts'
import type { ImagePath } from '../base/oci/index.ts'
import type { Progress } from '../know/answers.ts'
import type { Input, Knowledge } from '../know/knowledge.ts'
import type { TokenBook, TokenScope } from './base/tokens.store.ts'

/** Who asks. `local` is somebody on this machine: the process itself, or a browser on loopback. */
export interface Principal {
  name: string
  scope: TokenScope
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

/** Why a document of several was refused; stands where its result would. */
export interface Refusal {
  source: string
  error: { code: string; message: string; next: string; where?: string }
}

export interface ApiBindings {
  principal: Principal
  requestId: string
  local?: Local
}

export interface ApiEnv {
  Bindings: ApiBindings
}

export interface ApiAuth {
  /** `local`: whoever reaches this app may do everything (in-process, loopback). `token`: a valid token is needed. */
  mode: 'local' | 'token'
  tokens(): Promise<TokenBook>
}

export interface ApiConfig {
  version: string
  /** The example fleet takes no imports. */
  example: boolean
  /** Set by the server: which `Host` headers are ours. Absent in-process, where nobody can rebind a name. */
  hosts?: readonly string[]
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
  auth: ApiAuth
  config: ApiConfig
}
