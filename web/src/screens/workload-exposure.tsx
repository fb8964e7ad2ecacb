import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { Workload } from '../api/schema.generated.ts'
import { Asked } from '../parts/asked.tsx'
import { Facts } from '../parts/facts.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure } from '../parts/ledger.tsx'
import { pb } from '../paths.ts'
import { AttackPath } from './attack-path.tsx'
import { Due } from './due.tsx'
import { ExposureReasons } from './exposure-reasons.tsx'
import { privilegeTitles, reachTitles, type ExposureRow } from './place.tsx'

/** When the worst that it runs is due, why, and how an attacker comes to it. */
export function WorkloadExposure({ workload: { id, cluster } }: { workload: Workload }) {
  const result = useQuery(queries.exposure({ cluster, q: id }))
  return (
    <Figure title="Exposure" note="the finding that puts it where it stands among what to fix first">
      <Asked result={result} what="its exposure">
        {({ workloads }) => {
          const row = workloads.rows.find((one) => one.id === id)
          return row === undefined ? (
            <>
              <p className="soft">Nothing that is known to be vulnerable runs in it now.</p>
              <AttackPath id={id} />
            </>
          ) : (
            <>
              <Facts facts={factsOf(row)} />
              <br />
              <ExposureReasons row={row} />
            </>
          )
        }}
      </Asked>
    </Figure>
  )
}

function factsOf(row: ExposureRow) {
  const { deadline, vulnerability, title, reach, privilege } = row
  return [
    { term: 'Fix due', value: <Due deadline={deadline} /> },
    {
      term: 'Worst finding',
      value: (
        <Link {...pb.cve(vulnerability)}>
          <Inert text={vulnerability} max={80} />
        </Link>
      ),
      note: <Inert text={title} max={120} />,
    },
    { term: 'Reached from', value: reachTitles[reach] },
    {
      term: 'Privilege',
      value: privilegeTitles[privilege],
      note: 'what whoever runs code in it can become',
    },
  ]
}
