import { describe, expect, test } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { readZip } from '../../../test/zip.ts'
import { parseOsv } from '../advisories/records/index.ts'
import { parsePurl } from '../purl/index.ts'
import { affectedBy } from './affected-by.ts'

type Events = Record<string, string>[]

function judge(ecosystem: string, name: string, entry: object, purlText: string, record: object = {}) {
  const advisory = parseOsv({
    id: 'TEST-1',
    affected: [{ package: { ecosystem, name }, ...entry }],
    ...record,
  })
  const purl = parsePurl(purlText)
  if (!advisory.ok || !purl.ok) throw new Error('the row cannot be read')
  return affectedBy(advisory.value, purl.value)
}

const range = (events: Events, type = 'ECOSYSTEM') => ({ ranges: [{ type, events }] })
const all = range([{ introduced: '0' }])
const below = (fixed: string) => range([{ introduced: '0' }, { fixed }])

describe('a single advisory and a single package', () => {
  const rows: [
    what: string,
    ecosystem: string,
    name: string,
    entry: object,
    purl: string,
    verdict: string,
    decidedBy: string,
  ][] = [
    ['another ecosystem', 'PyPI', 'p', all, 'pkg:npm/p@1', 'no', 'names PyPI p'],
    ['every version, and none given', 'npm', 'p', all, 'pkg:npm/p', 'yes', '>= introduced 0, no fix named'],
    [
      'some versions, and none given',
      'npm',
      'p',
      below('2.0.0'),
      'pkg:npm/p',
      'unknown',
      'the package URL has no version',
    ],
    [
      'listed versions, and none given',
      'npm',
      'p',
      { versions: ['1.0.0'] },
      'pkg:npm/p',
      'unknown',
      'the package URL has no version',
    ],
    [
      'every version, and none of the scheme',
      'npm',
      'p',
      all,
      'pkg:npm/p@0.0.0.1',
      'yes',
      '>= introduced 0, no fix named',
    ],
    [
      'some versions, and none of the scheme',
      'npm',
      'p',
      below('1'),
      'pkg:npm/p@0.0.0.1',
      'unknown',
      '0.0.0.1 cannot be ordered as npm',
    ],
    [
      'an event that is none of the scheme',
      'Debian:12',
      'p',
      range([{ introduced: '1.0' }, { fixed: 'x:2.0' }]),
      'pkg:deb/debian/p@1.5?distro=debian-12',
      'unknown',
      "a version of the advisory's range cannot be ordered as deb",
    ],
    [
      'events in disorder',
      'npm',
      'p',
      range([{ introduced: '0' }, { introduced: '2.1.0' }, { fixed: '1' }, { last_affected: '3.1.9' }]),
      'pkg:npm/p@3.0.0-rc',
      'yes',
      '>= introduced 2.1.0, <= last affected 3.1.9',
    ],
    [
      'fixed at 0 behind a pseudo-version',
      'Go',
      'golang.org/x/net',
      range([{ introduced: '0.0.0-20180925071336-cf3bd585ca2a' }, { fixed: '0' }], 'SEMVER'),
      'pkg:golang/golang.org/x/net@v0.0.0',
      'no',
      '>= fixed 0',
    ],
    [
      'below one of two limits',
      'npm',
      'p',
      range([{ introduced: '0' }, { limit: '1.0.0' }, { limit: '3.0.0' }]),
      'pkg:npm/p@2.0.0',
      'yes',
      '>= introduced 0, no fix named',
    ],
    [
      'commits beside versions',
      'PyPI',
      'p',
      { ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }, below('2').ranges[0]] },
      'pkg:pypi/p@1.5',
      'yes',
      '>= introduced 0, < fixed 2',
    ],
    [
      'commits alone',
      'PyPI',
      'p',
      range([{ introduced: '0' }], 'GIT'),
      'pkg:pypi/p@1.5',
      'unknown',
      'the advisory names no versions',
    ],
    [
      'a listed version in another spelling',
      'PyPI',
      'Zope.Interface',
      { versions: ['1.0'] },
      'pkg:pypi/zope_interface@1.0.0',
      'yes',
      'listed version 1.0',
    ],
    [
      'a release by its code name',
      'Debian:12',
      'p',
      all,
      'pkg:deb/debian/p@1?distro=bookworm',
      'yes',
      '>= introduced 0, no fix named',
    ],
    [
      'another release',
      'Debian:12',
      'p',
      all,
      'pkg:deb/debian/p@1?distro=debian-11',
      'no',
      'names Debian:12 p',
    ],
    [
      'the source package',
      'Debian:11',
      'zlib',
      below('1:1.2.11.dfsg-2+deb11u2'),
      'pkg:deb/debian/zlib1g@1:1.2.11.dfsg-2?distro=debian-11&upstream=zlib',
      'yes',
      '>= introduced 0, < fixed 1:1.2.11.dfsg-2+deb11u2',
    ],
    // Package URLs of RPMs carry the epoch as a qualifier.
    [
      'an epoch in the qualifier',
      'AlmaLinux:9',
      'bash',
      below('1:5.1-5'),
      'pkg:rpm/almalinux/bash@5.1-6?epoch=1&distro=almalinux-9',
      'no',
      '>= fixed 1:5.1-5',
    ],
    // A source RPM's name has no epoch: perl-Errno 0:1.28-419 is built from perl 4:5.26.3-419.
    [
      'a source RPM without its epoch',
      'SUSE:Linux Enterprise Server 15 SP4',
      'perl',
      below('4:5.26.3-419'),
      'pkg:rpm/sles/perl-Errno@1.28-419?distro=sles-15.4&upstream=perl-5.26.3-419.src.rpm',
      'no',
      '>= fixed 4:5.26.3-419',
    ],
    [
      "Go's standard library as binaries name it",
      'Go',
      'stdlib',
      range([{ introduced: '0' }, { fixed: '1.20.0' }], 'SEMVER'),
      'pkg:golang/std@go1.18',
      'yes',
      '>= introduced 0, < fixed 1.20.0',
    ],
    [
      'Kubernetes as its feed spells it',
      'kubernetes',
      'k8s.io/kubelet',
      below('1.2.0'),
      'pkg:k8s/k8s.io/kubelet@1.0.1',
      'yes',
      '>= introduced 0, < fixed 1.2.0',
    ],
    [
      'Bioconductor',
      'Bioconductor',
      'p',
      below('1.2'),
      'pkg:bioconductor/p@1.0.1',
      'yes',
      '>= introduced 0, < fixed 1.2',
    ],
    // Modules of RPM: perl is built outside of every module, and as perl:5.32.
    [
      'a package of no module, a fix of one',
      'AlmaLinux:8',
      'perl',
      below('4:5.32.1-474.module_el8.10.0+4162+0aac7c4c'),
      'pkg:rpm/almalinux/perl@5.26.3-419.el8?epoch=4&distro=almalinux-8',
      'no',
      'the fix 4:5.32.1-474.module_el8.10.0+4162+0aac7c4c is of a module, the package is of none',
    ],
    [
      'a package of a module, a fix of none',
      'AlmaLinux:8',
      'perl',
      below('4:5.26.3-422.el8'),
      'pkg:rpm/almalinux/perl@5.24.4-404.module_el8.6.0+2766+8bf0b7ce?epoch=4&distro=almalinux-8',
      'no',
      'the fix 4:5.26.3-422.el8 is of no module, the package is of one',
    ],
    [
      'another line of the module',
      'AlmaLinux:8',
      'nodejs',
      below('1:18.9.1-1.module_el8.7.0+3343+ea2b7901'),
      'pkg:rpm/almalinux/nodejs@16.14.0-5.module_el8.6.0+3002+5a1d0a7b?epoch=1&distro=almalinux-8',
      'unknown',
      ">= introduced 0, < fixed 1:18.9.1-1.module_el8.7.0+3343+ea2b7901, but the module's stream is not known",
    ],
    [
      'the same line of the module',
      'AlmaLinux:8',
      'nodejs',
      below('1:18.9.1-1.module_el8.7.0+3343+ea2b7901'),
      'pkg:rpm/almalinux/nodejs@18.7.0-1.module_el8.7.0+3300+aaaaaaaa?epoch=1&distro=almalinux-8',
      'yes',
      '>= introduced 0, < fixed 1:18.9.1-1.module_el8.7.0+3343+ea2b7901',
    ],
    [
      'a newer line than the fix',
      'AlmaLinux:8',
      'nodejs',
      below('1:16.17.1-1.module_el8.6.0+3261+490666b3'),
      'pkg:rpm/almalinux/nodejs@18.7.0-1.module_el8.7.0+3300+aaaaaaaa?epoch=1&distro=almalinux-8',
      'no',
      '>= fixed 1:16.17.1-1.module_el8.6.0+3261+490666b3',
    ],
    [
      'a moving branch',
      'Packagist',
      'a/b',
      below('1.2.0'),
      'pkg:composer/a/b@dev-main',
      'unknown',
      'dev-main cannot be ordered as composer',
    ],
  ]

  test.each(rows)('%s', (_, ecosystem, name, entry, purl, verdict, decidedBy) => {
    expect(judge(ecosystem, name, entry, purl)).toEqual({ verdict, decidedBy })
  })

  test('a withdrawn record applies to nothing', () => {
    expect(judge('npm', 'p', all, 'pkg:npm/p@1', { withdrawn: '2024-02-01T00:00:00Z' })).toEqual({
      verdict: 'no',
      decidedBy: 'withdrawn 2024-02-01',
    })
  })

  test('a release that is missing decides only where every release says the same', () => {
    const advisory = parseOsv({
      id: 'TEST-2',
      affected: ['10', '11'].map((release) => ({
        package: { ecosystem: `Debian:${release}`, name: 'p' },
        ...below(`${release}.0`),
      })),
    })
    const verdicts = ['9.0', '10.5', '12.0'].map((version) => {
      const purl = parsePurl(`pkg:deb/debian/p@${version}`)
      return advisory.ok && purl.ok && affectedBy(advisory.value, purl.value).verdict
    })
    expect(verdicts).toEqual(['yes', 'unknown', 'no'])
  })
})

describe.skipIf(!hasTestData)('AlmaLinux (skipped where ALLCLEAR_TEST_DATA names no data)', () => {
  test('perl outside of modules is judged by the errata of perl outside of modules', () => {
    const zip = readZip(testData('advisories/osv/AlmaLinux/all.zip'))
    const purl = parsePurl('pkg:rpm/almalinux/perl@5.0-1.el8?epoch=4&distro=almalinux-8')
    const counts = { modular: 0, plain: 0 }
    for (const name of zip.names()) {
      const text = zip.read(name).toString('utf8')
      if (!text.includes('"perl"')) continue
      const advisory = parseOsv(JSON.parse(text))
      if (!advisory.ok || !purl.ok) continue
      const entry = advisory.value.affected.find(
        ({ ecosystem, name }) => ecosystem === 'AlmaLinux:8' && name === 'perl',
      )
      if (entry === undefined) continue
      const modular = entry.ranges.some(({ events }) =>
        events.some(({ version }) => version.includes('.module_el')),
      )
      counts[modular ? 'modular' : 'plain']++
      expect(affectedBy(advisory.value, purl.value).verdict, advisory.value.id).toBe(modular ? 'no' : 'yes')
    }
    expect(counts.modular).toBeGreaterThan(0)
    expect(counts.plain).toBeGreaterThan(0)
  })
})
