import { SayForm } from './say-form.tsx'

/** The score in our environment, and the answers from which the deadline follows. */
export function ScoreForm({ onDone }: { onDone: () => void }) {
  return (
    <SayForm
      label="Score"
      fields={[
        {
          name: 'vector',
          label: 'CVSS vector',
          optional: true,
          initial: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
          hint: 'Add what is special here: CR, IR, AR and modified metrics.',
        },
        {
          name: 'answers',
          label: 'Answers for the deadline',
          initial: 'KEV:Y/PE:Y/A:Y/TI:T',
          hint: 'Exploited (KEV Y or N), exposed to the public (PE), automatable (A), technical impact total or partial (TI).',
        },
      ]}
      verb="Write the score down"
      wordsOf={({ vector, answers }) => ({
        do: 'score',
        ...(vector.trim() === '' ? {} : { vector: vector.trim() }),
        answers: answers.trim(),
      })}
      onDone={onDone}
    />
  )
}
