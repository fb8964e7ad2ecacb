import type { CommandContext } from '../context.ts'

export interface Printable {
  /** What `json` and `yaml` give. */
  value: unknown
  /** What `table` and `wide` give. */
  table(wide: boolean): string
  /** One name a line. */
  names(): readonly string[]
}

/** Prints a value in the form that `-o` asks for. */
export async function print(context: CommandContext, { value, table, names }: Printable): Promise<void> {
  context.progress.end()
  const { io, form } = context
  switch (form) {
    case 'json':
      return io.write(`${JSON.stringify(value, null, 2)}\n`)
    case 'yaml': {
      const { stringify } = await import('yaml')
      return io.write(stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }))
    }
    case 'name': {
      const lines = names()
      return lines.length === 0 ? undefined : io.write(`${lines.join('\n')}\n`)
    }
    default:
      return io.write(table(form === 'wide'))
  }
}
