/** An expected partial failure is a value, not an exception: it reaches the answer as "3 skipped, because …". */
export type Result<T, Reason = string> = { ok: true; value: T } | { ok: false; reason: Reason }

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value }
}

export function failed<Reason>(reason: Reason): { ok: false; reason: Reason } {
  return { ok: false, reason }
}
