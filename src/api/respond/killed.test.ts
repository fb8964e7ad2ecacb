import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openInstallation, type Installation } from '../installation.ts'
import { walkInputs } from '../../base/archive/index.ts'
import { systemClock } from '../../base/clock.ts'

const writer = join(import.meta.dirname, '../../../test/incident-writer.ts')
const examples = join(import.meta.dirname, '../../../examples')
const directory = mkdtempSync(join(tmpdir(), 'allclear-killed-'))
let id = ''

const open = (): Promise<Installation> =>
  openInstallation({
    directory,
    example: false,
    clock: systemClock,
    version: '0.0.0-test',
    env: {},
    exclusive: true,
  })

beforeAll(async () => {
  const installation = await open()
  const knowledge = await installation.knowledge()
  await knowledge.importAdvisories(walkInputs([join(examples, 'advisories/CVE-2021-44228.json')]), {})
  const { incidents } = await installation.response()
  id = (await incidents.open({ advisory: 'CVE-2021-44228' }, 'anna', [])).id
  await installation.close()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Writes until some were acknowledged and a moment has passed, then ends the process outright. Gives the last number. */
async function killWhileWriting(from: number, acknowledged: number, thenMs: number): Promise<number> {
  const child = spawn(process.execPath, [writer, directory, id, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let last = from - 1
  let doomed = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) if (line !== '') last = Number(line)
    if (doomed || last < from + acknowledged - 1) return
    doomed = true
    setTimeout(() => child.kill('SIGKILL'), thenMs)
  })
  await once(child, 'close')
  return last
}

it('an incident whose writer is killed has everything that was acknowledged, once, in a whole timeline', async () => {
  let next = 1
  for (let round = 0; round < 5; round++) {
    const last = await killWhileWriting(next, 3 + round, Math.random() * 20)
    const installation = await open()
    try {
      const { incidents } = await installation.response()
      expect(await incidents.verify(id)).toMatchObject({ whole: true, problems: [] })
      const notes = (await incidents.rows(id)).filter(({ kind }) => kind === 'note.added')
      const said = notes.map(({ text }) => Number(text.slice('said '.length)))
      const expected = Array.from({ length: last }, (_, at) => at + 1).filter((at) => at % 3 !== 1)
      expect(said.slice(0, expected.length)).toEqual(expected)
      // At most the one that was being written when the end came.
      expect(said.length - expected.length).toBeLessThanOrEqual(1)
      // The list agrees with the timeline that it was written with.
      const [row] = await incidents.list()
      expect(row.changedAtMs).toBe((await incidents.state(id)).changedAtMs)
    } finally {
      await installation.close()
    }
    // A client that got no answer sends the same again.
    next = last + 1
  }
})
