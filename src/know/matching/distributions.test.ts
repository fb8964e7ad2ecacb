import { describe, expect, it } from 'vitest'
import { distributionEcosystem, distributionId, parseDistroQualifier } from './distributions.ts'

describe('distribution spellings', () => {
  const rows: [qualifier: string, namespace: string | null, ecosystem: string][] = [
    // Trivy and Syft: ID-VERSION_ID
    ['debian-11.6', 'debian', 'Debian:11'],
    ['debian-11', 'debian', 'Debian:11'],
    ['ubuntu-22.04', 'ubuntu', 'Ubuntu:22.04:LTS'],
    ['ubuntu-19.10', 'ubuntu', 'Ubuntu:19.10'],
    ['ubuntu-21.04', 'ubuntu', 'Ubuntu:21.04'],
    ['alpine-3.16.2', 'alpine', 'Alpine:v3.16'],
    ['redhat-8.7', 'redhat', 'Red Hat:8'],
    ['rhel-9.2', 'redhat', 'Red Hat:9'],
    ['centos-7.9.2009', 'centos', 'CentOS:7'],
    ['almalinux-8.7', 'alma', 'AlmaLinux:8'],
    ['rocky-9.1', 'rocky', 'Rocky Linux:9'],
    ['sles-15.4', 'sles', 'SUSE:Linux Enterprise Server 15 SP4'],
    ['opensuse-leap-15.4', 'opensuse', 'openSUSE:Leap 15.4'],
    ['opensuse.leap-15.1', 'opensuse', 'openSUSE:Leap 15.1'],
    ['photon-4.0', 'photon', 'Photon OS:4.0'],
    ['amazon-2 (Karoo)', 'amazon', 'Amazon Linux:2'],
    ['amazon-AMI release 2018.03', 'amazon', 'Amazon Linux:1'],
    ['amzn-2023', 'amzn', 'Amazon Linux:2023'],
    ['oracle-8.6', 'oracle', 'Oracle Linux:8'],
    ['cbl-mariner-2.0', 'mariner', 'Azure Linux:2'],
    // Trivy writes the bare version for Alpine
    ['3.16.2', 'alpine', 'Alpine:v3.16'],
    ['v3.19', 'alpine', 'Alpine:v3.19'],
    // code names
    ['bullseye', 'debian', 'Debian:11'],
    ['debian-bookworm', 'debian', 'Debian:12'],
    ['jammy', 'ubuntu', 'Ubuntu:22.04:LTS'],
    // rolling distributions have no release
    ['wolfi-20230201', 'wolfi', 'Wolfi'],
    ['chainguard-20230214', 'chainguard', 'Chainguard'],
    // no version: the bare name, which cannot be judged
    ['debian', 'debian', 'Debian'],
    // unknown distributions keep their name
    ['slackware-15.0', 'slackware', 'slackware:15.0'],
  ]
  it.each(rows)('%s of %s is %s', (qualifier, namespace, ecosystem) => {
    const { id, versionId } = parseDistroQualifier(qualifier, namespace)
    expect(distributionEcosystem(id, versionId)).toBe(ecosystem)
  })

  it('knows operating-system components by their display names', () => {
    expect(distributionEcosystem(distributionId('suse linux enterprise server'), '15.3')).toBe(
      'SUSE:Linux Enterprise Server 15 SP3',
    )
    expect(distributionEcosystem(distributionId('Red Hat Enterprise Linux'), '8.7')).toBe('Red Hat:8')
  })

  it('keeps the old double-numbered Debian releases apart', () => {
    expect(distributionEcosystem('debian', '3.1')).toBe('Debian:3.1')
    expect(distributionEcosystem('debian', '4.0')).toBe('Debian:4')
  })

  it('names a release by year and month, never by the point release', () => {
    expect(distributionEcosystem('ubuntu', '20.04.6 LTS (Focal Fossa)')).toBe('Ubuntu:20.04:LTS')
    expect(distributionEcosystem('debian', 'bookworm/sid')).toBe('Debian:12')
    expect(distributionEcosystem('debian', 'sid')).toBe('Debian')
  })
})
