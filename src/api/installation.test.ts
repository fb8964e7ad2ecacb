import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { openInstallation, type Installation } from './installation.ts'

let directory: string
let installation: Installation

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'allclear-installation-'))
  const owners = { annotations: ['example.org/on-call'], labels: ['example.org/squad'] }
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ owners }))
  installation = await openInstallation({
    directory,
    example: false,
    clock: systemClock,
    version: '0.0.0-test',
    env: {},
    exclusive: true,
  })
})
afterEach(async () => {
  await installation.close()
  rmSync(directory, { recursive: true })
})

it('the owners of the configuration are those of the fleet, from manifests and from what a cluster tells', async () => {
  const knowledge = await installation.knowledge()
  const marks = {
    labels: { team: 'nobody-asked', 'example.org/squad': 'red' },
    annotations: { 'example.org/on-call': 'anna' },
  }
  const workload = { namespace: 'shop', kind: 'Deployment', serviceAccount: null, owner: null, replicas: 1 }
  const containers = [
    {
      name: 'c',
      kind: 'main' as const,
      reference: 'registry.example/c:1',
      digest: `sha256:${'e'.repeat(64)}`,
    },
  ]
  await knowledge.importClusterChanges({
    cluster: 'live',
    atMs: 1,
    workloads: [{ ...workload, ...marks, annotations: {}, name: 'told', containers }],
  })
  const manifest = Buffer.from(
    JSON.stringify({
      kind: 'Deployment',
      metadata: { name: 'declared', namespace: 'shop', ...marks },
      spec: {
        template: {
          spec: { containers: [{ name: 'c', image: `${containers[0].reference}@${containers[0].digest}` }] },
        },
      },
    }),
  )
  await knowledge.importManifests(
    (async function* () {
      yield { source: 'declared.json', sizeBytes: manifest.length, read: async () => manifest }
    })(),
    { cluster: 'declared' },
  )
  const { owners } = await knowledge.where({ query: containers[0].digest })
  expect(owners.rows.map(({ name }) => name).toSorted()).toEqual(['anna', 'red'])
})
