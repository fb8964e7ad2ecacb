import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { walkInputs } from '../../base/archive/index.ts'
import { fixedClock } from '../../base/clock.ts'
import type { ChecklistLibrary } from '../../prepare/checklists/index.ts'
import type { IncidentAnswer } from '../../respond/incidents/answers.ts'
import type { Response } from '../../respond/index.ts'
import { openInstallation, type Installation } from '../installation.ts'

/** Which version of a list an incident is read by: the one in force when it began, until somebody goes on with another. */
const examples = join(import.meta.dirname, '../../../examples')
const directory = mkdtempSync(join(tmpdir(), 'allclear-incident-lists-'))
let installation: Installation
let response: Response
let library: ChecklistLibrary

beforeAll(async () => {
  installation = await openInstallation({
    directory,
    example: false,
    clock: fixedClock(Date.UTC(2026, 10, 18, 3)),
    version: '0.0.0-test',
    env: {},
    exclusive: true,
  })
  const knowledge = await installation.knowledge()
  await knowledge.importAdvisories(walkInputs([join(examples, 'advisories')]), {})
  response = await installation.response()
  library = await installation.checklists()
})
afterAll(async () => {
  await installation.close()
  rmSync(directory, { recursive: true })
})

/** The list in force with another sentence for T1, under another number. */
async function reworded(version: string, sentence: string, loosened = false): Promise<void> {
  const { text, row } = await library.version('triage')
  const next = text
    .replace(`version: ${row.version}`, `version: ${version}`)
    .replace(/text: Acknowledge.*/, `text: ${sentence}`)
    .replace('{id: know.affected}', loosened ? '{none: nobody looks}' : '{id: know.affected}')
  await library.add('triage', { text: next, reason: 'It reads better.', author: 'anna', source: 'edited' })
}

const firstText = ({ stages }: IncidentAnswer) => stages[0].pauses[0].items[0].text

it('an incident keeps the version that it began with, until somebody goes on with another', async () => {
  await reworded('1.0.1', 'Acknowledge, take the lead, start your clock.')
  const { id, ...opened } = await response.incidents.open({ advisory: 'CVE-2021-44228' }, 'anna', [])
  expect(firstText({ id, ...opened })).toBe('Acknowledge, take the lead, start your clock.')

  await reworded('1.0.2', 'Acknowledge, lead, start the clock.')
  expect(firstText(await response.incidents.show(id, 'anna'))).toBe(
    'Acknowledge, take the lead, start your clock.',
  )
  const adopt = (version: string) =>
    response.incidents.say(id, { do: 'adopt', list: 'triage', version }, { actor: 'anna' })
  expect(firstText(await adopt('1.0.2'))).toBe('Acknowledge, lead, start the clock.')

  await reworded('2.0.0', 'Acknowledge, lead, start the clock.', true)
  await expect(adopt('2.0.0')).rejects.toMatchObject({ code: 'conflict' })
  await expect(adopt('9.9.9')).rejects.toMatchObject({ code: 'not-found' })
  expect(firstText(await response.incidents.show(id, 'anna'))).toBe('Acknowledge, lead, start the clock.')
})

it('what an incident began with stays, also what came with the program', async () => {
  const { versions } = await library.show('after')
  expect(versions.map(({ version, source, storedAtMs }) => [version, source, storedAtMs !== null])).toEqual([
    ['1.0.0', 'built-in', true],
  ])
})
