import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openBlobs } from '../../base/blobs.ts'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { openKnowledge } from '../index.ts'
import type { Input, Knowledge } from '../knowledge.ts'

let directory: string
let store: Store
let knowledge: Knowledge

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'allclear-explain-'))
  const clock = fixedClock(Date.UTC(2026, 10, 18))
  store = await openStore({ clock })
  knowledge = await openKnowledge({
    store,
    blobs: await openBlobs(join(directory, 'blobs')),
    clock,
    dataDirectory: directory,
    example: false,
  })
  await knowledge.importAdvisories(file('record.json', record), {})
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

async function* file(source: string, body: object): AsyncIterable<Input> {
  const bytes = Buffer.from(JSON.stringify(body))
  yield { source, sizeBytes: bytes.length, read: async () => bytes }
}

const entry = (introduced: string, fixed: string) => ({
  package: { ecosystem: 'npm', name: 'parse-it' },
  ranges: [{ type: 'SEMVER', events: [{ introduced }, { fixed }] }],
})
/** One advisory that says of each line of releases in an entry of its own where it is fixed. */
const record = {
  schema_version: '1.6.0',
  id: 'GHSA-2222-3333-4444',
  aliases: ['CVE-2026-4242'],
  modified: '2026-11-01T00:00:00Z',
  affected: [entry('1.0.0', '1.9.4'), entry('2.0.0', '2.3.1'), entry('3.0.0', '3.0.2')],
}
const digest = `sha256:${'d'.repeat(64)}`

/** A later document of the same tool would replace the earlier one. */
async function describes(source: string, version: string, tool: string): Promise<void> {
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: {
      tools: { components: [{ type: 'application', name: tool, version: '1' }] },
      component: { type: 'container', name: 'registry.example/web:1', version: digest },
    },
    components: [{ type: 'library', name: 'parse-it', version, purl: `pkg:npm/parse-it@${version}` }],
  }
  expect((await knowledge.importSboms(file(source, document), {})).refused).toEqual([])
}

it.each([
  ['1.2.0', 'affected', '< fixed 1.9.4'],
  ['2.3.0', 'affected', '< fixed 2.3.1'],
  ['3.0.2', 'not_affected', '>= fixed 1.9.4'],
  ['0.9.0', 'not_affected', '< introduced 1.0.0'],
])(
  'an advisory with three entries says one thing of parse-it %s: %s',
  async (version, verdict, decidedBy) => {
    await describes('web.cdx.json', version, 'layers-reader')
    const answer = await knowledge.explain(digest, 'CVE-2026-4242')
    expect(answer.verdict).toBe(verdict)
    expect(answer.explanations).toHaveLength(1)
    const [{ steps, alsoConsidered }] = answer.explanations
    expect(answer.explanations[0].verdict).toBe(verdict)
    // Each rule once: the range that is shown is the one of the comparison below it.
    expect(steps.map(({ rule }) => rule)).toEqual(['evidence', 'ecosystem', 'name', 'range', 'comparison'])
    expect(steps[4].text).toContain(decidedBy)
    expect(steps[4].text).toContain(`so ${verdict.replaceAll('_', ' ')}`)
    expect(alsoConsidered).toHaveLength(2)
    for (const text of alsoConsidered) expect(text).toContain('so not affected')
  },
)

it('a package that two documents of an image name is explained once, with both places', async () => {
  await describes('web.cdx.json', '2.3.0', 'layers-reader')
  await describes('build.cdx.json', '2.3.0', 'build-plugin')
  const { explanations } = await knowledge.explain(digest, 'CVE-2026-4242')
  expect(explanations).toHaveLength(1)
  const evidence = explanations[0].steps.filter(({ rule }) => rule === 'evidence').map(({ text }) => text)
  expect(evidence).toHaveLength(2)
  expect(evidence.join('\n')).toContain('web.cdx.json')
  expect(evidence.join('\n')).toContain('build.cdx.json')
})
