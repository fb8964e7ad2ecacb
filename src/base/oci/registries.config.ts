/** How registries are reached. */
export interface RegistryConfig {
  /**
   * Places that are asked before a registry, by its name: `{"docker.io": ["mirror.example.org"]}`.
   * ALLCLEAR_REGISTRY_MIRRORS: `docker.io=mirror.example.org,docker.io=http://10.0.0.5:5000`.
   */
  mirrors: Record<string, readonly string[]>
  /** Registries without encryption. ALLCLEAR_REGISTRY_INSECURE, separated by commas. */
  insecure: readonly string[]
  /** PEM files of public keys that signed attestations are verified with. ALLCLEAR_ATTESTATION_KEYS. */
  attestationKeys: readonly string[]
  /** A server reads running images by itself. ALLCLEAR_READ_RUNNING_IMAGES: `on` (the default) or `off`. */
  readRunning: boolean
}

export const defaultRegistries: RegistryConfig = {
  mirrors: {},
  insecure: [],
  attestationKeys: [],
  readRunning: true,
}

/** `docker.io=a,docker.io=b` as a record; what has no `=` is named in `refuse`. */
export function parseMirrors(text: string, refuse: (pair: string) => never): Record<string, string[]> {
  const mirrors: Record<string, string[]> = {}
  for (const pair of text.split(',').map((one) => one.trim())) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    if (equals <= 0 || equals === pair.length - 1) refuse(pair)
    ;(mirrors[pair.slice(0, equals)] ??= []).push(pair.slice(equals + 1))
  }
  return mirrors
}
