import { isModuleBuild } from '../advisories/index.ts'
import type { AdvisoryRange } from '../advisories/types.ts'
import type { EntryStatement, Evaluation } from './evaluate.ts'

/** What an entry says, and of which streams of RPM modules; of none that it names when empty. */
export interface ModuleStatement extends EntryStatement {
  modules: readonly string[]
}

/**
 * RPM modules (AlmaLinux 8, Rocky Linux 8, Red Hat 8 and 9). The same package is built in several streams (nodejs:16,
 * nodejs:18) and often outside of every module, too (perl); an erratum is about one of them. Records say which in their
 * title, RPM itself and some documents in the modularity label; the release of a modular build says at least that it is
 * one: `1-2.module_el8.7.0+3343+ea2b7901`.
 *
 * - Where both are known they decide: a record about nodejs:18 says nothing of a package of nodejs:20.
 * - A build of a module and one outside of every module have nothing to do with each other: such a record does not apply.
 * - Two builds of modules whose upstream versions begin with different numbers are of different streams, unless the
 *   stream rolls (llvm-toolset:rhel8): that is not known, and said so.
 * - Otherwise they are taken for the same stream, because leaving out a real one is worse.
 */
export function judgeModule(
  { version, module }: { version: string; module: string },
  { ranges, modules }: ModuleStatement,
  evaluation: Evaluation,
): Evaluation {
  if (module !== '' && modules.length > 0)
    return modules.includes(module)
      ? evaluation
      : notApplicable(`the record is about ${modules.join(' and ')}, the package is of ${module}`)
  const fixed = evaluation.fixedIn || firstFix(ranges)
  if (fixed === null) return evaluation
  const modular = module !== '' || isModuleBuild(version)
  if (modular !== isModuleBuild(fixed))
    return notApplicable(
      modular
        ? `the fix ${fixed} is of no module, the package is of one`
        : `the fix ${fixed} is of a module, the package is of none`,
    )
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

function notApplicable(decidedBy: string): Evaluation {
  return { state: 'not_affected', decidedBy, fixedIn: '', fixState: 'unknown' }
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
