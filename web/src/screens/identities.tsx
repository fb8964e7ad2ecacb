import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { IdentityPage } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { Button } from '../parts/button.tsx'
import { Chips } from '../parts/chip.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Filter } from '../parts/filter.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'

const route = getRouteApi('/identities')

type Row = IdentityPage['rows'][number]

export const identityKinds: Record<Row['kind'], string> = {
  ServiceAccount: 'service account',
  User: 'user',
  Group: 'group',
}

export function IdentitiesScreen() {
  const { q, to, cluster } = route.useSearch()
  const navigate = route.useNavigate()
  const result = useQuery(queries.identities({ q, to, cluster }))
  return (
    <>
      <PageHead
        title="Identities"
        facts={['service accounts, users and groups: those that reach most come first']}
      />
      <Asked result={result} what="the identities">
        {(answer) => (
          <>
            <AnswerLine word={wordOf(answer)} sentence={answer.sentence}>
              {answer.unseen.map(({ cluster: unseen, reason }) => (
                <p key={unseen}>
                  <Verdict kind="unknown">
                    <Inert text={`${unseen}: ${reason}`} max={300} />
                  </Verdict>
                </p>
              ))}
            </AnswerLine>
            {answer.counts.identities === 0 ? (
              <Empty kind="yet" title="No identity is known yet">
                <p>
                  Watched clusters and manifests with their roles and bindings bring them:{' '}
                  <Link {...pb.start()}>First steps</Link>.
                </p>
              </Empty>
            ) : (
              <Figure title="Identities" note="how many steps each is from what an attacker wants">
                <Filter
                  label="Part of a name"
                  value={q ?? ''}
                  onFilter={(text) => void navigate(pb.identities({ to, cluster, q: text || undefined }))}
                />
                <Chips
                  label="Only what reaches"
                  value={to}
                  onChange={(target) => void navigate(pb.identities({ q, cluster, to: target }))}
                  chips={[
                    { value: undefined, title: 'All' },
                    { value: 'cluster-admin', title: `Cluster-admin ${grouped(answer.counts.clusterAdmin)}` },
                    { value: 'nodes', title: `Nodes ${grouped(answer.counts.nodes)}` },
                    { value: 'secrets', title: `Secrets ${grouped(answer.counts.secrets)}` },
                  ]}
                />
                {answer.total === 0 ? (
                  <Empty kind="matches" title="Nothing matches">
                    <Button onClick={() => void navigate(pb.identities())}>Clear the filter</Button>
                  </Empty>
                ) : (
                  <DataTable
                    key={`${q} ${to} ${cluster}`}
                    caption="Identities, those that reach most first"
                    keyOf={(row) => `${row.cluster} ${row.id}`}
                    columns={columns}
                    windows={{
                      total: answer.total,
                      question: (offset) => ({
                        ...queries.identities({ q, to, cluster }, offset),
                        select: ({ total, rows }: IdentityPage) => ({ total, rows }),
                      }),
                    }}
                  />
                )}
              </Figure>
            )}
          </>
        )}
      </Asked>
      <Ledger>
        <Section title="In a terminal">
          <Cli
            line={`allclear privileges${to === undefined ? '' : ` --to ${to}`}${q === undefined ? '' : ` --q ${shellWord(q)}`}`}
          />
        </Section>
      </Ledger>
    </>
  )
}

function wordOf({ counts: { clusterAdmin, nodes, secrets }, unseen }: IdentityPage): string {
  if (clusterAdmin > 0) return 'Admin.'
  if (nodes > 0) return 'Nodes.'
  if (secrets > 0) return 'Secrets.'
  return unseen.length === 0 ? 'Nothing.' : 'Cannot tell.'
}

function Steps({ count }: { count: number | null }) {
  return count === null ? <span className="soft nowrap">none known</span> : plural(count, 'step')
}

const columns: readonly Column<Row>[] = [
  {
    title: 'Identity',
    width: '300px',
    phone: 'line',
    cell: ({ cluster, id, kind, namespace, name }) => (
      <>
        <Link {...pb.identity({ cluster, id })}>
          <b>
            <Inert text={namespace === null ? name : `${namespace}/${name}`} max={160} />
          </b>
        </Link>
        <Second>
          <Inert text={`${identityKinds[kind]} in ${cluster}`} max={160} />
        </Second>
      </>
    ),
  },
  { title: 'What it can become', phone: 'line', cell: ({ sentence }) => <Inert text={sentence} max={300} /> },
  { title: 'Cluster-admin', width: '112px', cell: ({ steps }) => <Steps count={steps.clusterAdmin} /> },
  { title: 'Nodes', width: '112px', cell: ({ steps }) => <Steps count={steps.nodes} /> },
  { title: 'Secrets', width: '112px', cell: ({ steps }) => <Steps count={steps.secrets} /> },
  { title: 'Used by', number: true, width: '90px', cell: ({ workloads }) => plural(workloads, 'workload') },
]
