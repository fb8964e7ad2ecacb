import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { AllclearError } from '../base/errors.ts'
import type { CliIo } from './io.ts'

/**
 * Opens a file in the editor of the person and waits until it is closed. VISUAL wins over EDITOR, as elsewhere; what they
 * name may have arguments, so a shell reads it, and the file is passed beside it, never within it.
 */
export async function editFile({ env, signal }: Pick<CliIo, 'env' | 'signal'>, file: string): Promise<void> {
  const editor = env.VISUAL || env.EDITOR
  if (!editor)
    throw new AllclearError('usage', {
      message: 'No editor is known: neither VISUAL nor EDITOR is set.',
      next: 'Set EDITOR, or export the list, change it, and give it with --from FILE.',
    })
  const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit', signal, env })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0)
    throw new AllclearError('usage', {
      message: `The editor (${editor}) ended with ${code ?? 'a signal'}; nothing was stored.`,
      next: `What you wrote is in ${file}.`,
    })
}
