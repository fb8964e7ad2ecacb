// Brings what the project needs and finds the Node to run it with. Plain JavaScript: it runs on Node 20, before there
// is anything else.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const cacheDirectory = join(root, '.cache')

const ownNode = join(root, 'node_modules/node/bin/node')
/** What `npm ci` fetches and unpacks on Linux x64, measured with an empty cache. */
const downloadMegabytes = 205
const diskMegabytes = 450

/** `node_modules` belongs to the lock file; a stamp saves comparing them at every start. */
const stampFile = join(root, 'node_modules/.allclear-installed')

/**
 * Installs what is missing and returns the path of a Node that can run the project. Ends the process with one command
 * to run where that is impossible.
 */
export async function bootstrap() {
  const stamp = hashOf('package-lock.json', 'package.json', 'web/package.json')
  if (!isInstalled(stamp)) {
    await install()
    mkdirSync(dirname(stampFile), { recursive: true })
    writeFileSync(stampFile, stamp)
  }
  if (existsSync(ownNode)) return ownNode
  if (isSuitable(process.version)) return process.execPath
  process.stderr.write(
    `Node 24 is missing: npm was told not to run install scripts, and one of them brings it. Run this, then again:\n\n  ${nodeCommand()}\n`,
  )
  process.exit(1)
}

/** `^22.22.2 || ^24.15 || >=26`, as package.json asks for. */
export function isSuitable(version) {
  const [major, minor, patch] = version.replace(/^v/, '').split('.').map(Number)
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 2)
  if (major === 24) return minor >= 15
  return major >= 26
}

/** Runs a command in the project's own Node and resolves with its exit code; Ctrl-C reaches it and not us. */
export function run(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
  // In a terminal Ctrl-C goes to the whole group; the child decides how to end, and we end with it.
  const ignore = () => {}
  const pass = () => child.kill('SIGTERM')
  process.on('SIGINT', ignore)
  process.on('SIGTERM', pass)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      process.off('SIGINT', ignore)
      process.off('SIGTERM', pass)
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1))
    })
  })
}

export function hashOf(...paths) {
  const hash = createHash('sha256')
  for (const path of paths)
    hash.update(existsSync(join(root, path)) ? readFileSync(join(root, path)) : '').update('\0')
  return hash.digest('hex')
}

function isInstalled(stamp) {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true
  if (!installedByHand()) return false
  writeFileSync(stampFile, stamp)
  return true
}

/** Somebody ran `npm ci` or `npm install`: npm's own note of what lies there agrees with the lock file. */
function installedByHand() {
  const noteFile = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(noteFile)) return false
  const noted = JSON.parse(readFileSync(noteFile, 'utf8')).packages
  return wantedPackages().every(([path, wanted]) => noted[path]?.version === wanted.version)
}

/** Packages of the lock file that this platform needs. */
function wantedPackages() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return Object.entries(lock.packages).filter(
    ([path, { link, optional, os, cpu, libc }]) =>
      path.includes('node_modules/') &&
      !link &&
      !optional &&
      fits(os, process.platform) &&
      fits(cpu, process.arch) &&
      !libc,
  )
}

function fits(list, value) {
  return list === undefined || list.includes(value)
}

async function install() {
  const wanted = wantedPackages().map(([path]) => join(root, path, 'package.json'))
  say(
    `Installing ${wanted.length} packages and Node 24: about ${downloadMegabytes} MB to fetch, ${diskMegabytes} MB on disk, all inside ${root}.`,
  )
  const started = Date.now()
  const child = spawnNpm([
    'ci',
    '--loglevel=error',
    '--no-audit',
    '--no-fund',
    // npm's own waits (10 s, then 60 s) look like a standstill where there is no network at all.
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=8000',
  ])
  const output = []
  child.stdout.on('data', (chunk) => output.push(chunk))
  child.stderr.on('data', (chunk) => output.push(chunk))

  let shownMs = started
  const timer = setInterval(
    () => {
      const now = Date.now()
      if (!process.stdout.isTTY && now - shownMs < 5_000) return
      shownMs = now
      const there = wanted.filter((path) => existsSync(path)).length
      const line = `${there} of ${wanted.length} packages, ${Math.round((now - started) / 1000)} s`
      process.stdout.write(process.stdout.isTTY ? `\r\u001b[K${line}` : `${line}\n`)
    },
    process.stdout.isTTY ? 500 : 1_000,
  )
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output.push(Buffer.from(String(error)))
      resolve(1)
    })
    child.once('exit', (exitCode) => resolve(exitCode ?? 1))
  })
  clearInterval(timer)
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K')
  if (code !== 0) {
    process.stderr.write(failureText(Buffer.concat(output).toString()))
    process.exit(1)
  }
  say(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}

/** What npm says when nobody answers is a trace of its inside; everything else it says is left as it is. */
function failureText(said) {
  const network =
    /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/.exec(
      said,
    )
  if (network === null)
    return `${said}\nThe packages could not be installed (see above). The same command tries again.\n`
  const [, address] = /request to (https?:\/\/[^/\s]+)/.exec(said) ?? []
  return [
    `The packages could not be fetched: ${address ?? 'the package registry'} does not answer (${network[0]}).`,
    'Nothing is broken. Look at the network, or at `npm config get proxy` and `npm config get registry`; then run the same command again.',
    '',
  ].join('\n')
}

/**
 * npm by the Node that stands outside the project: the one inside is about to be replaced, and install scripts must
 * find a Node that stays.
 */
function spawnNpm(args) {
  const paths = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((path) => !path.endsWith(join('node_modules', '.bin')))
  const env = { ...process.env, PATH: paths.join(delimiter) }
  const npm = process.env.npm_execpath
  const outside = paths.map((path) => join(path, 'node')).find((path) => existsSync(path))
  const options = { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] }
  return npm !== undefined && /\.c?js$/.test(npm) && outside !== undefined
    ? spawn(outside, [npm, ...args], options)
    : spawn('npm', args, options)
}

/** The one command that runs the install script of the package `node`, and of it alone. */
function nodeCommand() {
  return 'npm rebuild node --ignore-scripts=false'
}

function say(text) {
  process.stdout.write(`${text}\n`)
}
