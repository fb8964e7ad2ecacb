import { describe, expect, it } from 'vitest'
import type { PlacedObject } from '../fleet/index.ts'
import { channelOf, loosest, recognise, repositoryOf, supplierOf, type Candidate } from './recognise.ts'
import { webhooksOf } from './webhooks.ts'

const digest = `sha256:${'a'.repeat(64)}`
const rules = { own: [], others: [] }
const candidate: Candidate = {
  namespace: 'tools',
  kind: 'Deployment',
  name: 'thing',
  owner: null,
  labels: {},
  references: ['quay.io/vendor/thing:v1.2.3'],
  isWebhook: false,
  ownsResources: false,
  hasHostAccess: false,
}

describe('references', () => {
  it.each([
    [`quay.io/cilium/cilium:v1.16.4@${digest}`, 'pinned', 'v1.16.4'],
    [`quay.io/cilium/cilium@${digest}`, 'pinned', 'sha256:aaaaaaaaaaaa'],
    ['quay.io/cilium/cilium:v1.16.4', 'tag', 'v1.16.4'],
    ['quay.io/cilium/cilium:v1.16', 'floating', 'v1.16'],
    ['quay.io/cilium/cilium:latest', 'floating', 'latest'],
    ['quay.io/cilium/cilium', 'floating', 'latest'],
    ['registry.example:5000/a/b', 'floating', 'latest'],
    ['registry.example:5000/a/b:2024-01-02', 'tag', '2024-01-02'],
    ['nginx:1-alpine', 'floating', '1-alpine'],
  ])('%s is %s, version %s', (reference, channel, version) => {
    expect(channelOf(reference)).toEqual({ channel, version })
  })

  it.each([
    ['nginx', 'docker.io/library/nginx', 'docker.io/library'],
    ['grafana/loki:3.0', 'docker.io/grafana/loki', 'docker.io/grafana'],
    ['registry.k8s.io/pause:3.9', 'registry.k8s.io/pause', 'registry.k8s.io'],
    [`ghcr.io/a/b/c@${digest}`, 'ghcr.io/a/b/c', 'ghcr.io/a'],
    ['ko://github.com/tektoncd/pipeline/cmd/x', 'github.com/tektoncd/pipeline/cmd/x', 'github.com/tektoncd'],
    ['registry.example:5000/a/b:1', 'registry.example:5000/a/b', 'registry.example:5000/a'],
  ])('%s lies in %s of %s', (reference, repository, supplier) => {
    expect([repositoryOf(reference), supplierOf(reference)]).toEqual([repository, supplier])
  })

  it('of several channels the loosest counts', () => {
    expect(loosest(['pinned', 'tag'])).toBe('tag')
    expect(loosest(['tag', 'floating', 'pinned'])).toBe('floating')
    expect(loosest([])).toBe('unknown')
  })
})

describe('what is recognised', () => {
  it.each<[string, Partial<Candidate>, readonly string[] | null, string?]>([
    ['what nobody owns', {}, ['workload'], 'thing'],
    ['what a team owns', { owner: 'team-a' }, null],
    ['an operator that a team runs', { owner: 'team-a', ownsResources: true }, ['operator'], 'thing'],
    [
      'the name of the product is no team',
      {
        owner: 'cilium',
        labels: { 'app.kubernetes.io/part-of': 'cilium' },
        kind: 'DaemonSet',
        name: 'cilium',
      },
      ['network', 'agent'],
      'cilium',
    ],
    ['by its chart', { labels: { 'helm.sh/chart': 'cert-manager-v1.16.2' } }, ['workload'], 'cert-manager'],
    [
      'storage',
      { kind: 'DaemonSet', references: ['registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.1.0'] },
      ['storage', 'agent'],
    ],
    ['a webhook', { isWebhook: true, owner: 'team-a' }, ['webhook']],
    ['host access', { hasHostAccess: true }, ['agent']],
  ])('%s', (_, more, roles, name) => {
    const found = recognise({ ...candidate, ...more }, rules)
    expect(found?.roles ?? null).toEqual(roles)
    if (name !== undefined) expect(found?.name).toBe(name)
  })

  it('the configured rules go before', () => {
    expect(recognise(candidate, { own: ['quay.io/vendor/'], others: [] })).toBe(null)
    expect(
      recognise({ ...candidate, owner: 'team-a' }, { own: [], others: ['quay.io/vendor/'] })?.because,
    ).toContain('configured')
  })
})

describe('webhooks', () => {
  const configuration = (webhook: object): PlacedObject => ({
    where: 'x',
    object: {
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'check' },
      webhooks: [{ name: 'check.example', ...webhook }],
    } as unknown as PlacedObject['object'],
  })
  const pods = { operations: ['CREATE'], apiGroups: [''], resources: ['pods'] }

  it('fail closed unless told otherwise', () => {
    expect(webhooksOf([configuration({ rules: [pods] })])[0]).toMatchObject({
      failurePolicy: 'Fail',
      asksAboutPods: true,
      asks: ['CREATE pods'],
    })
    expect(webhooksOf([configuration({ failurePolicy: 'Ignore' })])[0].failurePolicy).toBe('Ignore')
  })

  it.each([
    [{ ...pods, operations: ['UPDATE'] }, false],
    [{ ...pods, operations: ['*'] }, true],
    [{ ...pods, resources: ['configmaps'] }, false],
    [{ operations: ['CREATE'], apiGroups: ['*'], resources: ['*'] }, true],
    [{ operations: ['CREATE'], apiGroups: ['example.com'], resources: ['*'] }, false],
    [{ operations: ['CREATE'], apiGroups: ['apps'], resources: ['deployments'] }, true],
  ])('%j asks about pods: %s', (rule, asks) => {
    expect(webhooksOf([configuration({ rules: [rule] })])[0].asksAboutPods).toBe(asks)
  })

  it('are asked about the namespaces that they select', () => {
    const [webhook] = webhooksOf([
      configuration({
        namespaceSelector: {
          matchLabels: { a: '1' },
          matchExpressions: [
            { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
          ],
        },
      }),
    ])
    const selects = (labels: Record<string, string>) => webhook.namespaces(new Map(Object.entries(labels)))
    expect(selects({ a: '1', 'kubernetes.io/metadata.name': 'shop' })).toBe(true)
    expect(selects({ a: '1', 'kubernetes.io/metadata.name': 'kube-system' })).toBe(false)
    expect(selects({ a: '2' })).toBe(false)
  })

  it('are asked about the objects that they select', () => {
    const [webhook] = webhooksOf([
      configuration({
        rules: [pods],
        objectSelector: { matchExpressions: [{ key: 'inject', operator: 'Exists' }] },
        matchConditions: [{ name: 'x', expression: 'true' }],
      }),
    ])
    expect(webhook.objects(new Map([['inject', 'yes']]))).toBe(true)
    expect(webhook.objects(new Map())).toBe(false)
    expect(webhook.hasConditions).toBe(true)
  })

  it('what is no list and no object is nothing', () => {
    expect(
      webhooksOf([configuration({ rules: 'x', namespaceSelector: 7, clientConfig: null })]),
    ).toHaveLength(1)
  })
})
