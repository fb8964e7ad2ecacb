/**
 * Reads images beside syft and compares time, memory and what was found.
 *
 *     node bench/catalogue.ts --peer SYFT [--rounds 3] oci-dir:LAYOUT docker-archive:FILE …
 *     node bench/catalogue.ts --peer SYFT --build FOLDER     # makes the large image first (mmdebstrap, umoci)
 *
 * Both run in turns, so that a busy machine slows both. For each kind of package the counts of what both found, only we
 * and only the peer are printed, each difference with its reason. Exit 1 when a budget is missed or a difference has no
 * reason: at least as fast as the peer, three times on an image of more than 500 MB, and in less memory.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ImageContents } from '../src/know/catalog/types.ts'
import { parsePurl } from '../src/know/purl/index.ts'
import { measure, median, type Measured } from './measure.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { peer: { type: 'string' }, build: { type: 'string' }, rounds: { type: 'string', default: '3' } },
})
const program = join(import.meta.dirname, '../bin/allclear')
/** Budgets hold for processor time: what others do on the machine changes the clock more than the programs do. */
const largeBytes = 500 * 1024 * 1024
const largeFactor = 3
const memoryMib = 300
let missed = 0

interface Found {
  kind: string
  name: string
  version: string
  path: string
  /** What else decides the reason of a difference. */
  note: string
}

async function compare(image: string): Promise<void> {
  const ours: Measured[] = []
  const theirs: Measured[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    ours.push(await measure(program, ['image', 'packages', image, '-o', 'json', '--quiet']))
    if (values.peer !== undefined)
      theirs.push(
        await measure(values.peer, ['scan', image, '-o', 'json'], {
          env: { SYFT_CHECK_FOR_APP_UPDATE: 'false' },
        }),
      )
  }
  const contents = JSON.parse(ours[0].stdout) as ImageContents
  const bytes = contents.layers.reduce((sum, { contentBytes }) => sum + contentBytes, 0)
  console.log(
    `\n${image}: ${contents.packages.length} packages, ${Math.round(bytes / 1e6)} MB in ${contents.layers.length} layers`,
  )
  tell('allclear', ours)
  judge(`peak memory below ${memoryMib} MiB`, Math.max(...ours.map(({ peakMib }) => peakMib)) < memoryMib)
  if (theirs.length === 0) return
  tell('syft', theirs)
  const factor = middle(theirs, 'cpuSeconds') / middle(ours, 'cpuSeconds')
  const least = bytes > largeBytes ? largeFactor : 1
  judge(`${factor.toFixed(1)} times as fast as syft in processor time (at least ${least})`, factor >= least)
  judge(
    `${(middle(theirs, 'seconds') / middle(ours, 'seconds')).toFixed(1)} times as fast by the clock`,
    middle(theirs, 'seconds') >= middle(ours, 'seconds'),
  )
  judge('less memory than syft', middle(ours, 'peakMib') < middle(theirs, 'peakMib'))
  differences(contents, JSON.parse(theirs[0].stdout) as Syft)
}

function tell(name: string, runs: readonly Measured[]): void {
  console.log(
    `  ${name.padEnd(8)} ${middle(runs, 'seconds').toFixed(1)} s, ${middle(runs, 'cpuSeconds').toFixed(1)} s of processors, ${middle(runs, 'peakMib').toFixed(0)} MiB`,
  )
}

function middle(runs: readonly Measured[], key: 'seconds' | 'cpuSeconds' | 'peakMib'): number {
  return median(runs.map((run) => run[key]))
}

function judge(what: string, ok: boolean): void {
  if (!ok) missed++
  console.log(`  ${ok ? 'ok    ' : 'MISSED'} ${what}`)
}

interface Syft {
  artifacts: { name: string; version: string; type: string; purl: string; locations: { path: string }[] }[]
}

const kindsOfSyft: Record<string, string> = {
  'java-archive': 'maven',
  'go-module': 'golang',
  python: 'pypi',
  'rust-crate': 'cargo',
  dotnet: 'nuget',
  'php-composer': 'composer',
  'R-package': 'cran',
  binary: 'generic',
}

function differences(contents: ImageContents, syft: Syft): void {
  const ours = contents.packages.map(
    ({ type, namespace, name, version, evidence: [{ path, method }], note, ownedBy }): Found => ({
      kind: type === 'generic' && method !== 'version string' && method !== 'release file' ? 'maven' : type,
      name: fullName(type, namespace, name),
      version: version ?? '',
      path,
      note: [method, note, ownedBy === null ? '' : `owned by ${ownedBy}`].filter(Boolean).join('; '),
    }),
  )
  const theirs = syft.artifacts.map(({ name, version, type, purl, locations }): Found => {
    const parsed = parsePurl(purl)
    const kind = kindsOfSyft[type] ?? type
    return {
      kind,
      name: parsed.ok ? fullName(kind, parsed.value.namespace, parsed.value.name) : name,
      version: version === 'UNKNOWN' || version === '(devel)' ? '' : version,
      path: (locations[0]?.path ?? '').replace(/^\//, ''),
      note: '',
    }
  })
  const keyOf = ({ kind, name, version }: Found) => `${kind}\n${name.toLowerCase()}\n${plain(kind, version)}`
  const own = new Map(ours.map((found) => [keyOf(found), found]))
  const other = new Map(theirs.map((found) => [keyOf(found), found]))
  const kinds = [...new Set([...ours, ...theirs].map(({ kind }) => kind))].sort()
  console.log('  kind       both  only us  only syft')
  for (const kind of kinds) {
    const onlyUs = [...own]
      .filter(([key, found]) => found.kind === kind && !other.has(key))
      .map(([, found]) => found)
    const onlySyft = [...other]
      .filter(([key, found]) => found.kind === kind && !own.has(key))
      .map(([, found]) => found)
    const both = [...own].filter(([key, found]) => found.kind === kind && other.has(key)).length
    console.log(
      `  ${kind.padEnd(10)} ${String(both).padStart(4)}  ${String(onlyUs.length).padStart(7)}  ${String(onlySyft.length).padStart(9)}`,
    )
    explain('only us', onlyUs, (found) => whyOnlyUs(found, theirs))
    explain('only syft', onlySyft, (found) => whyOnlySyft(found, ours))
  }
}

function explain(side: string, found: readonly Found[], why: (one: Found) => string): void {
  const reasons = new Map<string, Found[]>()
  for (const one of found) reasons.set(why(one), [...(reasons.get(why(one)) ?? []), one])
  for (const [reason, own] of reasons) {
    if (reason === unexplained) missed++
    console.log(
      `      ${side}: ${own.length}: ${reason} (${own
        .slice(0, 3)
        .map(({ name, version, path }) => `${name} ${version} at /${path}`)
        .join('; ')})`,
    )
  }
}

const unexplained = 'NO REASON KNOWN'

function whyOnlyUs(found: Found, theirs: readonly Found[]): string {
  if (found.kind === 'generic')
    return 'known by its version string or release file, which this build of syft does not report'
  if (theirs.some(({ path, kind }) => path === found.path && kind === found.kind))
    return found.kind === 'maven'
      ? 'the same archive, named or versioned otherwise: we take no group that the archive does not say'
      : 'the same file, named or versioned otherwise'
  if (found.kind === 'npm')
    return 'a package.json that syft leaves out: no licence, author or other field that it asks for'
  return unexplained
}

function whyOnlySyft(found: Found, ours: readonly Found[]): string {
  const same = ours.filter(({ path, kind }) => path === found.path && kind === found.kind)
  if (found.kind === 'maven' && same.length > 0)
    return 'the same archive: syft guesses the group from class paths and names, we say that it is unknown'
  if (found.kind === 'npm' && /node_modules\/(?:@[^/]+\/)?[^/]+\/.+\/package\.json$/.test(found.path))
    return 'a package.json within a package: a fixture or a marker, nothing that was installed'
  if (found.kind === 'npm' && found.version === '')
    return 'a package.json without a version: a part of a package that has one'
  if (found.kind === 'golang' && found.name === 'stdlib' && same.length > 0)
    return 'the same, spelled otherwise'
  if (same.length > 0) return 'the same file, named or versioned otherwise'
  return unexplained
}

function fullName(kind: string, namespace: string | null, name: string): string {
  return namespace === null || kind === 'deb' || kind === 'rpm' || kind === 'apk'
    ? name
    : `${namespace}/${name}`
}

function plain(kind: string, version: string): string {
  if (kind === 'golang') return version.replace(/^(?:go|v)/, '')
  return kind === 'rpm' ? version.replace(/^0:/, '') : version
}

/** A Debian root file system with a JRE, Node.js, Ruby, jars and Go programs, as one layer. */
function buildLarge(folder: string): string {
  const layout = join(folder, 'large.oci')
  if (existsSync(join(layout, 'index.json'))) return `oci-dir:${layout}`
  mkdirSync(folder, { recursive: true })
  const tar = join(folder, 'large.tar')
  const packages =
    'default-jre-headless,nodejs,npm,ruby,python3,python3-pip,python3-requests,libcommons-lang3-java,liblog4j2-java,containerd,runc,ripgrep,redis-server,nginx-light,postgresql-client,curl,haproxy,busybox,git'
  rmSync(layout, { recursive: true, force: true })
  const steps: [string, string[]][] = [
    ['mmdebstrap', ['--variant=apt', `--include=${packages}`, 'bookworm', tar]],
    ['umoci', ['init', '--layout', layout]],
    ['umoci', ['new', '--image', `${layout}:1`]],
    ['umoci', ['raw', 'add-layer', '--image', `${layout}:1`, tar]],
  ]
  for (const [command, args] of steps) {
    const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`)
  }
  rmSync(tar)
  return `oci-dir:${layout}`
}

const images = [...positionals, ...(values.build === undefined ? [] : [buildLarge(values.build)])]
if (images.length === 0) throw new Error('name an image, or --build FOLDER')
for (const image of images) await compare(image)
process.exitCode = missed === 0 ? 0 : 1
