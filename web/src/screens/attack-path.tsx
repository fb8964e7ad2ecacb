import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import type { ClusterPrivileges, ClusterReach } from '../api/schema.generated.ts'
import { Asked } from '../parts/asked.tsx'
import { Inert } from '../parts/inert.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { WayPicture } from '../parts/way-picture.tsx'
import { legsOfPath, legsOfWays } from './ways.ts'

/** How an attacker comes to a workload from outside, and what whoever runs code in it can become: drawn, and in words. */
export function AttackPath({ id }: { id: string }) {
  const reach = useQuery(queries.reach({ from: 'internet', to: id }))
  const privileges = useQuery(queries.privileges({ workload: id }))
  return (
    <Asked result={reach} what={`the way to ${id}`}>
      {(into) => (
        <Asked result={privileges} what={`what ${id} can become`}>
          {(onward) => <Drawn id={id} into={into} onward={onward} />}
        </Asked>
      )}
    </Asked>
  )
}

function Drawn({ id, into, onward }: { id: string; into: ClusterReach; onward: ClusterPrivileges }) {
  const [own] = onward.workloads
  const legs = [
    ...(into.path === null ? [] : legsOfPath(into.path)),
    ...(own === undefined ? [] : legsOfWays(own.ways)),
  ]
  const nowhere = own !== undefined && Object.values(own.ways).every((way) => way === null)
  return (
    <>
      {legs.length > 0 && <WayPicture label={`Ways to and from ${id}`} legs={legs} />}
      <Doubts
        said={[
          ...(into.path === null && into.unseen.waysIn === null ? ['No way in from outside is known.'] : []),
          ...(nowhere && onward.unseen.roles === null
            ? ['From it no way to secrets, nodes or cluster-admin is known.']
            : []),
        ]}
        unknown={doubtsOf(into, onward)}
      />
    </>
  )
}

/** What could make a way longer or shorter than it is drawn. */
export function doubtsOf(into: ClusterReach | undefined, onward: ClusterPrivileges | undefined): string[] {
  const doubts: string[] = []
  if (into !== undefined) {
    const { unseen, enforcement, counts } = into
    if (unseen.waysIn !== null) doubts.push(`ways in from outside: ${unseen.waysIn}`)
    if (unseen.policies !== null) doubts.push(`policies: ${unseen.policies}`)
    if (counts.policies > 0 && enforcement.state !== 'enforced')
      doubts.push(
        enforcement.plugin === null
          ? 'whether policies hold: no network plug-in that enforces them is known here'
          : `whether policies hold: ${enforcement.plugin} enforces none`,
      )
  }
  const roles = onward?.unseen.roles ?? null
  if (roles !== null) doubts.push(`rights in the API: ${roles}`)
  return doubts
}

export function Doubts({ said, unknown }: { said: readonly string[]; unknown: readonly string[] }) {
  return (
    <>
      {said.map((sentence) => (
        <p key={sentence} className="soft">
          {sentence}
        </p>
      ))}
      {unknown.map((text) => (
        <p key={text}>
          <Verdict kind="unknown">
            <Inert text={text} max={300} />
          </Verdict>
        </p>
      ))}
    </>
  )
}
