import { durationMs } from '../../core/probe/index.ts'
import { nothingUnknown } from './measure.ts'
import type { KnowProbe } from './types.ts'

const maxDefault = '60m'

/** Whether each feed was fetched lately enough. */
export const feeds: KnowProbe = {
  id: 'feed.freshness',
  async ask(knowledge, params, { nowMs }) {
    const { coverage } = await knowledge.status()
    const max = typeof params.max === 'string' ? params.max : maxDefault
    const asked = Array.isArray(params.sources) ? new Set(params.sources as string[]) : null
    const looked = coverage.feeds.filter(
      ({ id, records }) => records > 0 && (asked === null || asked.has(id)),
    )
    const late = looked.filter(
      ({ fetchedAtMs }) => fetchedAtMs === null || nowMs - fetchedAtMs > durationMs(max),
    )
    const ages = looked.flatMap(({ fetchedAtMs }) => (fetchedAtMs === null ? [] : [fetchedAtMs]))
    return {
      query: 'allclear status',
      sentence:
        late.length === 0
          ? `Each of ${looked.length} feeds was fetched within ${max}.`
          : `${late.length} of ${looked.length} feeds were fetched more than ${max} ago.`,
      examined: looked.length,
      counterexamples: {
        total: late.length,
        sample: late.slice(0, 20).map(({ id, fetchedAtMs }) => ({
          target: id,
          because:
            fetchedAtMs === null ? 'was never fetched' : `fetched ${new Date(fetchedAtMs).toISOString()}`,
        })),
      },
      excepted: 0,
      unknownTargets: nothingUnknown,
      inputs: [
        {
          input: 'advisories',
          coverage: 1,
          asOfMs: ages.length === 0 ? null : Math.min(...ages),
          gaps: [],
        },
      ],
      values: { feeds: looked.length, late: late.length },
    }
  },
}
