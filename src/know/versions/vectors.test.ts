import { describe, expect, test } from 'vitest'
import { hasTestData } from '../../../test/data.ts'
import { roundTrips, vectorReport } from '../../../test/version-vectors.ts'

/** Vectors tried in each file; what deviates is listed below. */
const triedPerFile: Record<string, number> = {
  'aboutcode-org__univers/tests/data/alpine_test.txt': 716,
  'aboutcode-org__univers/tests/data/npm_advisory.json': 885,
  'aboutcode-org__univers/tests/data/openssl/openssl_versort_expected.json': 14_706,
  'aboutcode-org__univers/tests/data/rpmvercmp.at': 103,
  'aboutcode-org__univers/tests/data/schema/alpine_version_cmp.json': 716,
  'aboutcode-org__univers/tests/data/schema/alpm_version_cmp.json': 42,
  'aboutcode-org__univers/tests/data/schema/conan_version_cmp.json': 47,
  'aboutcode-org__univers/tests/data/schema/deb_version_python_pkg_test.json': 16,
  'aboutcode-org__univers/tests/data/schema/gentoo_version_cmp.json': 48,
  'aboutcode-org__univers/tests/data/schema/maven_version_cmp.json': 977,
  'aboutcode-org__univers/tests/data/schema/nuget_version_cmp.json': 33,
  'aboutcode-org__univers/tests/data/schema/openssl_version_cmp.json': 44,
  'aboutcode-org__univers/tests/data/schema/range/conan_range_from_native.json': 428,
  'aboutcode-org__univers/tests/data/schema/range/conan_range_from_native_basic.json': 20,
  'aboutcode-org__univers/tests/data/schema/range/gem_range_from_native.json': 1,
  'aboutcode-org__univers/tests/data/schema/range/gitlab/composer_gitlab_range_from_native.json': 2_538,
  'aboutcode-org__univers/tests/data/schema/range/gitlab/conan_gitlab_range_from_native.json': 428,
  'aboutcode-org__univers/tests/data/schema/range/gitlab/gem_gitlab_range_from_native.json': 317,
  'aboutcode-org__univers/tests/data/schema/range/gitlab/golang_gitlab_range_from_native.json': 764,
  'aboutcode-org__univers/tests/data/schema/range/gitlab/npm_gitlab_range_from_native.json': 533,
  'aboutcode-org__univers/tests/data/schema/range/gitlab/pypi_gitlab_range_from_native.json': 122,
  'aboutcode-org__univers/tests/data/schema/range/nginx_range_from_native.json': 8,
  'aboutcode-org__univers/tests/data/schema/range/npm_range_containment.json': 1,
  'aboutcode-org__univers/tests/data/schema/range/npm_range_from_native.json': 897,
  'aboutcode-org__univers/tests/data/schema/range/nuget_range_from_native.json': 1,
  'aboutcode-org__univers/tests/data/schema/range/openssl_range_from_native.json': 8,
  'aboutcode-org__univers/tests/data/schema/range/pypi_range_containment.json': 10,
  'aboutcode-org__univers/tests/data/schema/range/pypi_range_from_native.json': 3,
  'aboutcode-org__univers/tests/data/schema/range/pypi_range_roundtrip.json': 19,
  'package-url__vers-spec/tests/alpine_version_cmp_test.json': 716,
  'package-url__vers-spec/tests/alpm_version_cmp_test.json': 42,
  'package-url__vers-spec/tests/conan_range_from_native_basic_test.json': 20,
  'package-url__vers-spec/tests/conan_range_from_native_test.json': 209,
  'package-url__vers-spec/tests/conan_version_cmp_test.json': 47,
  'package-url__vers-spec/tests/datetime_version_cmp_test.json': 7,
  'package-url__vers-spec/tests/gem_range_from_native_test.json': 1,
  'package-url__vers-spec/tests/gentoo_version_cmp_test.json': 48,
  'package-url__vers-spec/tests/lexicographic-test.json': 8,
  'package-url__vers-spec/tests/maven_version_cmp_test.json': 977,
  'package-url__vers-spec/tests/nginx_range_from_native_test.json': 4,
  'package-url__vers-spec/tests/npm_range_containment_test.json': 1,
  'package-url__vers-spec/tests/npm_range_from_native_test.json': 491,
  'package-url__vers-spec/tests/nuget_range_from_native_test.json': 1,
  'package-url__vers-spec/tests/nuget_version_cmp_test.json': 33,
  'package-url__vers-spec/tests/openssl_range_from_native_test.json': 8,
  'package-url__vers-spec/tests/openssl_version_cmp_test.json': 44,
  'package-url__vers-spec/tests/pypi_range_containment_test.json': 10,
  'package-url__vers-spec/tests/pypi_range_from_native_test.json': 3,
  'package-url__vers-spec/tests/pypi_range_validate_test.json': 19,
  'package-url__vers-spec/tests/vers_canonical_parse_test.json': 12,
  'rpm-software-management__rpm/tests/rpmvercmp.at': 103,
}

/**
 * The vectors were made with Maven before 3.8.7, which ordered `2-1` before `2.0.a`. Since then a last word after a
 * dot stands where it would after a hyphen (MNG-7644), and Maven's own ComparableVersionTest asks for `2.0.a` < `2-1`.
 */
const maven = ['2.0.a', '2.0.0.a', '2.0.a', '2.0.0.a'].map((version) =>
  JSON.stringify([{ input_scheme: 'maven', versions: ['2-1', version] }, ['2-1', version]]),
)

/**
 * node-semver, "X-Ranges": a comparator on a version with missing numbers is about all versions that begin so.
 * `<=1.0` is `<1.1.0`, `>=2.2.x` is `>=2.2.0` without an end, `2.1` is `2.1.x`; `~0.8.0-pre` ends at 0.9.0 ("Tilde").
 * The vectors take missing numbers for zeros.
 */
const npmNative: Record<string, string> = {
  '<= 1.0': 'vers:npm/<=1.0.0',
  '>= 0.2.0 <= 0.9.6 || ~0.8.0-pre': 'vers:npm/>=0.2.0|>=0.8.0-pre|<0.8.0|>=0.8.0|<0.8.1|<=0.9.6',
  '>= 2.2.x': 'vers:npm/>=2.2.0|<2.3.0',
  '>= 1.x': 'vers:npm/>=1.0.0|<2.0.0',
  '2.1 || 2.6': 'vers:npm/2.1.0|2.6.0',
  '<=2.1 >=1.1': 'vers:npm/>=1.1.0|<=2.1.0',
  '<=3.3': 'vers:npm/<=3.3.0',
  '<=1.0': 'vers:npm/<=1.0.0',
}
const npm = Object.entries(npmNative).map(([native, vers]) =>
  JSON.stringify([{ native_range: native, scheme: 'npm' }, vers]),
)

/** A range without a comparator is no range of vers (vers-spec, "a vers must have at least one constraint"). */
const conan = [JSON.stringify([{ native_range: '', scheme: 'conan' }, 'vers:conan/'])]

/** OpenSSL's sources are called 1.0.2zc-dev until 1.0.2zc is released; the vector sorts the two as text. */
const openssl = ['1.0.2zc < 1.0.2zc-dev']

const named = new Set([...maven, ...npm, ...conan, ...openssl])

/**
 * The expected ranges for Composer and Go went through a semantic version, in which a fourth number became build
 * metadata (`2.1.27.10` → `2.1.27+10`), a letter or date a pre-release (`1.5.6d` → `1.5.6-d`): the result no longer is
 * the range. Composer has four numbers and dates (VersionParser); for Go such text is no version.
 */
function isCoerced(words: string): boolean {
  const [{ native_range, scheme }, expected] = JSON.parse(words) as [
    { native_range: string; scheme: string },
    string,
  ]
  const coerced =
    /\d\+[0-9a-z]/.test(expected) || /\d{4}\.0\.0-\d\d-\d\d|1\.5\.6-d$|1\.1\.0-1\.12/.test(expected)
  return (scheme === 'composer' || scheme === 'golang') && !native_range.includes('+') && coerced
}
const coercedPerFile: Record<string, number> = {
  'aboutcode-org__univers/tests/data/schema/range/gitlab/composer_gitlab_range_from_native.json': 154,
  'aboutcode-org__univers/tests/data/schema/range/gitlab/golang_gitlab_range_from_native.json': 10,
}

describe.skipIf(!hasTestData)('public vectors (data pack checks/versions-purl-vers.zip)', () => {
  const rows = hasTestData ? vectorReport() : []

  test('every file of the pack is tried, and all of it', () => {
    expect(Object.fromEntries(rows.map(({ file, tried }) => [file, tried]))).toEqual(triedPerFile)
  })

  test.each(rows.map((row) => [row.file, row] as const))('%s', (file, { failed, tried, passed }) => {
    const coerced = coercedPerFile[file] ?? 0
    const unexplained = failed.filter((words) => !named.has(words) && !(coerced > 0 && isCoerced(words)))
    expect(unexplained).toEqual([])
    if (coerced > 0) expect(failed).toHaveLength(coerced)
    expect(passed).toBe(tried - failed.length)
  })

  test('every deviation that is listed still deviates', () => {
    const failed = new Set(rows.flatMap((row) => row.failed))
    const unused = [...named].filter((words) => !failed.has(words))
    expect(unused).toEqual([])
  })

  test('ranges survive being written, in their own language and as vers', () => {
    const { tried, failed } = roundTrips()
    expect(failed).toEqual([])
    expect(tried).toBe(13_265)
  })
})
