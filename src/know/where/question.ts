import { AllclearError } from '../../base/errors.ts'
import { normaliseName } from '../advisories/index.ts'
import { languageEcosystems } from '../matching/index.ts'
import { parsePurl } from '../purl/index.ts'
import { parseRange, type VersionRange } from '../versions/index.ts'

/** A question as it was understood. */
export type Question =
  | { kind: 'vulnerability'; id: string }
  | { kind: 'digest'; digest: string }
  | { kind: 'package'; name: string; ecosystem: string | null; range: VersionRange | null }
  | { kind: 'reference'; reference: string }
  | { kind: 'workload'; id: string }
  /** A file by its path (without leading slash) or by the SHA-256 of its content. */
  | { kind: 'file'; path: string | null; sha256: string | null }

// Advisory ids other than CVE and GHSA only as they are written: `gcc-10` and `openjdk-17` are packages.
const vulnerabilityId =
  /^(?:[Cc][Vv][Ee]-\d{4}-\d{4,}|[Gg][Hh][Ss][Aa](?:-[23456789cfghjmpqrvwxCFGHJMPQRVWX]{4}){3}|(?:[A-Z][A-Z0-9]*-)+\d{2}[\d:.-]*)$/

/**
 * The end of CLUSTER/NAMESPACE/KIND/NAME. Only kinds of Kubernetes itself: Go modules may have capital letters too
 * (`github.com/Masterminds/sprig`).
 */
const workloadName =
  /^(?:[^/:@]+\/){0,2}(?:Pod|Deployment|ReplicaSet|ReplicationController|StatefulSet|DaemonSet|Job|CronJob)\/[^/:@]+$/

/**
 * Recognises what is asked, in this order: vulnerability or advisory id, digest, package URL, package with a range
 * (`log4j-core@<2.17.1`, `log4j-core < 2.17.1`, `maven:log4j-core`), image reference, workload, package name. Throws
 * `query.invalid` that points at the character where it stopped understanding.
 */
export function parseQuestion(text: string): Question {
  const asked = text.trim()
  if (asked === '') throw unclear(text, 0, 'nothing was asked')
  if (asked.length > 4096) throw unclear(asked.slice(0, 80), 0, 'the question is too long')
  if (vulnerabilityId.test(asked)) return { kind: 'vulnerability', id: canonicalId(asked) }
  // What people paste: a digest alone is an image's, so that of a file says what it is.
  const ofFile = /^sha256-of-a-file:([0-9a-f]{64})$/i.exec(asked)
  if (ofFile) return { kind: 'file', path: null, sha256: ofFile[1].toLowerCase() }
  if (asked.startsWith('file:')) return questionOfFile(asked, asked.slice('file:'.length))
  const digest = /^(?:sha256:)([0-9a-f]{6,64})$/i.exec(asked)
  if (digest) return { kind: 'digest', digest: `sha256:${digest[1].toLowerCase()}` }
  if (asked.startsWith('pkg:')) return questionOfPurl(asked)
  if (/@sha256:[0-9a-f]{64}$/.test(asked))
    return { kind: 'digest', digest: asked.slice(asked.indexOf('@') + 1) }
  const ranged = splitRange(asked)
  if (ranged && !ranged.name.includes(' ')) return questionOfPackage(asked, ranged.name, ranged.range)
  const bare = /^([^<>=!\s]+)([<>=!].*)$/.exec(asked)
  if (bare) return questionOfPackage(asked, bare[1], bare[2])
  if (/\s/.test(asked))
    throw unclear(
      asked,
      asked.search(/\s/),
      'a package and a range are written `name@<1.2.3` or `name < 1.2.3`',
    )
  if (workloadName.test(asked)) return { kind: 'workload', id: asked }
  if ((asked.match(/\//g)?.length ?? 0) >= 3 && !asked.includes(':')) return { kind: 'workload', id: asked }
  if (looksLikeReference(asked)) return { kind: 'reference', reference: asked }
  return questionOfPackage(asked, asked, null)
}

/**
 * `log4j-core@<2.17.1` and `log4j-core < 2.17.1`: name and range, parted by the first `@` that does not begin the name
 * (`@scope/name`) or by blanks before an operator. `null` when one of them is missing.
 */
function splitRange(asked: string): { name: string; range: string } | null {
  const sign = asked.indexOf('@', 1)
  const blank = asked.search(/\s[<>=!~^]/)
  const cut = blank < 0 || (sign >= 0 && sign < blank) ? sign : blank
  if (cut < 0) return null
  const range = asked.slice(cut + 1).trimStart()
  return range === '' ? null : { name: asked.slice(0, cut).trimEnd(), range }
}

/** `file:/usr/lib/libssl.so.3`, or `file:sha256:…` for its content. */
function questionOfFile(text: string, asked: string): Question {
  const content = /^sha256:([0-9a-f]{64})$/i.exec(asked)
  if (content) return { kind: 'file', path: null, sha256: content[1].toLowerCase() }
  const path = asked.split('/').filter((part) => part !== '' && part !== '.')
  if (path.length === 0 || path.includes('..'))
    throw unclear(
      text,
      5,
      'a file is named by its whole path, `file:/usr/lib/libssl.so.3`, or by its content, `file:sha256:…`',
    )
  return { kind: 'file', path: path.join('/'), sha256: null }
}

function canonicalId(id: string): string {
  const upper = id.toUpperCase()
  return upper.startsWith('GHSA-') ? `GHSA-${id.slice(5).toLowerCase()}` : upper
}

function questionOfPurl(text: string): Question {
  const parsed = parsePurl(text)
  if (!parsed.ok) throw unclear(text, 4, parsed.reason)
  const { type, namespace, name, version } = parsed.value
  if ((type === 'oci' || type === 'docker') && version?.startsWith('sha256:'))
    return { kind: 'digest', digest: version }
  const ecosystem = languageEcosystems[type] ?? null
  const separator = type === 'maven' ? ':' : '/'
  const full =
    namespace === null || type === 'deb' || type === 'rpm' || type === 'apk'
      ? name
      : `${namespace}${separator}${name}`
  return {
    kind: 'package',
    name: ecosystem === null ? full : normaliseName(ecosystem, full),
    ecosystem: ecosystem ?? type,
    range: version === null ? null : exactly(version),
  }
}

function questionOfPackage(text: string, name: string, range: string | null): Question {
  // `maven:log4j-core`, but `org.apache.logging.log4j:log4j-core` is one name.
  const prefix = /^([a-z][a-z.-]*):(.+)$/.exec(name)
  const type = prefix ? prefix[1] : null
  const known =
    type !== null && (languageEcosystems[type] !== undefined || ['deb', 'rpm', 'apk'].includes(type))
  const ecosystem = known ? (languageEcosystems[type] ?? type) : null
  const plain = known && prefix ? prefix[2] : name
  if (range === null) return { kind: 'package', name: plain, ecosystem, range: null }
  const parsed = parseRange('query', range)
  if (!parsed.ok) throw unclear(text, text.indexOf(range), parsed.reason)
  return { kind: 'package', name: plain, ecosystem, range: parsed.value }
}

function exactly(version: string): VersionRange {
  return {
    scheme: 'query',
    native: version,
    intervals: [{ from: version, fromInclusive: true, to: version, toInclusive: true }],
  }
}

/** A registry or a repository path, or a name with a tag. */
function looksLikeReference(text: string): boolean {
  if (text.startsWith('@')) return false
  const first = text.split('/', 1)[0]
  if (text.includes('/'))
    return /[.:]/.test(first) || /:[\w.-]+$/.test(text) || /^[a-z0-9._-]+\/[a-z0-9._-]+$/.test(text)
  return /^[a-z0-9._-]+:[\w][\w.-]*$/.test(text) &&
    !/^[a-z]+:/.test(text.replace(/^[a-z0-9._-]*\d[a-z0-9._-]*:/, '')) &&
    !text.includes('..')
    ? !/^(?:maven|npm|pypi|golang|gem|cargo|nuget|composer|deb|rpm|apk):/.test(text)
    : false
}

function unclear(text: string, at: number, reason: string): AllclearError {
  return new AllclearError('query.invalid', {
    message: `"${text}" cannot be understood at character ${at + 1}: ${reason}.`,
    next: 'Ask for a CVE or GHSA id, `package@range`, a package URL, a digest, an image reference, `file:/PATH`, `file:sha256:…` or CLUSTER/NAMESPACE/KIND/NAME.',
    where: `character ${at + 1}`,
  })
}
