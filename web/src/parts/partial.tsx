import { Link } from '@tanstack/react-router'
import type { Coverage } from '../api/schema.generated.ts'
import { grouped, inert, nbsp, utc } from '../format.ts'
import { pb } from '../paths.ts'
import styles from './partial.module.css'
import { Verdict } from './verdict.tsx'

/**
 * One line under the answer: what was not seen. Nothing when everything was. A question about a `file` is answered from
 * layers alone: SBOMs name no files.
 */
export function Partial({ coverage, file }: { coverage: Coverage; file?: boolean }) {
  const parts: string[] = []
  const silent = coverage.clusters.notSeen
  if (silent.length > 0) {
    const named = silent
      .slice(0, 3)
      .map(
        ({ name, lastSeenAtMs }) =>
          `${inert(name)} ${lastSeenAtMs === null ? 'not yet' : `last ${utc(lastSeenAtMs)}`}`,
      )
    parts.push(
      `${grouped(silent.length)} of ${grouped(coverage.clusters.total)} clusters not seen now (${named.join(', ')}${silent.length > 3 ? ', …' : ''})`,
    )
  }
  const blind = coverage.images.running - coverage.images.known
  if (blind > 0)
    parts.push(
      file
        ? `the layers of ${grouped(blind)}${nbsp}running ${blind === 1 ? 'image' : 'images'} were not read`
        : `${grouped(blind)}${nbsp}running ${blind === 1 ? 'image has' : 'images have'} no SBOM`,
    )
  const unsourced = coverage.packages.withoutAdvisorySource
  if (unsourced > 0 && !file)
    parts.push(
      `${grouped(unsourced)}${nbsp}package ${unsourced === 1 ? 'version has' : 'versions have'} no advisory source`,
    )
  if (parts.length === 0) return null
  return (
    <p className={styles.partial}>
      <Verdict kind={silent.length > 0 ? 'stale' : 'unknown'}>partial</Verdict>
      <span>
        {parts.join('; ')}.{' '}
        <Link {...pb.home()} hash="coverage">
          What that means
        </Link>
      </span>
    </p>
  )
}
