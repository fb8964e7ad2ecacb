import { describe, expect, it } from 'vitest'
import { comparePackages, type NamedPackage } from './compare-packages.ts'

const named = (
  type: string,
  namespace: string | null,
  name: string,
  version: string | null,
): NamedPackage => ({
  type,
  namespace,
  name,
  version,
})

describe('a document beside our own reading', () => {
  it.each<[string, NamedPackage, NamedPackage, boolean]>([
    ['the same', named('npm', '@a', 'b', '1'), named('npm', '@a', 'b', '1'), true],
    ['another version', named('npm', null, 'b', '1'), named('npm', null, 'b', '2'), false],
    ['another namespace', named('maven', 'a', 'b', '1'), named('maven', 'c', 'b', '1'), false],
    [
      'another word for one distribution',
      named('rpm', 'rhel', 'b', '1'),
      named('rpm', 'redhat', 'b', '1'),
      true,
    ],
    ['an epoch of 0, said or not', named('rpm', 'rhel', 'b', '0:1'), named('rpm', 'rhel', 'b', '1'), true],
    ['capital letters', named('pypi', null, 'PyYAML', '1'), named('pypi', null, 'pyyaml', '1'), true],
    ['no version', named('golang', null, 'b', null), named('golang', null, 'b', '1'), false],
  ])('%s', (_, document, layers, same) => {
    expect(comparePackages([document], [layers])).toMatchObject(
      same
        ? { both: 1, onlyDocumentTotal: 0, onlyLayersTotal: 0 }
        : { both: 0, onlyDocumentTotal: 1, onlyLayersTotal: 1 },
    )
  })

  it('names the first of many and counts all', () => {
    const many = Array.from({ length: 50 }, (_, at) => named('npm', null, `p${at}`, '1'))
    const compared = comparePackages(many, [])
    expect(compared.onlyDocumentTotal).toBe(50)
    expect(compared.onlyDocument).toHaveLength(20)
    expect(compared.onlyDocument[0]).toBe('npm p0 1')
  })
})
