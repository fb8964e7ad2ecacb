import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breakExample, fixExample } from '../example/rollout.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { walkInputs } from '../../base/archive/index.ts'
import { fixedClock } from '../../base/clock.ts'
import type { Knowledge } from '../../know/knowledge.ts'
import type { IncidentAnswer } from '../../respond/incidents/answers.ts'
import { verifyExport } from '../../respond/incidents/verify-export.ts'
import type { Response } from '../../respond/index.ts'

/** The way of one incident on the example fleet: opened, led, scored, fixed, accepted, clear, broken, reopened. */
const examples = join(import.meta.dirname, '../../../examples')
const directory = mkdtempSync(join(tmpdir(), 'allclear-incident-'))
const clock = fixedClock(Date.UTC(2026, 10, 18, 3))
const advisory = 'CVE-2021-44228'
let installation: Installation
let response: Response
let knowledge: Knowledge
let id = ''

beforeAll(async () => {
  installation = await openInstallation({
    directory,
    example: false,
    clock,
    version: '0.0.0-test',
    env: {},
    exclusive: true,
  })
  knowledge = await installation.knowledge()
  const inputs = (name: string) => walkInputs([join(examples, name)])
  await knowledge.importAdvisories(inputs('advisories'), {})
  await knowledge.importSboms(inputs('sboms'), {})
  for (const cluster of ['shop-eu', 'shop-us', 'shop-ap'])
    await knowledge.importManifests(inputs(`clusters/${cluster}.json`), { cluster })
  response = await installation.response()
})
afterAll(async () => {
  await installation.close()
  rmSync(directory, { recursive: true })
})

const say = (actor: string, words: { do: string } & Record<string, unknown>): Promise<IncidentAnswer> =>
  response.incidents.say(id, words, { actor })
const stateOf = (incident: IncidentAnswer, item: string) =>
  incident.stages.flatMap(({ pauses }) => pauses.flatMap(({ items }) => items)).find((one) => one.id === item)
    ?.state

/** What nothing of this program answers yet, as the conditions themselves say. */
const notConnected = async () =>
  (await response.incidents.show(id, 'ben')).allClear.conditions
    .filter(
      ({ part, standing, verdict }) => part !== 'closed' && standing === 'missing' && verdict === 'unknown',
    )
    .map(({ probe }) => probe)
const example = () => ({
  knowledge: knowledge,
  dataDirectory: directory,
  onStep: () => response.fleetChanged(),
})

describe('an incident', () => {
  it('is opened with three explanations and somebody who leads', async () => {
    const opened = await response.incidents.open({ advisory }, 'anna', [])
    id = opened.id
    expect(opened).toMatchObject({
      advisory,
      status: 'open',
      stage: 'triage',
      declared: false,
      fleet: { fixed: 0 },
    })
    expect(opened.fleet.vulnerable).toBe(opened.fleet.affected)
    expect(opened.hypotheses.map(({ kind }) => kind)).toEqual(['attack', 'benign', 'detector'])
    expect(opened.nextForYou).toMatchObject({ person: 'anna', role: 'first-responder' })
    const seen = await response.gate.visible({ person: 'ben', isEverybody: false })
    await expect(response.incidents.open({ advisory }, 'ben', seen)).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('shows a false tick as disputed, beside who said it', async () => {
    const { fleet } = await response.incidents.show(id, 'anna')
    expect(stateOf(await say('anna', { do: 'check', item: 'T3', value: fleet.affected }), 'T3')).toBe('done')
    const wrong = await say('anna', { do: 'check', item: 't3', value: fleet.affected - 1 })
    expect(stateOf(wrong, 'T3')).toBe('disputed')
    expect(wrong.nextForYou?.text).toContain('T3')
    const again = await say('anna', { do: 'check', item: 'T3' })
    expect(stateOf(again, 'T3')).toBe('done')
    // Ticked though nothing can tell, and left out for a reason.
    expect(stateOf(await say('anna', { do: 'check', item: 'T4' }), 'T4')).toBe('claimed')
    const skipped = await say('anna', { do: 'skip', item: 'T5', reason: 'no settings of ours matter' })
    expect(stateOf(skipped, 'T5')).toBe('waived')
  })

  it('says nothing twice', async () => {
    const before = await response.incidents.rows(id)
    await say('anna', { do: 'check', item: 'T4' })
    await say('anna', { do: 'join' })
    expect(await response.incidents.rows(id)).toEqual(before)
    await response.incidents.say(id, { do: 'note', text: 'once' }, { actor: 'anna', command: 'request-1' })
    await response.incidents.say(id, { do: 'note', text: 'once' }, { actor: 'anna', command: 'request-1' })
    expect((await response.incidents.rows(id)).filter(({ text }) => text === 'once')).toHaveLength(1)
  })

  it('is passed by its lead only, and past what holds only with a reason', async () => {
    await expect(say('ben', { do: 'pass', reason: 'hurry' })).rejects.toMatchObject({
      code: 'incident.role-needed',
    })
    await expect(say('anna', { do: 'pass' })).rejects.toMatchObject({ code: 'incident.held' })
    const declared = await say('anna', {
      do: 'decide',
      statement: 'We treat it as an incident.',
      reason: 'It runs everywhere.',
      declare: true,
    })
    expect(declared.roles.find(({ role }) => role === 'incident-commander')?.person).toBe('anna')
    const passed = await say('anna', { do: 'pass', reason: 'No sandbox tonight.' })
    expect(passed.stage).toBe('communicate')
    expect(passed.decisions.at(-1)).toMatchObject({
      about: 'declare-or-dismiss',
      reason: 'No sandbox tonight.',
    })
  })

  it('keeps a role until the other one accepts it', async () => {
    await say('anna', { do: 'handover', role: 'commander', to: '@ben' })
    expect((await response.incidents.show(id, 'ben')).roles[0]).toMatchObject({
      person: 'anna',
      offeredTo: 'ben',
    })
    await expect(say('cleo', { do: 'role', role: 'commander', accept: true })).rejects.toMatchObject({
      code: 'incident.role-needed',
    })
    const accepted = await say('ben', { do: 'role', role: 'commander', accept: true })
    expect(accepted.roles[0]).toMatchObject({ person: 'ben', offeredTo: null })
  })

  it('takes a clock for every regime that applies, and a reason for every one that does not', async () => {
    const started = await say('ben', { do: 'clock-start', regime: 'nis2', owner: '@lena' })
    expect(started.clocks.map(({ title, state }) => `${title} ${state}`)).toEqual([
      'early warning running',
      'incident notification running',
      'final report running',
    ])
    await say('ben', { do: 'clock-rule-out', regime: 'gdpr', reason: 'no personal data' })
    const decided = await say('ben', { do: 'clock-rule-out', regime: 'cra', reason: 'we make no product' })
    expect(decided.regimes.every(({ ruledOut }) => ruledOut !== null)).toBe(true)
    expect(stateOf(await say('ben', { do: 'check', item: 'O10' }), 'O10')).toBe('done')
  })

  it('takes no explanation that a question nobody knows could refute', async () => {
    const before = await response.incidents.rows(id)
    await expect(
      say('ben', {
        do: 'hypothesis',
        statement: 'A test image.',
        kind: 'benign',
        predictions: [{ text: 'It never ran.', probe: 'no.such.probe', refutedBy: 'contradicted' }],
      }),
    ).rejects.toMatchObject({ code: 'not-found' })
    expect(await response.incidents.rows(id)).toEqual(before)
  })

  it('proves its timeline, here and from its export', async () => {
    expect(await response.incidents.verify(id)).toMatchObject({ whole: true, problems: [], ours: true })
  })

  it('does not call what is not clear', async () => {
    await expect(say('ben', { do: 'all-clear' })).rejects.toMatchObject({ code: 'incident.held' })
  })

  it('measures coverage as the fix is rolled out, by what runs', async () => {
    const before = await response.incidents.show(id, 'ben')
    const first = await fixExample(example(), advisory, 2)
    expect(first.steps).toHaveLength(2)
    const partly = await response.incidents.show(id, 'ben')
    expect(partly.fleet).toMatchObject({ affected: before.fleet.affected, fixed: 2, unknown: 0 })
    expect((await fixExample(example(), advisory)).left).toBe(0)
    const fixed = await response.incidents.show(id, 'ben')
    expect(fixed.fleet).toMatchObject({ vulnerable: 0, fixed: before.fleet.affected })
    const shares = fixed.coverage.map((point) => point.fixed)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(before.fleet.affected)
    // The number that was written down is of all that were affected, so it stays true.
    expect(stateOf(fixed, 'T3')).toBe('done')
  })

  it('lives with what cannot be answered when two people say so, and until a date', async () => {
    const conditions = await notConnected()
    expect(conditions).toContain('abuse.window')
    const words = {
      do: 'accept',
      conditions,
      reason: 'nothing measures it here',
      expiresAtMs: clock.nowMs() + 3_600_000,
    }
    const proposed = await say('ben', words)
    expect(proposed.allClear).toMatchObject({ clear: false })
    // The same person twice is one person.
    expect((await say('ben', { ...words })).allClear).toMatchObject({ clear: false })
    const accepted = await say('anna', { do: 'accept', conditions })
    expect(accepted.allClear).toMatchObject({ clear: true, fixed: true })
    expect(accepted.nextForYou?.command ?? accepted.next[0].command).toBe('allclear incident all-clear')
  })

  it('is called all clear by whoever commands, and says what it is clear except for', async () => {
    await expect(say('anna', { do: 'all-clear' })).rejects.toMatchObject({ code: 'incident.role-needed' })
    const clear = await say('ben', { do: 'all-clear' })
    expect(clear.status).toBe('clear')
    expect(clear.allClear.called?.reads).toMatch(/^Clear except 8, next expiry 2026-11-18$/)
  })

  it('is reopened by itself when a vulnerable image comes back', async () => {
    await breakExample(example(), advisory)
    const reopened = await response.incidents.show(id, 'ben')
    expect(reopened).toMatchObject({ status: 'open', lap: 2 })
    expect(reopened.reopenings.at(-1)).toMatchObject({ condition: 'rollout.digest-coverage' })
    expect((await response.incidents.rows(id)).at(-1)).toMatchObject({
      actor: 'allclear',
      kind: 'incident.reopened',
    })
    await fixExample(example(), advisory)
    expect((await say('ben', { do: 'all-clear' })).status).toBe('clear')
  })

  it('is reopened by itself when what was accepted has expired', async () => {
    clock.advance(3_600_001)
    await response.fleetChanged()
    const reopened = await response.incidents.show(id, 'ben')
    expect(reopened).toMatchObject({ status: 'open', lap: 3 })
    expect(reopened.reopenings.at(-1)?.because).toContain('expired')
  })

  it('tells what was known at any time', async () => {
    const { history, result } = await response.incidents.verdict(id, 'rollout.digest-coverage')
    expect(result.verdict).toBe('confirmed')
    expect(history.map(({ verdict }) => verdict)).toContain('contradicted')
    const opened = Date.UTC(2026, 10, 18, 3)
    const then = await response.incidents.verdict(id, 'rollout.digest-coverage', opened)
    expect(then.result.verdict).toBe('contradicted')
    await expect(response.incidents.verdict(id, 'rollout.digest-coverage', opened - 1)).rejects.toMatchObject(
      { code: 'not-found' },
    )
  })

  it('is the same after a restart, for it is its timeline', async () => {
    const before = await response.incidents.show(id, 'ben')
    await installation.close()
    installation = await openInstallation({
      directory,
      example: false,
      clock,
      version: '0.0.0-test',
      env: {},
      exclusive: true,
    })
    knowledge = await installation.knowledge()
    response = await installation.response()
    const { coverage, ...after } = await response.incidents.show(id, 'ben')
    expect({ coverage, ...after }).toEqual(before)
  })

  it('is proven whole from its export, and not when an entry of it was touched', async () => {
    const document = structuredClone(await response.incidents.export(id))
    expect(verifyExport(document)).toMatchObject({ whole: true, problems: [] })
    expect(
      verifyExport({ ...document, entries: document.entries.filter(({ seq }) => seq !== 9) }),
    ).toMatchObject({
      whole: false,
      problems: [{ seq: 9, kind: 'missing' }],
    })
    expect(verifyExport({ ...document, entries: document.entries.slice(0, -3) }).problems).toMatchObject([
      { kind: 'cut-off', seq: document.head.seq - 2 },
    ])
    const forged = structuredClone(document) as unknown as { entries: { body: { actor: string } }[] }
    forged.entries[7].body.actor = 'eve'
    expect(verifyExport(forged).problems[0]).toMatchObject({ seq: 8, kind: 'altered' })
    expect(() => verifyExport({ hello: 1 })).toThrow('no exported incident')
  })

  it('lets one of two commanders through, and the other decide on what is then known', async () => {
    const seqs = await Promise.all(
      Array.from({ length: 12 }, (_, at) => say(`person-${at}`, { do: 'note', text: `at once ${at}` })),
    )
    expect(seqs).toHaveLength(12)
    const notes = (await response.incidents.rows(id)).filter(({ text }) => text.startsWith('at once'))
    expect(new Set(notes.map(({ text }) => text)).size).toBe(12)
    expect(notes).toHaveLength(12)
    // Two tick the same item at the same moment: both ticks are true, and the chain has an order.
    await Promise.all([say('anna', { do: 'check', item: 'O1' }), say('cleo', { do: 'check', item: 'O1' })])
    expect(await response.incidents.verify(id)).toMatchObject({ whole: true })
  })

  it('is passed by two people where the list wants a second one', async () => {
    const lead = (await response.incidents.state(id)).roles.findLast(
      ({ role }) => role === 'incident-commander',
    )!.person
    await expect(say(lead, { do: 'pass', pause: 'first-wave' })).rejects.toMatchObject({
      code: 'incident.held',
    })
    const firstWave = (incident: IncidentAnswer) =>
      incident.stages.flatMap(({ pauses }) => pauses).find((pause) => pause.id === 'first-wave')!
    const words = { do: 'pass', pause: 'first-wave', reason: 'rehearsed by hand' }
    for (let time = 0; time < 2; time++) {
      const proposed = firstWave(await say(lead, words))
      expect(proposed).toMatchObject({ passed: null, proposed: { by: lead, reason: 'rehearsed by hand' } })
    }
    expect(firstWave(await say('lena', { do: 'pass', pause: 'first-wave' }))).toMatchObject({
      passed: { by: 'lena', reason: 'rehearsed by hand' },
      proposed: null,
    })
  })

  it('warns of a clock before it runs out, and asks to read again what comes again', async () => {
    const lead = (await response.incidents.state(id)).roles.findLast(
      ({ role }) => role === 'incident-commander',
    )!.person
    // A disputed tick comes before everything.
    await say(lead, { do: 'check', item: 'O1', undo: true, reason: 'the record has gaps' })
    await say(lead, { do: 'pass', pause: 'every-two-hours', reason: 'read aloud' })
    const stepOf = async () => (await response.incidents.show(id, lead)).next[0]
    clock.advance(2 * 3_600_000)
    expect((await stepOf()).about).toEqual({ kind: 'pause', id: 'every-two-hours' })
    // A quarter of the 24 hours is left.
    clock.advance(15 * 3_600_000)
    expect((await stepOf()).about).toEqual({ kind: 'clock', id: 'C1' })
    clock.advance(8 * 3_600_000)
    const past = await response.incidents.show(id, lead)
    expect(past.clocks[0].state).toBe('past')
    expect(past.next[0].text).toContain('was due')
    await say(lead, { do: 'clock-stop', clock: 'c1', reason: 'filed late' })
    expect((await stepOf()).about).not.toEqual({ kind: 'clock', id: 'C1' })
  })

  it('is dismissed only with a watch that could prove it wrong', async () => {
    const { id: other } = await response.incidents.open({ advisory: 'CVE-2022-42889' }, 'anna', [])
    const dismiss = (watch?: string) =>
      response.incidents.say(
        other,
        {
          do: 'decide',
          statement: 'It is no danger here.',
          reason: 'no input reaches it',
          dismiss: true,
          watch,
        },
        { actor: 'anna' },
      )
    // It runs, so this watch would reopen it at once; and what nothing answers watches nothing.
    await expect(dismiss()).rejects.toMatchObject({ code: 'incident.held' })
    await expect(dismiss('abuse.window')).rejects.toMatchObject({ code: 'incident.held' })
    expect(await dismiss('know.dormant')).toMatchObject({ status: 'dismissed', next: [] })
    await expect(
      response.incidents.say(other, { do: 'check', item: 'T1' }, { actor: 'anna' }),
    ).rejects.toMatchObject({ code: 'incident.over' })
  })
})
