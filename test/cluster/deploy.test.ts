/** `deploy/` on a real API server: it is accepted, the pod is as restricted as its namespace asks, and the rights are enough and no more. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { openConnection, reviewAccess, type KubeConnection } from '../../src/base/kube/index.ts'
import { watchedResources } from '../../src/know/fleet/live/index.ts'
import { adminOf, startLab, until, type Admin, type Lab } from './lab.ts'

const deploy = join(import.meta.dirname, '../../deploy')
const folder = mkdtempSync(join(tmpdir(), 'allclear-deploy-'))
let lab: Lab
let admin: Admin

beforeAll(async () => {
  lab = await startLab({ nodes: 1 })
  admin = adminOf(lab.clusters[0].kubeconfig)
})
afterAll(async () => {
  admin?.agent.destroy()
  await lab?.stop()
  rmSync(folder, { recursive: true })
})

interface Document {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string }
}

const plurals: Record<string, string> = { NetworkPolicy: 'networkpolicies' }

function documentsOf(text: string): Document[] {
  const documents = parseAllDocuments(text)
  if (!Array.isArray(documents)) throw new Error('it is empty')
  return documents.map((document) => document.toJS() as Document).filter((document) => document !== null)
}

async function apply(documents: readonly Document[]): Promise<void> {
  for (const document of documents) {
    const { apiVersion, kind, metadata } = document
    const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
    const within = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
    const path = `${root}${within}/${plurals[kind] ?? `${kind.toLowerCase()}s`}?fieldValidation=Strict`
    const { status, body } = await admin.call('POST', path, document)
    expect([status, kind, status < 300 ? '' : JSON.stringify(body)]).toEqual([201, kind, ''])
  }
}

/** A token of a service account, as a pod would have it. */
async function connectAs(namespace: string, account: string): Promise<KubeConnection> {
  const { body } = await admin.call(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
  )
  const config = JSON.parse(readFileSync(lab.clusters[0].kubeconfig, 'utf8'))
  config.users[0].user = { token: (body as { status: { token: string } }).status.token }
  const file = join(folder, `${account}.kubeconfig`)
  writeFileSync(file, JSON.stringify(config))
  return openConnection({ kind: 'kubeconfig', file, context: config['current-context'] })
}

async function runsRestricted(namespace: string, name: string): Promise<void> {
  // Pod Security would refuse the pod, and the StatefulSet would say so in an event.
  const pod = await until(`the pod ${name}-0`, async () => {
    const { status, body } = await admin.call('GET', `/api/v1/namespaces/${namespace}/pods/${name}-0`)
    return status === 200 && (body as { spec: { containers: { securityContext: object }[] } })
  })
  expect(pod.spec.containers[0].securityContext).toMatchObject({ readOnlyRootFilesystem: true })
}

async function hasItsRights(connection: KubeConnection): Promise<void> {
  const wanted = watchedResources
    .filter(({ onRequest }) => !onRequest)
    .flatMap(({ group, plural: resource }) =>
      (['list', 'watch'] as const).map((verb) => ({ group, resource, verb })),
    )
  const answers = await reviewAccess(connection, wanted)
  expect(answers.filter(({ allowed }) => allowed !== true)).toEqual([])
  const refused = await reviewAccess(connection, [
    { group: '', resource: 'secrets', verb: 'get' },
    { group: '', resource: 'secrets', verb: 'list' },
    { group: '', resource: 'configmaps', verb: 'list' },
    { group: '', resource: 'pods/log', verb: 'get' },
    { group: '', resource: 'pods', verb: 'get' },
  ])
  expect(refused.filter(({ allowed }) => allowed !== false)).toEqual([])
}

describe('the manifests', () => {
  it('are accepted, run restricted, and grant what is watched and no more', async () => {
    await apply(documentsOf(readFileSync(join(deploy, 'manifests/cluster-role.yaml'), 'utf8')))
    await apply(documentsOf(readFileSync(join(deploy, 'manifests/cluster-role-secret-names.yaml'), 'utf8')))
    await apply(documentsOf(readFileSync(join(deploy, 'manifests/agent.yaml'), 'utf8')))
    await runsRestricted('allclear', 'allclear-agent')
    const connection = await connectAs('allclear', 'allclear-agent')
    await hasItsRights(connection)
    connection.close()
  })
})

const helm = process.env.ALLCLEAR_TEST_HELM || 'helm'
const hasHelm = spawnSync(helm, ['version']).status === 0

describe.skipIf(!hasHelm)('the chart (skipped where helm is not found; ALLCLEAR_TEST_HELM names it)', () => {
  const render = (...values: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      helm,
      [
        'template',
        'watcher',
        join(deploy, 'chart'),
        '--namespace',
        'chart',
        ...values.flatMap((value) => ['--set', value]),
      ],
      { encoding: 'utf8' },
    )
    return { status, stderr, documents: status === 0 ? documentsOf(stdout) : [] }
  }

  it('asks for what it needs', () => {
    expect(render().stderr).toContain('the address of the hub')
  })

  it('is accepted, runs restricted, and grants what is watched and no more', async () => {
    await apply([
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'chart', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
      } as Document,
    ])
    await apply(render('server=https://hub.example.org', 'cluster=c1').documents)
    await runsRestricted('chart', 'watcher')
    const connection = await connectAs('chart', 'watcher')
    await hasItsRights(connection)
    connection.close()
  })

  it('grants the names of secrets only on request', () => {
    const rules = (...values: string[]) =>
      JSON.stringify(render('server=https://x.example', 'cluster=c1', ...values).documents)
    expect(rules()).not.toContain('"secrets"')
    expect(rules('secretNames=true')).toContain('"secrets"')
  })
})
