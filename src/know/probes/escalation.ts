import { counted, nothingUnknown } from './measure.ts'
import type { KnowProbe } from './types.ts'

/** Service accounts that are read at most: those that reach most come first. */
const readIdentities = 1000

/** Whether an identity that workloads run as can become more than it is. */
export const escalationPaths: KnowProbe = {
  id: 'rbac.escalation-paths',
  async ask(knowledge, params) {
    const kept = new Set(Array.isArray(params.keep) ? (params.keep as string[]) : [])
    const [{ rows, total }, { coverage }] = await Promise.all([
      knowledge.identities({ limit: readIdentities }),
      knowledge.status(),
    ])
    const gaps: string[] = total > rows.length ? ['more identities than are read'] : []
    const all = await knowledge.clusters()
    let seen = 0
    for (const { name } of all) {
      const { unseen } = await knowledge.privileges({ cluster: name })
      if (unseen.roles === null) seen++
      else gaps.push(`${name}: ${unseen.roles}`)
    }
    const used = rows.filter(({ kind, workloads }) => kind === 'ServiceAccount' && workloads > 0)
    const found = used.filter(({ steps }) => steps.clusterAdmin !== null || steps.secrets !== null)
    const against = found.filter(({ id, cluster }) => !kept.has(id) && !kept.has(`${cluster}/${id}`))
    return {
      query: 'allclear identity list',
      sentence:
        against.length === 0
          ? `None of ${counted(used.length, 'service account')} that workloads run as can reach secrets or become an administrator.`
          : `${against.length} of ${counted(used.length, 'service account')} that workloads run as can reach secrets or become an administrator.`,
      examined: used.length,
      counterexamples: {
        total: against.length,
        sample: against
          .slice(0, 20)
          .map(({ cluster, id, sentence }) => ({ target: `${cluster}: ${id}`, because: sentence })),
      },
      excepted: found.length - against.length,
      unknownTargets: nothingUnknown,
      inputs: [
        {
          input: 'objects',
          coverage: all.length === 0 || total > rows.length ? 0 : seen / all.length,
          asOfMs: coverage.atMs,
          gaps: gaps.slice(0, 20),
        },
      ],
      values: { used: used.length, escalating: found.length },
    }
  },
}
