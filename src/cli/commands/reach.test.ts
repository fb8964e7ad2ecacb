import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runForTest } from '../run-for-test.ts'

const deployments = ['web', 'cart']
  .map(
    (name) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers: [{ name: main, image: ${name}, ports: [{ name: http, containerPort: 8080 }] }]
`,
  )
  .join('---\n')
const service = `---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  type: LoadBalancer
  selector: { app: web }
  ports: [{ port: 80, targetPort: http }]
`
const policy = (port: number) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: cart, namespace: shop }
spec:
  podSelector: { matchLabels: { app: cart } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: ${port} }] }]
`

describe('allclear reach', () => {
  let folder: string
  const file = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  let manifests: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'allclear-reach-'))
    manifests = file('shop.yaml', deployments + service)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('prints every connection in the text form', async () => {
    const { exit, out, error } = await runForTest(['reach', '--manifests', manifests, '-o', 'txt'])
    expect([exit, error]).toEqual([0, ''])
    expect(out.split('\n')).toEqual([
      '0.0.0.0-255.255.255.255[External] => shop/cart[Deployment] : All Connections',
      '0.0.0.0-255.255.255.255[External] => shop/web[Deployment] : All Connections',
      'shop/cart[Deployment] => 0.0.0.0-255.255.255.255[External] : All Connections',
      'shop/cart[Deployment] => shop/web[Deployment] : All Connections',
      'shop/web[Deployment] => 0.0.0.0-255.255.255.255[External] : All Connections',
      'shop/web[Deployment] => shop/cart[Deployment] : All Connections',
      '',
    ])
  })

  it('names the ways in with what policies leave of them', async () => {
    const { out } = await runForTest([
      'reach',
      '--manifests',
      manifests,
      '-o',
      'json',
      '--to',
      'shop/web',
      '--from',
      'internet',
    ])
    const { entries, sections } = JSON.parse(out) as {
      entries: unknown[]
      sections: { connections: unknown[] }[]
    }
    expect(sections[0].connections).toHaveLength(1)
    expect(entries).toEqual([
      {
        reach: 'internet',
        via: 'Service shop/web (LoadBalancer)',
        at: ['TCP 80'],
        destination: 'shop/web[Deployment]',
        ports: 'TCP 8080',
        allowed: 'TCP 8080',
        path: ['internet', 'service shop/web', 'shop/web[Deployment]'],
      },
    ])
  })

  it('says what a policy opens and cuts, and that nothing is known to enforce it', async () => {
    const { exit, out, error } = await runForTest([
      'reach',
      'diff',
      '--manifests',
      manifests,
      '--with',
      file('policy.yaml', policy(8080)),
      '-o',
      'txt',
    ])
    expect(exit).toBe(0)
    expect(out.split('\n')).toEqual([
      'changed: shop/web[Deployment] => shop/cart[Deployment] : All Connections -> TCP 8080',
      'removed: 0.0.0.0-255.255.255.255[External] => shop/cart[Deployment] : All Connections -> No Connections',
      '',
    ])
    expect(error).toContain('whether these policies hold is not known')
  })

  it('refuses what the API server would not store, with the place, and answers the rest', async () => {
    const { exit, out, error } = await runForTest([
      'reach',
      '--manifests',
      manifests,
      '--manifests',
      file('bad.yaml', policy(70_000)),
      '-o',
      'name',
    ])
    expect(exit).toBe(3)
    expect(out).toBe('shop/web[Deployment]\nshop/cart[Deployment]\n')
    expect(error).toContain(
      'bad.yaml, document 1: NetworkPolicy cart: spec.ingress[0].ports[0].port: is not a whole number from 1 to 65535',
    )
  })

  it("compares with another tool's list, and exits 1 on what nothing explains", async () => {
    const { out } = await runForTest(['reach', '--manifests', manifests, '-o', 'txt'])
    const same = await runForTest(['reach', '--manifests', manifests, '--compare', file('same.txt', out)])
    expect([same.exit, same.out]).toEqual([0, 'The same 6 lines.\n'])
    const other = file(
      'other.txt',
      out.replace('cart[Deployment] => shop/web[Deployment] : All Connections', ''),
    )
    const different = await runForTest(['reach', '--manifests', manifests, '--compare', other])
    expect(different.exit).toBe(1)
    expect(different.out).toContain('not explained')
  })

  it.each(['dot', 'mermaid'])('draws as %s', async (form) => {
    const { exit, out } = await runForTest(['reach', '--manifests', manifests, '-o', form])
    expect(exit).toBe(0)
    expect(out).toContain('shop')
    expect(out.match(/All Connections/g)).toHaveLength(6)
  })

  it('says what is missing', async () => {
    expect((await runForTest(['reach'])).exit).toBe(2)
    expect((await runForTest(['reach', 'diff', '--manifests', manifests])).exit).toBe(2)
    expect((await runForTest(['reach', '--manifests', file('empty.yaml', '')])).exit).toBe(2)
  })
})
