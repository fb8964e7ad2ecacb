/**
 * Runs every public vector of the data pack against the version orders and range languages. `vectorReport()` gives
 * one row for each file; run with node, it prints them: `node test/version-vectors.ts`.
 */
import {
  formatRange,
  orderVersions,
  parseRange,
  rangeContains,
  schemeById,
} from '../src/know/versions/index.ts'
import { parseVers, readConstraints, readVers, writeConstraint } from '../src/know/versions/ranges/vers.ts'
import { testData } from './data.ts'
import { readZip } from './zip.ts'
import type { Comparator, VersionScheme } from '../src/know/versions/types.ts'

export interface VectorRow {
  file: string
  scheme: string
  kind: 'order' | 'range'
  tried: number
  passed: number
  /** What did not pass, in the words of the vector. */
  failed: string[]
}

interface Vector {
  test_type: string
  input:
    | {
        input_scheme?: string
        versions?: string[]
        native_range?: string
        scheme?: string
        vers?: string
        version?: string
      }
    | string
  expected_output: unknown
  expected_failure?: boolean
}

export function vectorReport(): VectorRow[] {
  const zip = readZip(testData('checks/versions-purl-vers.zip'))
  const rows: VectorRow[] = []
  for (const file of zip.names().toSorted()) {
    if (file.includes('purl-spec')) continue
    const text = (): string => zip.read(file).toString('utf8')
    if (file.endsWith('rpmvercmp.at')) rows.push(rpmRow(file, text()))
    else if (file.endsWith('alpine_test.txt')) rows.push(alpineRow(file, text()))
    else if (file.endsWith('openssl_versort_expected.json'))
      rows.push(
        sortedRow(
          file,
          'openssl',
          (JSON.parse(text()) as { value: string }[]).map(({ value }) => value),
        ),
      )
    else if (file.endsWith('npm_advisory.json')) rows.push(npmAdvisoryRow(file, text()))
    // The notation of its two records (`&`, blanks, `debian`) is that of a draft from before vers was specified.
    else if (file.endsWith('test-suite-data.json')) continue
    else if (file.endsWith('.json')) rows.push(suiteRow(file, text()))
  }
  return rows
}

function row(file: string, scheme: string, kind: VectorRow['kind']): VectorRow {
  return { file, scheme, kind, tried: 0, passed: 0, failed: [] }
}

function count(into: VectorRow, passed: boolean, words: string): void {
  into.tried++
  if (passed) into.passed++
  else into.failed.push(words)
}

function schemeOf(id: string): VersionScheme {
  const scheme = schemeById(id)
  if (!scheme) throw new Error(`no scheme ${id}`)
  return scheme
}

function rpmRow(file: string, text: string): VectorRow {
  const into = row(file, 'rpm', 'order')
  const rpm = schemeOf('rpm')
  for (const [, a, b, expected] of text.matchAll(/^(?:dnl )?RPMVERCMP\(([^,]+), ([^,]+), (-?\d)\)/gm)) {
    count(into, orderVersions(rpm, a, b) === Number(expected), `${a} ${b} ${expected}`)
  }
  return into
}

function alpineRow(file: string, text: string): VectorRow {
  const into = row(file, 'apk', 'order')
  const apk = schemeOf('apk')
  for (const line of text.split('\n').filter(Boolean)) {
    const [a, sign, b] = line.split(' ')
    count(into, orderVersions(apk, a, b) === ' <=>'.indexOf(sign) - 2, line)
  }
  return into
}

/** Every pair of a list that is in order. */
function sortedRow(file: string, schemeId: string, versions: readonly string[]): VectorRow {
  const into = row(file, schemeId, 'order')
  const scheme = schemeOf(schemeId)
  for (const [at, later] of versions.entries())
    for (const earlier of versions.slice(0, at))
      count(into, orderVersions(scheme, earlier, later) === -1, `${earlier} < ${later}`)
  return into
}

function npmAdvisoryRow(file: string, text: string): VectorRow {
  const into = row(file, 'npm', 'range')
  for (const { npm_native, expected_vers } of JSON.parse(text) as {
    npm_native: string
    expected_vers: string
  }[]) {
    count(
      into,
      readsAs('npm', npm_native, expected_vers),
      JSON.stringify([{ native_range: npm_native, scheme: 'npm' }, expected_vers]),
    )
  }
  return into
}

function suiteRow(file: string, text: string): VectorRow {
  const suite = JSON.parse(text) as Vector[] | { tests: Vector[] }
  const vectors = Array.isArray(suite) ? suite : suite.tests
  const first = vectors[0].input
  const scheme =
    typeof first === 'string'
      ? (/^vers:([a-z]+)/.exec(first)?.[1] ?? '')
      : (first.input_scheme ?? first.scheme ?? /^vers:([a-z]+)/.exec(first.vers ?? '')?.[1] ?? '')
  const into = row(
    file,
    scheme,
    typeof first !== 'string' && first.input_scheme !== undefined ? 'order' : 'range',
  )
  for (const vector of vectors)
    count(into, passes(vector), JSON.stringify([vector.input, vector.expected_output]))
  return into
}

function passes({ test_type, input, expected_output, expected_failure }: Vector): boolean {
  if (typeof input === 'string') {
    if (test_type === 'parse') return parsesAs(input, expected_output, expected_failure === true)
    return validatesAs(input, String(expected_output))
  }
  switch (test_type) {
    case 'equality': {
      const order = orderVersions(
        schemeOf(String(input.input_scheme)),
        input.versions?.[0] ?? '',
        input.versions?.[1] ?? '',
      )
      return order !== null && (order === 0) === expected_output
    }
    case 'comparison': {
      const scheme = schemeOf(String(input.input_scheme))
      const sorted = expected_output as string[]
      return sorted.every(
        (version, at) => at === 0 || (orderVersions(scheme, sorted[at - 1], version) ?? 1) <= 0,
      )
    }
    case 'from_native':
      return readsAs(String(input.scheme), String(input.native_range), String(expected_output))
    case 'containment': {
      const range = readVers(String(input.vers))
      return range.ok && rangeContains(range.value, String(input.version)) === expected_output
    }
    case 'roundtrip':
      return validatesAs(String(input.vers), String(expected_output))
  }
  throw new Error(`there are no ${test_type} vectors`)
}

function parsesAs(text: string, expected: unknown, failure: boolean): boolean {
  const vers = parseVers(text)
  if (!vers.ok) return failure
  const constraints = vers.value.constraints.map(({ operator, version }) => [operator, version])
  return (
    !failure &&
    JSON.stringify({ scheme: vers.value.scheme, version_constraints: constraints }) ===
      JSON.stringify(expected)
  )
}

/** Reading puts the constraints in order and drops nothing. */
function validatesAs(text: string, expected: string): boolean {
  const vers = readConstraints(text)
  if (!vers.ok || !readVers(text).ok) return false
  const scheme = schemeOf(vers.value.scheme)
  return flat(vers.value.scheme, scheme, vers.value.constraints) === expected
}

/**
 * The vectors of ranges in native notation list the comparators in version order without regard to which belong
 * together. Each comparator must be read, with a version equal to the expected one.
 */
function readsAs(language: string, native: string, expected: string): boolean {
  const range = parseRange(language, native)
  if (!range.ok) return false
  const scheme = schemeOf(range.value.scheme)
  const read = sorted(scheme, (range.value.alternatives ?? []).flat())
  const [, name, list] = /^vers:([a-z]+)\/(.*)$/.exec(expected) ?? []
  if (list === '*') return read.length === 0 && name === language
  const wanted = list.split('|').map((constraint) => {
    const [, operator, version] = /^(>=|<=|!=|<|>)?(.*)$/.exec(constraint) ?? []
    return { operator: operator ?? '=', version: decodeURIComponent(version) } as Comparator
  })
  const ordered = sorted(scheme, wanted)
  return (
    name === language &&
    ordered.length === read.length &&
    ordered.every(
      ({ operator, version }, at) =>
        operator === read[at].operator && orderVersions(scheme, version, read[at].version) === 0,
    )
  )
}

function sorted(scheme: VersionScheme, constraints: readonly Comparator[]): Comparator[] {
  return [...constraints].sort(
    (a, b) =>
      (orderVersions(scheme, a.version, b.version) ?? 0) ||
      (a.operator < b.operator ? -1 : a.operator > b.operator ? 1 : 0),
  )
}

function flat(name: string, scheme: VersionScheme, constraints: readonly Comparator[]): string {
  const inOrder = [...constraints].sort((a, b) => orderVersions(scheme, a.version, b.version) ?? 0)
  return `vers:${name}/${inOrder.map(writeConstraint).join('|') || '*'}`
}

/** Ranges that survive being written in their own language and read again, of all that the vectors write. */
export function roundTrips(): { tried: number; failed: string[] } {
  const zip = readZip(testData('checks/versions-purl-vers.zip'))
  const failed: string[] = []
  let tried = 0
  for (const file of zip.names().filter((name) => /range_from_native.*\.json$/.test(name))) {
    const suite = JSON.parse(zip.read(file).toString('utf8')) as Vector[] | { tests: Vector[] }
    for (const { input } of Array.isArray(suite) ? suite : suite.tests) {
      if (typeof input === 'string') continue
      const range = parseRange(String(input.scheme), String(input.native_range))
      if (!range.ok || range.value.intervals.length === 0) continue
      for (const language of [String(input.scheme), 'vers']) {
        const written = formatRange(language, range.value)
        if (!written.ok && /cannot be written/.test(written.reason)) continue
        tried++
        const again = written.ok ? parseRange(language, written.value) : written
        const same =
          again.ok && JSON.stringify(again.value.intervals) === JSON.stringify(range.value.intervals)
        if (!same) failed.push(`${input.native_range} → ${written.ok ? written.value : written.reason}`)
      }
    }
  }
  return { tried, failed }
}

/** Why a vector is not followed: what decides instead. */
export interface Deviation {
  id: string
  /** The scheme, and what the vectors ask for. */
  asked: string
  /** The rule that decides otherwise, and where it is written. */
  because: string
  covers(file: string, words: string): boolean
}

const mavenOrder = ['2.0.a', '2.0.0.a'].map((version) =>
  JSON.stringify([{ input_scheme: 'maven', versions: ['2-1', version] }, ['2-1', version]]),
)
const npmPartial = new Set([
  '<= 1.0',
  '>= 0.2.0 <= 0.9.6 || ~0.8.0-pre',
  '>= 2.2.x',
  '>= 1.x',
  '2.1 || 2.6',
  '<=2.1 >=1.1',
  '<=3.3',
  '<=1.0',
])

export const deviations: readonly Deviation[] = [
  {
    id: 'composer-coerced',
    asked:
      'Packagist: `<=2.1.27.10` as `<=2.1.27+10`, `1.5.6d` as `1.5.6-d`: the expected range went through a semantic version',
    because:
      'Composer has four numbers (VersionParser); what follows a plus counts for nothing, so that the expected range is another one',
    covers: (file, words) =>
      file.endsWith('composer_gitlab_range_from_native.json') &&
      isCoerced(nativeOf(words), expectedOf(words)),
  },
  {
    id: 'conan-empty',
    asked: 'Conan: an empty range as `vers:conan/`',
    because: 'A vers range has at least one constraint (vers-spec); an empty range of Conan is every version',
    covers: (file, words) => file.includes('conan_') && nativeOf(words) === '',
  },
  {
    id: 'golang-coerced',
    asked:
      'Go: `<v2021-08-11`, `<v2019.03.04.00` and `=1.1-1.12` as semantic versions with a build or a pre-release',
    because:
      'Such texts are no module versions (Go modules reference, “Versions”): a range with one is refused, with the reason',
    covers: (file, words) =>
      file.endsWith('golang_gitlab_range_from_native.json') && isCoerced(nativeOf(words), expectedOf(words)),
  },
  {
    id: 'maven-order',
    asked: 'Maven: `2-1` before `2.0.a`, as before Maven 3.8.7',
    because:
      'Since MNG-7644 a last word after a dot stands where it would after a hyphen; Maven’s ComparableVersionTest asks for `2.0.a` before `2-1`',
    covers: (_file, words) => mavenOrder.includes(words),
  },
  {
    id: 'npm-partial',
    asked:
      'npm: missing numbers as zeros, `<=1.0` as `<=1.0.0`, `>=2.2.x` as `>=2.2.0 <2.3.0`, `2.1` as `2.1.0`',
    because:
      'A comparator on a version with missing numbers is about all versions that begin so (node-semver, “X-Ranges”): `<1.1.0`, `>=2.2.0`, `2.1.x`; `~0.8.0-pre` ends at 0.9.0',
    covers: (_file, words) => words.startsWith('[{"native_range"') && npmPartial.has(nativeOf(words)),
  },
  {
    id: 'openssl-dev',
    asked: 'OpenSSL: `1.0.2zc` before `1.0.2zc-dev`, sorted as text',
    because: 'The sources are called 1.0.2zc-dev until 1.0.2zc is released',
    covers: (_file, words) => words === '1.0.2zc < 1.0.2zc-dev',
  },
]

export function reasonFor(file: string, words: string): Deviation | undefined {
  return deviations.find(({ covers }) => covers(file, words))
}

function nativeOf(words: string): string {
  return (JSON.parse(words) as [{ native_range: string }, string])[0].native_range
}

function expectedOf(words: string): string {
  return (JSON.parse(words) as [unknown, string])[1]
}

/** A fourth number that became build metadata, a letter or a date that became a pre-release. */
function isCoerced(native: string, expected: string): boolean {
  return (
    !native.includes('+') &&
    (/\d\+[0-9a-z]/.test(expected) || /\d{4}\.0\.0-\d\d-\d\d|1\.5\.6-d$|1\.1\.0-1\.12/.test(expected))
  )
}

/** The tables of `docs/explanation/vectors.md`. */
function tables(rows: readonly VectorRow[]): string {
  const lines = [
    '| scheme | vectors of | tried | as asked | deviating |',
    '| --- | --- | ---: | ---: | ---: |',
  ]
  const groups = new Map<string, { tried: number; passed: number }>()
  for (const { scheme, kind, tried, passed } of rows) {
    const key = `${scheme} | ${kind}`
    const sum = groups.get(key) ?? { tried: 0, passed: 0 }
    groups.set(key, { tried: sum.tried + tried, passed: sum.passed + passed })
  }
  for (const [key, { tried, passed }] of [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    lines.push(`| ${key} | ${tried} | ${passed} | ${tried - passed} |`)
  lines.push('', '| what the vectors ask for | vectors | what decides |', '| --- | ---: | --- |')
  const failed = rows.flatMap((row) => row.failed.map((words) => reasonFor(row.file, words)?.id))
  for (const { id, asked, because } of deviations)
    lines.push(`| ${asked} | ${failed.filter((other) => other === id).length} | ${because} |`)
  return `${lines.join('\n')}\n`
}

if (import.meta.main) {
  const rows = vectorReport()
  if (process.argv.includes('--tables')) process.stdout.write(tables(rows))
  else
    for (const { file, scheme, kind, tried, passed } of rows) {
      process.stdout.write(
        `${scheme.padEnd(14)} ${kind.padEnd(6)} ${String(tried).padStart(6)} tried ${String(passed).padStart(6)} passed   ${file}\n`,
      )
    }
  if (process.argv.includes('--failed'))
    for (const { file, failed } of rows)
      for (const words of failed) process.stdout.write(`${file}: ${words}\n`)
}
