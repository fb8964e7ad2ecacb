/**
 * A private PostgreSQL for tests: a cluster in a temporary folder, reachable on loopback only, gone afterwards.
 *
 *     node test/postgres.ts -- vitest run src/base/store
 *
 * starts it, sets ALLCLEAR_TEST_POSTGRES for the command, ends it, and exits as the command did.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants } from 'node:os'

export interface PostgresServer {
  /** Of the maintenance database, as a user who may create databases. */
  url: string
  version: string
  stop(): void
}

/** PostgreSQL's `initdb`, `pg_ctl` and `postgres`: Debian keeps them outside PATH. Null when there are none. */
export function findPostgres(): string | null {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian)
    ? readdirSync(debian)
        .filter((name) => Number(name) >= 15)
        .sort((a, b) => Number(b) - Number(a))
    : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ]
  return (
    folders.find(
      (folder) => folder !== '' && existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl')),
    ) ?? null
  )
}

/** Starts a server on a free loopback port. Throws with what initdb or pg_ctl said. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPostgres()
  if (programs === null)
    throw new Error('No PostgreSQL 15 or newer was found; on Debian: apt-get install postgresql.')
  const folder = mkdtempSync(join(tmpdir(), 'allclear-postgres-'))
  const data = join(folder, 'data')
  const account = unprivilegedAccount()
  if (account) chownSync(folder, account.uid, account.gid)
  const run = (program: string, args: string[]) => {
    // The server inherits the output of pg_ctl; with a pipe here we would wait for the server's own end.
    const { status, stderr, error } = spawnSync(join(programs, program), args, {
      ...account,
      cwd: folder,
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: folder },
      stdio: program === 'initdb' ? ['ignore', 'ignore', 'pipe'] : 'ignore',
    })
    if (status === 0) return
    const log = existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').slice(-2000) : ''
    throw new Error(`${program} failed: ${error?.message ?? ''}${stderr?.toString() ?? ''}${log}`)
  }
  const stop = () => {
    try {
      run('pg_ctl', ['stop', '-D', data, '-m', 'immediate', '-w'])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  try {
    run('initdb', [
      '-D',
      data,
      '-U',
      'allclear',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ])
    const port = await freePort()
    const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=200`
    run('pg_ctl', ['start', '-D', data, '-l', join(folder, 'log'), '-w', '-t', '60', '-o', options])
    const version = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
    return { url: `postgres://allclear@127.0.0.1:${port}/postgres`, version, stop }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** initdb refuses to run as root; Debian's package made an account for it. */
function unprivilegedAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line =
    lines.find((text) => text.startsWith('postgres:')) ?? lines.find((text) => text.startsWith('nobody:'))
  if (line === undefined)
    throw new Error('PostgreSQL does not run as root, and there is no account `postgres` or `nobody`.')
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** The server that the tests may use; tests that need one skip without it, saying so in their name. */
export const testPostgresUrl = process.env.ALLCLEAR_TEST_POSTGRES || null

export interface TestDatabase {
  url: string
  drop(): Promise<void>
}

/**
 * A database of its own for a test file, copied from a template that holds the current schema: a copy takes 30 ms.
 * `empty` leaves the schema out.
 */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  if (testPostgresUrl === null) throw new Error('ALLCLEAR_TEST_POSTGRES is not set.')
  const server = new URL(testPostgresUrl)
  const { default: pg } = await import('pg')
  const withClient = async <T>(work: (client: InstanceType<typeof pg.Client>) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: server.href })
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  const name = `allclear_test_${randomBytes(8).toString('hex')}`
  await withClient(async (client) => {
    // Only one process makes the template, and nobody may be connected to it while it is copied.
    await client.query('select pg_advisory_lock(2990002)')
    const template = empty ? 'template0' : await createTemplate(client, server)
    await client.query(`create database "${name}" template "${template}"`)
  })
  const own = new URL(server)
  own.pathname = `/${name}`
  return {
    url: own.href,
    drop: () =>
      withClient(
        async (client) => void (await client.query(`drop database if exists "${name}" with (force)`)),
      ),
  }
}

async function createTemplate(
  client: { query(sql: string, values?: unknown[]): Promise<{ rowCount: number | null }> },
  server: URL,
) {
  const [{ createHash }, { migrations }, { openStore }, { systemClock }] = await Promise.all([
    import('node:crypto'),
    import('../src/base/store/migrations.generated.ts'),
    import('../src/base/store/index.ts'),
    import('../src/base/clock.ts'),
  ])
  const template = `allclear_template_${createHash('sha256').update(JSON.stringify(migrations.postgres)).digest('hex').slice(0, 16)}`
  const found = await client.query('select 1 from pg_database where datname = $1 and datistemplate', [
    template,
  ])
  if (found.rowCount) return template
  await client.query(`drop database if exists "${template}" with (force)`)
  await client.query(`create database "${template}" template template0`)
  const url = new URL(server)
  url.pathname = `/${template}`
  const store = await openStore({ url: url.href, clock: systemClock })
  await store.close()
  await client.query(`alter database "${template}" is_template true`)
  return template
}

if (import.meta.main) {
  const separator = process.argv.indexOf('--')
  const [command, ...args] = separator < 0 ? [] : process.argv.slice(separator + 1)
  if (command === undefined) {
    console.error('usage: node test/postgres.ts -- COMMAND…')
    process.exit(2)
  }
  const server = await startPostgres()
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, ALLCLEAR_TEST_POSTGRES: server.url },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    server.stop()
    console.error(`${command}: ${error.message}`)
    process.exit(127)
  })
  child.on('exit', (code, signal) => {
    server.stop()
    process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
  })
}
