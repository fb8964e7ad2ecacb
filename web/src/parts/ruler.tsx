import type { ReactNode } from 'react'
import { grouped, percent } from '../format.ts'
import styles from './ruler.module.css'

/** Three numbers that make a whole: answered now, answered in part or earlier, cannot be answered. */
export interface Share {
  full: number
  half: number
  none: number
}

/**
 * The coverage meter: a ruler of a hundred ticks. Full is known, half is known in part, a dot cannot be answered. What
 * is not known is rounded up to at least one tick, so that 100 ticks mean all.
 */
function Ruler({ share, label }: { share: Share; label: string }) {
  const total = share.full + share.half + share.none
  const none = total === 0 ? 100 : share.none === 0 ? 0 : Math.max(1, Math.ceil((share.none / total) * 100))
  const half =
    share.half === 0 ? 0 : Math.min(100 - none, Math.max(1, Math.round((share.half / total) * 100)))
  const x = (tick: number): number => tick * 3 + Math.floor(tick / 10) * 2
  return (
    <svg className={styles.ruler} viewBox="0 0 318 14" role="img" aria-label={label}>
      {Array.from({ length: 100 }, (_, tick) => {
        const kind = tick < 100 - none - half ? 'full' : tick < 100 - none ? 'half' : 'none'
        const height = { full: 14, half: 8, none: 2 }[kind]
        return (
          <rect key={tick} className={styles[kind]} x={x(tick)} y={14 - height} width="2" height={height} />
        )
      })}
    </svg>
  )
}

/** A ruler with its name before it and its number after it; `what` and `of` make the words of the number. */
export function RulerRow({
  title,
  share,
  of,
  note,
}: {
  title?: string
  share: Share
  of: string
  note?: ReactNode
}) {
  const total = share.full + share.half + share.none
  const known = total === 0 ? null : (share.full + share.half) / total
  const words =
    known === null
      ? 'nothing to measure yet'
      : `${grouped(share.full + share.half)} of ${grouped(total)} ${of}`
  return (
    <p className={title === undefined ? `${styles.row} ${styles.bare}` : styles.row}>
      {title !== undefined && <span>{title}</span>}
      <Ruler share={share} label={known === null ? words : `${percent(known)}: ${words}`} />
      <span className={styles.number}>
        {known !== null && <b>{percent(known)}</b>} <span className={styles.of}>{words}</span>{' '}
        {note !== undefined && <span className={styles.of}>{note}</span>}
      </span>
    </p>
  )
}
