import { describe, expect, test } from 'vitest'
import { hasTestData } from '../../../test/data.ts'
import { deviations, reasonFor, roundTrips, vectorReport } from '../../../test/version-vectors.ts'

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

describe.skipIf(!hasTestData)('public vectors (data pack checks/versions-purl-vers.zip)', () => {
  const rows = hasTestData ? vectorReport() : []

  test('every file of the pack is tried, and all of it', () => {
    expect(Object.fromEntries(rows.map(({ file, tried }) => [file, tried]))).toEqual(triedPerFile)
  })

  test.each(rows.map((row) => [row.file, row] as const))('%s', (file, { failed, tried, passed }) => {
    expect(failed.filter((words) => reasonFor(file, words) === undefined)).toEqual([])
    expect(passed).toBe(tried - failed.length)
  })

  test('every reason to deviate covers as many vectors as it says', () => {
    const counts = new Map(deviations.map(({ id }) => [id, 0]))
    for (const { file, failed } of rows)
      for (const words of failed) {
        const id = reasonFor(file, words)?.id ?? ''
        counts.set(id, (counts.get(id) ?? 0) + 1)
      }
    expect(Object.fromEntries(counts)).toEqual({
      'composer-coerced': 154,
      'conan-empty': 5,
      'golang-coerced': 10,
      'maven-order': 8,
      'npm-partial': 22,
      'openssl-dev': 1,
    })
  })

  test('ranges survive being written, in their own language and as vers', () => {
    const { tried, failed } = roundTrips()
    expect(failed).toEqual([])
    expect(tried).toBe(13_265)
  })
})
