import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import type { Checklist } from '../../core/checklist/types.ts'
import { writeChecklist } from '../../core/checklist/write.ts'
import { builtInTexts } from './built-in.ts'
import { ChecklistLibrary, type NewVersion } from './library.ts'

const clock = fixedClock(Date.parse('2026-11-27T12:00:00Z'))
const folder = mkdtempSync(join(tmpdir(), 'allclear-lists-'))
let store: Store
let library: ChecklistLibrary

beforeEach(async () => {
  store = await openStore({ clock })
  library = new ChecklistLibrary({ store, clock, folder: null })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const checklistOf = (id: string): Checklist =>
  builtInTexts().find(({ checklist }) => checklist.id === id)!.checklist

function changed(version: string, change: (list: Checklist) => void, id = 'triage'): string {
  const list = structuredClone(checklistOf(id))
  list.derivedFrom = { id, version: list.version, cause: null }
  list.version = version
  change(list)
  return writeChecklist(list)
}
const reworded = (list: Checklist): void => void (list.items[0].why = 'Somebody has to be first.')
const loosened = (list: Checklist): void => void (list.items[0].probe!.minCoverage = 0.5)
const add = (text: string, more: Partial<NewVersion> = {}) =>
  library.add('triage', { text, reason: 'We learned it.', author: 'ada', source: 'edited', ...more })

describe('ChecklistLibrary', () => {
  it('lists what comes with the program in the order in which it is met', async () => {
    const { rows, total } = await library.list()
    expect(total).toBe(16)
    expect(rows.slice(5, 10).map(({ id }) => id)).toEqual(['triage', 'communicate', 'fix', 'rollout', 'after'])
    expect(rows.every(({ source, errors }) => source === 'built-in' && errors === 0)).toBe(true)
  })

  it('puts an own version in force, with who made it and why, and never changes it', async () => {
    const text = changed('1.0.1', reworded)
    expect(await add(text)).toMatchObject({ version: '1.0.1', state: 'stored', author: 'ada', reason: 'We learned it.' })
    const shown = await library.show('triage')
    expect(shown).toMatchObject({ inForce: true, row: { version: '1.0.1', source: 'edited', builtIn: null } })
    expect(shown.versions.map(({ version }) => version)).toEqual(['1.0.1', '1.0.0'])
    expect((await library.version('triage')).text).toBe(text)
    expect((await library.version('triage', '1.0.0')).checklist).toEqual(checklistOf('triage'))
    await expect(add(changed('1.0.1', (list) => void (list.title = 'Other')))).rejects.toThrow('versions never change')
    expect((await library.version('triage')).text).toBe(text)
  })

  it('lets a loosened version wait for a second person', async () => {
    await expect(add(changed('1.0.1', loosened))).rejects.toThrow('needs a new major version')
    expect(await add(changed('2.0.0', loosened))).toMatchObject({ state: 'waiting' })
    expect((await library.show('triage')).row).toMatchObject({ version: '1.0.0', waiting: 1 })
    const decide = (by: string, accept: boolean) => library.decide('triage', '2.0.0', { accept, by, reason: 'Seen.' })
    await expect(decide('ada', true)).rejects.toThrow('accepted by somebody else')
    expect(await decide('grace', true)).toMatchObject({ state: 'stored', decision: { by: 'grace', reason: 'Seen.' } })
    expect((await library.show('triage')).row).toMatchObject({ version: '2.0.0', waiting: 0 })
    await expect(decide('grace', false)).rejects.toThrow('waits for a second person')
  })

  it('leaves the old version in force when the second person says no', async () => {
    await add(changed('2.0.0', loosened))
    await library.decide('triage', '2.0.0', { accept: false, by: 'grace', reason: 'Too weak.' })
    const { row, versions } = await library.show('triage')
    expect(row).toMatchObject({ version: '1.0.0', waiting: 0 })
    expect(versions[0]).toMatchObject({ version: '2.0.0', state: 'refused', decision: { reason: 'Too weak.' } })
  })

  it('refuses what the lint calls an error, another list, and a change on top of an old version', async () => {
    await expect(add(changed('1.0.1', (list) => void (list.items[0].pause = 'never')))).rejects.toThrow(
      /2 errors in all/,
    )
    await expect(add('mode: [')).rejects.toMatchObject({ code: 'checklist.invalid', where: 'line 1, column 8' })
    await expect(add(changed('1.0.1', reworded, 'fix'))).rejects.toThrow('The text is the checklist fix')
    await add(changed('1.0.1', reworded), { base: '1.0.0' })
    await expect(
      add(changed('1.0.2', (list) => void (list.items[1].why = 'So.')), { base: '1.0.0' }),
    ).rejects.toMatchObject({ code: 'conflict' })
  })

  it('lets one of two win who store the same version at once', async () => {
    const results = await Promise.allSettled([
      add(changed('1.0.1', reworded)),
      add(changed('1.0.1', (list) => void (list.title = 'Other')), { author: 'grace' }),
    ])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('says what a text would be, and keeps nothing', async () => {
    expect(await library.draft(changed('1.0.0', loosened))).toMatchObject({
      errors: 1,
      follows: '1.0.0',
      step: 'major',
      nextVersion: '2.0.0',
      needsSecondPerson: true,
      changes: [{ kind: 'loosened', item: 'T1', field: 'probe.minCoverage', before: '0.95', after: '0.5' }],
    })
    expect(await library.draft('nothing')).toMatchObject({ checklist: null, errors: 1 })
    expect((await library.list()).rows.every(({ waiting }) => waiting === 0)).toBe(true)
  })

  it('keeps what somebody rests on', async () => {
    const pinned = await library.pin('triage')
    await library.pin('triage')
    expect(pinned.version).toBe('1.0.0')
    await add(changed('1.0.1', reworded))
    const { versions } = await library.show('triage')
    expect(versions.map(({ version, source }) => `${version} ${source}`)).toEqual(['1.0.1 edited', '1.0.0 built-in'])
    expect(versions[1].storedAtMs).toBe(clock.nowMs())
    await add(changed('2.0.0', loosened))
    await expect(library.pin('triage', '2.0.0')).rejects.toThrow('waits for a second person')
    await expect(library.pin('triage', '9.9.9')).rejects.toThrow('There is no version 9.9.9')
  })
})

describe('a folder of checklists', () => {
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
  const open = () => (library = new ChecklistLibrary({ store, clock, folder }))

  it('is in force as its files are, and follows them', async () => {
    mkdirSync(folder, { recursive: true })
    open()
    put('triage.yaml', changed('1.0.1', reworded))
    expect((await library.show('triage')).row).toMatchObject({ version: '1.0.1', source: 'folder' })
    put('triage.yaml', changed('1.0.1', (list) => void (list.title = 'Triage of ours')))
    expect((await library.show('triage')).row.title).toBe('Triage of ours')

    // What something rests on is a version that cannot change any more.
    await library.pin('triage')
    put('triage.yaml', changed('1.0.1', reworded))
    expect(await library.list()).toMatchObject({
      folder: { problems: [{ file: 'triage.yaml', id: 'triage', problem: { rule: 'version-step', line: 6 } }] },
    })
    expect((await library.show('triage')).row.title).toBe('Triage of ours')
  })

  it('says what is wrong with a file and leaves the version before it in force', async () => {
    mkdirSync(folder, { recursive: true })
    open()
    put('a.yaml', 'kind: Checklist\nkind: Checklist\n')
    put('b.yml', changed('1.0.1', loosened))
    put('.hidden.yaml', 'no')
    const { rows, folder: found } = await library.list()
    expect(found?.problems.map(({ file, problem }) => `${file} ${problem.rule} ${problem.line}`)).toEqual([
      'a.yaml syntax 2',
      'b.yml version-step 6',
    ])
    expect(rows.find(({ id }) => id === 'triage')?.version).toBe('1.0.0')
  })

  it('that is not there is an error and no silence', async () => {
    open()
    await expect(library.list()).rejects.toThrow('The folder of checklists cannot be read')
  })
})
