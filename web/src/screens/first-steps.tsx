import { Link } from '@tanstack/react-router'
import type { StatusAnswer } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import { Cli } from '../parts/cli.tsx'
import { Verdict, type VerdictKind } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import styles from './first-steps.module.css'

/** What has to be in here before Allclear can answer, each with the line that brings it and whether it is there. */
export function FirstSteps({ status }: { status: StatusAnswer }) {
  const { counts, example, coverage } = status
  return (
    <ol className={styles.steps}>
      {status.next.map(({ title, command }) => {
        const { kind, text } = stateOf(title, status)
        return (
          <li key={title}>
            <h3>{title}</h3>
            {!example && <Verdict kind={kind}>{text}</Verdict>}
            <Cli line={command} />
          </li>
        )
      })}
      <li>
        <h3>Ask</h3>
        <Verdict
          kind={counts.workloads > 0 && counts.advisories > 0 && !example ? 'confirmed' : 'not-applicable'}
        >
          {coverage.images.running === 0 || example
            ? 'the first answer follows'
            : `${grouped(coverage.images.known)} of ${plural(coverage.images.running, 'running image')} can be answered for`}
        </Verdict>
        <p>
          Press <kbd>/</kbd> and type what you heard, or open{' '}
          <Link {...pb.cve('CVE-2021-44228')}>the answer for CVE-2021-44228</Link>.
        </p>
      </li>
    </ol>
  )
}

/** The steps come from the server by title; what proves each is among its counts. */
function stateOf(title: string, { counts }: StatusAnswer): { kind: VerdictKind; text: string } {
  const there = (count: number, noun: string): { kind: VerdictKind; text: string } =>
    count === 0
      ? { kind: 'unknown', text: `no ${noun} yet` }
      : { kind: 'confirmed', text: `${plural(count, noun)} here` }
  if (/cluster/i.test(title)) return there(counts.clusters, 'cluster')
  if (/SBOM/.test(title)) return there(counts.imagesKnown, 'known image')
  return there(counts.advisories, 'advisory record')
}
