import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInstallation } from '../../api/installation.ts'
import type { Installation } from '../../api/installation.ts'
import { startServer } from '../../api/serve.ts'
import type { RunningServer } from '../../api/serve.ts'
import { systemClock } from '../../base/clock.ts'
import { runForTest } from '../run-for-test.ts'

const examples = join(import.meta.dirname, '../../../examples')
const directory = mkdtempSync(join(tmpdir(), 'allclear-remote-'))
const image = 'registry.shop.example/search/engine:4.2.0'
let installation: Installation
let server: RunningServer

const allclear = (...args: string[]) => runForTest(args, { env: { HOME: directory } })

beforeAll(async () => {
  installation = await openInstallation({
    directory,
    example: false,
    clock: systemClock,
    version: '0.0.0-test',
    env: {},
    exclusive: true,
  })
  server = await startServer({
    context: {
      knowledge: installation.knowledge,
      response: () => installation.response(),
      checklists: installation.checklists,
      auth: { mode: 'local', people: installation.people },
      config: { version: '0.0.0-test', example: false, heartbeatMs: 5_000, clock: systemClock },
    },
    host: '127.0.0.1',
    port: 0,
    names: [],
    consoleDirectory: null,
  })
  await installation.announce(server.url)
})
afterAll(async () => {
  await server.close()
  await installation.close()
  rmSync(directory, { recursive: true })
})

describe('commands through a server', () => {
  it('import folders, files and archives as they do in their own process', async () => {
    for (const [kind, path, added] of [
      ['advisories', 'advisories', 55],
      ['sbom', 'sboms', 21],
      ['kev', 'kev/kev.json', 8],
      ['vex', 'vex', 1],
    ] as const) {
      const { exit, out } = await allclear(
        'import',
        kind,
        join(examples, path),
        '-o',
        'json',
        '--server',
        server.url,
      )
      expect({ kind, exit, added: JSON.parse(out).added }).toEqual({ kind, exit: 0, added })
    }
    const { exit } = await allclear(
      'import',
      'manifests',
      join(examples, 'clusters/shop-eu.json'),
      '--cluster',
      'shop-eu',
      '--data',
      directory,
    )
    expect(exit).toBe(0)
  })

  it('find the server by the data directory that it owns', async () => {
    expect(JSON.parse((await allclear('config', 'show', '-o', 'json', '--data', directory)).out).server).toBe(
      server.url,
    )
    const status = await allclear('status', '--data', directory)
    expect(status.out).toContain(`through ${server.url}`)
    expect(JSON.parse((await allclear('cluster', 'list', '-o', 'json', '--server', server.url)).out)).toEqual(
      JSON.parse((await allclear('cluster', 'list', '-o', 'json', '--data', directory)).out),
    )
  })

  it.each([
    [['where', 'log4j-core@<2.17.1'], 3, 'Yes. At least'],
    [['cve', 'CVE-2021-44228'], 3, 'Log4Shell'],
    [['cve', 'CVE-2099-1'], 3, 'advisory add --id CVE-2099-1'],
    [['explain', image, 'CVE-2021-44228'], 0, 'affected'],
    [['scan', join(examples, 'sboms/cart.cdx.json'), '--fail-on', 'high'], 1, '14 findings'],
    [['scan', join(examples, 'sboms'), '-o', 'name'], 0, 'CVE-2021-44228'],
    [['advisory', 'list', '--query', 'log4j'], 0, 'CVE-2021-44228'],
    [['advisory', 'show', 'CVE-2021-44228'], 0, 'introduced 2.13.0'],
    [['image', 'list'], 0, image],
    [['image', 'show', image], 0, '30 packages'],
    [['sbom', 'write', image, '--format', 'spdx-2.3'], 0, 'SPDX-2.3'],
    [['sbom', 'read', join(examples, 'sboms/cart.cdx.json')], 0, 'cart'],
    [['version', 'compare', '--scheme', 'deb', '1.0~rc1', '1.0'], 0, '<'],
    [['purl', 'parse', 'pkg:npm/a@1'], 0, '"npm"'],
    [['reach', '--from', 'internet', '--to', 'checkout/cart'], 0, 'from the internet in 2 steps'],
    [['privileges', '--to', 'nodes'], 0, 'ops/ci-agent'],
    [['changes'], 0, '22 workloads came'],
    [['token', 'create', '--name', 'x', '-o', 'json'], 0, '"secret"'],
    [['token', 'list'], 0, 'admin'],
    [['whoami'], 0, 'local, administrator: nobody signs in here'],
    [['user', 'list'], 0, 'No account yet'],
    [['audit'], 0, 'token.create.admin'],
    [['audit', '--check'], 0, 'The trail is whole'],
    [['checklist', 'list'], 0, 'contain-pod'],
    [['checklist', 'show', 'triage'], 0, 'know.affected'],
    [['checklist', 'export', 'triage', '-o', 'cacao'], 0, 'cacao-2.0'],
    [['checklist', 'lint'], 0, 'triage: clean'],
    [['probe', 'list'], 0, 'rollout.digest-coverage'],
    [['probe', 'show', 'audit.delivery'], 0, 'not connected'],
    [['probe', 'run', 'know.dormant', 'advisory=CVE-2021-44228'], 0, 'confirmed'],
    [['probe', 'run', 'know.dormant', 'colour=blue'], 2, ''],
    [['incident', 'list'], 0, 'No incident'],
    [['incident', 'open', 'CVE-2021-44228', '--as', '@anna'], 0, 'NEXT FOR YOU, first responder'],
    [['incident', 'list', '-o', 'name'], 0, 'inc-'],
    [['incident', 'check', 'T1', '--as', '@anna'], 0, 'T2'],
    [['incident', 'check', 'T99'], 2, ''],
    [['incident', 'join', '--as', 'Zoë'], 2, ''],
    [['incident', 'show', '--as', '@anna'], 3, 'ALL CLEAR'],
    [['incident', 'show', '-o', 'yaml'], 3, 'hypotheses:'],
    [['incident', 'why', 'T2'], 0, 'advisory.intake'],
    [['incident', 'timeline'], 0, 'Ticked T1'],
    [['incident', 'clock', 'list'], 0, 'nis2'],
    [['incident', 'verify'], 0, 'is whole'],
    [['incident', 'export', '--format', 'md'], 0, '## Timeline'],
    [['incident', 'export', '--format', 'html'], 0, '<h2>Timeline</h2>'],
    [['incident', 'all-clear', '--as', '@anna'], 1, ''],
    [['incident', 'verify', 'no-such-file.json'], 2, ''],
    [['example', 'fix', 'CVE-2021-44228'], 2, ''],
    [['config', 'limits'], 0, 'documentBytes'],
    [['image', 'show', 'nope'], 2, ''],
  ])('%j', async (args, exit, text) => {
    const answered = await allclear(...args, '--server', server.url)
    expect(answered.exit, answered.error).toBe(exit)
    expect(answered.out).toContain(text)
  })

  it('leave what is about the machine to the machine', async () => {
    for (const args of [['db', 'check'], ['up']]) {
      const { exit, error } = await allclear(...args, '--server', server.url)
      expect(exit).toBe(2)
      expect(error.trim().split('\n')).toHaveLength(2)
    }
    const { exit, error } = await allclear('up', '--data', directory)
    expect(exit).toBe(4)
    expect(error).toContain(`already serves ${directory} at ${server.url}`)
  })
})

describe('a server that', () => {
  let listening: Server | null = null
  afterAll(() => listening?.close())
  const serve = async (answer: RequestListener) => {
    listening?.close()
    const started = createServer(answer)
    listening = started
    await new Promise<void>((resolve) => {
      started.listen(0, '127.0.0.1', resolve)
    })
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}`
  }

  it('dies in the middle of an import is named, with what to do', async () => {
    const url = await serve((request, response) => {
      request.resume()
      request.on('end', () => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' })
        response.write('{"progress":{"title":"Reading","done":1,"total":2,"unit":"documents"}}\n', () =>
          response.destroy(),
        )
      })
    })
    const { exit, error } = await allclear('import', 'sbom', join(examples, 'sboms'), '--server', url)
    expect(error).toContain(`${url} broke off before it had finished`)
    expect(error).toContain('run the command again')
    expect(exit).toBe(4)
  })

  it('dies in the middle of an answer is named', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{"rows":[', () => response.destroy())
    })
    const { exit, error } = await allclear('cluster', 'list', '--server', url)
    expect(error).toContain('broke off')
    expect(exit).toBe(4)
  })

  it.each([
    ['is not Allclear', 200, '<html>hello</html>'],
    ['is a proxy without one behind', 502, '<html>Bad gateway</html>'],
  ])('%s is told apart', async (_what, status, body) => {
    const url = await serve((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' })
      response.end(body)
    })
    const { exit, error } = await allclear('cluster', 'list', '--server', url)
    expect(error).toContain(url)
    expect(error).toMatch(/--server|server/)
    expect(exit).toBe(4)
  })

  it('is not there is named, with how to start one', async () => {
    const url = await serve((_request, response) => response.end())
    await new Promise((resolve) => listening?.close(resolve))
    listening = null
    const { exit, error } = await allclear('status', '--server', url)
    expect(error).toContain(`${url} does not answer: ECONNREFUSED`)
    expect(error).toContain('allclear up')
    expect(exit).toBe(4)
  })
})
