import fc from 'fast-check'
import { PackageURL } from 'packageurl-js'
import { describe, expect, test } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { readZip } from '../../../test/zip.ts'
import { overrideLimits } from '../../base/limits.ts'
import { buildPurl, canonicalPurl, formatPurl, parsePurl, type PurlParts } from './index.ts'
import { typeRules } from './type-rules.ts'

interface SuiteCase {
  description: string
  test_type: 'parse' | 'build' | 'validate'
  input: string | PurlParts
  expected_output: string | PurlParts | null
  expected_failure: boolean
}

describe.skipIf(!hasTestData)('the public suite (checks/versions-purl-vers.zip)', () => {
  const zip = hasTestData ? readZip(testData('checks/versions-purl-vers.zip')) : null
  const files = zip?.names().filter((name) => /purl-spec\/tests\/.*-test\.json$/.test(name)) ?? []
  const cases = files.flatMap((file) =>
    (JSON.parse(zip!.read(file).toString('utf8')) as { tests: SuiteCase[] }).tests.map((entry) => ({
      file,
      ...entry,
    })),
  )

  test('has all of its cases', () => {
    expect(files).toHaveLength(43)
    expect(cases).toHaveLength(586)
  })

  test.each(files.map((file) => [file.replace(/^.*\//, ''), file]))('%s', (_, file) => {
    for (const entry of cases.filter((candidate) => candidate.file === file)) {
      const result =
        entry.test_type === 'parse'
          ? parsePurl(entry.input as string)
          : entry.test_type === 'build'
            ? buildPurl(entry.input as PurlParts)
            : canonicalPurl(entry.input as string)
      const said = `${entry.test_type} ${JSON.stringify(entry.input)}: ${entry.description}`
      expect(result.ok, said).toBe(!entry.expected_failure)
      if (result.ok) expect(result.value, said).toEqual(entry.expected_output)
    }
  })
})

describe('parsing', () => {
  test.each([
    [
      'pkg:deb/debian/bsdutils@1:2.36.1-8%2Bdeb11u1?arch=amd64&upstream=util-linux%402.36.1&distro=debian-11',
      {
        type: 'deb',
        namespace: 'debian',
        name: 'bsdutils',
        version: '1:2.36.1-8+deb11u1',
        qualifiers: { arch: 'amd64', distro: 'debian-11', upstream: 'util-linux@2.36.1' },
        subpath: null,
      },
    ],
    [
      'pkg:npm/@babel/core@7.0.0',
      { type: 'npm', namespace: '@babel', name: 'core', version: '7.0.0', qualifiers: null, subpath: null },
    ],
    [
      'pkg:npm/%40babel%2Fhelpers/core',
      {
        type: 'npm',
        namespace: '@babel/helpers',
        name: 'core',
        version: null,
        qualifiers: null,
        subpath: null,
      },
    ],
    [
      'pkg://golang//github.com//x/y@v1#/a/../b/./c/',
      {
        type: 'golang',
        namespace: 'github.com/x',
        name: 'y',
        version: 'v1',
        qualifiers: null,
        subpath: 'a/b/c',
      },
    ],
    [
      'pkg:pypi/Zope.Interface__x@1',
      {
        type: 'pypi',
        namespace: null,
        name: 'zope-interface-x',
        version: '1',
        qualifiers: null,
        subpath: null,
      },
    ],
    [
      'pkg:generic/x?empty=&a=1',
      { type: 'generic', namespace: null, name: 'x', version: null, qualifiers: { a: '1' }, subpath: null },
    ],
    // Types and names that are also names of things every object has.
    [
      'pkg:constructor/__proto__/toString@valueOf',
      {
        type: 'constructor',
        namespace: '__proto__',
        name: 'toString',
        version: 'valueOf',
        qualifiers: null,
        subpath: null,
      },
    ],
  ])('%s', (text, purl) => {
    expect(parsePurl(text)).toEqual({ ok: true, value: purl })
  })

  test.each([
    ['', 'it does not begin with "pkg:"'],
    ['pkg:', 'a type and a name are needed: pkg:type/name'],
    ['pkg:maven/', 'a name is needed'],
    ['pkg:maven/@1', 'a name is needed'],
    ['pkg:maven/a/@1', 'a name is needed'],
    ['pkg:foo/@1', 'a name is needed'],
    ['pkg:9a/b', 'a type does not begin with a digit'],
    ['pkg:a_b/c', 'a type has no "_"'],
    ['pkg%3amaven/a/b', 'the colon after "pkg" must not be escaped'],
    ['pkg:npm/a@%', 'the version has a broken percent escape'],
    ['pkg:npm/%zz', 'the name has a broken percent escape'],
    ['pkg:npm/%ff/a', 'the namespace has a broken percent escape'],
    ['pkg:npm/a#%', 'the subpath has a broken percent escape'],
    ['pkg:npm/a?b', 'the qualifier "b" has no value'],
    ['pkg:npm/a?b=%', 'the qualifier b has a broken percent escape'],
    ['pkg:npm/a?b=1&B=2', 'the qualifier "B" is not written in lower case'],
    ['pkg:npm/a?b=1&b=2', 'the qualifier b is given twice'],
    ['pkg:npm/a?1b=1', '"1b" is no key of a qualifier'],
    ['pkg:npm/a?__proto__=1', '"__proto__" is no key of a qualifier'],
    ['pkg:cargo/a/b@1', 'the type cargo has no namespace'],
    ['pkg:deb/b@1', 'the type deb needs a namespace'],
    ['pkg:swid/a@1', 'a SWID tag is identified by its tag_id qualifier'],
  ])('%s is refused: %s', (text, reason) => {
    expect(parsePurl(text)).toEqual({ ok: false, reason })
  })

  test('a loose reading lowers keys that begin with a capital', () => {
    expect(parsePurl('pkg:rpm/fedora/curl@1?Distro=f', 'loose')).toMatchObject({
      ok: true,
      value: { qualifiers: { distro: 'f' } },
    })
    expect(parsePurl('pkg:rpm/fedora/curl@1?Distro=f')).toMatchObject({ ok: false })
  })

  test('no purl is longer than the limit, parsed or built', () => {
    expect(parsePurl(`pkg:npm/${'a'.repeat(64 * 1024)}`)).toEqual({
      ok: false,
      reason: 'it has more than 8192 characters',
    })
    expect(buildPurl({ type: 'npm', name: '/'.repeat(64 * 1024) + 'a'.repeat(64 * 1024) }).ok).toBe(false)
    const restore = overrideLimits({ purlCharacters: 10 })
    expect(parsePurl('pkg:npm/abc').ok).toBe(false)
    restore()
  })

  test('qualifiers are shared and therefore frozen', () => {
    const [first, second] = ['pkg:npm/a?x=1', 'pkg:npm/b?x=1'].map((text) => parsePurl(text))
    expect(first.ok && second.ok && first.value.qualifiers === second.value.qualifiers).toBe(true)
    expect(first.ok && Object.isFrozen(first.value.qualifiers)).toBe(true)
  })
})

const anyText = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ maxLength: 8, unit: 'grapheme' }),
  fc.constantFrom('@', '/', '..', '.', '%2F', '?', '#', '&', ':'),
)
const anyType = fc.oneof(fc.constantFrom(...typeRules.keys()), fc.constantFrom('k8s', 'constructor', 'x+y'))
const anyParts = fc.record({
  type: anyType,
  namespace: fc.option(anyText),
  name: anyText,
  version: fc.option(anyText),
  qualifiers: fc.option(
    fc.dictionary(fc.constantFrom('arch', 'distro', 'a.b', 'uuid', 'tag_id', 'Repository_URL'), anyText),
  ),
  subpath: fc.option(anyText),
})

describe('laws', () => {
  test('what is built can be parsed, and building it again changes nothing', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const built = buildPurl(parts)
        if (!built.ok) return
        const parsed = parsePurl(built.value)
        expect(parsed).toMatchObject({ ok: true })
        expect(parsed.ok && formatPurl(parsed.value)).toBe(built.value)
        expect(parsed.ok && buildPurl(parsed.value)).toEqual(built)
      }),
      { numRuns: 5000 },
    )
  })

  test('a canonical purl is its own canonical form, whatever it came from', () => {
    const piece = fc.constantFrom(
      'pkg:',
      'npm',
      'git',
      'golang',
      '/',
      '//',
      '@',
      '?',
      'a=b',
      '&',
      '#',
      '.',
      '..',
      '%40',
      '%2F',
      '%25',
      '%C3%A9',
      'É',
      ':',
      'x',
      '1',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const canonical = canonicalPurl(`pkg:${pieces.join('')}`)
        if (canonical.ok) expect(canonicalPurl(canonical.value)).toEqual(canonical)
      }),
      { numRuns: 10_000 },
    )
  })

  test('any text is parsed or refused', () => {
    const anything = fc.oneof(fc.string(), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(anything, fc.constantFrom('', 'pkg:', 'pkg:npm/', 'pkg:npm/a?'), (text, prefix) => {
        expect(parsePurl(prefix + text).ok).toBeTypeOf('boolean')
      }),
    )
  })

  // It trims values and decodes `%25` twice, so that spaces and percent signs are left out.
  test('the reference implementation in JavaScript reads the same parts', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/)
    const version = fc.stringMatching(/^[0-9][0-9a-z.+~-]{0,8}$/)
    fc.assert(
      fc.property(
        fc.constantFrom('deb', 'rpm', 'maven', 'npm', 'golang', 'composer', 'generic', 'apk'),
        word,
        word,
        version,
        fc.option(
          fc.dictionary(word, fc.stringMatching(/^[a-z0-9:/@&=?#+-]{1,8}$/), { minKeys: 1, maxKeys: 3 }),
        ),
        (type, namespace, name, versionText, qualifiers) => {
          const built = buildPurl({ type, namespace, name, version: versionText, qualifiers })
          const theirs = PackageURL.fromString(built.ok ? built.value : '')
          expect(parsePurl(built.ok ? built.value : '')).toEqual({
            ok: true,
            value: {
              type: theirs.type,
              namespace: theirs.namespace ?? null,
              name: theirs.name,
              version: theirs.version ?? null,
              qualifiers: theirs.qualifiers ? { ...theirs.qualifiers } : null,
              subpath: null,
            },
          })
        },
      ),
      { numRuns: 1000 },
    )
  })
})
