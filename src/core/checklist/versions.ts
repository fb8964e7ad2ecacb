/** How much of a list has to be read again: `major` loosened, `minor` added or tightened, `patch` reworded. */
export type VersionStep = 'major' | 'minor' | 'patch'

const rank: Readonly<Record<VersionStep, number>> = { patch: 0, minor: 1, major: 2 }

/** Order of versions, as `Array.sort` wants it. Both are MAJOR.MINOR.PATCH of whole numbers. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (const [at, number] of left.entries()) if (number !== right[at]) return number - right[at]
  return 0
}

/** The step from one version to a later one; null when the other is not later. */
export function stepBetween(from: string, to: string): VersionStep | null {
  if (compareVersions(from, to) >= 0) return null
  const [left, right] = [numbersOf(from), numbersOf(to)]
  return left[0] !== right[0] ? 'major' : left[1] !== right[1] ? 'minor' : 'patch'
}

/** Whether a step is at least as large as the one that is needed. */
export function isStep(step: VersionStep | null, needed: VersionStep): boolean {
  return step !== null && rank[step] >= rank[needed]
}

export function largerStep(a: VersionStep | null, b: VersionStep | null): VersionStep | null {
  if (a === null || b === null) return a ?? b
  return rank[a] >= rank[b] ? a : b
}

/** The version that follows by this step. */
export function nextVersion(version: string, step: VersionStep): string {
  const [major, minor, patch] = numbersOf(version)
  if (step === 'major') return `${major + 1}.0.0`
  return step === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}

function numbersOf(version: string): number[] {
  return version.split('.').map(Number)
}
