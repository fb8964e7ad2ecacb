import { limit as limitOf } from '../../base/limits.ts'
import type { ListQuery } from '../knowledge.ts'

const defaultRows = 50

export function windowOf({ limit, offset }: ListQuery): { limit: number; offset: number } {
  return { limit: Math.min(limit ?? defaultRows, limitOf('listRows')), offset: offset ?? 0 }
}

/** Ids as feeds write them: upper case, but the groups of a GHSA. */
export function canonicalId(id: string): string {
  const upper = id.trim().toUpperCase()
  return upper.startsWith('GHSA-') ? `GHSA-${upper.slice(5).toLowerCase()}` : upper
}
