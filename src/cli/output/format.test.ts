import { describe, expect, it } from 'vitest'
import {
  formatAge,
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatShare,
  parseDuration,
  plural,
} from './format.ts'

const day = 86_400_000

describe('format', () => {
  it.each([
    [0, '0'],
    [1059, '1,059'],
    [1_000_000, '1,000,000'],
  ])('count %i', (value, text) => expect(formatCount(value)).toBe(text))

  it.each([
    [{ value: 412, atLeast: true }, '>= 412'],
    [{ value: 412, atLeast: false }, '412'],
    [{ value: 0, atLeast: true }, '>= 0'],
  ])('counted %o', (value, text) => expect(formatCounted(value)).toBe(text))

  it.each([
    [1, 'workload', '1 workload'],
    [2, 'workload', '2 workloads'],
    [0, 'vulnerability', '0 vulnerabilities'],
    [3, 'day', '3 days'],
  ])('plural %i %s', (count, noun, text) => expect(plural(count, noun)).toBe(text))

  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [59_000, '59 s'],
    [240_000, '4 min'],
    [18 * day, '18 d'],
  ])('duration %i', (ms, text) => expect(formatDuration(ms)).toBe(text))

  it.each([
    [null, '-'],
    [0, '1,000 d ago'],
    [1_000 * day - 500, 'just now'],
    [1_000 * day + 60_000, '1972-09-27 00:01 UTC'],
  ])('age %s', (atMs, text) => expect(formatAge(atMs, 1_000 * day)).toBe(text))

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [8_250_000, '8.3 MB'],
    [254_000_000, '254 MB'],
  ])('bytes %i', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

  it.each([
    [15, 15, '100 %'],
    [9999, 10_000, '99.9 %'],
    [99_999, 100_000, '99.9 %'],
    [0, 0, '-'],
  ])('share %i of %i never claims what was not seen', (part, whole, text) =>
    expect(formatShare(part, whole)).toBe(text),
  )

  it.each([
    ['30d', 30 * day],
    ['12h', 12 * 3_600_000],
    ['90m', 5_400_000],
    ['90min', 5_400_000],
    ['', null],
    ['d', null],
    ['-1d', null],
    ['1e9d', null],
  ])('parses duration %s', (text, ms) => expect(parseDuration(text)).toBe(ms))
})
