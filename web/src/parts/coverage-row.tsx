import { Link } from '@tanstack/react-router'
import type { Coverage } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import { pb } from '../paths.ts'
import { Inert } from './inert.tsx'
import { RulerRow } from './ruler.tsx'
import { Time } from './time.tsx'
import styles from './coverage-row.module.css'

/** The coverage meter of an answer: how much of what runs could be looked into, and which images could not. */
export function CoverageRow({ coverage }: { coverage: Coverage }) {
  const { running, known, partly } = coverage.images
  const blind = running - known
  return (
    <>
      <RulerRow
        share={{ full: known - partly, half: partly, none: blind }}
        of="running images"
        note={<Time atMs={coverage.atMs} />}
      />
      {blind > 0 && (
        <details className={styles.blind}>
          <summary>
            {plural(blind, 'image')} cannot be answered for, and {blind === 1 ? 'is' : 'are'} never counted as
            clean
          </summary>
          <ul>
            {coverage.unknownImages.map(({ reference, digest, pods, reason }) => (
              <li key={digest ?? reference}>
                <Link {...pb.image(digest ?? `name:${reference}`)}>
                  <Inert text={reference} max={160} />
                </Link>{' '}
                <span className="meta">
                  {plural(pods, 'pod')}: <Inert text={reason} max={160} />
                </span>
              </li>
            ))}
            {blind > coverage.unknownImages.length && (
              <li className="meta">and {grouped(blind - coverage.unknownImages.length)} more</li>
            )}
          </ul>
        </details>
      )}
    </>
  )
}
