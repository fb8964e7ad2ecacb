import { stripVTControlCharacters } from 'node:util'
import { inert } from './terminal.ts'
import type { Terminal } from './terminal.ts'

export interface Column<Row> {
  title: string
  value(row: Row): string | number
  /** Only with `-o wide`. */
  wide?: boolean
  /** May be cut when the terminal is too narrow; the first such column is cut first. */
  flexible?: boolean
  /** Stands right, like the numbers that it writes. Columns of plain numbers do so by themselves. */
  right?: boolean
  paint?(text: string, row: Row): string
}

/** Two blanks between columns; a flexible column keeps at least this much. */
const gap = '  '
const flexibleColumnsMin = 16

/**
 * Rows as aligned text without boxes, one line a row, so that `grep`, `awk` and `sort` read it as people do. Numbers
 * stand right. Nothing is cut unless the output is a terminal that is too narrow.
 */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  terminal: Terminal,
  wide: boolean,
): string {
  const shown = columns.filter((column) => wide || !column.wide)
  const cells = rows.map((row) => shown.map((column) => textOf(column.value(row))))
  const rightAligned = shown.map(
    (column) => column.right ?? (rows.length > 0 && rows.every((row) => isNumber(column.value(row)))),
  )
  const widths = shown.map((column, index) =>
    cells.reduce((width, row) => Math.max(width, widthOf(row[index])), column.title.length),
  )
  fitWidths(shown, widths, terminal.columns)

  const lines = [
    line(
      shown.map((column) => column.title.toUpperCase()),
      (text) => terminal.faint(text),
    ),
  ]
  cells.forEach((row, rowIndex) => {
    lines.push(line(row, (text, index) => shown[index].paint?.(text, rows[rowIndex]) ?? text))
  })
  return lines.join('')

  function line(texts: readonly string[], paint: (text: string, index: number) => string): string {
    const padded = texts.map((text, index) => {
      const cut = cutTo(text, widths[index])
      const blanks = ' '.repeat(Math.max(0, widths[index] - widthOf(cut)))
      const painted = paint(cut, index)
      if (rightAligned[index]) return blanks + painted
      return index === texts.length - 1 ? painted : painted + blanks
    })
    return `${padded.join(gap).trimEnd()}\n`
  }
}

/** Takes what is too much from the flexible columns, the widest first, until the line fits. */
function fitWidths<Row>(columns: readonly Column<Row>[], widths: number[], terminalColumns: number): void {
  if (terminalColumns <= 0) return
  let excess =
    widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1) - terminalColumns
  while (excess > 0) {
    let widest = -1
    for (let index = 0; index < widths.length; index++) {
      if (!columns[index].flexible || widths[index] <= flexibleColumnsMin) continue
      if (widest < 0 || widths[index] > widths[widest]) widest = index
    }
    if (widest < 0) return
    widths[widest]--
    excess--
  }
}

function textOf(value: string | number): string {
  if (Number.isSafeInteger(value)) return String(value)
  if (typeof value === 'number') return new Intl.NumberFormat('en-GB', { useGrouping: false }).format(value)
  return inert(value.replaceAll(/\s+/g, ' ')) || '-'
}

/** `?` and `-` stand where a number is not known. */
function isNumber(value: string | number): boolean {
  return typeof value === 'number' || value === '?' || value === '-'
}

function widthOf(text: string): number {
  const plain = stripVTControlCharacters(text)
  // Counting code points is right for everything but wide scripts, where a column may lean; nothing is lost.
  return /^[\u0020-\u007e]*$/.test(plain) ? plain.length : [...plain].length
}

function cutTo(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${[...text].slice(0, Math.max(1, width - 1)).join('')}…`
}
