import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { ClusterPrivileges, Workload } from '../api/schema.generated.ts'
import { plural } from '../format.ts'
import { Asked } from '../parts/asked.tsx'
import { Facts } from '../parts/facts.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure } from '../parts/ledger.tsx'
import { pb } from '../paths.ts'
import { Doubts, doubtsOf } from './attack-path.tsx'

/** Its service account, the secrets that it reads, and what it has of its node. */
export function WorkloadPrivileges({ workload: { id, cluster } }: { workload: Workload }) {
  const result = useQuery(queries.privileges({ workload: id }))
  return (
    <Figure title="What it may do" note="rights in the API, and access to its node">
      <Asked result={result} what="what it may do">
        {(answer) => {
          const [own] = answer.workloads
          return (
            <>
              {own === undefined ? (
                <p className="soft">The specification of its pods is not kept.</p>
              ) : (
                <Facts facts={factsOf(own, answer, cluster)} />
              )}
              <Doubts said={[]} unknown={doubtsOf(undefined, answer)} />
            </>
          )
        }}
      </Asked>
    </Figure>
  )
}

function factsOf(
  { serviceAccount, tokenMounted, secretsIn, hostAccess }: ClusterPrivileges['workloads'][number],
  { identities }: ClusterPrivileges,
  cluster: string,
) {
  const account = identities.find(({ id }) => id === `ServiceAccount ${serviceAccount}`)
  return [
    {
      term: 'Runs as',
      value:
        account === undefined ? (
          <Inert text={serviceAccount} max={160} />
        ) : (
          <Link {...pb.identity({ cluster, id: account.id })}>
            <Inert text={serviceAccount} max={160} />
          </Link>
        ),
      note: tokenMounted ? 'its token is in the pods' : 'its token is not mounted',
    },
    {
      term: 'Rules',
      value: plural(account?.rules.length ?? 0, 'rule'),
      note: 'of roles that are bound to it',
    },
    {
      term: 'Secrets',
      value:
        secretsIn === null
          ? 'every namespace'
          : secretsIn.length === 0
            ? 'none'
            : plural(secretsIn.length, 'namespace'),
      note:
        secretsIn !== null && secretsIn.length > 0 ? (
          <Inert text={secretsIn.join(', ')} max={200} />
        ) : (
          'reads, or can have mounted'
        ),
    },
    {
      term: 'Of its node',
      value: hostAccess.length === 0 ? 'nothing' : plural(hostAccess.length, 'access', 'accesses'),
      note:
        hostAccess.length === 0 ? (
          'no host paths, namespaces or capabilities that lead there'
        ) : (
          <Inert text={hostAccess.map(({ via }) => via).join('; ')} max={300} />
        ),
    },
  ]
}
