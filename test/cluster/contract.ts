/** What a list-watch relies on, as an API server does it. The same suite runs against the real one and the generated. */
import { expect, it } from 'vitest'
import type { KubeConnection } from '../../src/base/kube/index.ts'

interface Answer {
  status: number
  lines: Record<string, any>[]
}

export function describeContract(connect: () => KubeConnection, write: Write): void {
  const path = '/api/v1/serviceaccounts'
  const own = '/api/v1/namespaces/default/serviceaccounts'
  const account = (name: string) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: 'default' },
  })

  it('lists in pages: every object once, a version to watch from, no kind on the items', async () => {
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) await write('POST', own, account(name))
    const names: string[] = []
    let token = ''
    for (;;) {
      const page = await ask(connect(), `${path}?limit=2${token && `&continue=${encodeURIComponent(token)}`}`)
      const [list] = page.lines
      expect(page.status).toBe(200)
      expect(list.kind).toBe('ServiceAccountList')
      expect(list.metadata.resourceVersion).toMatch(/^\d+$/)
      expect(list.items.length).toBeLessThanOrEqual(2)
      for (const item of list.items) {
        expect(item.kind).toBeUndefined()
        expect(item.metadata.uid).toMatch(/./)
        names.push(`${item.metadata.namespace}/${item.metadata.name}`)
      }
      token = list.metadata.continue ?? ''
      if (token === '') break
    }
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(['default/p1', 'default/p5']))
  })

  it('watches from a list: created, changed, deleted, in order, each with its version', async () => {
    const [list] = (await ask(connect(), path)).lines
    await write('POST', own, account('w1'))
    await write('PUT', `${own}/w1`, {
      ...account('w1'),
      metadata: { name: 'w1', namespace: 'default', labels: { changed: 'yes' } },
    })
    await write('DELETE', `${own}/w1`)
    const { lines } = await ask(
      connect(),
      `${path}?watch=1&resourceVersion=${list.metadata.resourceVersion}&timeoutSeconds=2`,
    )
    const events = lines.filter(({ object }) => object.metadata.name === 'w1')
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
    expect(events.every(({ object }) => object.kind === 'ServiceAccount')).toBe(true)
    const versions = events.map(({ object }) => Number(object.metadata.resourceVersion))
    expect(versions).toEqual(versions.toSorted((a, b) => a - b))
    expect(versions[0]).toBeGreaterThan(Number(list.metadata.resourceVersion))
  })

  it('sends a bookmark before a watch ends, when asked for', async () => {
    const [list] = (await ask(connect(), path)).lines
    const watch = await connect().request(
      `${path}?watch=1&allowWatchBookmarks=true&resourceVersion=${list.metadata.resourceVersion}&timeoutSeconds=10`,
    )
    // Written once the watch has begun: what it begins with is not marked again.
    await write('POST', own, account('b1'))
    const bookmark = (await linesOf(watch.body)).find(({ type }) => type === 'BOOKMARK')
    expect(bookmark?.object.metadata.resourceVersion).toMatch(/^\d+$/)
    expect(bookmark?.object.kind).toBe('ServiceAccount')
  })

  it('refuses a continue token that is none', async () => {
    const { status, lines } = await ask(connect(), `${path}?limit=2&continue=nonsense`)
    expect(status).toBe(400)
    expect(lines[0].kind).toBe('Status')
  })

  it('says 404 with a Status of what it does not serve', async () => {
    const { status } = await ask(connect(), '/apis/none.example/v1/things')
    expect(status).toBe(404)
  })

  it('selects events by their type', async () => {
    const event = (name: string, type: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: 'default' },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'x' },
      reason: 'Tested',
      message: 'for the contract',
      type,
    })
    await write('POST', '/api/v1/namespaces/default/events', event('quiet', 'Normal'))
    await write('POST', '/api/v1/namespaces/default/events', event('loud', 'Warning'))
    const [list] = (await ask(connect(), '/api/v1/events?fieldSelector=type!%3DNormal')).lines
    const names = list.items.map((item: any) => item.metadata.name)
    expect(names).toContain('loud')
    expect(names).not.toContain('quiet')
  })

  it('tells its version, and what we may do', async () => {
    const [version] = (await ask(connect(), '/version')).lines
    expect(version.gitVersion).toMatch(/^v1\.\d+/)
    const review = await connect().request('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      method: 'POST',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { resource: 'pods', verb: 'list' } },
      },
    })
    expect(review.status).toBe(201)
    const [answer] = await linesOf(review.body)
    expect(answer.status.allowed).toBe(true)
  })
}

export type Write = (method: string, path: string, body?: unknown) => Promise<unknown>

async function ask(connection: KubeConnection, path: string): Promise<Answer> {
  const { status, body } = await connection.request(path)
  return { status, lines: await linesOf(body) }
}

async function linesOf(body: AsyncIterable<Uint8Array>): Promise<Record<string, any>[]> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  const text = Buffer.concat(parts).toString()
  // Small answers may be printed over several lines; watches never are.
  if (!text.startsWith('{"type"')) return [text.startsWith('{') ? JSON.parse(text) : {}]
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
}
