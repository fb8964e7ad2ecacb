import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AllclearError } from '../../base/errors.ts'
import { writeText } from '../../know/reach/index.ts'
import type { ReachAnswer } from '../../know/reach/index.ts'
import type { CommandContext } from '../context.ts'
import { formatCount } from '../output/format.ts'
import { formatTable } from '../output/table.ts'

interface Difference {
  side: 'only ours' | 'only theirs'
  line: string
  because: string
}

const unexplained = 'not explained'

/**
 * Compares the answer with another tool's list in the text form, and gives the reason of each difference where a rule of the
 * specification leaves room. Exit code 1 when one is left without a reason.
 */
export async function compareWith(
  context: CommandContext,
  path: string,
  answer: ReachAnswer,
  other: ReachAnswer,
): Promise<number> {
  const { io, terminal } = context
  const text = await readFile(resolve(io.cwd, path), 'utf8').catch((error: unknown) => {
    throw new AllclearError('not-found', {
      message: `${path} cannot be read.`,
      next: 'Name a list in the text form: `source => destination : ports`, a line each.',
      cause: error,
    })
  })
  const [ours, theirs, otherRule] = [writeText(answer), text, writeText(other)].map(linesOf)
  const because = (line: string, side: Difference['side']): string => {
    const refusedIn = answer.refused[0]
    // What the other rule for pods of the host network would say the other way round, that rule decides.
    const decided = side === 'only ours' ? !otherRule.has(line) : otherRule.has(line)
    if (decided || sameEnds(line, otherRule, side))
      return 'pods on the network of their node: the NetworkPolicy API leaves to the plug-in whether policies apply to them; ours takes the common case, that they do not'
    if (refusedIn !== undefined)
      return `an object that the API server would not store was left out: ${refusedIn.source}: ${refusedIn.reason}`
    return unexplained
  }
  const differences: Difference[] = [
    ...[...theirs].filter((line) => !ours.has(line)).map((line) => ({ side: 'only theirs' as const, line })),
    ...[...ours].filter((line) => !theirs.has(line)).map((line) => ({ side: 'only ours' as const, line })),
  ].map((difference) => ({ ...difference, because: because(difference.line, difference.side) }))
  const open = differences.filter((difference) => difference.because === unexplained).length
  context.progress.end()
  if (context.form === 'json') {
    await io.write(
      `${JSON.stringify({ same: ours.size - differences.filter(({ side }) => side === 'only ours').length, differences }, null, 2)}\n`,
    )
    return open > 0 ? 1 : 0
  }
  const head =
    differences.length === 0
      ? `The same ${formatCount(ours.size)} lines.\n`
      : `${formatCount(differences.length)} lines differ, ${formatCount(open)} of them not explained.\n\n`
  const table =
    differences.length === 0
      ? ''
      : formatTable<Difference>(
          [
            { title: 'side', value: ({ side }) => side },
            { title: 'line', value: ({ line }) => line },
            { title: 'because', value: (difference) => difference.because },
          ],
          differences,
          terminal,
          true,
        )
  await io.write(head + table)
  return open > 0 ? 1 : 0
}

function linesOf(text: string): Set<string> {
  return new Set(
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== ''),
  )
}

/** The other rule has a line between the same peers with other ports. */
function sameEnds(line: string, otherRule: ReadonlySet<string>, side: Difference['side']): boolean {
  if (side === 'only theirs') return false
  const ends = line.split(' : ')[0]
  return !otherRule.has(line) && [...otherRule].some((one) => one.startsWith(`${ends} : `))
}
