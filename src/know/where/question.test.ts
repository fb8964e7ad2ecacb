import { describe, expect, it } from 'vitest'
import { FleetIndex } from './fleet-index.ts'
import { parseQuestion } from './question.ts'

const sha = 'a'.repeat(64)

describe('a question is understood as', () => {
  it.each<[string, object]>([
    ['cve-2021-44228', { kind: 'vulnerability', id: 'CVE-2021-44228' }],
    ['GHSA-JFH8-C2JP-5V3Q', { kind: 'vulnerability', id: 'GHSA-jfh8-c2jp-5v3q' }],
    ['RHSA-2022:0161-1', { kind: 'vulnerability', id: 'RHSA-2022:0161-1' }],
    ['DSA-5020-1', { kind: 'vulnerability', id: 'DSA-5020-1' }],
    ['gcc-10', { kind: 'package', name: 'gcc-10' }],
    ['log4j-core@<2.17.1', { kind: 'package', name: 'log4j-core', range: { native: '<2.17.1' } }],
    ['log4j-core   < 2.17.1', { kind: 'package', name: 'log4j-core', range: { native: '< 2.17.1' } }],
    ['log4j-core @2.14.1', { kind: 'package', name: 'log4j-core', range: { native: '2.14.1' } }],
    ['@babel/core@<7', { kind: 'package', name: '@babel/core', range: { native: '<7' } }],
    ['lib@', { kind: 'package', range: null }],
    ['@babel/core', { kind: 'package', name: '@babel/core', range: null }],
    ['lodash>=4', { kind: 'package', name: 'lodash', range: { native: '>=4' } }],
    [`cart@sha256:${sha}`, { kind: 'digest', digest: `sha256:${sha}` }],
    ['Deployment/cart', { kind: 'workload', id: 'Deployment/cart' }],
    ['github.com/Masterminds/sprig', { kind: 'reference' }],
    ['registry.example:5000/shop/cart:1', { kind: 'reference' }],
  ])('%s', (text, expected) => expect(parseQuestion(text)).toMatchObject(expected))

  it.each(['', 'two words'])('%j is not', (text) =>
    expect(() => parseQuestion(text)).toThrow(expect.objectContaining({ code: 'query.invalid' })),
  )
})

describe('long texts are read in one go', () => {
  /** Seconds of processor time of this thread: what others do on the machine does not count. */
  function secondsOf(work: () => void): number {
    const start = process.threadCpuUsage()
    work()
    const { user, system } = process.threadCpuUsage(start)
    return (user + system) / 1e6
  }

  it.each([
    ['blanks', `a${' '.repeat(4090)}b`],
    ['digits of an id', `A-${'1'.repeat(4090)}x`],
    ['words of an id', `${'A-'.repeat(2040)}x`],
    ['signs', `a${'@\n'.repeat(2040)}`],
    ['slashes', `${'a/'.repeat(2040)}:`],
  ])('%s in a question', (_, text) => {
    const seconds = secondsOf(() => {
      for (let at = 0; at < 500; at++)
        try {
          parseQuestion(text)
        } catch (error) {
          expect(error).toMatchObject({ code: 'query.invalid' })
        }
    })
    // 2 MB: a tenth of a second when each character is looked at a few times, many when it is for each before it.
    expect(seconds).toBeLessThan(2)
  })

  it.each([
    ['a name without parts', 'a'.repeat(500_000)],
    ['parts that end in nothing', `${'a'.repeat(500_000)}/`],
    ['a major version that goes on', `x/${'v1'.repeat(250_000)}/`],
  ])('%s in a package', (_, name) => {
    const index = new FleetIndex()
    const key = { ecosystem: 'Go', type: 'golang', version: '1', sourceName: '', sourceVersion: '' }
    expect(secondsOf(() => index.setPackage(1, { ...key, name }))).toBeLessThan(2)
    expect(index.packagesByName.get(name.toLowerCase())).toEqual([1])
  })

  it('a Go module is asked for by the last part before its major version', () => {
    const index = new FleetIndex()
    const key = { ecosystem: 'Go', type: 'golang', version: '1', sourceName: '', sourceVersion: '' }
    index.setPackage(1, { ...key, name: 'github.com/Masterminds/sprig/v3' })
    expect([...index.packagesByName.keys()]).toEqual(['github.com/masterminds/sprig/v3', 'v3', 'sprig'])
  })
})
