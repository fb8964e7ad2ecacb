import { counted, nothingUnknown } from './measure.ts'
import type { KnowProbe } from './types.ts'

/** Whether each way in from outside leads to something that somebody owns. */
export const entryPoints: KnowProbe = {
  id: 'exposure.entry-points',
  async ask(knowledge) {
    const clusters = await knowledge.clusters()
    const { coverage } = await knowledge.status()
    const against: { target: string; because: string }[] = []
    const gaps: string[] = []
    let examined = 0
    let seen = 0
    for (const { name } of clusters) {
      const { entries, unseen } = await knowledge.reach({ cluster: name, from: 'internet' })
      if (unseen.waysIn === null) seen++
      else gaps.push(`${name}: ${unseen.waysIn}`)
      if (entries.length === 0) continue
      const owners = await ownersOf(knowledge, name)
      for (const { via, destination } of entries) {
        examined++
        if ((owners.get(destination) ?? null) === null)
          against.push({ target: `${name}: ${via}`, because: `leads to ${destination}, which nobody owns` })
      }
    }
    return {
      query: 'allclear reach --from internet',
      sentence:
        against.length === 0
          ? `Each of ${counted(examined, 'way')} in from outside leads to something that somebody owns.`
          : `${against.length} of ${counted(examined, 'way')} in from outside lead to something that nobody owns.`,
      examined: Math.max(examined, seen),
      counterexamples: { total: against.length, sample: against.slice(0, 20) },
      excepted: 0,
      unknownTargets: nothingUnknown,
      inputs: [
        {
          input: 'objects',
          coverage: clusters.length === 0 ? 0 : seen / clusters.length,
          asOfMs: coverage.atMs,
          gaps: gaps.slice(0, 20),
        },
      ],
      values: { entries: examined, unowned: against.length },
    }
  },
}

const readWorkloads = 1000

/** By the name that ways in have for a workload: `shop/cart[Deployment]`. */
async function ownersOf(
  knowledge: Parameters<KnowProbe['ask']>[0],
  cluster: string,
): Promise<Map<string, string | null>> {
  const owners = new Map<string, string | null>()
  for (let offset = 0; ; offset += readWorkloads) {
    const { rows, total } = await knowledge.clusterWorkloads(cluster, { limit: readWorkloads, offset })
    for (const { namespace, name, kind, owner } of rows) owners.set(`${namespace}/${name}[${kind}]`, owner)
    if (rows.length === 0 || offset + rows.length >= total) return owners
  }
}
