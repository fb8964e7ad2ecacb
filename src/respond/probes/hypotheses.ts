import { incidentOf, ofRecord } from './measure.ts'
import type { RespondProbe } from './types.ts'

const minDefault = 3
const kinds = ['attack', 'benign', 'detector'] as const

/** Whether rival explanations are written down and each was put to a test that could refute it. */
export const hypothesesTested: RespondProbe = {
  id: 'hypotheses.tested',
  async ask(looked, params) {
    const state = await incidentOf(looked, params)
    const min = (params.min as number | undefined) ?? minDefault
    const { hypotheses } = state
    const untested = hypotheses.filter(({ tests }) => tests.length === 0)
    const lacking = kinds.filter((kind) => !hypotheses.some((one) => one.kind === kind))
    return ofRecord(state, {
      sentence:
        untested.length === 0
          ? `Each of ${hypotheses.length} explanations was put to a test.`
          : `${untested.map(({ id }) => id).join(', ')} ${untested.length === 1 ? 'was' : 'were'} not put to a test.`,
      examined: hypotheses.length,
      against: untested.map(({ id, statement }) => ({ target: id, because: `not tested: ${statement}` })),
      ...(hypotheses.length < min
        ? { withheld: `Only ${hypotheses.length} of at least ${min} explanations are written down.` }
        : lacking.length > 0
          ? { withheld: `No explanation of these kinds is written down: ${lacking.join(', ')}.` }
          : {}),
      values: { hypotheses: hypotheses.length, untested: untested.length },
    })
  },
}
