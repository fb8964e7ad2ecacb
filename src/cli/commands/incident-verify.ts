import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import type { IncidentVerification } from '../../respond/incidents/answers.ts'
import { verifyExport } from '../../respond/incidents/verify-export.ts'
import { incidentOf } from '../client/incident.ts'
import type { CommandContext } from '../context.ts'
import { print } from '../output/print.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear incident verify [INCIDENT|FILE|-]`: exit code 1 when it is not whole. A file needs no server. */
export async function run(
  context: CommandContext,
  [named]: string[],
  options: OptionValues,
): Promise<number> {
  const trusted = options.key as string[] | undefined
  const text = await readDocument(context, named)
  const found = text !== null ? verifyExport(parse(text, named), trusted) : await verifyKept(context, named)
  await print(context, {
    value: found,
    names: () => found.problems.map(({ text: problem }) => problem),
    table: () => formatVerification(found, context),
  })
  return found.whole ? 0 : 1
}

async function verifyKept(context: CommandContext, named: string | undefined): Promise<IncidentVerification> {
  const client = await context.client()
  const id = await incidentOf(client, named)
  return client.get<IncidentVerification>(`/incidents/${encodeURIComponent(id)}/verification`)
}

/** The text of a file or of stdin; null when an incident is named. */
async function readDocument({ io }: CommandContext, named: string | undefined): Promise<string | null> {
  if (named === '-') {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of io.stdin) {
      bytes += chunk.byteLength
      if (bytes > limit('documentBytes')) throw tooLarge('stdin')
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
  }
  if (named === undefined || /^inc-[0-9a-f]+$/.test(named)) return null
  const path = resolve(io.cwd, named)
  if (!existsSync(path))
    throw new AllclearError('not-found', {
      message: `There is neither an incident nor a file \`${named}\`.`,
      next: 'Write a file with `allclear incident export > incident.json`.',
    })
  return readFileSync(path, 'utf8')
}

function parse(text: string, where: string | undefined): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AllclearError('input.not-json', {
      message: `This is no exported incident: ${(cause as Error).message}.`,
      next: 'Export one with `allclear incident export --format json`.',
      where,
      cause,
    })
  }
}

function tooLarge(where: string): AllclearError {
  return new AllclearError('input.too-large', {
    message: 'The document is larger than any incident.',
    next: 'Check that it is what `allclear incident export` wrote.',
    where,
  })
}

function formatVerification(
  { whole, incident, entries, keys, problems, ours }: IncidentVerification,
  { terminal }: CommandContext,
): string {
  const lines = whole
    ? [
        terminal.bold(
          `${inert(incident)} is whole: ${entries} entries, each in its place, unaltered and signed.`,
        ),
      ]
    : [
        terminal.paint(['bold', 'red'], `${inert(incident)} is not whole.`),
        ...problems.slice(0, 50).map(({ text }) => `  ${inert(text)}`),
        ...(problems.length > 50 ? [`  … and ${problems.length - 50} more`] : []),
      ]
  for (const { id, from } of keys) lines.push(`Signed by key ${inert(id)} from entry ${from} on.`)
  if (ours === true) lines.push('The keys are those of this installation.')
  if (ours === false) lines.push('A key is not one of this installation.')
  if (ours === null && whole)
    lines.push('Compare the first key with what `allclear incident verify` says where the incident was.')
  return `${lines.join('\n')}\n`
}
