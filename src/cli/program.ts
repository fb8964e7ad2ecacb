import { Argument, Command, Option } from 'commander'
import type { CommandSpec, OptionSpec, OptionValues } from './spec.ts'
import { commandTree, commonOptions } from './tree.ts'

export interface Chosen {
  spec: CommandSpec
  /** `import sbom` */
  path: string
  args: string[]
  options: OptionValues
}

/**
 * Commander's view of the command tree, as far as `words` can name it: of the commands that are not among them only name
 * and summary are made, for help and for suggestions. `onChosen` gets the command that the words name; nothing is run here.
 */
export function buildProgram(
  version: string,
  words: readonly string[],
  write: { out(text: string): void; error(text: string): void },
  onChosen: (chosen: Chosen) => void,
): Command {
  const program = new Command('allclear')
    .description('Where do we run it? From "did you hear about this new CVE?" to all clear.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showHelpAfterError(false)
    .showSuggestionAfterError(true)
    .enablePositionalOptions(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => write.out(text),
      writeErr: (text) => write.error(text),
      outputError: () => {},
    })
    .addHelpText(
      'after',
      `
First steps:
  allclear status                     what is in here, and how to come to real data
  allclear where 'log4j-core@<2.17.1' which images, workloads, nodes and clusters run it
  allclear cve CVE-2021-44228 --example   the answer page, on the example fleet
  allclear incident open CVE-2021-44228 --example   from there to all clear

Exit codes: 0 clean, 1 findings over the threshold, 2 usage, 3 answered from partial data, 4 unreachable, 5 defect.`,
    )
  for (const option of commonOptions) program.addOption(optionOf(option).hideHelp())
  for (const spec of commandTree)
    if (words.some((word) => spec.name === word || spec.aliases?.includes(word)))
      addCommand(program, spec, [], onChosen)
    else addName(program, spec)
  return program
}

/** A command that no word names: enough of it to be listed and suggested. */
function addName(parent: Command, spec: CommandSpec): void {
  const { name, aliases, summary, hidden } = spec
  const command = new Command(name).summary(summary)
  if (aliases !== undefined) command.aliases([...aliases])
  if (spec.load !== undefined) {
    addArguments(command, spec)
    // It is listed as one that has options.
    command.addOption(optionOf(commonOptions[0]))
  }
  parent.addCommand(command, { hidden: hidden === true })
}

function addCommand(
  parent: Command,
  spec: CommandSpec,
  parents: readonly string[],
  onChosen: (chosen: Chosen) => void,
): void {
  const path = [...parents, spec.name]
  const command = new Command(spec.name).summary(spec.summary).description(descriptionOf(spec))
  command.copyInheritedSettings(parent)
  command.helpOption('-h, --help', 'show help')
  if (spec.aliases !== undefined) command.aliases([...spec.aliases])
  if (spec.children !== undefined) {
    command.helpCommand(false)
    for (const child of spec.children) addCommand(command, child, path, onChosen)
  }
  if (spec.load !== undefined) {
    addArguments(command, spec)
    for (const option of spec.options ?? []) command.addOption(optionOf(option))
    if (spec.outputs !== undefined && spec.outputs.length > 0) {
      command.addOption(
        new Option('-o, --output <form>', `form of the output (${spec.outputs[0]})`).choices([
          ...spec.outputs,
        ]),
      )
    }
    for (const option of commonOptions) command.addOption(optionOf(option).helpGroup('Common options:'))
    if (spec.hidden) command.allowUnknownOption()
    command.action((...received: unknown[]) => {
      const args = received
        .slice(0, -2)
        .flat()
        .filter((value) => value !== undefined) as string[]
      onChosen({ spec, path: path.join(' '), args, options: command.optsWithGlobals() })
    })
  }
  if (spec.examples !== undefined && spec.examples.length > 0) {
    const lines = spec.examples.map(({ line, does }) => `  # ${does}\n  ${line}`)
    command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
  }
  parent.addCommand(command, { hidden: spec.hidden === true })
}

function addArguments(command: Command, spec: CommandSpec): void {
  for (const { name, text, required, many, choices } of spec.arguments ?? []) {
    const shown = `${name}${many ? '...' : ''}`
    const argument = new Argument(required ? `<${shown}>` : `[${shown}]`, text)
    if (choices !== undefined) argument.choices([...choices])
    command.addArgument(argument)
  }
}

function descriptionOf(spec: CommandSpec): string {
  const sentence = spec.summary[0].toUpperCase() + spec.summary.slice(1)
  const ended = /[.?!…]$/.test(sentence) ? sentence : `${sentence}.`
  return spec.text === undefined ? ended : `${ended}\n${spec.text}`
}

function optionOf({ flags, text, choices, many }: OptionSpec): Option {
  const option = new Option(flags, text)
  if (choices !== undefined) option.choices([...choices])
  if (many) {
    option.argParser((value: string, earlier: string[] | undefined) => [...(earlier ?? []), value])
  }
  return option
}
