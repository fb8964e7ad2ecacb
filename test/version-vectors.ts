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

if (import.meta.main) {
  for (const { file, scheme, kind, tried, passed } of vectorReport()) {
    process.stdout.write(
      `${scheme.padEnd(14)} ${kind.padEnd(6)} ${String(tried).padStart(6)} tried ${String(passed).padStart(6)} passed   ${file}\n`,
    )
  }
  if (process.argv.includes('--failed'))
    for (const { file, failed } of vectorReport())
      for (const words of failed) process.stdout.write(`${file}: ${words}\n`)
}
