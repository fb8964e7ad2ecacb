import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runForTest } from '../run-for-test.ts'

const folder = mkdtempSync(join(tmpdir(), 'allclear-local-'))
afterAll(() => rmSync(folder, { recursive: true }))

const environment = { XDG_DATA_HOME: folder }

/** An answer without the moments at which it was given. */
async function answerTo(...args: string[]): Promise<unknown> {
  const { exit, out } = await runForTest(['where', ...args, '--example', '-o', 'json'], { env: environment })
  expect([0, 3]).toContain(exit)
  return { ...(JSON.parse(out) as object), atMs: 0 }
}

it('a question in plain words has the answer that its route gives', async () => {
  for (const question of [
    ['log4j-core@<2.17.1'],
    ['openssl'],
    ['CVE-2021-44228'],
    ['openssl', '--cluster', 'shop-eu'],
  ]) {
    // With a number it goes through the schema of the route.
    expect(await answerTo(...question)).toEqual(await answerTo(...question, '--limit', '50'))
  }
})

it('a refusal is the same with and without a request', async () => {
  const refusal = async (...more: string[]) => {
    const { exit, error } = await runForTest(['where', 'nothing/of/this/name', ...more, '--example'], {
      env: environment,
    })
    return { exit, error }
  }
  expect(await refusal()).toEqual(await refusal('--limit', '50'))
})
