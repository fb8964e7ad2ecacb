import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTable } from './table.ts'
import type { Terminal } from './terminal.ts'

const plain = (columns: number): Terminal => ({
  columns,
  paint: (_, text) => text,
  bold: (text) => text,
  faint: (text) => text,
})
const columns = [
  { title: 'name', value: (row: Row) => row.name, flexible: true },
  { title: 'pods', value: (row: Row) => row.pods },
  { title: 'digest', value: (row: Row) => row.digest, wide: true },
]
interface Row {
  name: string
  pods: number
  digest: string
}
const rows: Row[] = [
  { name: 'shop-eu/payments/Deployment/checkout', pods: 410, digest: 'sha256:aa' },
  { name: 'shop-eu/web/Deployment/cart', pods: 7, digest: 'sha256:bb' },
]

describe('formatTable', () => {
  it('aligns without boxes, numbers to the right', () => {
    expect(formatTable(columns, rows, plain(0), false)).toBe(
      [
        'NAME                                  PODS',
        'shop-eu/payments/Deployment/checkout   410',
        'shop-eu/web/Deployment/cart              7',
        '',
      ].join('\n'),
    )
  })

  it('shows wide columns only when asked', () => {
    expect(formatTable(columns, rows, plain(0), true)).toContain('sha256:aa')
    expect(formatTable(columns, rows, plain(0), false)).not.toContain('sha256:aa')
  })

  it('cuts flexible columns to a narrow terminal and never numbers', () => {
    const lines = formatTable(columns, rows, plain(30), false).split('\n')
    expect(lines[1]).toBe('shop-eu/payments/Deploy…   410')
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(30)
  })

  it('keeps one line a row whatever the text holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (texts) => {
        const table = formatTable([{ title: 'text', value: (text: string) => text }], texts, plain(0), false)
        expect(table.split('\n')).toHaveLength(texts.length + 2)
        // eslint-disable-next-line no-control-regex
        expect(table).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      }),
    )
  })
})
