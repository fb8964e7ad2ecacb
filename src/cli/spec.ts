import type { CommandContext } from './context.ts'

export type OutputForm =
  | 'table'
  | 'wide'
  | 'json'
  | 'yaml'
  | 'name'
  | 'sarif'
  | 'cyclonedx'
  | 'openvex'
  | 'markdown'
  | 'txt'
  | 'dot'
  | 'mermaid'
  | 'cacao'
  | 'html'

/** What completes an argument or an option's value. */
export type CompletionKind =
  | 'files'
  | 'images'
  | 'vulnerabilities'
  | 'advisories'
  | 'clusters'
  | 'tokens'
  | 'users'
  | 'schemes'
  | 'workloads'
  | 'incidents'
  | 'probes'
  | 'checklists'

export interface ArgumentSpec {
  name: string
  text: string
  required: boolean
  many?: boolean
  choices?: readonly string[]
  completes?: CompletionKind
}

export interface OptionSpec {
  /** As commander reads it: `--fail-on <severity>`. */
  flags: string
  text: string
  choices?: readonly string[]
  completes?: CompletionKind
  /** May be given several times. */
  many?: boolean
}

export type OptionValues = Record<string, string | boolean | string[] | undefined>

export interface CommandModule {
  run(context: CommandContext, args: string[], options: OptionValues): Promise<number>
}

/**
 * One command. The tree of these is what `--help`, completion and the reference are made from, so it is data and
 * loads nothing; the code of a command loads when it runs.
 */
export interface CommandSpec {
  name: string
  aliases?: readonly string[]
  summary: string
  /** Longer text of `--help`, below the usage. */
  text?: string
  arguments?: readonly ArgumentSpec[]
  options?: readonly OptionSpec[]
  /** Forms of `-o`; the first is the default. Empty: the command has no `-o`. */
  outputs?: readonly OutputForm[]
  /**
   * What `-o json` gives: names of the API's schemas (`Page | Other`, `Row[]`), or the object written out. The reference
   * page is made from it.
   */
  json?: string
  examples?: readonly { line: string; does: string }[]
  load?(): Promise<CommandModule>
  /**
   * What the command needs of the data directory: `nothing` answers in this process, `read` (the default) may share it
   * with others, `write` wants it alone when no server has it.
   */
  needs?: 'nothing' | 'read' | 'write'
  children?: readonly CommandSpec[]
  hidden?: boolean
}

export const answerForms: readonly OutputForm[] = ['table', 'wide', 'json', 'yaml', 'name']
