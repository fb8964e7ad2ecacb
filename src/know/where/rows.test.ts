import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rows, SortedRows } from './rows.ts'
import { Top } from './top.ts'

const rowMax = 5
const changes = fc.array(
  fc.record({
    row: fc.nat(rowMax + 3),
    key: fc.nat(40),
    add: fc.boolean(),
    times: fc.integer({ min: 1, max: 30 }),
  }),
  { maxLength: 200, size: 'max' },
)
const built = fc.array(fc.tuple(fc.nat(rowMax), fc.nat(40)), { maxLength: 60 })

describe('rows', () => {
  it.each([1, 2, 3])('of width %i hold what plain lists hold, however they grow and shrink', (width) => {
    fc.assert(
      fc.property(built, changes, (first, then) => {
        const rows = new Rows(width)
        const lists = Array.from({ length: rowMax + 4 }, (): number[][] => [])
        const record = (key: number): number[] => [key, key + 1, key + 2].slice(0, width)
        rows.build(rowMax, (add) => {
          for (const [row, key] of first) add(row, key, key + 1, key + 2)
        })
        for (const [row, key] of first) lists[row].push(record(key))
        for (const { row, key, add, times } of then)
          for (let time = 0; time < times; time++)
            if (add) {
              rows.add(row, key, key + 1, key + 2)
              lists[row].push(record(key))
            } else {
              const at = lists[row].findIndex((other) => other[0] === key)
              if (at >= 0) lists[row].splice(at, 1)
              expect(rows.remove(row, key)).toBe(at >= 0)
            }
        for (const [row, list] of lists.entries()) {
          expect(rows.count(row)).toBe(list.length)
          const own = rows.row(row)
          const records = list.map((_, at) => [...own.subarray(at * width, (at + 1) * width)])
          const byKey = (a: number[], b: number[]): number => a[0] - b[0]
          expect(records.sort(byKey)).toEqual(list.sort(byKey))
        }
      }),
    )
  })

  it('sorted, hold each number once and in order', () => {
    fc.assert(
      fc.property(built, changes, (first, then) => {
        const rows = new SortedRows()
        const sets = Array.from({ length: rowMax + 4 }, () => new Set<number>())
        for (const [row, key] of first) sets[row].add(key)
        rows.build(rowMax, (add) => {
          for (const [row, set] of sets.entries())
            for (const key of [...set].sort((a, b) => a - b)) add(row, key)
        })
        for (const { row, key, add } of then)
          if (add) {
            rows.add(row, key)
            sets[row].add(key)
          } else expect(rows.remove(row, key)).toBe(sets[row].delete(key))
        for (const [row, set] of sets.entries()) {
          expect([...rows.row(row)]).toEqual([...set].sort((a, b) => a - b))
          for (let key = 0; key <= 40; key++) expect(rows.has(row, key)).toBe(set.has(key))
        }
      }),
    )
  })
})

describe('the heaviest of many', () => {
  it('are those that sorting would give, also when what weighs less than the least is passed over', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 60 }), fc.nat(12), (weights, count) => {
        const top = new Top(count, (a, b) => a - b)
        weights.forEach((weight, no) => {
          if (weight >= top.least) top.offer(no, weight)
        })
        const sorted = [...weights.keys()].sort((a, b) => weights[b] - weights[a] || a - b)
        expect(top.first()).toEqual(sorted.slice(0, count))
      }),
    )
  })
})
