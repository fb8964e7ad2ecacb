import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { ExplainAnswer } from '../api/schema.generated.ts'
import { Asked } from '../parts/asked.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { shellWord } from '../parts/cli.tsx'
import { Inert } from '../parts/inert.tsx'
import { FindingVerdict, Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import styles from './explanation.module.css'

/** Why this verdict: every step that was taken, from the advisory to the comparison, for the package of the row first. */
export function Explanation({
  imageId,
  vulnerability,
  purl,
}: {
  imageId: string
  vulnerability: string
  purl: string
}) {
  const result = useQuery(queries.explain(imageId, vulnerability))
  return (
    <section className={styles.why} aria-label={`Why ${vulnerability}`}>
      <Asked result={result} what={`why ${vulnerability}`}>
        {(explained) => (
          <>
            <p className={styles.answer}>
              <Inert text={explained.sentence} />
            </p>
            {ordered(explained, purl).map((explanation, at) => (
              // Two package versions may have one package URL: a rebuild of a source.
              <Steps
                key={`${explanation.advisory} ${explanation.package.purl} ${at}`}
                explanation={explanation}
              />
            ))}
            <div className={styles.actions}>
              <Link {...pb.cve(vulnerability)}>Who else runs it?</Link>
              <CopyButton
                text={location.href}
                label="Copy link to this verdict"
                name="Copy link to this verdict"
              />
              <CopyButton
                text={`allclear explain ${shellWord(imageId)} ${shellWord(vulnerability)}`}
                label="Copy as a command"
                name="Copy as a command"
              />
            </div>
          </>
        )}
      </Asked>
    </section>
  )
}

/** More than a reader takes in; the command gives all. */
const shownMax = 12

function ordered({ explanations }: ExplainAnswer, purl: string) {
  return explanations
    .toSorted((a, b) => Number(b.package.purl === purl) - Number(a.package.purl === purl))
    .slice(0, shownMax)
}

function Steps({ explanation }: { explanation: ExplainAnswer['explanations'][number] }) {
  const { advisory, steps, alsoConsidered, verdict, vex, package: subject } = explanation
  return (
    <div className={styles.one}>
      <h3>
        <FindingVerdict state={verdict} />{' '}
        <span className={styles.says}>
          says{' '}
          <Link {...pb.advisory(advisory)}>
            <Inert text={advisory} max={80} />
          </Link>{' '}
          of{' '}
          <code>
            <Inert text={`${subject.key.name} ${subject.key.version}`} max={160} />
          </code>
        </span>
      </h3>
      <ol className={styles.reasons}>
        {steps.map(({ rule, text }, at) => (
          // Steps are told apart by their order; a rule may come twice.
          <li key={at}>
            <b>
              <Inert text={rule} max={80} />
            </b>
            <span>
              <Inert text={text} max={600} />
            </span>
          </li>
        ))}
        {alsoConsidered.map((text) => (
          <li key={text}>
            <b>also considered</b>
            <span>
              <Inert text={text} max={600} />
            </span>
          </li>
        ))}
        {vex.map(({ author, status, statement, documentId }) => (
          <li key={documentId}>
            <b>who disagrees</b>
            <span>
              <Verdict kind="not-applicable">{status.replaceAll('_', ' ')}</Verdict>{' '}
              <Inert text={author} max={120} />
              {statement !== null && (
                <>
                  : <Inert text={statement} max={400} />
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
    </div>
  )
}
