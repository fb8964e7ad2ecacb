import { AllclearError } from '../base/errors.ts'
import { parseOsv } from '../know/advisories/records/index.ts'
import { affectedBy, type AffectedVerdict } from '../know/matching/affected/index.ts'
import { parsePurl } from '../know/purl/index.ts'

/** Reads an OSV record and a package URL, and says whether the one applies to the other. */
export function judgeAffected(record: unknown, purlText: string): AffectedVerdict {
  const purl = parsePurl(purlText)
  if (!purl.ok) {
    throw new AllclearError('purl.invalid', {
      message: `\`${purlText.slice(0, 200)}\` is no package URL: ${purl.reason}.`,
      next: 'Write it like `pkg:npm/%40scope/name@1.2.3`.',
    })
  }
  const advisory = parseOsv(record)
  if (!advisory.ok) {
    throw new AllclearError('advisory.invalid', {
      message: `The record is no OSV advisory: ${advisory.reason}.`,
      next: 'Give one JSON record in the OSV schema.',
    })
  }
  return affectedBy(advisory.value, purl.value)
}
