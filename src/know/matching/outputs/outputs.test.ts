import { describe, expect, it } from 'vitest'
import type { Finding, ScanReport } from '../../answers.ts'
import { writeCycloneDx, writeMarkdown, writeOpenVex, writeSarif } from './index.ts'

const finding: Finding = {
  purl: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
  package: 'org.apache.logging.log4j:log4j-core',
  version: '2.14.1',
  ecosystem: 'Maven',
  vulnerability: 'CVE-2021-44228',
  advisories: ['GHSA-jfh8-c2jp-5v3q'],
  aliases: ['GHSA-jfh8-c2jp-5v3q'],
  severity: 'critical',
  score: 10,
  fixedIn: '2.15.0',
  fixState: 'fixed-in',
  state: 'affected',
  decidedBy: '>= introduced 2.13.0, < fixed 2.15.0',
  kev: true,
  epss: 0.97,
  summary: 'Lookup of attacker-controlled names',
  vex: null,
  locator: '/components/3',
}
const claimed: Finding = {
  ...finding,
  vulnerability: 'CVE-2022-0001',
  state: 'not_affected',
  vex: { author: 'vendor', status: 'not_affected', statement: 'the class is removed' },
}
const unknown: Finding = {
  ...finding,
  vulnerability: 'CVE-2022-0002',
  state: 'unknown',
  severity: 'unknown',
  score: null,
  fixedIn: '',
  fixState: 'unknown',
}
const report: ScanReport = {
  source: 'sboms/check out#1.json',
  subject: 'registry.example.org/shop/checkout:1.4',
  digest: `sha256:${'a'.repeat(64)}`,
  format: 'cyclonedx-json',
  distro: null,
  packages: 12,
  findings: [finding, claimed, unknown],
  unknown: [
    {
      reason: 'no advisory source',
      ecosystem: 'Amazon Linux:2',
      packages: 3,
      examples: ['bash', '@someone'],
    },
  ],
  leftOut: [],
}
const atMs = Date.UTC(2026, 10, 18)

describe('writeSarif', () => {
  it('has a rule for each vulnerability and a result for each package', () => {
    const { version, runs } = JSON.parse(writeSarif([report, report], '0.1.0'))
    expect(version).toBe('2.1.0')
    expect(runs[0].tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual([
      'CVE-2021-44228',
      'CVE-2022-0002',
    ])
    expect(runs[0].results).toHaveLength(4)
    for (const result of runs[0].results)
      expect(runs[0].tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId)
    expect(runs[0].results[0].level).toBe('error')
    expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      'sboms/check%20out%231.json',
    )
    expect(runs[0].tool.driver.rules[0].properties['security-severity']).toBe('10.0')
  })

  it('leaves out what VEX says is not affected', () => {
    expect(writeSarif([report], '0.1.0')).not.toContain('CVE-2022-0001')
  })
})

describe('writeCycloneDx', () => {
  const document = JSON.parse(writeCycloneDx([report], '0.1.0', atMs))

  it('refers only to components that are there', () => {
    const refs = new Set(document.components.map((component: { 'bom-ref': string }) => component['bom-ref']))
    for (const vulnerability of document.vulnerabilities)
      for (const { ref } of vulnerability.affects) expect(refs.has(ref)).toBe(true)
    expect(document.specVersion).toBe('1.6')
    expect(document.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })

  it('says of each state what the words of CycloneDX allow', () => {
    const byId = new Map(document.vulnerabilities.map((row: { id: string }) => [row.id, row]))
    expect(byId.get('CVE-2021-44228')).not.toHaveProperty('analysis')
    expect(byId.get('CVE-2022-0001')).toMatchObject({
      analysis: { state: 'not_affected', detail: 'the class is removed' },
    })
    expect(byId.get('CVE-2022-0002')).toMatchObject({ affects: [{ versions: [{ status: 'unknown' }] }] })
  })

  it('is the same for the same scan', () => {
    expect(writeCycloneDx([report], '0.1.0', atMs)).toBe(writeCycloneDx([report], '0.1.0', atMs))
  })
})

describe('writeOpenVex', () => {
  const { statements } = JSON.parse(writeOpenVex([report], '0.1.0', atMs))

  it('gives each status what it must carry', () => {
    expect(statements.map((row: { status: string }) => row.status)).toEqual([
      'affected',
      'not_affected',
      'under_investigation',
    ])
    expect(statements[0].action_statement).toContain('2.15.0')
    expect(statements[1].impact_statement).toBe('the class is removed')
  })

  it('names the image as product and the package as its part', () => {
    expect(statements[0].products).toEqual([
      {
        '@id': `pkg:oci/checkout@sha256%3A${'a'.repeat(64)}?repository_url=registry.example.org%2Fshop%2Fcheckout`,
        subcomponents: [{ '@id': finding.purl }],
      },
    ])
  })
})

describe('writeMarkdown', () => {
  it('counts what is affected and keeps text inert', () => {
    const text = writeMarkdown([report])
    expect(text).toContain('1 finding in 12 packages.')
    expect(text).toContain('2 more are judged otherwise')
    expect(text).toContain('\\@someone')
    expect(text).not.toMatch(/[^\\]@someone/)
  })

  it('says so when there is nothing', () => {
    expect(writeMarkdown([{ ...report, findings: [], unknown: [] }])).toContain('No finding in 12 packages.')
  })
})
