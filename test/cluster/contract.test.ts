import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { openConnection, type KubeConnection } from '../../src/base/kube/index.ts'
import { describeContract } from './contract.ts'
import { startGenerated, type GeneratedServer } from './generated-cluster.ts'
import { adminOf, startLab, type Admin, type Lab } from './lab.ts'

describe('a real API server', () => {
  let lab: Lab
  let admin: Admin
  let connection: KubeConnection
  beforeAll(async () => {
    lab = await startLab({ nodes: 1 })
    admin = adminOf(lab.clusters[0].kubeconfig)
    connection = await openConnection({
      kind: 'kubeconfig',
      file: lab.clusters[0].kubeconfig,
      context: lab.clusters[0].name,
    })
  })
  afterAll(async () => {
    connection?.close()
    admin?.agent.destroy()
    await lab?.stop()
  })
  describeContract(
    () => connection,
    (method, path, body) => admin.call(method, path, body),
  )
})

describe('the generated one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'allclear-contract-'))
  let server: GeneratedServer
  let connection: KubeConnection
  beforeAll(async () => {
    server = await startGenerated(['g1'])
    writeFileSync(join(folder, 'kubeconfig'), server.kubeconfig())
    connection = await openConnection({
      kind: 'kubeconfig',
      file: join(folder, 'kubeconfig'),
      context: 'g1',
    })
  })
  afterAll(async () => {
    connection?.close()
    await server?.close()
    rmSync(folder, { recursive: true })
  })
  describeContract(
    () => connection,
    (method, path, body) =>
      fetch(`${server.url}/clusters/g1${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  )
})
