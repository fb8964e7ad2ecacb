import { describe, expect, test } from 'vitest'
import { compareVersions, orderVersions, schemeById, schemeForEcosystem } from './index.ts'

/** What reference implementations do that is easy to get wrong: `older < newer`, `a = b`, `a ? b` (not to be ordered). */
const rows: Record<string, readonly string[]> = {
  alpm: ['1.0alpha < 1.0', '1:0.1-1 > 2.0-1', '1.0.0 < 1.0.0~rc1', '1.0-1 = 1.0'],
  apk: [
    '1 < 1.0',
    '1.010 < 1.09',
    '2.0_rc1 < 2.0',
    '2.0 < 2.0_p1',
    '1.0_alpha_pre2 < 1.0_alpha',
    '1.0.-r1 ? 1.0',
  ],
  bitnami: ['2.4.54 < 2.4.54-3', '2.4.54-3 < 2.4.55', '2.4.54-0 = 2.4.54', '1.0.0-rc.1 < 1.0.0'],
  cargo: ['1.0.0 < 1.0.0+1', '1.0.0-rc.9 < 1.0.0-rc.10', '01.0.0 ? 1.0.0'],
  composer: [
    'dev-main < 0.0.1',
    'dev-a ? dev-b',
    '1.0-patch1 > 1.0',
    '2.0.x-dev > 2.0.9',
    '1.0-beta2 < 1.0RC1',
  ],
  cran: ['0.9 < 0.75', '0.1-2 = 0.1.2', '0.1.0 < 0.1.0.0'],
  deb: ['1.0~rc1 < 1.0', '1:0.9 > 2.0', '1.0-1 < 1.0-1+b1', '1.0 = 1.0-0', '1.0-1:2 ? 1.0', '1.0_1 ? 1.0'],
  gem: ['1.0.a < 1.0', '1.0.a10 > 1.0.a9', '1 = 1.0.0', '1.0-java = 1.0', '1.0.rc.1 > 1.0.b.9'],
  go: [
    'v0.0.0-20200101000000-abcdefabcdef < v0.0.0',
    'v2.0.0+incompatible = v2.0.0',
    'go1.22rc1 < go1.22.0',
    'v1.2.3-pre.0.20200101000000-abcdefabcdef > v1.2.3-pre',
    '(devel) ? v1.0.0',
  ],
  hackage: ['1.0 < 1.0.0', '0.11.3.0 < 1.0', '1.a ? 1.0'],
  hex: ['1.0.0-dev < 1.0.0', '1.0.0+a = 1.0.0+b'],
  julia: ['1.0.7+0 < 1.0.7+1', '1.0.0- ? 1.0.0'],
  maven: [
    '1.0-alpha-1 < 1.0',
    '1.0.RC2 < 1.0',
    '1.0-SNAPSHOT < 1.0',
    '1-sp > 1-ga',
    '1.0 = 1',
    '2.0.a < 2-1',
  ],
  npm: ['1.2.3-beta < 1.2.3', 'v1.2.3 = 1.2.3', '2.0.0rc2 < 2.0.0', '1.2.3.4 ? 1.2.3'],
  nuget: ['1.0.0.1 > 1.0', '1.0.0-BETA = 1.0.0-beta', '1.0.0+a = 1.0.0', '1.0.0-alpha.10 > 1.0.0-alpha.9'],
  opam: ['1.0~beta < 1.0', '0.9 < 0.10'],
  pub: ['1.0.0 < 1.0.0+1', '1.0.0-pre+1 < 1.0.0', '1.2.3+900 < 1.2.3+a'],
  pypi: [
    '1.0.dev1 < 1.0a1',
    '1.0.post1 > 1.0',
    '1!0.1 > 2.0',
    '1.0+local > 1.0',
    '1.0c1 = 1.0rc1',
    '0.3m1 ? 0.3',
  ],
  rpm: [
    '1.0~rc1 < 1.0',
    '1.0 < 1.0^git1',
    '1.0^git1 < 1.0.1',
    '1 < 1.0',
    '1:0.1 > 2.0',
    // Only digits before a colon are an epoch: here the colon separates like a dot.
    '0+2-n:1 > 0+1-n:1',
    'a:1 < b:1',
    // No release at all comes before an empty one.
    '1 < 1-',
    '1.1.α = 1.1.β',
  ],
  semver: ['1.0.0-alpha < 1.0.0-alpha.1', '1.0.0-1 < 1.0.0-a', '1.0.0+a = 1.0.0'],
  swift: ['1.0.0-beta < 1.0.0'],
}

describe.each(Object.entries(rows))('%s', (id, lines) => {
  const scheme = schemeById(id)!
  test.each(lines.map((line) => line.split(' ') as [string, string, string]))('%s %s %s', (a, sign, b) => {
    const order = orderVersions(scheme, a, b)
    expect(order === null ? '?' : '<=>'[order + 1]).toBe(sign)
  })
})

describe('rebuilt packages of vendors', () => {
  test.each([
    ['Root:npm', '7.5.2', '7.5.2-root.io.1'],
    ['Root:Debian:12', '1.6-2.1.root.io.2', '1.6-2.1.root.io.10'],
    ['Echo:npm', '1.2.3', '1.2.3+echo.1'],
    ['Echo:npm', '1.2.3+echo.9', '1.2.3+echo.10'],
    ['Echo:npm', '1.2.3-rc.1+echo.1', '1.2.3'],
    ['Echo:PyPI', '2.0', '2.0+echo.1'],
    ['Echo', '1.0-1', '1.0-1+e1'],
    ['TuxCare:npm', '1.2.3-beta', '1.2.3'],
  ])('%s: %s is older than %s', (ecosystem, older, newer) => {
    const scheme = schemeForEcosystem(ecosystem)
    expect(compareVersions(scheme, older, newer)).toBe(-1)
    expect(compareVersions(scheme, newer, older)).toBe(1)
  })
})
