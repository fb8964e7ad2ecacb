import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Empty } from '../parts/empty.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { pb } from '../paths.ts'
import { ChecklistChanges, changesAnswer } from './checklist-changes.tsx'

const route = getRouteApi('/checklists/$listId/diff/$from/$to')

/** What changed from one version to another: not lines of text, but what it means to the gates. */
export function ChecklistDiffScreen() {
  const { listId, from, to } = route.useParams()
  const result = useQuery(queries.checklistDiff(listId, from, to))
  return (
    <>
      <PageHead
        title={`${listId}: ${from} to ${to}`}
        heading={<Inert text={`${listId}: ${from} → ${to}`} max={120} />}
        facts={[
          <Link key="from" {...pb.checklistVersion(listId, from)}>
            version <Inert text={from} max={30} />
          </Link>,
          <Link key="to" {...pb.checklistVersion(listId, to)}>
            version <Inert text={to} max={30} />
          </Link>,
          <Link key="now" {...pb.checklist(listId)}>
            in force
          </Link>,
        ]}
        actions={
          <CopyButton
            text={`allclear checklist diff ${listId} ${from} ${to}`}
            label="Copy as a command"
            name="Copy as a command"
          />
        }
      />
      <Asked result={result} what="the comparison">
        {({ changes }) => (
          <>
            <AnswerLine {...changesAnswer(changes)} />
            <Figure title="Changes" note="by item and by meaning">
              {changes.length === 0 ? (
                <Empty kind="proven" title="Both say the same" />
              ) : (
                <ChecklistChanges changes={changes} />
              )}
            </Figure>
          </>
        )}
      </Asked>
    </>
  )
}
