import { describe, expect, it } from 'vitest'
import type { PackedEntry } from '../advisories/index.ts'
import { judgeKey, lookupsOf, matchKey, unjudged } from './match.ts'
import type { PackageKey } from './types.ts'

function key(parts: Partial<PackageKey>): PackageKey {
  return {
    ecosystem: '',
    type: '',
    name: '',
    version: '',
    sourceName: '',
    sourceVersion: '',
    module: '',
    ...parts,
  }
}

function fixedIn(advisoryNo: number, version: string | null): PackedEntry {
  const events: PackedEntry['ranges'][number]['events'] = [{ kind: 'introduced', version: '0' }]
  if (version !== null) events.push({ kind: 'fixed', version })
  return { advisoryNo, ranges: [{ type: 'ECOSYSTEM', events }], versions: [], fixState: null, modules: [] }
}

/** Rows of `advisory_package` by `ecosystem name`. */
function rows(table: Record<string, PackedEntry[]>) {
  return ({ ecosystem, name }: { ecosystem: string; name: string }) => table[`${ecosystem} ${name}`] ?? []
}

/** Without what is asked of the distribution as a whole. */
function lookupsOfRelease(asked: PackageKey) {
  return lookupsOf(asked).filter(({ channel }) => channel !== 'unreleased')
}

describe('which rows answer for a package', () => {
  it('asks for the source of a Debian package, with the source version', () => {
    const lookups = lookupsOfRelease(
      key({
        ecosystem: 'Debian:11',
        type: 'deb',
        name: 'libgcc1',
        version: '1:10.2.1-6',
        sourceName: 'gcc-10',
        sourceVersion: '10.2.1-6',
      }),
    )
    expect(lookups).toMatchObject([
      { ecosystem: 'Debian:11', name: 'gcc-10', version: '10.2.1-6', by: 'source' },
    ])
  })

  it('compares the source version where a rebuild changed only the binary one', () => {
    const lookups = lookupsOfRelease(
      key({
        ecosystem: 'Debian:11',
        type: 'deb',
        name: 'zlib',
        version: '1.2.11-2+b1',
        sourceVersion: '1.2.11-2',
      }),
    )
    expect(lookups).toMatchObject([{ name: 'zlib', version: '1.2.11-2', by: 'name' }])
  })

  it('asks for the binary package where errata list binaries', () => {
    const lookups = lookupsOfRelease(
      key({
        ecosystem: 'AlmaLinux:8',
        type: 'rpm',
        name: 'perl-Errno',
        version: '1.28-419.el8',
        sourceName: 'perl',
        sourceVersion: '5.26.3-419.el8',
      }),
    )
    expect(lookups).toMatchObject([{ name: 'perl-Errno', version: '1.28-419.el8' }])
  })

  it('asks Ubuntu Pro beside a long-term release', () => {
    const lookups = lookupsOfRelease(
      key({ ecosystem: 'Ubuntu:18.04:LTS', type: 'deb', name: 'curl', version: '7.58.0-2ubuntu3' }),
    )
    expect(lookups.map(({ ecosystem }) => ecosystem)).toEqual(['Ubuntu:18.04:LTS', 'Ubuntu:Pro:18.04:LTS'])
  })

  it('asks last for records that name no release', () => {
    const asked = (ecosystem: string) =>
      lookupsOf(key({ ecosystem, name: 'zlib' })).map((one) => one.ecosystem)
    expect(asked('Debian:11')).toEqual(['Debian:11', 'Debian'])
    expect(asked('npm')).toEqual(['npm'])
    expect(asked('Wolfi')).toEqual(['Wolfi'])
  })
})

describe('Ubuntu Pro', () => {
  const curl = key({
    ecosystem: 'Ubuntu:18.04:LTS',
    type: 'deb',
    name: 'curl',
    version: '7.58.0-2ubuntu3.24',
  })
  const main = 'Ubuntu:18.04:LTS curl'
  const pro = 'Ubuntu:Pro:18.04:LTS curl'

  it('gives the fix where the release itself has none', () => {
    const [match] = matchKey(
      curl,
      rows({ [main]: [fixedIn(1, null)], [pro]: [fixedIn(1, '7.58.0-2ubuntu3.24+esm1')] }),
    )
    expect(match).toMatchObject({
      state: 'affected',
      fixedIn: '7.58.0-2ubuntu3.24+esm1',
      fixState: 'fixed-in',
    })
  })

  it('clears a package that has its fix', () => {
    const fixed = { ...curl, version: '7.58.0-2ubuntu3.24+esm1' }
    expect(
      matchKey(fixed, rows({ [main]: [fixedIn(1, null)], [pro]: [fixedIn(1, '7.58.0-2ubuntu3.24+esm1')] })),
    ).toEqual([])
  })

  it('discloses what only it names', () => {
    const [match] = matchKey(curl, rows({ [pro]: [fixedIn(1, '7.58.0-2ubuntu3.24+esm2')] }))
    expect(match).toMatchObject({ state: 'affected', fixedIn: '7.58.0-2ubuntu3.24+esm2' })
  })

  it('does not take back what the release has fixed', () => {
    expect(
      matchKey(
        curl,
        rows({ [main]: [fixedIn(1, '7.58.0-2ubuntu3.20')], [pro]: [fixedIn(1, '7.58.0-2ubuntu3.24+esm1')] }),
      ),
    ).toEqual([])
  })
})

describe('names and sources', () => {
  it('lets the package itself decide before its source', () => {
    const wolfi = key({
      ecosystem: 'Wolfi',
      type: 'apk',
      name: 'libcrypto3',
      version: '3.1.0-r0',
      sourceName: 'openssl',
    })
    const table = rows({
      'Wolfi libcrypto3': [fixedIn(1, '3.0.9-r0')],
      'Wolfi openssl': [fixedIn(1, '3.1.1-r0'), fixedIn(2, '3.1.2-r0')],
    })
    expect(matchKey(wolfi, table)).toMatchObject([{ advisoryNo: 2, by: 'source', fixedIn: '3.1.2-r0' }])
  })

  it("borrows the advisory's epoch for a source RPM, whose name carries none", () => {
    const errno = key({
      ecosystem: 'openEuler:22.03-LTS',
      type: 'rpm',
      name: 'perl-Errno',
      version: '0:1.28-419',
      sourceName: 'perl',
      sourceVersion: '5.26.3-419',
    })
    expect(matchKey(errno, rows({ 'openEuler:22.03-LTS perl': [fixedIn(1, '4:5.26.3-419')] }))).toEqual([])
    expect(matchKey(errno, rows({ 'openEuler:22.03-LTS perl': [fixedIn(1, '4:5.26.3-420')] }))).toHaveLength(
      1,
    )
  })

  it('reports a record once when it names the package twice', () => {
    const lodash = key({ ecosystem: 'npm', type: 'npm', name: 'lodash', version: '4.17.11' })
    expect(
      matchKey(lodash, rows({ 'npm lodash': [fixedIn(1, '4.17.12'), fixedIn(1, '4.17.20')] })),
    ).toHaveLength(1)
  })
})

describe('what cannot be judged', () => {
  const covered = new Set(['npm', 'Debian:11'])
  it.each([
    [key({ ecosystem: 'npm', name: 'a', version: '1.0.0' }), null],
    [key({ ecosystem: '', name: 'a', version: '1.0.0' }), 'no ecosystem'],
    [key({ ecosystem: 'Debian', name: 'a', version: '1.0.0' }), 'release missing'],
    [key({ ecosystem: 'Alpine:v3.16', name: 'a', version: '1.0.0-r0' }), 'no advisory source'],
    [key({ ecosystem: 'npm', name: 'a', version: '' }), 'version missing'],
  ])('%j: %s', (asked, reason) => {
    expect(unjudged(asked, covered)).toBe(reason)
  })
})

describe('a verdict that is told', () => {
  const entries = [
    fixedIn(1, '0.9'),
    fixedIn(1, '2.0'),
    fixedIn(1, '3.0'),
    fixedIn(2, '0.5'),
    fixedIn(3, null),
  ]

  it.each([
    ['one row', key({ ecosystem: 'npm', type: 'npm', name: 'a', version: '1.0.0' }), { 'npm a': entries }],
    [
      'rows of the source and of extended maintenance',
      key({
        ecosystem: 'Ubuntu:20.04:LTS',
        type: 'deb',
        name: 'a',
        version: '1.0',
        sourceName: 's',
        sourceVersion: '1.0',
      }),
      { 'Ubuntu:20.04:LTS s': entries, 'Ubuntu:Pro:20.04:LTS s': [fixedIn(3, '1.5'), fixedIn(2, '0.6')] },
    ],
  ])('is the one that is stored: %s', (_, asked, table) => {
    const judged = judgeKey(asked, rows(table))
    const matches = matchKey(asked, rows(table))
    expect(matches.map(({ advisoryNo }) => advisoryNo)).toEqual([1, 3])
    expect(judged.flatMap(({ match }) => match ?? [])).toEqual(matches)
    expect(judged.map(({ advisoryNo }) => advisoryNo)).toEqual([1, 2, 3])
    for (const { match, deciding } of judged)
      expect(deciding.evaluation.state === 'affected').toBe(match?.state === 'affected')
    expect(judged[0].others).toHaveLength(2)
  })
})

describe('streams of RPM modules', () => {
  const build = '1:18.9.1-1.module_el8.7.0+3343+ea2b7901'
  const about = (...modules: string[]): PackedEntry => ({ ...fixedIn(1, build), modules })
  const nodejs = (version: string, module: string) =>
    key({ ecosystem: 'AlmaLinux:8', type: 'rpm', name: 'nodejs', version, module })
  const older18 = '1:18.2.0-1.module_el8.6.0+2904+f54a44f5'
  const of16 = '1:16.18.1-3.module_el8.7.0+3370+73f8d4b8'
  const of20 = '1:20.5.1-1.module_el8.8.0+3613+1ed8c91d'

  it.each([
    ['of its stream', nodejs(older18, 'nodejs:18'), about('nodejs:18'), 'affected'],
    ['of its stream, which is fixed', nodejs(build, 'nodejs:18'), about('nodejs:18'), null],
    ['of an older stream', nodejs(of16, 'nodejs:16'), about('nodejs:18'), null],
    ['of a newer stream', nodejs(of20, 'nodejs:20'), about('nodejs:18'), null],
    ['of one of several', nodejs(of16, 'nodejs:16'), about('nodejs:18', 'nodejs:16'), 'affected'],
    ['of a rolling stream', nodejs(of16, 'tools:rhel8'), about('tools:rhel8'), 'affected'],
    ['of no known stream and another line', nodejs(of16, ''), about('nodejs:18'), 'unknown'],
    ['whose record names no stream, of another line', nodejs(of16, 'nodejs:16'), about(), 'unknown'],
    ['of no module', nodejs('1:10.24.0-1.el8', ''), about('nodejs:18'), null],
  ])('a package %s', (_, found, entry, state) => {
    const [match] = matchKey(found, rows({ 'AlmaLinux:8 nodejs': [entry] }))
    expect(match?.state ?? null).toBe(state)
  })

  it('says which streams they are', () => {
    const [judged] = judgeKey(nodejs(of16, 'nodejs:16'), rows({ 'AlmaLinux:8 nodejs': [about('nodejs:18')] }))
    expect(judged.deciding.evaluation.decidedBy).toBe(
      'the record is about nodejs:18, the package is of nodejs:16',
    )
  })
})

describe('records that name a distribution and no release', () => {
  const openssl = (version: string) => key({ ecosystem: 'Debian:11', type: 'deb', name: 'openssl', version })
  const unreleased = fixedIn(1, '3.0.2-1')

  it.each<[string, string, Record<string, PackedEntry[]>, string | null]>([
    ['below their fix, which may be backported', '1.1.1n-0+deb11u4', { Debian: [unreleased] }, 'unknown'],
    ['at their fix', '3.0.2-1', { Debian: [unreleased] }, null],
    [
      'listed',
      '1.1.1n-0+deb11u4',
      { Debian: [{ ...unreleased, ranges: [], versions: ['1.1.1n-0+deb11u4'] }] },
      'affected',
    ],
    [
      'of which the release itself says more',
      '1.1.1n-0+deb11u4',
      { Debian: [unreleased], 'Debian:11': [fixedIn(1, '1.1.1n-0+deb11u3')] },
      null,
    ],
    ['of another release only', '1.1.1n-0+deb11u4', { 'Debian:12': [unreleased] }, null],
  ])('a version %s', (_, version, entries, state) => {
    const [match] = matchKey(openssl(version), ({ ecosystem }) => entries[ecosystem] ?? [])
    expect(match?.state ?? null).toBe(state)
  })

  it('say why they do not decide, and are no source for a release', () => {
    const [judged] = judgeKey(openssl('1.1.1n-0+deb11u4'), rows({ 'Debian openssl': [unreleased] }))
    expect(judged.deciding.evaluation.decidedBy).toBe(
      '>= introduced 0, < fixed 3.0.2-1, but the record names no release of Debian',
    )
    expect(unjudged(openssl('1'), new Set(['Debian']))).toBe('no advisory source')
  })
})
