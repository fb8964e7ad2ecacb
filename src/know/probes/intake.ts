import { advisoryOf, counted, nothingUnknown } from './measure.ts'
import type { KnowProbe } from './types.ts'

/** Whether a record says what is affected, so that the fleet can be asked. */
export const intake: KnowProbe = {
  id: 'advisory.intake',
  async ask(knowledge, params) {
    const id = advisoryOf(params)
    const { known, provisional, records, packages, atMs } = await knowledge.fleetState(id)
    return {
      query: `allclear cve ${id}`,
      sentence: known
        ? `${counted(records.length, 'record')} ${records.length === 1 ? 'describes' : 'describe'} it (${records.slice(0, 3).join(', ')})${provisional ? ', provisional until a published one agrees' : ''}; ${counted(packages, 'vulnerable package version')} in the fleet.`
        : `No record describes ${id} yet.`,
      examined: records.length,
      counterexamples: { total: 0, sample: [] },
      excepted: 0,
      unknownTargets: nothingUnknown,
      inputs: [
        {
          input: 'advisories',
          coverage: known ? 1 : 0,
          asOfMs: atMs,
          gaps: known ? [] : [`no record of ${id}`],
        },
      ],
      values: { records: records.length, packages, provisional: provisional ? 1 : 0 },
      ...(known
        ? {}
        : {
            withheld: `No record describes ${id} yet. \`allclear advisory add\` writes down what was heard.`,
          }),
    }
  },
}
