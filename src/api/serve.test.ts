import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { AllclearError } from '../base/errors.ts'
import { openStore } from '../base/store/index.ts'
import type { Store } from '../base/store/index.ts'
import { isLoopback } from './loopback.ts'
import { openPeople } from './sign-in/people.ts'
import { openConsole } from './console.ts'
import type { ApiContext } from './context.ts'
import { findPortOwner } from './port-owner.ts'
import { startServer } from './serve.ts'
import type { RunningServer } from './serve.ts'

const directory = mkdtempSync(join(tmpdir(), 'allclear-serve-'))
const consoleDirectory = join(directory, 'console')
let store: Store
let context: ApiContext

beforeAll(async () => {
  mkdirSync(join(consoleDirectory, 'assets'), { recursive: true })
  writeFileSync(
    join(consoleDirectory, 'index.html'),
    `<!doctype html><title>Allclear</title>${' '.repeat(2000)}`,
  )
  writeFileSync(join(consoleDirectory, 'assets/index-5f0c.js'), 'export {}')
  writeFileSync(join(directory, 'secret.txt'), 'secret')
  store = await openStore({ clock: systemClock })
  const people = openPeople(store, systemClock)
  context = {
    knowledge: () => Promise.reject(new Error('nothing here needs knowledge')),
    auth: { mode: 'local', people: async () => people },
    config: { version: '0.0.0-test', example: false, heartbeatMs: 5_000, clock: systemClock },
  }
})
afterAll(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

describe('startServer', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await startServer({
      context,
      host: '127.0.0.1',
      port: 0,
      names: ['allclear.example.org'],
      consoleDirectory,
    })
  })
  afterAll(() => server.close())

  it('answers on loopback without sign-in', async () => {
    const response = await fetch(`${server.url}/api/v1/config/limits`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'")
  })

  it('answers only under names that are its own', async () => {
    const port = Number(new URL(server.url).port)
    const statusFor = (host: string) =>
      new Promise<number>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path: '/api/v1/health', headers: { host } }, (response) => {
          response.resume()
          resolve(response.statusCode!)
        })
          .on('error', reject)
          .end()
      })
    expect(await statusFor(`localhost:${port}`)).toBe(200)
    expect(await statusFor('allclear.example.org')).toBe(200)
    expect(await statusFor('attacker.example')).toBe(403)
  })

  it('serves the console, its screens and no other file', async () => {
    const page = await fetch(`${server.url}/`)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-encoding')).toBe('gzip')
    const screen = await fetch(`${server.url}/images/sha256:abc/x.y`)
    expect(await screen.text()).toContain('<title>Allclear</title>')
    const asset = await fetch(`${server.url}/assets/index-5f0c.js`)
    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect((await fetch(`${server.url}/missing.js`)).status).toBe(404)
    expect(await (await fetch(`${server.url}/..%2fsecret.txt`)).text()).not.toContain('secret')
    const again = await fetch(`${server.url}/`, { headers: { 'if-none-match': page.headers.get('etag')! } })
    expect(again.status).toBe(304)
  })

  it('names the process when the port is taken, and the next port', async () => {
    const port = Number(new URL(server.url).port)
    const error = await startServer({
      context,
      host: '127.0.0.1',
      port,
      names: [],
      consoleDirectory: null,
    }).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(AllclearError)
    expect(error.code).toBe('server.port-taken')
    expect(error.next).toContain(`--port ${port + 1}`)
    if (process.platform === 'linux') expect(error.message).toContain(`process ${process.pid} (`)
  })

  it.runIf(process.platform === 'linux')('finds nobody on a port that is free', async () => {
    const free = await startServer({ context, host: '127.0.0.1', port: 0, names: [], consoleDirectory: null })
    await free.close()
    expect(await findPortOwner(Number(new URL(free.url).port))).toBeNull()
  })
})

describe('any address but loopback', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.org'])(
    '%s does not start without an administrator',
    async (host) => {
      const error = await startServer({ context, host, port: 0, names: [], consoleDirectory: null }).catch(
        (thrown) => thrown,
      )
      expect(error.code).toBe('server.token-needed')
      expect(error.next).toContain('allclear token create')
    },
  )

  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['localhost', true],
    ['::1', true],
    ['127.0.0.1.example.org', false],
    ['0.0.0.0', false],
    ['localhost.example.org', false],
  ])('%s is loopback: %s', (host, loopback) => expect(isLoopback(host)).toBe(loopback))
})

describe('openConsole', () => {
  it('says what is missing when it is not built', async () => {
    const response = await openConsole(null)(new Request('http://localhost/'))
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('npm')
  })

  it('packs for those who can unpack and sends plain bytes to others', async () => {
    const answer = openConsole(consoleDirectory)
    const packed = await answer(
      new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip, br' } }),
    )
    const plain = await answer(
      new Request('http://localhost/', { headers: { 'accept-encoding': 'identity' } }),
    )
    expect(gunzipSync(await packed.bytes()).toString()).toBe(await plain.text())
    expect((await answer(new Request('http://localhost/', { method: 'POST' }))).status).toBe(405)
  })

  const image = '/images/registry.example%2Fteam%2Fapp.json'
  const navigation = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  it.each([
    ['a browser that goes to an image called like a file', image, { 'sec-fetch-dest': 'document' }, 200],
    ['one that says only what it accepts', image, { accept: navigation }, 200],
    ['a digest', '/images/sha256:abc.js', { accept: navigation }, 200],
    ['a program that says nothing', '/images/cart', {}, 200],
    ['a script that is missing', '/missing.js', { 'sec-fetch-dest': 'script', accept: '*/*' }, 404],
    ['a picture that is missing', image, { 'sec-fetch-dest': 'image', accept: 'image/*,*/*' }, 404],
    ['what is fetched and is no page', '/missing.json', { accept: 'application/json' }, 404],
    ['a program that asks for a file', '/missing.js', { accept: '*/*' }, 404],
    ['a part of the console that is missing', '/assets/old-1.js', { accept: navigation }, 404],
  ])('%s: %s', async (_, path, headers, status) => {
    const response = await openConsole(consoleDirectory)(new Request(`http://localhost${path}`, { headers }))
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toContain(status === 200 ? 'text/html' : 'text/plain')
  })
})
