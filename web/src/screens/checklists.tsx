import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { ChecklistList, ChecklistRow } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { buttonClass } from '../parts/button.tsx'
import { Chip } from '../parts/chip.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import { phaseTitles, sourceWords } from './checklist-words.ts'

const columns: readonly Column<ChecklistRow>[] = [
  {
    title: 'Checklist',
    phone: 'line',
    cell: ({ id, title, status, waiting }) => (
      <>
        <Link {...pb.checklist(id)}>
          <Inert text={title} max={200} />
        </Link>{' '}
        {status !== 'active' && <Chip>{status}</Chip>}
        {waiting > 0 && <Chip>{plural(waiting, 'version')} waiting for a second person</Chip>}
        <Second>
          <Inert text={id} max={60} />
        </Second>
      </>
    ),
  },
  {
    title: 'Version',
    width: '190px',
    phone: 'half',
    cell: ({ version, source, builtIn }) => (
      <>
        {version}
        <Second>
          {sourceWords[source]}
          {builtIn !== null && `; Allclear brings ${builtIn}`}
        </Second>
      </>
    ),
  },
  { title: 'Mode', width: '120px', phone: 'half', cell: ({ mode }) => <span className="soft">{mode}</span> },
  { title: 'Items', number: true, width: '70px', phone: 'half', cell: ({ items }) => grouped(items) },
  {
    title: 'Reviewed',
    width: '120px',
    phone: 'half',
    cell: ({ lastReviewed }) => <span className="soft">{lastReviewed ?? 'never'}</span>,
  },
  { title: 'Lint', width: '150px', phone: 'half', cell: lintOf },
]

function lintOf({ errors, warnings }: ChecklistRow) {
  if (errors > 0) return <Verdict kind="contradicted">{plural(errors, 'error')}</Verdict>
  if (warnings > 0) return <Verdict kind="stale">{plural(warnings, 'warning')}</Verdict>
  return <Verdict kind="confirmed">clean</Verdict>
}

export function ChecklistsScreen() {
  const result = useQuery(queries.checklists())
  return (
    <>
      <PageHead
        title="Checklists"
        facts={['what skilled people forget under pressure; each item asks the live fleet']}
        actions={
          <Link {...pb.checklistNew()} className={buttonClass('primary')} data-next="">
            A new one <kbd>n</kbd>
          </Link>
        }
      />
      <Asked result={result} what="the checklists">
        {(list) => (
          <>
            <AnswerLine {...answerOf(list)}>
              <FolderProblems list={list} />
            </AnswerLine>
            {[...Map.groupBy(list.rows, ({ phase }) => phase)].map(([phase, rows]) => (
              <Figure key={phase} title={phaseTitles[phase]} note={plural(rows.length, 'list')}>
                <DataTable
                  caption={`Checklists: ${phaseTitles[phase]}`}
                  rows={rows}
                  keyOf={({ id }) => id}
                  columns={columns}
                />
              </Figure>
            ))}
          </>
        )}
      </Asked>
    </>
  )
}

function answerOf({ rows, folder }: ChecklistList): { word: string; sentence: string } {
  const own = rows.filter(({ source }) => source !== 'built-in').length
  const waiting = rows.reduce((sum, row) => sum + row.waiting, 0)
  const broken = folder?.problems.length ?? 0
  const sentence = [
    `${plural(rows.length, 'checklist')} with ${plural(
      rows.reduce((sum, { items }) => sum + items, 0),
      'item',
    )} in force, ${own === 0 ? 'all as they come with Allclear' : `${grouped(own)} of them your own`}`,
    waiting > 0
      ? `${plural(waiting, 'version')} ${waiting === 1 ? 'loosens' : 'loosen'} something and ${waiting === 1 ? 'waits' : 'wait'} for a second person`
      : '',
  ]
    .filter((part) => part !== '')
    .join('; ')
  return { word: broken > 0 ? 'In part.' : waiting > 0 ? 'Waiting.' : 'In force.', sentence: `${sentence}.` }
}

/** What lies in the folder and is not in force: nobody may believe that it is. */
function FolderProblems({ list: { folder } }: { list: ChecklistList }) {
  if (folder === null || folder.problems.length === 0) return null
  return (
    <>
      <p>
        Not in force, in <Inert text={folder.path} max={200} />:
      </p>
      <ul>
        {folder.problems.map(({ file, problem }) => (
          <li key={`${file} ${problem.rule} ${problem.line}`}>
            <code>
              <Inert text={`${file}:${problem.line ?? 1}`} max={200} />
            </code>{' '}
            <Inert text={problem.message} max={400} />
          </li>
        ))}
      </ul>
    </>
  )
}
