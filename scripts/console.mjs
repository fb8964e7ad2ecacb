// Builds the console when its sources have changed since it was built last.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDirectory, root } from './bootstrap.mjs'

const web = join(root, 'web')
const stampFile = join(cacheDirectory, 'console.stamp')

export function consoleSourcesExist() {
  return existsSync(join(web, 'index.html'))
}

/** Resolves with true when there is a console to serve. */
export async function buildConsole(node, { force = false } = {}) {
  if (!consoleSourcesExist()) return existsSync(join(web, 'dist/index.html'))
  const stamp = sourcesHash()
  const built =
    existsSync(join(web, 'dist/index.html')) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === stamp
  if (built && !force) return true

  process.stdout.write('Building the console …\n')
  const started = Date.now()
  const output = []
  const child = spawn(node, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: web,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.on('data', (chunk) => output.push(chunk))
  child.stderr.on('data', (chunk) => output.push(chunk))
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', (exitCode) => resolve(exitCode ?? 1))
  })
  if (code !== 0) {
    process.stderr.write(Buffer.concat(output))
    process.stderr.write(
      'The console could not be built (see above); the API and the commands work without it.\n',
    )
    return false
  }
  mkdirSync(cacheDirectory, { recursive: true })
  writeFileSync(stampFile, stamp)
  process.stdout.write(`Built the console in ${((Date.now() - started) / 1000).toFixed(1)} s.\n`)
  return true
}

/** Over names and contents of all sources; some hundred small files take a few milliseconds. */
function sourcesHash() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  for (const name of listFiles(web, '').sort()) {
    hash
      .update(name)
      .update('\0')
      .update(readFileSync(join(web, name)))
  }
  return hash.digest('hex')
}

function listFiles(directory, prefix) {
  const names = []
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) continue
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (entry.isDirectory()) names.push(...listFiles(join(directory, entry.name), name))
    else if (entry.isFile()) names.push(name)
  }
  return names
}
