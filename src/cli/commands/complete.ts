import type { AdvisorySummary, ClusterSummary, HomeAnswer, ImageSummary, Page } from '../../know/answers.ts'
import type { Account, TokenRow } from '../../api/index.ts'
import type { ChecklistList } from '../../prepare/checklists/index.ts'
import type { CommandContext } from '../context.ts'
import type { CliIo } from '../io.ts'
import { locate } from '../location.ts'
import { openProgress } from '../output/progress.ts'
import type { ArgumentSpec, CommandSpec, CompletionKind, OptionSpec, OptionValues } from '../spec.ts'
import { commandTree, commonOptions } from '../tree.ts'
import { readVersion } from '../version.ts'

/** More names help nobody to choose; the shell filters by what is typed. */
const namesMax = 200

export async function run({ io }: CommandContext, words: string[]): Promise<number> {
  return completeWords(io, words)
}

/** Prints candidates for the last of `words`, one a line with a tab and its meaning; `:files` asks for files too. */
export async function completeWords(io: CliIo, words: readonly string[]): Promise<number> {
  const current = words.at(-1) ?? ''
  const place = placeOf(words.slice(0, -1))
  const lines: string[] = []
  const add = (name: string, meaning = '') => {
    if (name.startsWith(current)) lines.push(meaning === '' ? name : `${name}\t${meaning}`)
  }

  const value = place.awaited ?? (current.startsWith('-') && current !== '-' ? null : place.argument)
  if (place.awaited !== null) {
    for (const choice of place.awaited.choices ?? []) add(choice)
  } else if (current.startsWith('-')) {
    for (const option of optionsOf(place.spec)) for (const name of namesOf(option)) add(name, option.text)
    add('--help', 'show help')
  } else {
    for (const child of place.children) if (!child.hidden) add(child.name, child.summary)
    for (const choice of place.argument?.choices ?? []) add(choice)
  }
  if (value?.completes === 'files') lines.push(':files')
  else if (value?.completes !== undefined) {
    for (const name of await namesFromStore(value.completes, words, io)) add(name)
  }
  await io.write(lines.map((line) => `${line}\n`).join(''))
  return 0
}

interface Place {
  spec: CommandSpec | null
  children: readonly CommandSpec[]
  /** The option whose value comes next. */
  awaited: OptionSpec | null
  /** The argument that comes next. */
  argument: ArgumentSpec | null
}

/** Follows the words through the command tree. */
function placeOf(words: readonly string[]): Place {
  let spec: CommandSpec | null = null
  let children: readonly CommandSpec[] = commandTree
  let awaited: OptionSpec | null = null
  let given = 0
  for (const word of words) {
    if (awaited !== null) {
      awaited = null
      continue
    }
    if (word.startsWith('-') && word !== '-') {
      const option = optionsOf(spec).find((candidate) => namesOf(candidate).includes(word))
      if (option !== undefined && option.flags.includes('<')) awaited = option
      continue
    }
    const child: CommandSpec | undefined = children.find(
      ({ name, aliases }) => name === word || aliases?.includes(word),
    )
    if (child !== undefined) {
      spec = child
      children = child.children ?? []
      given = 0
    } else given++
  }
  const known: readonly ArgumentSpec[] = spec?.arguments ?? []
  const argument = known[given] ?? (known.at(-1)?.many ? known.at(-1)! : null)
  return { spec, children: given === 0 ? children : [], awaited, argument }
}

function optionsOf(spec: CommandSpec | null): OptionSpec[] {
  const output: OptionSpec[] =
    spec?.outputs === undefined || spec.outputs.length === 0
      ? []
      : [{ flags: '-o, --output <form>', text: 'form of the output', choices: spec.outputs }]
  return [...(spec?.options ?? []), ...output, ...commonOptions]
}

function namesOf({ flags }: OptionSpec): string[] {
  return flags.split(/[ ,]+/).filter((part) => part.startsWith('-'))
}

/** Names of objects; whatever goes wrong, completion stays silent. */
async function namesFromStore(kind: CompletionKind, words: readonly string[], io: CliIo): Promise<string[]> {
  try {
    if (kind === 'schemes') {
      const { versionSchemes } = await import('../../know/versions/index.ts')
      return versionSchemes.map(({ id }) => id)
    }
    const { connect } = await import('../client/connect.ts')
    const client = await connect(locate(locationOptionsOf(words), io), io, {
      version: readVersion(),
      needs: 'read',
      progress: openProgress(io, true),
    })
    try {
      switch (kind) {
        case 'images': {
          const page = await client.get<Page<ImageSummary>>('/images', { limit: namesMax })
          return page.rows.map(({ reference, id }) => reference || id)
        }
        case 'vulnerabilities':
          return (await client.get<HomeAnswer>('/home')).worst.map(({ id }) => id)
        case 'advisories': {
          const page = await client.get<Page<AdvisorySummary>>('/advisories', {
            q: words.at(-1),
            limit: namesMax,
          })
          return page.rows.map(({ id }) => id)
        }
        case 'clusters':
          return (await client.get<{ rows: ClusterSummary[] }>('/clusters')).rows.map(({ name }) => name)
        case 'incidents':
          return (await client.get<{ rows: { id: string }[] }>('/incidents')).rows.map(({ id }) => id)
        case 'probes':
          return (await client.get<{ rows: { id: string }[] }>('/probes')).rows.map(({ id }) => id)
        case 'users':
          return (await client.get<{ rows: Account[] }>('/users')).rows.map(({ name }) => name)
        case 'checklists':
          return (await client.get<ChecklistList>('/checklists')).rows.map(({ id }) => id)
        case 'tokens':
          return (await client.get<{ rows: TokenRow[] }>('/tokens')).rows.map(({ id }) => id)
        default:
          return []
      }
    } finally {
      await client.close()
    }
  } catch {
    return []
  }
}

/** `--data`, `--example`, `--server` and `--token` as far as the unfinished line has them. */
function locationOptionsOf(words: readonly string[]): OptionValues {
  const options: OptionValues = {}
  words.forEach((word, index) => {
    if (word === '--example') options.example = true
    const match = /^--(data|server|token)(?:=(.*))?$/.exec(word)
    if (match !== null) options[match[1]] = match[2] ?? words[index + 1]
  })
  return options
}
