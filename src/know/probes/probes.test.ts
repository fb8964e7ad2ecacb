import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { walkInputs } from '../../base/archive/index.ts'
import { openBlobs } from '../../base/blobs.ts'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { decide, defaultTolerance, findProbe } from '../../core/probe/index.ts'
import { openKnowledge, type Knowledge } from '../index.ts'
import { knowHandlers } from './index.ts'

/** What the know wing answers of the example fleet, and of a fleet of which nothing is known. */
const examples = join(import.meta.dirname, '../../../examples')
const directory = mkdtempSync(join(tmpdir(), 'allclear-know-probes-'))
const clock = fixedClock(Date.UTC(2026, 10, 18))
const advisory = 'CVE-2021-44228'
const opened: { store: Store; knowledge: Knowledge }[] = []

async function open(name: string): Promise<Knowledge> {
  const folder = mkdtempSync(join(directory, name))
  const store = await openStore({ directory: folder, clock })
  const knowledge = await openKnowledge({
    store,
    blobs: await openBlobs(join(folder, 'blobs'), { clock }),
    clock,
    dataDirectory: folder,
    example: false,
  })
  opened.push({ store, knowledge })
  return knowledge
}

let filled: Knowledge
let empty: Knowledge
beforeAll(async () => {
  filled = await open('filled-')
  empty = await open('empty-')
  const inputs = (name: string) => walkInputs([join(examples, name)])
  await filled.importAdvisories(inputs('advisories'), {})
  await filled.importSboms(inputs('sboms'), {})
  for (const cluster of ['shop-eu', 'shop-us', 'shop-ap'])
    await filled.importManifests(inputs(`clusters/${cluster}.json`), { cluster })
})
afterAll(async () => {
  for (const { store, knowledge } of opened) {
    await knowledge.close()
    await store.close()
  }
  rmSync(directory, { recursive: true })
})

async function verdictOf(knowledge: Knowledge, id: string) {
  const params = (findProbe(id)?.binds ?? []).includes('advisory') ? { advisory } : {}
  const measured = await knowHandlers(knowledge)[id](params, {
    signal: new AbortController().signal,
    nowMs: clock.nowMs(),
  })
  return { ...decide(measured, defaultTolerance), measured }
}

const ids = Object.keys(knowHandlers(null as unknown as Knowledge))

describe('probes of the know wing', () => {
  it.each(ids)('%s is never confirmed where nothing is known', async (id) => {
    const { verdict } = await verdictOf(empty, id)
    expect(verdict).not.toBe('confirmed')
  })

  it.each(ids)('%s names no more than it counts, and says how much it saw', async (id) => {
    const { measured } = await verdictOf(filled, id)
    const { counterexamples, unknownTargets, inputs, sentence, query } = measured
    expect(counterexamples.sample.length).toBeLessThanOrEqual(Math.min(20, counterexamples.total))
    expect(unknownTargets.sample.length).toBeLessThanOrEqual(Math.min(20, unknownTargets.total))
    for (const { coverage } of inputs) {
      expect(coverage).toBeGreaterThanOrEqual(0)
      expect(coverage).toBeLessThanOrEqual(1)
    }
    expect(sentence).toMatch(/\.$/)
    expect(query).toMatch(/^allclear /)
  })

  it.each([
    ['know.coverage', 'confirmed'],
    ['know.dormant', 'confirmed'],
    ['advisory.intake', 'confirmed'],
    ['img.digest-pinned', 'contradicted'],
    ['img.manifest-link', 'contradicted'],
    ['pod.no-new-privs', 'contradicted'],
    ['pod.host-access', 'contradicted'],
    ['rbac.escalation-paths', 'contradicted'],
  ])('%s of the example fleet is %s', async (id, verdict) => {
    const found = await verdictOf(filled, id)
    expect(found.verdict, found.reason).toBe(verdict)
  })

  it('counts a cluster that is silent as not seen, and what it ran as running', async () => {
    const before = await filled.fleetState(advisory)
    clock.advance(3 * 24 * 60 * 60 * 1000)
    try {
      const after = await filled.fleetState(advisory)
      expect(after.vulnerable.total).toBe(before.vulnerable.total)
      expect(after.unseen).toBe(before.vulnerable.total)
      expect((await verdictOf(filled, 'know.dormant')).verdict).toBe('unknown')
    } finally {
      clock.advance(-3 * 24 * 60 * 60 * 1000)
    }
  })
})
