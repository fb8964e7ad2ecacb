import { AllclearError } from '../../base/errors.ts'
import type { IncidentSummary } from '../../respond/incidents/answers.ts'
import type { CommandContext } from '../context.ts'
import type { OptionValues } from '../spec.ts'
import type { Client } from './client.ts'

/** The incident that is meant: the one that is named, else the only one that is live. */
export async function incidentOf(client: Client, named: string | undefined): Promise<string> {
  if (named !== undefined) return named
  const { rows } = await client.get<{ rows: IncidentSummary[] }>('/incidents', { status: 'live' })
  if (rows.length === 1) return rows[0].id
  if (rows.length === 0)
    throw new AllclearError('not-found', {
      message: 'No incident is open.',
      next: 'Open one with `allclear incident open CVE-…`; `allclear incident list` names those that are over.',
    })
  throw new AllclearError('ambiguous', {
    message: `${rows.length} incidents are open: ${rows.map(({ id, advisory }) => `${id} (${advisory})`).join(', ')}.`,
    next: 'Name one: `--incident ID`, or as the argument.',
  })
}

/** Who speaks, where nobody signs in. */
export function spokenAs({ io }: CommandContext, options: OptionValues): string | undefined {
  return (options.as as string | undefined) ?? io.env.ALLCLEAR_AS
}

/** Path of a request in which somebody speaks. */
export function spokenPath(path: string, as: string | undefined): string {
  return as === undefined ? path : `${path}?as=${encodeURIComponent(as)}`
}
