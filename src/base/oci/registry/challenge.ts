/** What a registry asks for (RFC 9110, section 11.6.1; distribution, "Token Authentication Specification"). */
export interface Challenge {
  scheme: 'bearer' | 'basic'
  realm: string
  service: string | null
  scope: string | null
}

/** The first challenge that can be met; null when there is none. */
export function parseChallenge(header: string | undefined): Challenge | null {
  if (header === undefined || header.length > 8192) return null
  const bearer = /(?:^|,\s*)Bearer\s+(.*)$/i.exec(header)
  if (bearer) {
    const values = new Map<string, string>()
    for (const match of bearer[1].matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/g))
      if (!values.has(match[1].toLowerCase())) values.set(match[1].toLowerCase(), match[2] ?? match[3])
    const realm = values.get('realm')
    if (realm !== undefined)
      return {
        scheme: 'bearer',
        realm,
        service: values.get('service') ?? null,
        scope: values.get('scope') ?? null,
      }
  }
  return /(?:^|,\s*)Basic\b/i.test(header) ? { scheme: 'basic', realm: '', service: null, scope: null } : null
}
