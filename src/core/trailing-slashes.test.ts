import { expect, it } from 'vitest'
import { withoutTrailingSlashes } from './trailing-slashes.ts'

it.each([
  ['https://example.org/osv//', 'https://example.org/osv'],
  ['/a//b', '/a//b'],
  ['///', ''],
  ['', ''],
])('%j without its slashes is %j', (text, expected) => expect(withoutTrailingSlashes(text)).toBe(expected))

it('a million slashes that do not end the text are read once', () => {
  const text = `${'/'.repeat(1_000_000)}x`
  const start = process.threadCpuUsage()
  expect(withoutTrailingSlashes(text)).toBe(text)
  const { user, system } = process.threadCpuUsage(start)
  // Read once this takes a millisecond of the thread; from each slash anew it takes minutes.
  expect((user + system) / 1e6).toBeLessThan(1)
})
