import { useQueries } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { defaultRangeExtractor, useWindowVirtualizer, type Range } from '@tanstack/react-virtual'
import {
  Fragment,
  memo,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
} from 'react'
import { windowRows, type Page, type Question } from '../api/queries.ts'
import { Icon } from './icon.tsx'
import styles from './data-table.module.css'

export interface Column<Row> {
  title: string
  cell: (row: Row) => ReactNode
  /** Numbers stand right, in figures of one width. */
  number?: boolean
  /** CSS width where the table is windowed; the rest is shared by the columns that name none. */
  width?: string
  /** The server's name for sorting by this column; `-` before it sorts downwards. */
  sort?: string
  /** The double rule: what people say stands before it, what the fleet says after it. */
  seam?: boolean
  /** On the phone a row is a block: a cell takes the whole line, half of it (named), or is left out. */
  phone?: 'line' | 'half' | 'none'
}

/** A list that the server holds: its length, and the question for the window of `windowRows` rows at an offset. */
export interface Windows<Row> {
  total: number
  question: (offset: number) => Question<Page<Row>>
}

interface TableProps<Row> {
  /** What the table is, for those who do not see where it stands. */
  caption: string
  /** Best made once, outside of the component: rows are drawn again only when a column or the row changes. */
  columns: readonly Column<Row>[]
  keyOf: (row: Row) => string
  /** The row whose key is `openKey` has this below it. */
  detail?: { openKey: string | undefined; render: (row: Row) => ReactNode }
  /** How the list is sorted now, and what to do when a heading is pressed. */
  sort?: { by: string | undefined; onSort: (by: string | undefined) => void }
}

/**
 * The one table of the console. Give it `rows`, or `windows` of a list that the server holds: then only the rows in
 * sight are in the document, the rest is fetched when it comes into sight, and the place is kept in the URL (`row`).
 * It is a table to assistive technology whatever its shape: 32 px rows on the desk, ruled blocks on the phone.
 */
export function DataTable<Row>(
  props: TableProps<Row> &
    ({ rows: readonly Row[]; windows?: undefined } | { rows?: undefined; windows: Windows<Row> }),
) {
  return props.windows === undefined ? (
    <PlainTable {...props} rows={props.rows} />
  ) : (
    <WindowedTable {...props} windows={props.windows} />
  )
}

function PlainTable<Row>({
  rows,
  caption,
  columns,
  keyOf,
  detail,
  sort,
}: TableProps<Row> & { rows: readonly Row[] }) {
  const isChanged = useChangeMarks()
  return (
    <table className={styles.table} role="table" aria-label={caption}>
      <Head columns={columns} sort={sort} />
      <tbody role="rowgroup" className={styles.body}>
        {rows.map((row) => (
          <TableRow
            key={keyOf(row)}
            row={row}
            columns={columns as readonly Column<unknown>[]}
            changed={isChanged(keyOf(row), row)}
            detail={detail?.openKey === keyOf(row) ? detail.render(row) : undefined}
          />
        ))}
      </tbody>
    </table>
  )
}

/** Height of a row before it has been measured, px: two lines and the padding. */
const rowHeightPx = 53
/** Rows drawn beyond the window's edges, so that a fast scroll shows rows and not gaps. */
const rowsBeyond = 10
/** A list this short stands in the document as a whole, so that it can be searched and printed. */
const wholeRowsMax = 100
/** Height of the bar that covers the top of the page, px: `--top-bar`. */
const topBarPx = 48

function WindowedTable<Row>({
  windows,
  caption,
  columns,
  keyOf,
  detail,
  sort,
}: TableProps<Row> & { windows: Windows<Row> }) {
  const table = useRef<HTMLTableElement>(null)
  const [startPx, setStartPx] = useState(0)
  const focused = useRef<number | null>(null)
  const total = windows.total
  // A row that has the focus stays in the document wherever one scrolls, or the focus would fall to the page.
  const rangeExtractor = useCallback((range: Range) => {
    const inSight = defaultRangeExtractor(range)
    const kept = focused.current
    if (kept === null || kept >= range.count || inSight.includes(kept)) return inSight
    return [...inSight, kept].sort((a, b) => a - b)
  }, [])
  // Rows of one table are alike: the first one measured is the estimate of the others, so that a row that comes into
  // sight is as high as was thought and nothing has to be laid out again.
  const typicalPx = useRef(rowHeightPx)
  const virtualizer = useWindowVirtualizer({
    count: total,
    estimateSize: () => typicalPx.current,
    overscan: total <= wholeRowsMax ? total : rowsBeyond,
    scrollMargin: startPx,
    scrollPaddingStart: topBarPx,
    rangeExtractor,
  })
  useLayoutEffect(() => {
    if (virtualizer.isScrolling) return
    const row = table.current?.querySelector<HTMLElement>('[data-row]')
    if (row && row.offsetHeight !== typicalPx.current) {
      typicalPx.current = row.offsetHeight
      virtualizer.measure()
    }
    // What stands above may have grown.
    const body = table.current?.tBodies[0]
    const px = body ? Math.round(body.getBoundingClientRect().top + window.scrollY) : 0
    if (px !== startPx) setStartPx(px)
  })
  useRowInUrl(total, startPx, virtualizer)
  const items = virtualizer.getVirtualItems()
  const rowAt = useWindowsInSight(windows, items[0]?.index ?? 0, items.at(-1)?.index ?? 0)
  const isChanged = useChangeMarks()
  return (
    <table
      ref={table}
      className={`${styles.table} ${styles.windowed}`}
      role="table"
      aria-label={caption}
      aria-rowcount={total + 1}
      onFocus={(event) => {
        const index = (event.target as Element).closest<HTMLElement>('[data-index]')?.dataset.index
        focused.current = index === undefined ? null : Number(index)
      }}
      onBlur={() => (focused.current = null)}
    >
      <colgroup>
        {columns.map(({ title, width }) => (
          <col key={title} style={width === undefined ? undefined : { width }} />
        ))}
      </colgroup>
      <Head columns={columns} sort={sort} />
      {items.map((item, at) => {
        const row = rowAt(item.index)
        const before = at === 0 ? startPx : items[at - 1].end
        return (
          <Fragment key={item.index}>
            <SpacerBody px={item.start - before} />
            <tbody
              role="rowgroup"
              className={styles.body}
              data-index={item.index}
              ref={virtualizer.measureElement}
            >
              {row === undefined ? (
                <tr role="row" aria-rowindex={item.index + 2} aria-busy="true" className={styles.coming}>
                  <td role="cell" colSpan={columns.length}>
                    <i />
                  </td>
                </tr>
              ) : (
                <TableRow
                  row={row}
                  rowIndex={item.index + 2}
                  columns={columns as readonly Column<unknown>[]}
                  changed={isChanged(keyOf(row), row)}
                  detail={detail?.openKey === keyOf(row) ? detail.render(row) : undefined}
                />
              )}
            </tbody>
          </Fragment>
        )
      })}
      <SpacerBody px={virtualizer.getTotalSize() - ((items.at(-1)?.end ?? startPx) - startPx)} />
    </table>
  )
}

/** The height of rows that are not drawn. */
function SpacerBody({ px }: { px: number }) {
  if (px <= 0) return null
  return (
    <tbody aria-hidden="true" className={styles.spacer}>
      <tr style={{ height: px }} />
    </tbody>
  )
}

/** Asks for the windows that hold the rows in sight; the row at an index, once it is there. */
function useWindowsInSight<Row>(windows: Windows<Row>, first: number, last: number) {
  const offsets: number[] = []
  for (let at = Math.floor(first / windowRows); at * windowRows <= last; at++) offsets.push(at * windowRows)
  const results = useQueries({ queries: offsets.map((offset) => windows.question(offset)) })
  return (index: number): Row | undefined =>
    (results[Math.floor(index / windowRows) - Math.floor(first / windowRows)]?.data as Page<Row> | undefined)
      ?.rows[index % windowRows]
}

/** Keeps the first row in sight in the URL when scrolling has come to rest, and goes there when the page is opened. */
function useRowInUrl(
  total: number,
  startPx: number,
  virtualizer: ReturnType<typeof useWindowVirtualizer<Element>>,
): void {
  const row = useSearch({ strict: false, select: (search) => (search as { row?: number }).row ?? 0 })
  const navigate = useNavigate()
  const opened = useRef(false)
  useEffect(() => {
    if (opened.current || startPx === 0) return
    opened.current = true
    if (row > 0 && window.scrollY === 0)
      virtualizer.scrollToIndex(Math.min(row, total - 1), { align: 'start' })
  }, [row, startPx, total, virtualizer])
  useEffect(() => {
    const onScrollEnd = (): void => {
      if (!opened.current) return
      const topPx = window.scrollY + topBarPx
      const first = topPx <= startPx ? 0 : (virtualizer.getVirtualItemForOffset(topPx)?.index ?? 0)
      if (first === row) return
      void navigate({
        to: '.',
        search: ((before: object) => ({ ...before, row: first === 0 ? undefined : first })) as never,
        replace: true,
        resetScroll: false,
        ignoreBlocker: true,
      })
    }
    document.addEventListener('scrollend', onScrollEnd)
    return () => document.removeEventListener('scrollend', onScrollEnd)
  }, [row, startPx, navigate, virtualizer])
}

/**
 * Whether a row has other contents than when it was first shown: such rows carry a mark until the page is left. What is
 * asked again and comes back equal keeps its identity in the query cache, so that most rows need no comparison.
 */
function useChangeMarks(): (key: string, row: unknown) => boolean {
  const first = useRef(new Map<string, { row: unknown; text: string | null }>())
  return (key, row) => {
    const before = first.current.get(key)
    if (before === undefined) {
      first.current.set(key, { row, text: null })
      return false
    }
    if (before.row === row) return false
    before.text ??= JSON.stringify(before.row)
    return before.text !== JSON.stringify(row)
  }
}

function Head<Row>({ columns, sort }: Pick<TableProps<Row>, 'columns' | 'sort'>) {
  return (
    <thead role="rowgroup">
      <tr role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <th
            key={column.title}
            role="columnheader"
            scope="col"
            className={classOf(column)}
            aria-sort={
              column.sort === undefined || sort === undefined
                ? undefined
                : sort.by === column.sort
                  ? 'ascending'
                  : sort.by === `-${column.sort}`
                    ? 'descending'
                    : 'none'
            }
          >
            {column.sort === undefined || sort === undefined ? (
              column.title
            ) : (
              <SortButton title={column.title} by={column.sort} sort={sort} />
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}

/** Pressed: downwards, upwards, then the list's own order again. */
function SortButton({
  title,
  by,
  sort,
}: {
  title: string
  by: string
  sort: { by: string | undefined; onSort: (by: string | undefined) => void }
}) {
  const next = sort.by === `-${by}` ? by : sort.by === by ? undefined : `-${by}`
  return (
    <button type="button" className={styles.sort} onClick={() => sort.onSort(next)}>
      {title}
      {sort.by === by && <Icon name="up" />}
      {sort.by === `-${by}` && <Icon name="down" />}
    </button>
  )
}

interface TableRowProps {
  row: unknown
  columns: readonly Column<unknown>[]
  changed: boolean
  rowIndex?: number
  detail?: ReactNode
}

const TableRow = memo(function TableRow({ row, columns, changed, rowIndex, detail }: TableRowProps) {
  const open = detail !== undefined
  return (
    <>
      <tr
        role="row"
        aria-rowindex={rowIndex}
        data-row=""
        className={`${styles.row} ${changed ? styles.changed : ''} ${open ? styles.open : ''}`}
      >
        {columns.map((column, at) => (
          <td key={column.title} role="cell" data-title={column.title} className={classOf(column)}>
            {changed && at === 0 && <span className="visually-hidden">Changed. </span>}
            {column.cell(row)}
          </td>
        ))}
      </tr>
      {open && (
        <tr role="row" className={styles.detail}>
          <td role="cell" colSpan={columns.length}>
            {detail}
          </td>
        </tr>
      )}
    </>
  )
})

function classOf<Row>({ number, seam, phone = 'half' }: Column<Row>): string {
  return [
    number ? `${styles.number} number` : '',
    seam ? styles.seam : '',
    phone === 'line' ? styles.line : phone === 'none' ? styles.deskOnly : '',
  ]
    .filter((name) => name !== '')
    .join(' ')
}

/** The small second line of a cell. */
export function Second({ children }: { children: ReactNode }) {
  return <small className={styles.second}>{children}</small>
}
