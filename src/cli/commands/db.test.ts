import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, testPostgresUrl } from '../../../test/postgres.ts'
import type { TestDatabase } from '../../../test/postgres.ts'
import { runForTest } from '../run-for-test.ts'

const examples = join(import.meta.dirname, '../../../examples')
const folder = mkdtempSync(join(tmpdir(), 'allclear-db-'))
const first = join(folder, 'first')
const file = join(folder, 'all.backup')
afterAll(() => rmSync(folder, { recursive: true }))

const allclear = async (args: string, env: Record<string, string> = {}) =>
  runForTest(args.split(' '), { env: { HOME: folder, ...env } })

/** What a person asks before and after: it comes from rows, packed contents, findings and documents. */
async function answersOf(place: string, env: Record<string, string> = {}) {
  const where = JSON.parse((await allclear(`where CVE-2021-44228 -o json ${place}`, env)).out)
  const sbom = JSON.parse(
    (await allclear(`sbom write registry.shop.example/checkout/cart:1.31.0 ${place}`, env)).out,
  )
  return { verdict: where.verdict, radius: where.radius, workloads: where.workloads, sbom: sbom.components }
}

beforeAll(async () => {
  for (const args of [
    `import advisories ${examples}/advisories`,
    `import sbom ${examples}/sboms`,
    `import manifests ${examples}/clusters/shop-eu.json --cluster shop-eu`,
  ])
    expect((await allclear(`${args} --data ${first}`)).exit).toBe(0)
  const { exit, out } = await allclear(`db backup ${file} -o json --data ${first}`)
  expect(exit).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ file, engine: 'sqlite', documents: 21 })
})

describe('db restore', () => {
  it('fills a new data directory, which answers as the first one did', async () => {
    const second = join(folder, 'second')
    const { exit, out } = await allclear(`db restore ${file} --data ${second}`)
    expect(out).toMatch(/^Restored [\d,]+ rows and 21 documents from /)
    expect(exit).toBe(0)
    expect(await answersOf(`--data ${second}`)).toEqual(await answersOf(`--data ${first}`))
    expect((await allclear(`db check --data ${second}`)).exit).toBe(0)

    const again = await allclear(`db restore ${file} --data ${second}`)
    expect(again.exit).toBe(2)
    expect(again.error).toContain('not empty')
    expect(again.error).toContain('--data DIR')
  })

  it('refuses the example fleet and what is no backup', async () => {
    const example = await allclear(`db restore ${file} --example`)
    expect(example.exit).toBe(2)
    expect(example.error).toContain('--data DIR')
    writeFileSync(join(folder, 'other'), 'not a backup')
    const other = await allclear(`db restore ${join(folder, 'other')} --data ${join(folder, 'third')}`)
    expect(other.exit).toBe(2)
    expect(other.error).toContain('not a backup of Allclear')
  })
})

describe.skipIf(testPostgresUrl === null)(
  'db restore into PostgreSQL (skipped where ALLCLEAR_TEST_POSTGRES names no server)',
  () => {
    let database: TestDatabase
    beforeAll(async () => {
      database = await createTestDatabase()
    })
    afterAll(() => database.drop())

    it('moves a data directory there, and back', async () => {
      const env = { DATABASE_URL: database.url }
      const there = `--data ${join(folder, 'there')}`
      expect((await allclear(`db restore ${file} ${there}`, env)).exit).toBe(0)
      expect(await answersOf(there, env)).toEqual(await answersOf(`--data ${first}`))

      const second = join(folder, 'of-postgres.backup')
      const { out } = await allclear(`db backup ${second} -o json ${there}`, env)
      expect(JSON.parse(out)).toMatchObject({ engine: 'postgres', documents: 21 })
      const back = `--data ${join(folder, 'back')}`
      expect((await allclear(`db restore ${second} ${back}`)).exit).toBe(0)
      expect(await answersOf(back)).toEqual(await answersOf(`--data ${first}`))
    })
  },
)
