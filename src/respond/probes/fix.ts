import { advisoryOf, counted, fleetInputs, nothingUnknown } from '../../know/probes/index.ts'
import type { RespondProbe } from './types.ts'

/** Whether a fix is published for every package version that runs. */
export const fixCoverage: RespondProbe = {
  id: 'fix.coverage',
  async ask({ knowledge }, params) {
    const id = advisoryOf(params)
    const { known, fixes, coverage } = await knowledge.fleetState(id)
    const without = fixes.filter(({ fixedIn }) => fixedIn === '')
    return {
      query: `allclear cve ${id}`,
      sentence: !known
        ? `No record describes ${id}.`
        : without.length === 0
          ? `A fix is published for ${fixes.length === 1 ? 'the package' : `each of ${fixes.length} packages`} that the fleet runs.`
          : `For ${counted(without.length, 'package')} no fix is published.`,
      examined: known ? Math.max(fixes.length, coverage.images.running) : 0,
      counterexamples: {
        total: without.length,
        sample: without.slice(0, 20).map(({ package: name, ecosystem, workloads }) => ({
          target: `${ecosystem} ${name}`,
          because: `no fixed version; ${counted(workloads, 'workload')}`,
        })),
      },
      excepted: 0,
      unknownTargets: nothingUnknown,
      inputs: fleetInputs(coverage),
      values: { packages: fixes.length, withoutFix: without.length },
    }
  },
}

/** Findings of these kinds are damage; others are life. */
const damage = new Set(['critical', 'high'])
const comparedFindings = 1000

/** Whether an image that is to replace another still has the vulnerability, or brings a worse one. */
export const fixSafe: RespondProbe = {
  id: 'fix.safe',
  async ask({ knowledge }, params) {
    const id = advisoryOf(params)
    const { from, to } = params
    if (typeof from !== 'string' || typeof to !== 'string')
      return {
        query: `allclear image diff OLD NEW`,
        sentence: 'No pair of images was compared.',
        examined: 0,
        counterexamples: { total: 0, sample: [] },
        excepted: 0,
        unknownTargets: nothingUnknown,
        inputs: [],
        withheld: `No pair of images was named. Ask \`allclear probe run fix.safe advisory=${id} from=OLD to=NEW\`.`,
      }
    const [before, after] = await Promise.all(
      [from, to].map((image) => knowledge.imageFindings(image, { limit: comparedFindings })),
    )
    const had = new Set(before.rows.map(({ vulnerability }) => vulnerability))
    const bad = after.rows.filter(
      ({ vulnerability, aliases, severity, state }) =>
        state === 'affected' &&
        (vulnerability === id || aliases.includes(id) || (damage.has(severity) && !had.has(vulnerability))),
    )
    const cut = before.total > before.rows.length || after.total > after.rows.length
    return {
      query: `allclear image diff ${from} ${to}`,
      sentence:
        bad.length === 0
          ? `The new image has neither ${id} nor a new finding of high or critical severity.`
          : `The new image brings or keeps ${bad.length}: ${bad
              .slice(0, 3)
              .map(({ vulnerability }) => vulnerability)
              .join(', ')}.`,
      examined: 1,
      counterexamples: {
        total: bad.length,
        sample: bad.slice(0, 20).map(({ vulnerability, purl }) => ({ target: vulnerability, because: purl })),
      },
      excepted: 0,
      unknownTargets: nothingUnknown,
      inputs: [
        {
          input: 'contents',
          coverage: cut ? 0 : 1,
          asOfMs: null,
          gaps: cut ? ['more findings than are compared'] : [],
        },
      ],
      values: { before: before.total, after: after.total },
    }
  },
}
