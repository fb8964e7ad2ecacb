/** Leading numbers of a version as decimal texts, `v1.2.x` → `1`, `2`. Text, because a number may have any length. */
export function leadingNumbers(version: string): string[] {
  return (/^[vV]?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? '0').split('.')
}

/** The numbers with the one at `position` raised by one and those behind it left out: `1.2.3` at 1 → `1.3`. */
export function raisedAt(numbers: readonly string[], position: number): string {
  const at = Math.min(position, numbers.length - 1)
  return [...numbers.slice(0, at), String(BigInt(numbers[at]) + 1n)].join('.')
}

/** Missing numbers as zeros: `1.2` with three → `1.2.0`. What follows the numbers is left as it is. */
export function padded(version: string, count: number): string {
  const match = /^(\d+(?:\.\d+)*)(.*)$/s.exec(version)
  if (!match) return version
  const missing = count - match[1].split('.').length
  return `${match[1]}${'.0'.repeat(Math.max(0, missing))}${match[2]}`
}

/** Position of the first number that is not zero; of all zeros the last. */
export function firstNonZero(numbers: readonly string[]): number {
  const at = numbers.findIndex((number) => /[1-9]/.test(number))
  return at < 0 ? numbers.length - 1 : at
}
