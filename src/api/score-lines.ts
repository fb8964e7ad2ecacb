import { AllclearError } from '../base/errors.ts'
import { formatVector, overlaid, parseOverlay, parseVector, scoreVector } from '../know/scoring/index.ts'
import type { CvssScores, CvssVersion, VectorProblem } from '../know/scoring/index.ts'

export interface ScoredLine extends CvssScores {
  /** In the specification's order, with what the environment says. */
  vector: string
  /** Environmental metrics that follow from where a workload is, when one was named. */
  proposed?: readonly { metric: string; reason: string }[]
}

/** What a place proposes for a vector: metrics with their reasons; null for a vector that proposes nothing. */
export type Propose = (
  vector: string,
) => { vector: string; metrics: NonNullable<ScoredLine['proposed']> } | null

export interface RefusedLine {
  error: string
}

/**
 * One result for each line, in their order. `env` holds metrics that are laid over every vector, and over what its place
 * proposes.
 */
export function scoreLines(
  lines: readonly string[],
  env: string | undefined,
  propose?: Propose,
): (ScoredLine | RefusedLine)[] {
  const overlays = new Map<CvssVersion, ReturnType<typeof parseOverlay>>()
  const overlayFor = (version: CvssVersion): ReturnType<typeof parseOverlay> => {
    let overlay = overlays.get(version)
    if (overlay === undefined) overlays.set(version, (overlay = parseOverlay(env ?? '', version)))
    return overlay
  }
  if (env !== undefined) checkEnv(env)
  return lines.map((line) => {
    const placed = propose?.(line) ?? null
    const parsed = parseVector(placed?.vector ?? line)
    if (!parsed.ok) return { error: inWords(parsed.reason) }
    let vector = parsed.value
    if (env !== undefined) {
      const overlay = overlayFor(vector.version)
      if (!overlay.ok) return { error: `in the environment ${env}: ${inWords(overlay.reason)}` }
      vector = overlaid(vector, overlay.value)
    }
    const scored = { vector: formatVector(vector), ...scoreVector(vector) }
    return propose === undefined ? scored : { ...scored, proposed: placed?.metrics ?? [] }
  })
}

/** What no version can read is wrong with the question, not with the lines. */
function checkEnv(env: string): void {
  const tried = (['4.0', '3.1', '2.0'] as const).map((version) => parseOverlay(env, version))
  const [first] = tried
  if (tried.some((overlay) => overlay.ok) || first.ok) return
  throw new AllclearError('usage', {
    message: `The environment ${JSON.stringify(env.slice(0, 200))} cannot be read: ${first.reason.reason}.`,
    next: 'Write temporal, threat and environmental metrics: `--env CR:H/MAV:L`.',
    where: `--env, character ${first.reason.position}`,
  })
}

function inWords({ reason, position }: VectorProblem): string {
  return `${reason}, at character ${position}`
}
