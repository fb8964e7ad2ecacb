import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AllclearError } from '../base/errors.ts'
import { limit } from '../base/limits.ts'
import type { CliIo } from './io.ts'

/** Text of a file, or of stdin for `-`; no more than a checklist or playbook may have. */
export async function readText(io: CliIo, path: string, bytesMax = limit('checklistBytes')): Promise<string> {
  if (path === '-') {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of io.stdin) {
      bytes += chunk.length
      if (bytes > bytesMax) throw tooLarge('stdin', bytesMax)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
  }
  const file = resolve(io.cwd, path)
  try {
    if ((await stat(file)).size > bytesMax) throw tooLarge(path, bytesMax)
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof AllclearError) throw error
    throw new AllclearError('usage', {
      message: `${path} cannot be read: ${(error as Error).message}.`,
      next: 'Name a file that is there, or - for stdin.',
      cause: error,
    })
  }
}

function tooLarge(source: string, bytesMax: number): AllclearError {
  return new AllclearError('input.too-large', {
    message: `${source} has more than ${bytesMax.toLocaleString('en-US')} bytes.`,
    next: 'A checklist is one page; split it.',
    where: source,
  })
}
