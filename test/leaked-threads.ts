/** For every file of tests: a thread of a work pool that nobody ended fails it. */
import { afterAll, expect } from 'vitest'
import { liveThreads } from '../src/base/work/index.ts'

afterAll(() => {
  expect(liveThreads(), 'threads that nobody ended').toBe(0)
})
