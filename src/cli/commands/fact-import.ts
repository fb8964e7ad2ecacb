import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AllclearError } from '../../base/errors.ts'
import type { FactsImport } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear fact import FILE [--source NAME]` */
export async function run(context: CommandContext, [file]: string[], options: OptionValues): Promise<number> {
  const { io } = context
  let text: string
  if (file === '-') {
    const parts: Uint8Array[] = []
    for await (const part of io.stdin) parts.push(part)
    text = Buffer.concat(parts).toString('utf8')
  } else
    text = await readFile(resolve(io.cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new AllclearError('usage', {
        message: `${file} cannot be read: ${error.code ?? error.message}.`,
        next: 'Name a YAML file, or - for stdin.',
        cause: error,
      })
    })
  const client = await context.client()
  const source = (options.source as string | undefined) ?? (file === '-' ? 'stdin' : file)
  const report = await client.send<FactsImport>('POST', '/facts/files', { source, text })
  await print(context, {
    value: report,
    names: () => [report.source],
    table: () =>
      `${report.source}: ${report.added} facts added, ${report.changed} changed, ${report.removed} removed, ${report.unchanged} as before.\n`,
  })
  return 0
}
