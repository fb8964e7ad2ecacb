import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, testPostgresUrl, type TestDatabase } from '../../../test/postgres.ts'
import { defaultTolerance, ProbeRegistry, type Ask, type Measurement } from '../../core/probe/index.ts'
import { fixedClock } from '../clock.ts'
import { overrideLimits } from '../limits.ts'
import { openStore, type Store } from '../store/index.ts'
import { ProbeRunner } from './index.ts'

const directory = mkdtempSync(join(tmpdir(), 'allclear-probes-'))
const clock = fixedClock(Date.UTC(2026, 10, 18))
let store: Store
let database: TestDatabase | null = null
type Engine = 'SQLite' | 'PostgreSQL'
/** PostgreSQL where `ALLCLEAR_TEST_POSTGRES` names a server. */
const engines: readonly Engine[] = testPostgresUrl === null ? ['SQLite'] : ['SQLite', 'PostgreSQL']

async function begin(engine: Engine): Promise<void> {
  database = engine === 'PostgreSQL' ? await createTestDatabase() : null
  const place =
    database === null ? { directory: mkdtempSync(join(directory, 'store-')) } : { url: database.url }
  store = await openStore({ ...place, clock })
}
afterEach(async () => {
  await store.close()
  await database?.drop()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const measured = (counterexamples = 0): Measurement => ({
  query: 'allclear status',
  sentence: `${counterexamples} against it`,
  examined: 10,
  counterexamples: { total: counterexamples, sample: [] },
  excepted: 0,
  unknownTargets: { total: 0, sample: [] },
  inputs: [],
})
const question = { probe: 'know.coverage', params: {}, tolerance: defaultTolerance }
const runnerOf = (ask: Ask, keeps = true) =>
  new ProbeRunner({
    registry: new ProbeRegistry().connect({ 'know.coverage': ask }),
    store,
    clock,
    keeps,
  })

describe.each(engines)('ProbeRunner on %s', (engine) => {
  beforeEach(() => begin(engine))

  it('asks once, however many want to know', async () => {
    let asked = 0
    const runner = runnerOf(async () => {
      asked++
      await Promise.resolve()
      return measured()
    })
    const answers = await Promise.all(Array.from({ length: 50 }, () => runner.ask(question)))
    expect(new Set(answers).size).toBe(1)
    await runner.ask(question)
    expect(asked).toBe(1)
  })

  it('asks again when an input has changed, when the answer is too old, and when it is told to', async () => {
    let asked = 0
    const runner = runnerOf(async () => measured(asked++))
    await runner.ask(question)
    runner.changed('metrics')
    await runner.ask(question)
    expect(asked).toBe(1)
    runner.changed('objects')
    expect((await runner.ask(question)).verdict).toBe('contradicted')
    expect(asked).toBe(2)
    clock.advance(defaultTolerance.freshnessMs)
    await runner.ask(question)
    expect(asked).toBe(3)
    await runner.ask(question, { again: true })
    expect(asked).toBe(4)
  })

  it('does not give an answer that was begun before the change', async () => {
    const held: (() => void)[] = []
    let now = 1
    const runner = runnerOf(async () => {
      const seen = now
      await new Promise<void>((resolve) => {
        held.push(resolve)
      })
      return measured(seen)
    })
    const first = runner.ask(question)
    await Promise.resolve()
    now = 2
    runner.changed('objects')
    const second = runner.ask(question)
    while (held.length > 0 || !(await settledWithin(second))) held.shift()?.()
    expect((await first).evidence?.counterexamples.total).toBe(1)
    expect((await second).evidence?.counterexamples.total).toBe(2)
  })

  it('answers unknown, with the reason, when a probe throws or gives no answer in time', async () => {
    const thrown = await runnerOf(async () => {
      throw new Error('no such table')
    }).ask(question)
    expect(thrown).toMatchObject({ verdict: 'unknown', evidence: null })
    expect(thrown.reason).toContain('no such table')
    const restore = overrideLimits({ probeTimeoutMs: 5 })
    try {
      const slow = await runnerOf(() => new Promise(() => {})).ask(question)
      expect(slow).toMatchObject({ verdict: 'unknown', reason: 'It gave no answer within 0.005 s.' })
    } finally {
      restore()
    }
  })

  it('answers what nothing is connected to, and refuses what is no question', async () => {
    const runner = runnerOf(async () => measured())
    expect((await runner.ask({ ...question, probe: 'audit.delivery' })).reason).toContain('Not connected')
    await expect(runner.ask({ ...question, probe: 'no.such' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(runner.ask({ ...question, params: { min: 7 } })).rejects.toMatchObject({ code: 'usage' })
    // Among others it is unknown, and the others are answered: one bad line of a list must not hide the rest.
    const [bad, good] = await runner.askAll([{ ...question, probe: 'no.such' }, question])
    expect([bad.verdict, good.verdict]).toEqual(['unknown', 'confirmed'])
  })

  it('keeps answers as intervals, and says what was known at any time, after a restart too', async () => {
    let found = 0
    const ask: Ask = async () => measured(found)
    const runner = runnerOf(ask)
    const times: number[] = []
    for (const now of [0, 0, 3, 0]) {
      found = now
      runner.changed('objects')
      times.push(clock.nowMs())
      await runner.askAll([question])
      clock.advance(60_000)
    }
    const later = runnerOf(ask)
    expect((await later.history(question)).map(({ result }) => result.verdict)).toEqual([
      'confirmed',
      'contradicted',
      'confirmed',
    ])
    expect((await later.answerAt(question, times[2]))?.verdict).toBe('contradicted')
    expect((await later.answerAt(question, times[2] - 1))?.verdict).toBe('confirmed')
    expect(await later.answerAt(question, times[0] - 1)).toBeNull()
    expect((await later.answerAt(question, times[3] + defaultTolerance.freshnessMs))?.verdict).toBe('stale')
  })

  it('never asks more at one time than the limit', async () => {
    let running = 0
    let most = 0
    const runner = runnerOf(async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      return measured()
    }, false)
    const restore = overrideLimits({ probesAtOnce: 2 })
    try {
      await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          runner.ask({ ...question, params: { advisory: `CVE-2026-${at}` } }),
        ),
      )
      expect(most).toBe(2)
    } finally {
      restore()
    }
  })
})

async function settledWithin(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  await new Promise((resolve) => setImmediate(resolve))
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending
}
