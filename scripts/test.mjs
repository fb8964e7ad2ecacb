// `npm test`: every test that this machine can run. Tiers that need a server join when it is found and are named when
// it is not; `--require-all` (or ALLCLEAR_REQUIRE_TIERS=1) makes a missing tier a failure.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { bootstrap, cacheDirectory, root, run } from './bootstrap.mjs'
import { buildConsole } from './console.mjs'

const requireAll = process.argv.includes('--require-all') || process.env.ALLCLEAR_REQUIRE_TIERS === '1'
const filters = process.argv.slice(2).filter((argument) => argument !== '--require-all')
const node = await bootstrap()
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const reports = join(cacheDirectory, 'test')
mkdirSync(reports, { recursive: true })

const env = {
  ...process.env,
  // Tests speak the product's plain form, whatever the terminal.
  NO_COLOR: '1',
  PATH: [join(root, 'node_modules/node/bin'), join(root, 'node_modules/.bin'), process.env.PATH].join(
    delimiter,
  ),
}
delete env.FORCE_COLOR
delete env.NODE_COMPILE_CACHE
for (const name of Object.keys(env))
  if (/^(ALLCLEAR_(?!TEST_|REQUIRE_)|DATABASE_URL$)/.test(name)) delete env[name]

const postgresMissing = findPostgres() ? null : 'PostgreSQL is not installed (Debian: postgresql)'
const tiers = [
  {
    name: 'unit',
    missing: () => null,
    // Tests of the PostgreSQL tier stand beside the others and join them when there is a server to start.
    command: (report) => [
      ...(wantsPostgres() ? [join(root, 'test/postgres.ts'), '--', node] : []),
      vitest,
      'run',
      ...reporter(report),
      ...filters,
    ],
  },
  {
    name: 'cluster',
    missing: () =>
      !existsSync(join(root, 'test/cluster/vitest.config.ts'))
        ? 'test/cluster is not there'
        : !findLab()
          ? 'no Kubernetes control plane for tests (ALLCLEAR_TEST_TOOLS names the folder of its lab.mjs)'
          : !onPath('openssl') || !onPath('xz')
            ? 'openssl or xz is not installed (Debian: openssl xz-utils)'
            : null,
    command: (report) => [
      vitest,
      'run',
      '--config',
      join(root, 'test/cluster/vitest.config.ts'),
      ...reporter(report),
    ],
  },
  {
    name: 'images',
    missing: () => {
      const absent = ['skopeo', 'umoci', 'docker-registry', 'mmdebstrap', 'rpmbuild', 'go', 'python3'].filter(
        (name) => !onPath(name),
      )
      return absent.length === 0
        ? null
        : `${absent.join(', ')} not installed (Debian: skopeo umoci docker-registry mmdebstrap rpm golang python3-pip)`
    },
    command: (report) => [
      vitest,
      'run',
      '--config',
      join(root, 'test/images/vitest.config.ts'),
      ...reporter(report),
    ],
  },
  {
    name: 'browser',
    missing: () =>
      !existsSync(join(root, 'test/browser/vitest.config.ts'))
        ? 'test/browser is not there'
        : findChromium()
          ? null
          : 'Chromium is not installed (Debian: chromium; or set CHROMIUM_PATH)',
    prepare: () => buildConsole(node),
    command: (report) => [
      vitest,
      'run',
      '--config',
      join(root, 'test/browser/vitest.config.ts'),
      ...reporter(report),
    ],
  },
]

const sum = { passed: 0, failed: 0, skipped: 0 }
let broken = false
const absent = postgresMissing === null ? [] : [`postgres: ${postgresMissing}`]
for (const { name, missing, prepare, command } of tiers) {
  if (filters.length > 0 && name !== 'unit') continue
  const reason = missing()
  if (reason !== null) {
    absent.push(`${name}: ${reason}`)
    continue
  }
  const joined = name === 'unit' && wantsPostgres() ? ', with PostgreSQL' : ''
  process.stdout.write(`\nTier ${name}${joined}\n`)
  await prepare?.()
  const report = join(reports, `${name}.json`)
  rmSync(report, { force: true })
  const code = await run(node, command(report), {
    env: name === 'browser' ? { ...env, CHROMIUM_PATH: findChromium() ?? '' } : env,
  })
  const counts = countsOf(report)
  if (counts === null) {
    process.stdout.write(`Tier ${name} ended with code ${code} and without a report.\n`)
    broken = true
    continue
  }
  for (const key of Object.keys(sum)) sum[key] += counts[key]
  // A suite that cannot be loaded, or an error between tests, fails no test by name.
  if (code !== 0 && counts.failed === 0) broken = true
}

for (const line of absent) process.stdout.write(`Skipped tier ${line}.\n`)
if (!existsSync(join(process.env.ALLCLEAR_TEST_DATA ?? join(root, '../shared/data'), 'INDEX.md'))) {
  process.stdout.write('Skipped tests on public data packs: set ALLCLEAR_TEST_DATA to their folder.\n')
}
process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`)
process.exitCode = sum.failed > 0 || broken || (requireAll && absent.length > 0) ? 1 : 0

function reporter(report) {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
}

function countsOf(report) {
  if (!existsSync(report)) return null
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + (numTodoTests ?? 0) }
}

/** A server starts in two seconds; whoever names a test file that needs none does not wait for one. */
function wantsPostgres() {
  if (postgresMissing !== null) return false
  return readdirSync(join(root, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('src', name))
    .filter((name) => filters.length === 0 || filters.some((filter) => name.includes(filter)))
    .some((name) => readFileSync(join(root, name), 'utf8').includes('testPostgresUrl'))
}

/** Debian keeps the server's programs per major version, outside PATH. */
function findPostgres() {
  const debian = '/usr/lib/postgresql'
  const folders = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []
  const paths = [...folders, ...(process.env.PATH ?? '').split(delimiter)]
  return paths.some((path) => existsSync(join(path, 'initdb')))
}

/** Starts real API servers on loopback. */
function findLab() {
  const folders = [process.env.ALLCLEAR_TEST_TOOLS, join(root, '../shared/tools')].filter(Boolean)
  return folders.some((folder) => existsSync(join(folder, 'lab.mjs')))
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((path) => existsSync(join(path, program)))
}

function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH
  for (const path of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      if (existsSync(join(path, name))) return join(path, name)
    }
  }
  return null
}
