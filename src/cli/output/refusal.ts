import type { Refusal } from '../../api/context.ts'
import { inert } from './terminal.ts'

/** Why a document was refused, in one line that names it. */
export function formatRefusal({ source, error }: Refusal): string {
  const named = error.message.includes(source) ? error.message : `${source}: ${error.message}`
  const place = error.where === undefined || named.includes(error.where) ? '' : ` (${error.where})`
  return `${inert(named + place)}\n`
}
