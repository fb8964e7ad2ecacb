import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInstallation, type Installation } from '../installation.ts'
import { walkInputs } from '../../base/archive/index.ts'
import { fixedClock } from '../../base/clock.ts'
import type { IncidentAnswer } from '../../respond/incidents/answers.ts'
import type { Response } from '../../respond/index.ts'

/** The way of one incident on the example fleet: opened, led, scored, fixed, accepted, clear, broken, reopened. */
const examples = join(import.meta.dirname, '../../../examples')
const directory = mkdtempSync(join(tmpdir(), 'allclear-incident-'))
const clock = fixedClock(Date.UTC(2026, 10, 18, 3))
const advisory = 'CVE-2021-44228'
let installation: Installation
let response: Response
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
  const knowledge = await installation.knowledge()
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

describe('an incident', () => {
  it('is opened with three explanations and somebody who leads', async () => {
    const opened = await response.incidents.open({ advisory }, 'anna')
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
    await expect(response.incidents.open({ advisory }, 'ben')).rejects.toMatchObject({ code: 'conflict' })
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

  it('proves its timeline, here and from its export', async () => {
    expect(await response.incidents.verify(id)).toMatchObject({ whole: true, problems: [], ours: true })
  })

  it('does not call what is not clear', async () => {
    await expect(say('ben', { do: 'all-clear' })).rejects.toMatchObject({ code: 'incident.held' })
  })
})
