import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import type { CommandContext } from '../context.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear version affected --advisory F --package PURL`: `yes|no|unknown`, a tab, and what decided. */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const { advisory, package: purl } = options as { advisory?: string; package?: string }
  if (!advisory || !purl) {
    throw new AllclearError('usage', {
      message: 'An advisory and a package are compared.',
      next: 'Write `allclear version affected --advisory FILE.json --package pkg:npm/name@1.2.3`.',
    })
  }
  const { parseJson } = await import('../../base/json.ts')
  const record = parseJson(await readBytes(context, advisory), { source: advisory })
  const client = await context.client()
  const answer = await client.send<{ verdict: string; decidedBy: string }>('POST', '/versions/affected', {
    advisory: record,
    purl,
  })
  await context.io.write(`${answer.verdict}\t${answer.decidedBy.replaceAll(/\s+/g, ' ')}\n`)
  return 0
}

async function readBytes({ io }: CommandContext, path: string): Promise<Uint8Array> {
  const bytesMax = limit('documentBytes')
  if (path === '-') {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of io.stdin) {
      bytes += chunk.byteLength
      if (bytes > bytesMax) throw tooLarge(path, bytesMax)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  }
  try {
    const bytes = await readFile(resolve(io.cwd, path))
    if (bytes.byteLength > bytesMax) throw tooLarge(path, bytesMax)
    return bytes
  } catch (error) {
    if (error instanceof AllclearError) throw error
    throw new AllclearError('usage', {
      message: `\`${path}\` cannot be read: ${(error as Error).message}.`,
      next: 'Name a file with one OSV record.',
    })
  }
}

function tooLarge(path: string, bytesMax: number): AllclearError {
  return new AllclearError('input.too-large', {
    message: `\`${path}\` is larger than ${bytesMax} bytes.`,
    next: 'Raise ALLCLEAR_LIMIT_DOCUMENT_BYTES if it is meant to be.',
  })
}
