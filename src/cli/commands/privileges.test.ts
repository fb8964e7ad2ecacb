import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runForTest } from '../run-for-test.ts'

const manifests = `apiVersion: v1
kind: Pod
metadata: { name: ci, namespace: shop }
spec:
  serviceAccountName: ci
  containers: [{ name: main, image: ci }]
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  automountServiceAccountToken: false
  containers: [{ name: main, image: web }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: read, namespace: shop }
rules: [{ apiGroups: [""], resources: [secrets], verbs: [list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: ci, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: read }
subjects: [{ kind: ServiceAccount, name: ci }]
`

describe('allclear privileges', () => {
  let folder: string
  let path: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'allclear-privileges-'))
    path = join(folder, 'shop.yaml')
    writeFileSync(path, manifests)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('lists what reaches secrets, nodes or cluster-admin, and only that', async () => {
    const { exit, out, error } = await runForTest(['privileges', '--manifests', path])
    expect([exit, error]).toEqual([0, ''])
    expect(out).toMatch(/shop\/ci\[Pod\] +shop\/ci +2 +- +- +-/)
    expect(out).not.toContain('shop/web')
  })

  it('tells the way of one identity, with the rule and the reason', async () => {
    const { out } = await runForTest(['privileges', 'shop/ci', '--manifests', path])
    expect(out).toContain('secrets-list → secrets of shop')
    expect(out).toContain('RoleBinding shop/ci of Role shop/read')
    expect(out).toContain('List and watch answer with the contents')
  })

  it('gives rules, ways and steps as JSON', async () => {
    const { out } = await runForTest(['privileges', '--manifests', path, '--to', 'secrets', '-o', 'json'])
    const answer = JSON.parse(out) as {
      identities: { id: string; rules: unknown[] }[]
      workloads: { id: string }[]
    }
    expect(answer.workloads.map(({ id }) => id)).toEqual(['shop/ci[Pod]'])
    expect(answer.identities.map(({ id }) => id)).toEqual(['ServiceAccount shop/ci'])
    expect(answer.identities[0].rules).toEqual([
      {
        namespace: 'shop',
        verbs: ['list'],
        groups: [''],
        resources: ['secrets'],
        names: [],
        urls: [],
        via: 'RoleBinding shop/ci of Role shop/read',
      },
    ])
  })

  it('says what is missing or not there', async () => {
    const { exit, error } = await runForTest(['privileges', 'shop/nobody', '--manifests', path])
    expect(exit).toBe(2)
    expect(error).toContain('There is no identity shop/nobody')
  })

  it.each(['dot', 'mermaid'])('draws as %s', async (form) => {
    const { out } = await runForTest(['privileges', '--manifests', path, '-o', form])
    expect(out).toContain('secrets-list')
  })
})
