// `npm run build`, `npm pack`: the package that runs elsewhere. Node strips no types below `node_modules`, so the code
// is bundled to JavaScript; every command stays a chunk of its own and loads on first use.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  readdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { bootstrap, root, run } from './bootstrap.mjs'
import { buildConsole } from './console.mjs'

const node = await bootstrap()
if (process.execPath !== node) {
  process.exitCode = await run(node, [join(root, 'scripts/build.mjs')])
} else {
  await build()
}

async function build() {
  const { build: bundle } = await import('esbuild')
  const dist = join(root, 'dist')
  const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dist, { recursive: true })

  const options = {
    outdir: join(dist, 'lib'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // Packages stay packages: npm installs them, audits see them, licences stay with them.
    packages: 'external',
    loader: { '.sql': 'text' },
    define: { __ALLCLEAR_VERSION__: JSON.stringify(version) },
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  }
  const program = await bundle({
    ...options,
    entryPoints: { main: join(root, 'src/main.ts') },
    splitting: true,
  })
  // A thread loads one file instead of fifty: each has what it needs and nothing else.
  const threads = await bundle({ ...options, entryPoints: workerEntries() })

  // The entry is understood by every Node, so that an old one says what it needs instead of a syntax error.
  writeFileSync(join(dist, 'allclear.js'), entryText(engines.node))
  chmodSync(join(dist, 'allclear.js'), 0o755)

  if (await buildConsole(node)) {
    if (existsSync(join(root, 'web/dist')))
      cpSync(join(root, 'web/dist'), join(dist, 'console'), { recursive: true })
  }
  const outputs = [program, threads].flatMap(({ metafile }) => Object.keys(metafile.outputs)).length
  process.stdout.write(
    `Built dist: ${outputs} files of code, ${(sizeOf(dist) / 1e6).toFixed(1)} MB in all.\n`,
  )
}

/** Worker threads load files by name, which a bundle would lose; each is an entry of its own: `x.worker.ts`. */
function workerEntries() {
  const entries = {}
  for (const path of readdirSync(join(root, 'src'), { recursive: true })) {
    if (path.endsWith('.worker.ts'))
      entries[path.replace(/\.ts$/, '').replaceAll('\\', '/').split('/').at(-1)] = join(root, 'src', path)
  }
  return entries
}

function entryText(range) {
  return `#!/usr/bin/env node
import module from 'node:module'

const [major, minor, patch] = process.versions.node.split('.').map(Number)
const suitable =
  (major === 22 && (minor > 22 || (minor === 22 && patch >= 2))) || (major === 24 && minor >= 15) || major >= 26
if (!suitable) {
  console.error('allclear needs Node ${range}; this is ' + process.version + '. https://nodejs.org/en/download')
  process.exit(127)
}
// Warnings of the engine about its own state are not for our users.
process.removeAllListeners('warning')
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') console.error(warning.name + ': ' + warning.message)
})
module.enableCompileCache?.()
// Threads have a cache of their own, which only the environment turns on.
process.env.NODE_COMPILE_CACHE ??= module.getCompileCacheDir?.() ?? ''
await import('./lib/main.js')
`
}

function sizeOf(directory) {
  let bytes = 0
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    bytes += entry.isDirectory() ? sizeOf(path) : statSync(path).size
  }
  return bytes
}
