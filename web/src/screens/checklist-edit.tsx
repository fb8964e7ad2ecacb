import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { queries } from '../api/queries.ts'
import type { ChecklistAnswer } from '../api/schema.generated.ts'
import { Asked } from '../parts/asked.tsx'
import { Inert } from '../parts/inert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { pb } from '../paths.ts'
import { ChecklistEditor } from './checklist-editor.tsx'

const route = getRouteApi('/checklists/$listId/edit')

export function ChecklistEditScreen() {
  const { listId } = route.useParams()
  const result = useQuery(queries.checklist(listId))
  return (
    <Asked result={result} what={`the checklist ${listId}`}>
      {(answer) => <Edited key={answer.checklist.id} answer={answer} />}
    </Asked>
  )
}

function Edited({ answer }: { answer: ChecklistAnswer }) {
  // What one began with, also when somebody stores another version meanwhile.
  const [{ checklist, text }] = useState(answer)
  const { id, title, version } = checklist
  return (
    <>
      <PageHead
        title={`Change: ${title}`}
        heading={<Inert text={`Change: ${title}`} max={200} />}
        facts={[
          <Link key="list" {...pb.checklist(id)}>
            <Inert text={id} max={60} /> {version}
          </Link>,
          'the lint judges while you type; nothing is kept until you store it',
        ]}
      />
      <ChecklistEditor
        before={text}
        base={version}
        source="edited"
        command={`allclear checklist edit ${id}`}
      />
    </>
  )
}
