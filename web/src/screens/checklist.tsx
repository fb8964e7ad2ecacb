import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { Checklist, ChecklistAnswer, ChecklistVersion } from '../api/schema.generated.ts'
import { plural } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { buttonClass } from '../parts/button.tsx'
import { Chip } from '../parts/chip.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Time } from '../parts/time.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import { DecideVersion } from './checklist-decide.tsx'
import { ChecklistItems } from './checklist-items.tsx'
import { ChecklistProblems } from './checklist-problems.tsx'
import { duration, roleTitle, sourceWords } from './checklist-words.ts'

const inForce = getRouteApi('/checklists/$listId')
const ofVersion = getRouteApi('/checklists/$listId/v/$version')

/** The version in force. */
export function ChecklistScreen() {
  return <Shown listId={inForce.useParams().listId} />
}

/** One version, whether or not it is in force: its address never shows anything else. */
export function ChecklistVersionScreen() {
  const { listId, version } = ofVersion.useParams()
  return <Shown listId={listId} version={version} />
}

function Shown({ listId, version }: { listId: string; version?: string }) {
  const result = useQuery(queries.checklist(listId, version))
  return (
    <Asked result={result} what={`the checklist ${listId}`}>
      {(answer) => <Page answer={answer} />}
    </Asked>
  )
}

function Page({ answer }: { answer: ChecklistAnswer }) {
  const { checklist, made, problems, versions } = answer
  const { id, title, version, mode, owner, lastReviewed, lastDrilled, pausePoints, items } = checklist
  const pauses = new Set(pausePoints.map((pause) => pause.id))
  const loose = items.filter(({ pause }) => !pauses.has(pause))
  const text = (form: string): string =>
    `/api/v1/checklists/${encodeURIComponent(id)}/text?form=${form}&version=${encodeURIComponent(version)}`
  const waiting = versions.find(({ state }) => state === 'waiting')
  const { data } = useQuery(queries.probes())
  const connected =
    data === undefined ? null : new Set(data.rows.flatMap((probe) => (probe.connected ? [probe.id] : [])))
  return (
    <>
      <PageHead
        title={title}
        heading={<Inert text={title} max={200} />}
        aside={<Chip>{mode}</Chip>}
        facts={[
          <span key="version">
            <Inert text={id} max={60} /> {version}, {sourceWords[made.source]}
          </span>,
          <span key="owner">
            kept by <Inert text={owner} max={100} />
          </span>,
          `reviewed ${lastReviewed ?? 'never'}`,
          `drilled ${lastDrilled ?? 'never'}`,
        ]}
        actions={
          <>
            <a href={text('html')}>Print</a>
            <a href={text('yaml')}>YAML</a>
            <a href={text('cacao')}>CACAO</a>
            <a href={text('markdown')}>Markdown</a>
            <CopyButton
              text={`allclear checklist show ${id}`}
              label="Copy as a command"
              name="Copy as a command"
            />
            <Link {...pb.checklistEdit(id)} className={buttonClass('primary')} data-next="">
              Change it <kbd>n</kbd>
            </Link>
          </>
        }
      />
      <AnswerLine {...answerOf(answer, connected)}>
        {made.source !== 'built-in' && (
          <p className="soft">
            Made by <Inert text={made.author} max={100} />: <Inert text={made.reason} max={400} />
          </p>
        )}
      </AnswerLine>
      {waiting !== undefined && (
        <DecideVersion list={checklist} waiting={waiting} inForce={answer.row.version} />
      )}
      {pausePoints.map((pause) => (
        <Figure key={pause.id} title={`Stop: ${pause.when}`} note={pauseNote(pause)}>
          {pause.uses !== null && (
            <p>
              Read <Link {...pb.checklist(pause.uses)}>{pause.uses}</Link> here.
            </p>
          )}
          {items.some((item) => item.pause === pause.id) && (
            <ChecklistItems
              caption={`Items: ${pause.when}`}
              items={items.filter((item) => item.pause === pause.id)}
              facts={answer.probes}
            />
          )}
        </Figure>
      ))}
      {loose.length > 0 && (
        <Figure title="At no pause point">
          <ChecklistItems caption="Items at no pause point" items={loose} facts={answer.probes} />
        </Figure>
      )}
      <Figure title="Lint" note="what keeps a list from being read and believed">
        {problems.length === 0 ? (
          <Empty kind="proven" title="Nothing is wrong with it" />
        ) : (
          <ChecklistProblems problems={problems} />
        )}
      </Figure>
      <Figure title="Versions" note="none is ever changed">
        <DataTable
          caption="Versions, newest first"
          rows={versions.map((row, at) => ({ ...row, before: versions[at + 1]?.version ?? null }))}
          keyOf={({ version: of }) => of}
          columns={versionColumns}
        />
      </Figure>
    </>
  )
}

function answerOf(
  { inForce: isInForce, checklist, row }: ChecklistAnswer,
  connected: ReadonlySet<string> | null,
): { word: string; sentence: string } {
  const { items, pausePoints, status } = checklist
  const asking = items.flatMap(({ probe }) => (probe === null ? [] : [probe.id]))
  const sentence = [
    `${plural(items.length, 'item')} at ${plural(pausePoints.length, 'pause point')}`,
    asking.length === items.length ? 'each asks the fleet' : `${asking.length} of them ask the fleet`,
    connected === null ? '' : answeredOf(asking, connected),
  ]
    .filter((part) => part !== '')
    .join('; ')
  if (status !== 'active')
    return { word: status === 'draft' ? 'A draft.' : 'Retired.', sentence: `${sentence}.` }
  return isInForce
    ? { word: 'In force.', sentence: `${sentence}.` }
    : {
        word: 'Not in force.',
        sentence: `${sentence}. Version ${row.version} is kept; another one is in force.`,
      }
}

/** How many of the questions something answers here; the others stay unknown, and no gate takes them for a yes. */
function answeredOf(asking: readonly string[], connected: ReadonlySet<string>): string {
  const answered = asking.filter((id) => connected.has(id)).length
  if (asking.length === 0) return ''
  if (answered === asking.length) return 'all of that can be answered here'
  return `${answered} of ${asking.length} questions can be answered here, the others stay unknown`
}

function pauseNote({ lead, everyMs, holdOn, passAnyway }: Checklist['pausePoints'][number]): string {
  return [
    `${roleTitle(lead)} reads aloud`,
    everyMs === null ? '' : `every ${duration(everyMs)}`,
    holdOn.length === 0 ? 'advisory' : `holds on ${holdOn.join(', ')}`,
    passAnyway === null
      ? ''
      : `${roleTitle(passAnyway.role)} may pass with ${passAnyway.needs.join(', ').replace('second-person', 'a second person')}`,
  ]
    .filter((part) => part !== '')
    .join('; ')
}

type VersionOfList = ChecklistVersion & { before: string | null }

const versionColumns: readonly Column<VersionOfList>[] = [
  {
    title: 'Version',
    width: '100px',
    phone: 'half',
    cell: ({ id, version }) => <Link {...pb.checklistVersion(id, version)}>{version}</Link>,
  },
  {
    title: 'State',
    width: '130px',
    phone: 'half',
    cell: ({ state }) => (
      <Verdict kind={state === 'stored' ? 'confirmed' : state === 'waiting' ? 'unknown' : 'not-applicable'}>
        {state}
      </Verdict>
    ),
  },
  { title: 'From', width: '150px', phone: 'half', cell: ({ source }) => sourceWords[source] },
  {
    title: 'Author',
    width: '140px',
    phone: 'half',
    cell: ({ author }) => <Inert text={author} max={80} />,
  },
  {
    title: 'Reason',
    phone: 'line',
    cell: ({ reason, decision }) => (
      <>
        <Inert text={reason} max={300} />
        {decision !== null && (
          <span className="soft">
            {' '}
            <Inert text={`${decision.by}: ${decision.reason}`} max={300} />
          </span>
        )}
      </>
    ),
  },
  {
    title: 'Stored',
    width: '110px',
    phone: 'half',
    cell: ({ storedAtMs }) => <Time atMs={storedAtMs} absent="-" />,
  },
  {
    title: 'Changed',
    width: '110px',
    phone: 'half',
    cell: ({ id, version, before }) =>
      before === null ? '' : <Link {...pb.checklistDiff(id, before, version)}>since {before}</Link>,
  },
]
