import type { Json } from './collector.ts'

/**
 * SPDX tag-value: lines `Tag: value`, values over several lines between `<text>` and `</text>`. Brought into the shape
 * of SPDX JSON; a package begins with `PackageName`. `null` when the text is no such document.
 */
export function spdxFromTagValue(textOfDocument: string): Json | null {
  if (!/^\s*(?:#[^\r\n]*[\r\n]\s*)*SPDXVersion:/.test(textOfDocument.slice(0, 4096))) return null
  const document: Json = { creationInfo: { creators: [] }, packages: [], relationships: [] }
  const creation = document.creationInfo as { creators: string[]; created?: string }
  const packages = document.packages as Json[]
  const relationships = document.relationships as Json[]
  let current: Json | null = null
  let inFile = false
  for (const { tag, value, line } of tagsOf(textOfDocument)) {
    switch (tag) {
      case 'SPDXVersion':
        document.spdxVersion = value
        break
      case 'DocumentName':
        document.name = value
        break
      case 'Creator':
        creation.creators.push(value)
        break
      case 'Created':
        creation.created = value
        break
      case 'PackageName':
        current = { name: value, locator: `line ${line}`, externalRefs: [], attributionTexts: [] }
        packages.push(current)
        inFile = false
        break
      case 'FileName':
      case 'SnippetSPDXID':
      case 'LicenseID':
        inFile = true
        break
      case 'SPDXID':
        if (current && !inFile) current.SPDXID ??= value
        break
      case 'PackageVersion':
        if (current) current.versionInfo = value
        break
      case 'PackageSourceInfo':
        if (current) current.sourceInfo = value
        break
      case 'PackageFileName':
        if (current) current.packageFileName = value
        break
      case 'PackageLicenseConcluded':
        if (current) current.licenseConcluded = value
        break
      case 'PackageLicenseDeclared':
        if (current) current.licenseDeclared = value
        break
      case 'PrimaryPackagePurpose':
        if (current) current.primaryPackagePurpose = value
        break
      case 'PackageAttributionText':
        if (current) (current.attributionTexts as string[]).push(value)
        break
      case 'ExternalRef': {
        const match = /^(\S+)\s+(\S+)\s+(\S.*)$/.exec(value)
        if (current && match)
          (current.externalRefs as Json[]).push({
            referenceCategory: match[1],
            referenceType: match[2],
            referenceLocator: match[3].trim(),
          })
        break
      }
      case 'Relationship': {
        const match = /^(\S+)\s+(\S+)\s+(\S+)/.exec(value)
        if (match)
          relationships.push({
            spdxElementId: match[1],
            relationshipType: match[2],
            relatedSpdxElement: match[3],
          })
        break
      }
    }
  }
  return document
}

function* tagsOf(text: string): Generator<{ tag: string; value: string; line: number }> {
  // Some tools end lines with a carriage return alone.
  const lines = text.split(/\r\n?|\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]
    const colon = line.indexOf(':')
    if (colon <= 0 || line[0] === '#') continue
    const tag = line.slice(0, colon).trim()
    let value = line.slice(colon + 1).trim()
    const start = at
    if (value.startsWith('<text>')) {
      const parts = [value.slice(6)]
      while (!parts[parts.length - 1].includes('</text>') && at + 1 < lines.length) parts.push(lines[++at])
      value = parts
        .join('\n')
        .replace(/<\/text>[\s\S]*$/, '')
        .trim()
    }
    yield { tag, value, line: start + 1 }
  }
}
