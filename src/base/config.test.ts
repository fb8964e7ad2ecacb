import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultConfig, readConfig } from './config.ts'

describe('readConfig', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'allclear-test-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))
  const write = (value: unknown) =>
    writeFileSync(join(directory, 'config.json'), typeof value === 'string' ? value : JSON.stringify(value))

  it('gives the defaults where nothing is set', () => {
    expect(readConfig({ directory, env: {} })).toEqual(defaultConfig)
    expect(readConfig({ env: {} })).toEqual(defaultConfig)
  })

  it('takes the environment before the file before the default', () => {
    write({
      server: { port: 8080, host: '::1' },
      feeds: { osv: 'http://mirror/osv/' },
      owners: { labels: ['squad'] },
      logLevel: 'debug',
    })
    const config = readConfig({
      directory,
      env: {
        ALLCLEAR_PORT: '9090',
        ALLCLEAR_OWNER_ANNOTATIONS: 'a, b,',
        DATABASE_URL: 'postgres://db/allclear',
      },
    })
    expect(config).toMatchObject({
      server: { port: 9090, host: '::1' },
      feeds: { osv: 'http://mirror/osv', kev: defaultConfig.feeds.kev },
      owners: { labels: ['squad'], annotations: ['a', 'b'] },
      logLevel: 'debug',
      databaseUrl: 'postgres://db/allclear',
    })
  })

  it.each<[string, unknown, NodeJS.ProcessEnv]>([
    ['config.json', '{', {}],
    ['config.json', '[]', {}],
    ['config.json: prot', { prot: 1 }, {}],
    ['config.json: server: prot', { server: { prot: 1 } }, {}],
    ['config.json: port', { server: { port: 'x' } }, {}],
    ['config.json: logLevel', { logLevel: 3 }, {}],
    ['logLevel', { logLevel: 'loud' }, {}],
    ['feeds.osv', { feeds: { osv: 'file:///etc/passwd' } }, {}],
    ['config.json: owners: labels', { owners: { labels: 'team' } }, {}],
    ['ALLCLEAR_PORT', {}, { ALLCLEAR_PORT: '70000' }],
    ['DATABASE_URL', {}, { DATABASE_URL: 'mysql://x' }],
    ['/absent/config.json', {}, { ALLCLEAR_CONFIG: '/absent/config.json' }],
  ])('names the place %s of what cannot be used', (place, file, env) => {
    write(file)
    try {
      readConfig({ directory, env })
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'usage' })
      for (const part of place.split(': ')) expect((error as { where: string }).where).toContain(part)
    }
  })
})
