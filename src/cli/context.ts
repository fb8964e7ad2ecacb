import type { Client } from './client/client.ts'
import type { CliIo } from './io.ts'
import type { Terminal } from './output/terminal.ts'
import type { OutputForm } from './spec.ts'
import type { ProgressView } from './output/progress.ts'

/** What a command is given to do its work. */
export interface CommandContext {
  io: CliIo
  terminal: Terminal
  form: OutputForm
  progress: ProgressView
  /** `import sbom` */
  path: string
  version: string
  /**
   * The API: of the server that is found, else of this process. Opened on the first call. `nothing` is for a call that
   * needs no data although the command may: it is answered here unless a server is named.
   */
  client(needs?: 'nothing'): Promise<Client>
  /** Only for `up`, `db` and `config`, which are about this machine and not about answers. */
  location: Location
}

/** Where the data is, as far as options and environment say. */
export interface Location {
  server: string | null
  token: string | null
  dataDirectory: string
  /** What decided: `--data`, `ALLCLEAR_DATA`, `--example`, `default`. */
  decidedBy: string
  example: boolean
}
