import type { ReactNode } from 'react'
import styles from './answer-line.module.css'
import { Changed } from './changed.tsx'
import { Inert } from './inert.tsx'

/** The answer: one word in the margin, the sentence beside it, and under it what was not seen. */
export function AnswerLine({
  word,
  sentence,
  children,
}: {
  /** A word in large, or a verdict. */
  word: ReactNode
  sentence: string
  children?: ReactNode
}) {
  return (
    <section className={styles.answer} aria-label="Answer">
      <p className={typeof word === 'string' ? styles.word : styles.mark}>{word}</p>
      <div className={styles.body}>
        <Changed value={sentence}>
          <p className={styles.sentence}>
            <Inert text={sentence} />
          </p>
        </Changed>
        {children}
      </div>
    </section>
  )
}

const words = { yes: 'Yes.', no: 'No.', unknown: 'Cannot tell.' } as const

/** The API's sentence begins with the word that stands in the margin; it is said once. */
export function splitSentence({ verdict, sentence }: { verdict: keyof typeof words; sentence: string }) {
  const rest = sentence.replace(/^(?:Yes|No|Cannot tell)[.,:]\s*/, '')
  return { word: words[verdict], sentence: `${rest.charAt(0).toUpperCase()}${rest.slice(1)}` }
}
