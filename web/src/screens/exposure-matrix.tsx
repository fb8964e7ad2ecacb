import { Link, type LinkOptions } from '@tanstack/react-router'
import type { ExposureAnswer } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import type { PlaceSearch } from '../paths.ts'
import { privilegeLevels, reachLevels } from '../routes.ts'
import { outcomeInWords } from './due.tsx'
import styles from './exposure-matrix.module.css'
import { privilegeTitles, reachTitles, type Privilege, type Reach } from './place.tsx'

type Cell = ExposureAnswer['matrix'][number]

/**
 * Workloads by from where they are reached and what they may become; each cell narrows the list below to itself, and the
 * one that is shown leads back to all. Levels that are not known have a row and a column only where there are some.
 */
export function ExposureMatrix({
  matrix,
  shown,
  to,
}: {
  matrix: readonly Cell[]
  shown: PlaceSearch
  to: (cell: PlaceSearch) => LinkOptions
}) {
  const rows = reachLevels.filter(
    (level) => level !== 'unknown' || matrix.some(({ reach }) => reach === level),
  )
  const columns = privilegeLevels.filter(
    (level) => level !== 'unknown' || matrix.some(({ privilege }) => privilege === level),
  )
  return (
    <table className={styles.matrix} aria-label="Workloads by reach and privilege">
      <thead>
        <tr>
          <th scope="col">Reached from</th>
          {columns.map((privilege) => (
            <th key={privilege} scope="col">
              {privilegeTitles[privilege]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((reach) => (
          <tr key={reach}>
            <th scope="row">{reachTitles[reach]}</th>
            {columns.map((privilege) => (
              <td key={privilege}>
                <CellLink
                  cell={matrix.find((one) => one.reach === reach && one.privilege === privilege)}
                  reach={reach}
                  privilege={privilege}
                  shown={shown.reach === reach && shown.privilege === privilege}
                  to={to}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function CellLink({
  cell,
  reach,
  privilege,
  shown,
  to,
}: {
  cell: Cell | undefined
  reach: Reach
  privilege: Privilege
  shown: boolean
  to: (cell: PlaceSearch) => LinkOptions
}) {
  if (cell === undefined) return <span className={styles.none}>0</span>
  return (
    <Link
      {...to(shown ? {} : { reach, privilege })}
      resetScroll={false}
      className={styles.cell}
      activeProps={{}}
      aria-current={shown ? 'true' : undefined}
      title={`${plural(cell.workloads, 'workload')}, ${plural(cell.pods, 'pod')}`}
    >
      <b>{grouped(cell.workloads)}</b>
      <span className="visually-hidden"> {cell.workloads === 1 ? 'workload' : 'workloads'}, fix due: </span>
      <span>{outcomeInWords(cell.outcome)}</span>
    </Link>
  )
}
