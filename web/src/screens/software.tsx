import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { SoftwareAnswer } from '../api/schema.generated.ts'
import { grouped } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { Button, buttonClass } from '../parts/button.tsx'
import { Chip, Chips } from '../parts/chip.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Filter } from '../parts/filter.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import { softwareRoles } from '../routes.ts'
import { privilegeTitles } from './place.tsx'
import { channelTitles, NodesDown, roleTitles, wordOf, type SoftwareRow } from './software-words.tsx'

const route = getRouteApi('/software')

export function SoftwareScreen() {
  const { q, role } = route.useSearch()
  const navigate = route.useNavigate()
  const result = useQuery(queries.software({ q, role }))
  return (
    <>
      <PageHead
        title="Software"
        facts={['of others: what its next update could take down, read, or keep from starting']}
        actions={
          <Link {...pb.softwareNew()} className={buttonClass('primary')} data-next="">
            Declare a host agent <kbd>n</kbd>
          </Link>
        }
      />
      <Asked result={result} what="the software of others">
        {(answer) =>
          answer.total === 0 && q === undefined && role === undefined ? (
            <Empty kind="yet" title="No software of others is known yet">
              <p>
                Clusters bring it: <Link {...pb.start()}>First steps</Link>. What runs on hosts outside of
                Kubernetes is declared by hand.
              </p>
            </Empty>
          ) : (
            <>
              {answer.total > 0 && (
                <AnswerLine word={wordOf(answer.rows[0].impact)} sentence={answer.sentence} />
              )}
              <Figure title="Software of others" note="what could do most harm comes first">
                <Filter
                  label="Part of a name or supplier"
                  value={q ?? ''}
                  onFilter={(text) => void navigate(pb.software({ role, q: text || undefined }))}
                />
                <Chips
                  label="Only of this role"
                  value={role}
                  onChange={(value) => void navigate(pb.software({ q, role: value }))}
                  chips={[
                    { value: undefined, title: 'All' },
                    ...softwareRoles.map((value) => ({ value, title: roleTitles[value] })),
                  ]}
                />
                {answer.total === 0 ? (
                  <Empty kind="matches" title="Nothing matches">
                    <Button onClick={() => void navigate(pb.software())}>Clear the filter</Button>
                  </Empty>
                ) : (
                  <DataTable
                    key={`${q} ${role}`}
                    caption="Software of others, what could do most harm first"
                    keyOf={({ id }) => id}
                    columns={columns}
                    windows={{
                      total: answer.total,
                      question: (offset) => ({
                        ...queries.software({ q, role }, offset),
                        select: ({ total, rows }: SoftwareAnswer) => ({ total, rows }),
                      }),
                    }}
                  />
                )}
              </Figure>
            </>
          )
        }
      </Asked>
      <Ledger>
        <Section title="In a terminal">
          <Cli
            line={`allclear software list${role === undefined ? '' : ` --role ${role}`}${q === undefined ? '' : ` --q ${shellWord(q)}`}`}
          />
        </Section>
      </Ledger>
    </>
  )
}

const columns: readonly Column<SoftwareRow>[] = [
  {
    title: 'Product',
    width: '220px',
    phone: 'line',
    cell: ({ id, name, supplier, declared, own }) => (
      <>
        <Link {...pb.softwareEntry(id)}>
          <b>
            <Inert text={name} max={160} />
          </b>
        </Link>{' '}
        {declared && <Chip>declared</Chip>} {own && <Chip>Allclear</Chip>}
        <Second>
          <Inert text={supplier} max={160} />
        </Second>
      </>
    ),
  },
  {
    title: 'What it is',
    width: '120px',
    cell: ({ roles }) => roles.map((role) => roleTitles[role]).join(', '),
  },
  {
    title: 'Version, channel',
    phone: 'line',
    cell: ({ versions, channel }) => (
      <>
        {versions.length === 0 ? (
          <span className="soft">no version said</span>
        ) : (
          <code>
            <Inert text={versions[0].version} max={80} />
          </code>
        )}
        {versions.length > 1 && ` and ${grouped(versions.length - 1)} more`}
        <Second>{channelTitles[channel]}</Second>
      </>
    ),
  },
  {
    title: 'Nodes down',
    number: true,
    width: '96px',
    cell: ({ impact }) => <NodesDown takesDown={impact.takesDown} />,
  },
  {
    title: 'Cannot start',
    number: true,
    width: '100px',
    cell: ({ impact }) => grouped(impact.blocks.workloads),
  },
  {
    title: 'Secrets read',
    number: true,
    width: '100px',
    cell: ({ impact }) => grouped(impact.reads.secretNamespaces),
  },
  {
    title: 'Privilege',
    width: '120px',
    cell: ({ privilege }) =>
      privilege === 'unknown' ? <Verdict kind="unknown">not known</Verdict> : privilegeTitles[privilege],
  },
  { title: 'On nodes', number: true, width: '80px', cell: ({ nodes }) => grouped(nodes) },
]
