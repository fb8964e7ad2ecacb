import type { Input } from '../../base/archive/index.ts'
import { taskBeside, type WorkPool } from '../../base/work/index.ts'
import type { Finding, ScanReport } from '../answers.ts'
import { compareFindings, findingsAt, unjudged } from '../matching/index.ts'
import type { PackageKey } from '../matching/types.ts'
import type { Judge } from './judge.ts'
import { movable, type DocumentBytes } from './read-document.ts'
import type { ScannedDocument } from './read-scanned.ts'

/** How many packages a reason of `unknown` names. */
const namedExamples = 5

/** Larger documents would hold the event loop for longer than a request should wait. */
const smallBytes = 512 * 1024
const task = taskBeside<DocumentBytes, ScannedDocument>('scanned-document', import.meta.url)

/**
 * Reads and judges documents without keeping anything of them. A small one that comes alone is read here, for it is
 * read before a thread has started; one that is large, or comes while another is being read, in a thread.
 */
export function openScanner(work: WorkPool): (input: Input, judge: Judge) => Promise<ScanReport> {
  let reading = 0
  async function read({ source, read: bytesOf }: Input): Promise<ScannedDocument> {
    const { bytes, transfer } = movable(await bytesOf())
    if (reading === 1 && bytes.length <= smallBytes) {
      const { readScanned } = await import('./read-scanned.ts')
      return readScanned({ bytes, source })
    }
    return work.run(task, { source, input: { bytes, source }, transfer })
  }
  return async (input, judge) => {
    reading++
    try {
      return await judgeScanned(await read(input), judge)
    } finally {
      reading--
    }
  }
}

/** Judges a document that has been read, or was made of an image's layers. */
export async function judgeScanned(document: ScannedDocument, judge: Judge): Promise<ScanReport> {
  const { source, subject, digest, references, format, distro, keys, purls, locators, leftOut } = document
  const perKey = await judge.findings(keys)
  const unknown = new UnknownPackages()
  const findings: Finding[] = []
  for (const [at, key] of keys.entries()) {
    unknown.add(key, judge.covered)
    if (perKey[at].length === 0) continue
    for (const finding of findingsAt(perKey[at], { purl: purls[at], digest, references }, locators[at])) {
      findings.push(finding)
      if (finding.state === 'unknown') unknown.addReason('version cannot be ordered', key)
    }
  }
  return {
    source,
    subject,
    digest,
    format,
    distro,
    packages: keys.length,
    findings: findings.sort(compareFindings),
    unknown: unknown.list(),
    leftOut,
  }
}

/** Packages that cannot be judged, grouped by reason and ecosystem. */
export class UnknownPackages {
  readonly #groups = new Map<string, { reason: string; ecosystem: string; names: Set<string> }>()

  add(key: PackageKey, covered: { has(ecosystem: string): boolean }): void {
    const reason = unjudged(key, covered)
    if (reason !== null) this.addReason(reason, key)
  }

  addReason(reason: string, key: PackageKey): void {
    const ecosystem = key.ecosystem || key.type || 'unnamed'
    const id = `${reason}\n${ecosystem}`
    const group = this.#groups.get(id) ?? { reason, ecosystem, names: new Set<string>() }
    this.#groups.set(id, group)
    group.names.add(key.version === '' ? key.name : `${key.name} ${key.version}`)
  }

  list(): ScanReport['unknown'] {
    return [...this.#groups.values()]
      .map(({ reason, ecosystem, names }) => ({
        reason,
        ecosystem,
        packages: names.size,
        examples: [...names].slice(0, namedExamples),
      }))
      .sort((a, b) => b.packages - a.packages)
  }
}
