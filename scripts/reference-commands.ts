import { commandTree as tree, commonOptions } from '../src/cli/tree.ts'
import type { CommandSpec, OptionSpec } from '../src/cli/spec.ts'

/** The page of every command, from the tree that `--help` is made from. */
export function commandTree(head: string): string {
  const parts = [`# Commands\n\n${head}\n\n## Options of every command\n\n${optionList(commonOptions)}`]
  const walk = (specs: readonly CommandSpec[], path: string): void => {
    for (const spec of specs) {
      if (spec.hidden) continue
      const name = `${path} ${spec.name}`
      if (spec.children) walk(spec.children, name)
      else parts.push(page(spec, name))
    }
  }
  walk(tree, 'allclear')
  return `${parts.join('\n\n')}\n`
}

function page(spec: CommandSpec, name: string): string {
  const usage = [
    name,
    ...(spec.arguments ?? []).map((argument) =>
      argument.required
        ? `${argument.name.toUpperCase()}${argument.many ? '…' : ''}`
        : `[${argument.name.toUpperCase()}${argument.many ? '…' : ''}]`,
    ),
  ].join(' ')
  const lines = [
    `## ${name}`,
    '',
    `${spec.summary[0].toUpperCase()}${spec.summary.slice(1)}`,
    '',
    `    ${usage}`,
  ]
  if (spec.text) lines.push('', spec.text)
  for (const argument of spec.arguments ?? [])
    lines.push(
      '',
      `- \`${argument.name}\`: ${argument.text}${argument.choices ? ` (${argument.choices.join(', ')})` : ''}`,
    )
  if (spec.options && spec.options.length > 0) lines.push('', optionList(spec.options))
  if (spec.outputs && spec.outputs.length > 0) lines.push('', `Output: \`-o ${spec.outputs.join('|')}\``)
  for (const example of spec.examples ?? []) lines.push('', `    ${example.line}`, '', `  ${example.does}`)
  return lines.join('\n')
}

function optionList(options: readonly OptionSpec[]): string {
  return options
    .map(({ flags, text, choices }) => `- \`${flags}\`: ${text}${choices ? ` (${choices.join(', ')})` : ''}`)
    .join('\n')
}
