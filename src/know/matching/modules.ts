import type { AdvisoryRange } from '../advisories/types.ts'
import type { Evaluation } from './evaluate.ts'

/**
 * RPM modules (AlmaLinux 8, Rocky Linux 8, Red Hat 8 and 9). The same package is built in several streams (nodejs:16,
 * nodejs:18) and often outside of every module, too (perl); an erratum is about one of them. Records say which only in
 * their title, documents hardly ever; but the release of a modular build names it: `1-2.module_el8.7.0+3343+ea2b7901`.
 *
 * - A build of a module and one outside of every module have nothing to do with each other: such a record does not apply.
 * - Two builds of modules whose upstream versions begin with different numbers are of different streams, unless the
 *   stream rolls (llvm-toolset:rhel8): that is not known, and said so.
 * - Otherwise they are taken for the same stream, because leaving out a real one is worse.
 */
export function judgeModule(
  version: string,
  { ranges }: { ranges: readonly AdvisoryRange[] },
  evaluation: Evaluation,
): Evaluation {
  const fixed = evaluation.fixedIn || firstFix(ranges)
  if (fixed === null) return evaluation
  const modular = isModular(version)
  if (modular !== isModular(fixed)) {
    return {
      state: 'not_affected',
      decidedBy: modular
        ? `the fix ${fixed} is of no module, the package is of one`
        : `the fix ${fixed} is of a module, the package is of none`,
      fixedIn: '',
      fixState: 'unknown',
    }
  }
  if (modular && lineOf(version) !== lineOf(fixed)) {
    return {
      state: 'unknown',
      decidedBy: `${evaluation.decidedBy}, but the module's stream is not known`,
      fixedIn: '',
      fixState: 'unknown',
    }
  }
  return evaluation
}

function isModular(version: string): boolean {
  return /\.module[_+]el/.test(version)
}

function firstFix(ranges: readonly AdvisoryRange[]): string | null {
  for (const { events } of ranges)
    for (const { kind, version } of events) if (kind === 'fixed') return version
  return null
}

/** The first number of the upstream version, without the epoch. */
function lineOf(version: string): string {
  return /^(?:\d+:)?([^.-]*)/.exec(version)?.[1] ?? ''
}
