/**
 * Which OSV ecosystem, with release, a distribution's packages belong to. Documents spell distributions in many
 * ways (`debian-11.6`, `3.16.2`, `amazon-2 (Karoo)`, `bullseye`); advisories in one. The table below is the whole
 * mapping; a distribution that is not in it keeps its own name, so that coverage can say which source is missing.
 */

interface Distribution {
  /** OSV ecosystem name; for distributions that OSV does not carry, a readable name of ours. */
  readonly ecosystem: string
  readonly purlType: 'deb' | 'rpm' | 'apk' | 'alpm'
  /** Release as the ecosystem writes it, from os-release VERSION_ID; `null`: the ecosystem has no releases. */
  release(versionId: string): string | null
  /**
   * What advisories name. Debian, Ubuntu and Alpine name source packages; AlmaLinux, Rocky Linux and Red Hat list every
   * binary package of an erratum; the others use both, the binary's own name first.
   */
  readonly names: 'source' | 'binary' | 'both'
}

const major = (versionId: string): string | null => /^\d+/.exec(versionId)?.[0] ?? null
const majorMinor = (versionId: string): string | null => /^\d+(?:\.\d+)?/.exec(versionId)?.[0] ?? null
const unversioned = (): null => null

const distributions: Record<string, Distribution> = {
  debian: { ecosystem: 'Debian', purlType: 'deb', release: debianRelease, names: 'source' },
  ubuntu: { ecosystem: 'Ubuntu', purlType: 'deb', release: ubuntuRelease, names: 'source' },
  alpine: {
    ecosystem: 'Alpine',
    purlType: 'apk',
    release: (id) => prefixed('v', majorMinor(id)),
    names: 'source',
  },
  wolfi: { ecosystem: 'Wolfi', purlType: 'apk', release: unversioned, names: 'both' },
  chainguard: { ecosystem: 'Chainguard', purlType: 'apk', release: unversioned, names: 'both' },
  minimos: { ecosystem: 'MinimOS', purlType: 'apk', release: unversioned, names: 'both' },
  alpaquita: { ecosystem: 'Alpaquita', purlType: 'apk', release: majorMinor, names: 'both' },
  almalinux: { ecosystem: 'AlmaLinux', purlType: 'rpm', release: major, names: 'binary' },
  rocky: { ecosystem: 'Rocky Linux', purlType: 'rpm', release: major, names: 'binary' },
  rhel: { ecosystem: 'Red Hat', purlType: 'rpm', release: major, names: 'binary' },
  centos: { ecosystem: 'CentOS', purlType: 'rpm', release: major, names: 'binary' },
  fedora: { ecosystem: 'Fedora', purlType: 'rpm', release: major, names: 'binary' },
  oracle: { ecosystem: 'Oracle Linux', purlType: 'rpm', release: major, names: 'binary' },
  amazon: { ecosystem: 'Amazon Linux', purlType: 'rpm', release: amazonRelease, names: 'binary' },
  sles: {
    ecosystem: 'SUSE',
    purlType: 'rpm',
    release: (id) => prefixed('Linux Enterprise Server ', suseRelease(id)),
    names: 'both',
  },
  'opensuse-leap': {
    ecosystem: 'openSUSE',
    purlType: 'rpm',
    release: (id) => prefixed('Leap ', majorMinor(id)),
    names: 'both',
  },
  'opensuse-tumbleweed': {
    ecosystem: 'openSUSE',
    purlType: 'rpm',
    release: () => 'Tumbleweed',
    names: 'both',
  },
  photon: { ecosystem: 'Photon OS', purlType: 'rpm', release: majorMinor, names: 'both' },
  azurelinux: { ecosystem: 'Azure Linux', purlType: 'rpm', release: major, names: 'both' },
  mariner: { ecosystem: 'Azure Linux', purlType: 'rpm', release: major, names: 'both' },
  openeuler: { ecosystem: 'openEuler', purlType: 'rpm', release: (id) => id, names: 'both' },
  mageia: { ecosystem: 'Mageia', purlType: 'rpm', release: major, names: 'both' },
  echo: { ecosystem: 'Echo', purlType: 'deb', release: unversioned, names: 'source' },
  arch: { ecosystem: 'Arch Linux', purlType: 'alpm', release: unversioned, names: 'both' },
}

/** Other spellings of os-release IDs, seen in purl namespaces, operating-system components and tool output. */
const spellings: Record<string, string> = {
  alma: 'almalinux',
  'amazon linux': 'amazon',
  amazonlinux: 'amazon',
  amzn: 'amazon',
  archlinux: 'arch',
  'azure linux': 'azurelinux',
  'cbl-mariner': 'mariner',
  ol: 'oracle',
  oraclelinux: 'oracle',
  opensuse: 'opensuse-leap',
  'opensuse.leap': 'opensuse-leap',
  'opensuse.tumbleweed': 'opensuse-tumbleweed',
  'openSUSE Leap': 'opensuse-leap',
  'photon os': 'photon',
  'red hat': 'rhel',
  redhat: 'rhel',
  'red hat enterprise linux': 'rhel',
  rockylinux: 'rocky',
  'rocky linux': 'rocky',
  raspbian: 'debian',
  sle: 'sles',
  suse: 'sles',
  'suse linux enterprise server': 'sles',
}

/** Debian code names, from the release notes of each release. */
const debianCodeNames: Record<string, string> = {
  forky: '14',
  trixie: '13',
  bookworm: '12',
  bullseye: '11',
  buster: '10',
  stretch: '9',
  jessie: '8',
  wheezy: '7',
  squeeze: '6',
}

const ubuntuCodeNames: Record<string, string> = {
  plucky: '25.04',
  oracular: '24.10',
  noble: '24.04',
  mantic: '23.10',
  lunar: '23.04',
  kinetic: '22.10',
  jammy: '22.04',
  impish: '21.10',
  hirsute: '21.04',
  groovy: '20.10',
  focal: '20.04',
  eoan: '19.10',
  bionic: '18.04',
  xenial: '16.04',
  trusty: '14.04',
}

/** Every distribution, for the coverage page and the reference documentation. */
export function listDistributions(): { id: string; ecosystem: string; purlType: string; names: string }[] {
  return Object.entries(distributions).map(([id, { ecosystem, purlType, names }]) => ({
    id,
    ecosystem,
    purlType,
    names,
  }))
}

/** Canonical os-release ID of a spelling, lower case; the spelling itself when it is not known. */
export function distributionId(spelling: string): string {
  const id = spelling.trim().toLowerCase()
  return spellings[id] ?? id
}

/**
 * OSV ecosystem of a distribution's packages: `Debian:11`, `Ubuntu:22.04:LTS`, `Wolfi`. Without a release where the
 * ecosystem needs one the bare name is returned (`Debian`), for which nothing can be judged: the release is missing.
 */
export function distributionEcosystem(id: string, versionId: string | null): string {
  const distribution = distributions[id]
  if (!distribution) return versionId ? `${id}:${majorMinor(versionId) ?? versionId}` : id
  if (versionId === null) return distribution.ecosystem
  const release = distribution.release(versionId.trim())
  return release === null ? distribution.ecosystem : `${distribution.ecosystem}:${release}`
}

/** One ecosystem whose advisories hold for a distribution release. */
export interface Channel {
  ecosystem: string
  /**
   * `extended`: maintenance that is paid for apart and adds fixes to a release, not disclosures. `unreleased`: the
   * distribution without a release, for records that name none.
   */
  kind: 'main' | 'extended' | 'unreleased'
}

/**
 * Every OSV ecosystem whose advisories hold for packages of one ecosystem. Most have one. Ubuntu Pro, Red Hat's
 * repositories and SUSE's modules publish the fixes of a release under ecosystems of their own.
 */
export function channelsOf(ecosystem: string): readonly Channel[] {
  let channels = channelsByEcosystem.get(ecosystem)
  if (!channels) {
    channels = [{ ecosystem, kind: 'main' as const }, ...furtherChannels(ecosystem), ...unreleased(ecosystem)]
    channelsByEcosystem.set(ecosystem, channels)
  }
  return channels
}

/** Ecosystems are few (a few hundred in the largest fleet), so what was computed is kept. */
const channelsByEcosystem = new Map<string, readonly Channel[]>()

const redHatRepositories = [
  'baseos',
  'appstream',
  'crb',
  'highavailability',
  'nfv',
  'realtime',
  'sap',
  'server',
  'workstation',
]
const suseModules = [
  'Basesystem',
  'Server Applications',
  'Development Tools',
  'Web and Scripting',
  'Python 3',
  'Containers',
  'Public Cloud',
  'Legacy',
]

function furtherChannels(ecosystem: string): Channel[] {
  const ubuntu = /^Ubuntu:(\d+\.\d+:LTS)$/.exec(ecosystem)
  if (ubuntu) return [{ ecosystem: `Ubuntu:Pro:${ubuntu[1]}`, kind: 'extended' }]
  const redHat = /^Red Hat:(\d+)$/.exec(ecosystem)
  if (redHat)
    return redHatRepositories.map((name) => ({
      ecosystem: `Red Hat:enterprise_linux:${redHat[1]}::${name}`,
      kind: 'main',
    }))
  const suse = /^SUSE:Linux Enterprise Server (.+)$/.exec(ecosystem)
  if (suse)
    return suseModules.map((name) => ({
      ecosystem: `SUSE:Linux Enterprise Module for ${name} ${suse[1]}`,
      kind: 'main',
    }))
  return []
}

/** `Debian` beside `Debian:11`. */
function unreleased(ecosystem: string): Channel[] {
  const [base] = ecosystem.split(':', 1)
  return base !== ecosystem && needsRelease(base) ? [{ ecosystem: base, kind: 'unreleased' }] : []
}

/** Whether the ecosystem's advisories name source packages, binary packages or both. */
export function namesOfEcosystem(ecosystem: string): 'source' | 'binary' | 'both' {
  const base = ecosystem.split(':', 1)[0]
  return namesByEcosystem.get(base) ?? 'both'
}

/** True for ecosystems whose advisories are bound to a release: a package without one cannot be judged. */
export function needsRelease(ecosystem: string): boolean {
  return releasedEcosystems.has(ecosystem)
}

/**
 * Splits a purl's `distro` qualifier into ID and VERSION_ID: `debian-11.6`, `amazon-2 (Karoo)`, `opensuse-leap-15.4`.
 * Trivy writes the bare version for Alpine (`3.16.2`); then the purl's namespace is the ID.
 */
export function parseDistroQualifier(
  qualifier: string,
  namespace: string | null,
): { id: string; versionId: string | null } {
  const text = qualifier.trim()
  if (/^v?\d/.test(text)) return { id: distributionId(namespace ?? ''), versionId: text.replace(/^v/, '') }
  const whole = distributionId(text)
  if (distributions[whole]) return { id: whole, versionId: null }
  // The version is what follows the last hyphen that stands before a digit or a code name.
  for (let at = text.lastIndexOf('-'); at > 0; at = text.lastIndexOf('-', at - 1)) {
    const id = distributionId(text.slice(0, at))
    if (distributions[id]) return { id, versionId: text.slice(at + 1) }
  }
  const code = text.toLowerCase()
  if (debianCodeNames[code]) return { id: 'debian', versionId: debianCodeNames[code] }
  if (ubuntuCodeNames[code]) return { id: 'ubuntu', versionId: ubuntuCodeNames[code] }
  const hyphen = text.indexOf('-')
  return hyphen > 0
    ? { id: distributionId(text.slice(0, hyphen)), versionId: text.slice(hyphen + 1) }
    : { id: distributionId(text), versionId: null }
}

function prefixed(prefix: string, release: string | null): string | null {
  return release === null ? null : prefix + release
}

function debianRelease(versionId: string): string | null {
  const code = versionId.toLowerCase().split('/', 1)[0]
  // Debian before 4 counted releases as 3.0 and 3.1; since then the major number alone is the release.
  const number = majorMinor(versionId)
  if (number !== null) return number.startsWith('3.') ? number : major(versionId)
  return debianCodeNames[code] ?? null
}

function ubuntuRelease(versionId: string): string | null {
  const number = /^\d+\.\d+/.exec(versionId)?.[0] ?? ubuntuCodeNames[versionId.toLowerCase()]
  if (!number) return null
  // Every April release of an even year is a long-term release (Ubuntu release cycle); OSV marks them so.
  const [year, month] = number.split('.')
  return month === '04' && Number(year) % 2 === 0 ? `${number}:LTS` : number
}

function amazonRelease(versionId: string): string | null {
  const match = /(?:AMI release )?(\d{4})\.\d+/.exec(versionId)
  if (match && versionId.includes('AMI')) return '1'
  return /^\d+/.exec(versionId)?.[0] ?? null
}

/** `15.4` → `15 SP4`, `15` → `15`. */
function suseRelease(versionId: string): string | null {
  const match = /^(\d+)(?:\.(\d+))?/.exec(versionId)
  if (!match) return null
  return match[2] && match[2] !== '0' ? `${match[1]} SP${match[2]}` : match[1]
}

const namesByEcosystem = new Map(
  Object.values(distributions).map(({ ecosystem, names }) => [ecosystem, names]),
)
const releasedEcosystems = new Set(
  Object.values(distributions)
    .filter(({ release }) => release !== unversioned)
    .map(({ ecosystem }) => ecosystem),
)
