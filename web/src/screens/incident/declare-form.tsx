import { useState } from 'react'
import { Chips } from '../../parts/chip.tsx'
import { plural } from '../../format.ts'
import { SayForm } from './say-form.tsx'
import { useTalk } from './talk.ts'

/** Whether it is an incident: a decision with its reason, either way. */
export function DeclareForm({ onDone }: { onDone: () => void }) {
  const { incident } = useTalk()
  const [dismiss, setDismiss] = useState(false)
  return (
    <>
      <Chips
        label="What is decided"
        value={dismiss ? 'dismiss' : undefined}
        onChange={(value) => setDismiss(value === 'dismiss')}
        chips={[
          { value: undefined, title: 'It is an incident' },
          { value: 'dismiss', title: 'Dismiss, and watch' },
        ]}
      />
      <SayForm
        key={String(dismiss)}
        label={dismiss ? 'Dismiss the incident' : 'Declare the incident'}
        fields={[
          {
            name: 'statement',
            label: 'Decision',
            initial: dismiss ? 'It does not concern us.' : 'We treat it as an incident.',
          },
          {
            name: 'reason',
            label: 'Because',
            initial: dismiss ? '' : `It runs in ${plural(incident.fleet.affected, 'workload')}.`,
            hint: dismiss ? 'A verdict that turns against this brings the incident back.' : undefined,
          },
        ]}
        verb={dismiss ? 'Dismiss' : 'Declare'}
        wordsOf={({ statement, reason }) => ({
          do: 'decide',
          statement: statement.trim(),
          reason: reason.trim(),
          ...(dismiss ? { dismiss: true } : { declare: true }),
        })}
        onDone={onDone}
      />
    </>
  )
}
