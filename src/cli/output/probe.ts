import type { ProbeResult, Verdict } from '../../core/probe/index.ts'
import type { CommandContext } from '../context.ts'
import { formatAge, formatShare } from './format.ts'
import { formatTable } from './table.ts'
import { inert } from './terminal.ts'
import type { Terminal } from './terminal.ts'

/** A verdict as a word and, where there is colour, as one. */
export function paintVerdict(terminal: Terminal, verdict: Verdict, text: string = verdict): string {
  switch (verdict) {
    case 'confirmed':
      return terminal.paint('green', text)
    case 'contradicted':
      return terminal.paint(['bold', 'red'], text)
    default:
      return terminal.paint('yellow', text)
  }
}

/** The verdict, then what it rests on. */
export function formatProbeResult(
  result: ProbeResult,
  { terminal, io }: CommandContext,
  wide: boolean,
): string {
  const { verdict, reason, evidence, atMs } = result
  const nowMs = io.clock.nowMs()
  const lines = [
    `${terminal.bold(result.probe)}  ${paintVerdict(terminal, verdict)}, ${formatAge(atMs, nowMs)}`,
    inert(reason),
  ]
  if (evidence === null) return `${lines.join('\n')}\n`
  const { examined, counterexamples, excepted, unknownTargets, inputs, query, tookMs } = evidence
  lines.push(
    `Examined ${examined}; against it ${counterexamples.total}, excepted ${excepted}, unknown ${unknownTargets.total}. ${tookMs} ms.`,
  )
  for (const { input, coverage, gaps } of inputs)
    lines.push(
      `  ${input}: ${formatShare(Math.round(coverage * 1000), 1000)} seen${gaps.length === 0 ? '' : ` (${inert(gaps.slice(0, 3).join('; '))})`}`,
    )
  lines.push(`Ask the same: ${inert(query)}`)
  const table =
    counterexamples.sample.length === 0
      ? ''
      : `\n${terminal.bold('Against it')}\n${formatTable(
          [
            { title: 'target', value: (row) => row.target, flexible: true },
            { title: 'because', value: (row) => row.because, flexible: true },
          ],
          wide ? counterexamples.sample : counterexamples.sample.slice(0, 10),
          terminal,
          wide,
        )}`
  return `${lines.join('\n')}\n${table}`
}
