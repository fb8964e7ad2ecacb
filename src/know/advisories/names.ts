/**
 * Package names as advisories and packages of an ecosystem can be compared. The rules are the ecosystems' own:
 * PyPI folds case and runs of `-`, `_`, `.` (PEP 503); NuGet and Packagist ignore case; Go module paths lose their case
 * in package URLs (purl-spec, type golang), so they are compared without it.
 */
export function normaliseName(ecosystem: string, name: string): string {
  const colon = ecosystem.indexOf(':')
  switch (colon < 0 ? ecosystem : ecosystem.slice(0, colon)) {
    case 'PyPI':
      return name.toLowerCase().replace(/[-_.]+/g, '-')
    case 'NuGet':
    case 'Packagist':
    case 'Go':
    case 'Hex':
    case 'Pub':
    case 'GitHub Actions':
    case 'Bitnami':
      return name.toLowerCase()
    case 'SwiftURL':
      return name
        .toLowerCase()
        .replace(/^https?:\/\//, '')
        .replace(/\.git$/, '')
    default:
      return name
  }
}

/** The ecosystem as the OSV schema writes it; the feed of Kubernetes writes it in lower case. */
export function ecosystemName(ecosystem: string): string {
  return ecosystem === 'kubernetes' ? 'Kubernetes' : ecosystem
}
