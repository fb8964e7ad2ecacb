import type { ChecklistChange } from '../api/schema.generated.ts'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Inert } from '../parts/inert.tsx'
import { Verdict, type VerdictKind } from '../parts/verdict.tsx'

const kinds: Readonly<Record<ChecklistChange['kind'], VerdictKind>> = {
  loosened: 'contradicted',
  removed: 'contradicted',
  tightened: 'confirmed',
  added: 'confirmed',
  reworded: 'not-applicable',
}

const columns: readonly Column<ChecklistChange>[] = [
  {
    title: 'Change',
    width: '140px',
    phone: 'half',
    // An extended item may go: that asks for a minor version, and nobody has to be warned.
    cell: ({ kind, step }) => (
      <Verdict kind={step === 'minor' && kind === 'removed' ? 'not-applicable' : kinds[kind]}>{kind}</Verdict>
    ),
  },
  {
    title: 'Of',
    width: '180px',
    phone: 'half',
    cell: ({ item, pause, field }) => (
      <>
        <strong>
          <Inert text={item ?? pause ?? 'the list'} max={60} />
        </strong>{' '}
        <span className="soft">
          <Inert text={field} max={80} />
        </span>
      </>
    ),
  },
  { title: 'Before', phone: 'line', cell: ({ before }) => <Value text={before} /> },
  { title: 'After', phone: 'line', cell: ({ after }) => <Value text={after} /> },
]

function Value({ text }: { text: string | null }) {
  return text === null ? <span className="soft">nothing</span> : <Inert text={text} max={400} />
}

/** What one version changes against another, by meaning. */
export function ChecklistChanges({ changes }: { changes: readonly ChecklistChange[] }) {
  return (
    <DataTable
      caption="Changes"
      rows={changes}
      keyOf={({ kind, item, pause, field, before, after }) =>
        JSON.stringify([kind, item, pause, field, before, after])
      }
      columns={columns}
    />
  )
}

/** Whether a list got weaker, in a word and a sentence. */
export function changesAnswer(changes: readonly ChecklistChange[]): { word: string; sentence: string } {
  const count = (wanted: ChecklistChange['kind']): number =>
    changes.filter(({ kind }) => kind === wanted).length
  if (changes.length === 0) return { word: 'The same.', sentence: 'Nothing changed.' }
  const parts = (['loosened', 'removed', 'tightened', 'added', 'reworded'] as const).flatMap((kind) =>
    count(kind) === 0 ? [] : [`${count(kind)} ${kind}`],
  )
  const weaker = changes.some(({ step }) => step === 'major')
  return {
    word: weaker ? 'Loosened.' : changes.some(({ step }) => step === 'minor') ? 'Tightened.' : 'Reworded.',
    sentence: `${parts.join(', ')}; ${weaker ? 'a major version, which somebody else has to accept' : `a ${changes.some(({ step }) => step === 'minor') ? 'minor' : 'patch'} version`}.`,
  }
}
