import { CommanderError } from 'commander'
import { AllclearError } from '../base/errors.ts'
import type { Client } from './client/client.ts'
import type { CommandContext } from './context.ts'
import { ClosedPipe } from './io.ts'
import type { CliIo } from './io.ts'
import { buildProgram } from './program.ts'
import type { Chosen } from './program.ts'
import type { CommandSpec, OutputForm } from './spec.ts'
import { readVersion } from './version.ts'

/** As shells count a process that Ctrl-C ended: 128 + SIGINT. */
const interruptedExit = 130

/**
 * Runs one command line and returns its exit code: 0 clean, 1 findings over the threshold, 2 usage, 3 answered from
 * partial data, 4 unreachable, 5 defect. Nothing is thrown.
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  try {
    return await runCommand(args, io)
  } catch (error) {
    if (error instanceof ClosedPipe) return 0
    if (io.signal.aborted) {
      io.writeError('Interrupted; what was stored stays, the rest was not begun.\n')
      return interruptedExit
    }
    return reportError(error, io)
  }
}

async function runCommand(args: readonly string[], io: CliIo): Promise<number> {
  const version = readVersion()
  let chosen: Chosen | null = null
  const texts: string[] = []
  // Nothing asked is asking for help. `help import sbom` is `import sbom --help`; commander's own help command ends at the first word.
  const words =
    args.length === 0
      ? ['--help']
      : args[0] === 'help' && args.length > 1
        ? [...args.slice(1), '--help']
        : args
  const program = buildProgram(
    version,
    words,
    { out: (text) => texts.push(text), error: (text) => texts.push(text) },
    (command) => {
      chosen = command
    },
  )
  try {
    // The completion command gets the words of an unfinished line, which are not to be understood as ours.
    if (args[0] === '__complete') {
      const { completeWords } = await import('./commands/complete.ts')
      return await completeWords(io, args.slice(1))
    }
    program.parse([...words], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return await reportUsage(error, texts, args, io)
  }
  if (chosen === null) throw new Error('a parsed command line chose no command')
  return await runChosen(chosen, version, io)
}

async function runChosen({ spec, path, args, options }: Chosen, version: string, io: CliIo): Promise<number> {
  // Help is printed without them.
  const [{ locate }, { openProgress }, { openTerminal }] = await Promise.all([
    import('./location.ts'),
    import('./output/progress.ts'),
    import('./output/terminal.ts'),
  ])
  const progress = openProgress(io, options.quiet === true)
  const location = locate(options, io)
  let client: Promise<Client> | null = null
  const context: CommandContext = {
    io,
    terminal: openTerminal(io),
    form: (options.output ?? spec.outputs?.[0] ?? 'table') as OutputForm,
    progress,
    path,
    version,
    location,
    client(needs) {
      client ??= import('./client/connect.ts').then(({ connect }) =>
        connect(location, io, { version, needs: needs ?? spec.needs ?? 'read', progress }),
      )
      return client
    },
  }
  try {
    const { run } = await spec.load!()
    return await run(context, args, options)
  } finally {
    progress.end()
    if (client !== null)
      await (client as Promise<Client>).then(
        (open) => open.close(),
        () => {},
      )
  }
}

async function reportUsage(
  error: CommanderError,
  texts: string[],
  args: readonly string[],
  io: CliIo,
): Promise<number> {
  if (error.exitCode === 0) {
    await io.write(texts.join(''))
    return 0
  }
  const { specs, path } = await followTree(args)
  if (error.code === 'commander.help') {
    io.writeError(`\`allclear ${path}\` needs a command:\n`)
    for (const { name, summary, hidden } of specs)
      if (!hidden) io.writeError(`  allclear ${path} ${name.padEnd(10)}  ${summary}\n`)
    return 2
  }
  // Commander writes `error: unknown command 'x'` and `(Did you mean …?)` in the message.
  const [first, ...rest] = error.message.replace(/^error: /, '').split('\n')
  io.writeError(`${first[0].toUpperCase()}${first.slice(1)}${/[.?!]$/.test(first) ? '' : '.'}\n`)
  for (const line of rest) if (line !== '') io.writeError(`${line}\n`)
  io.writeError(`See \`allclear ${path === '' ? '' : `${path} `}--help\`.\n`)
  return 2
}

/** As far as the words name commands: their path, and the commands below it. */
async function followTree(
  words: readonly string[],
): Promise<{ path: string; specs: readonly CommandSpec[] }> {
  const { commandTree } = await import('./tree.ts')
  let specs: readonly CommandSpec[] = commandTree
  const path: string[] = []
  for (const word of words) {
    const spec = specs.find(({ name, aliases }) => name === word || aliases?.includes(word))
    if (spec === undefined) break
    path.push(spec.name)
    specs = spec.children ?? []
  }
  return { path: path.join(' '), specs }
}

function reportError(thrown: unknown, io: CliIo): number {
  if (thrown instanceof AllclearError) {
    io.writeError(`${thrown.message}\n`)
    if (thrown.where !== undefined) io.writeError(`  at ${thrown.where}\n`)
    io.writeError(`${thrown.next}\n`)
    if (thrown.code === 'internal' && io.env.ALLCLEAR_TRACE) traceOf(thrown.cause ?? thrown, io)
    return thrown.exit
  }
  io.writeError(`Allclear has a defect here: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  if (io.env.ALLCLEAR_TRACE) traceOf(thrown, io)
  else io.writeError('Please report it; `ALLCLEAR_TRACE=1` prints the trace.\n')
  return 5
}

function traceOf(thrown: unknown, io: CliIo): void {
  io.writeError(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`)
}
