import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withoutTrailingSlashes } from '../core/trailing-slashes.ts'
import { AllclearError } from './errors.ts'
import { isRole, roles } from '../core/people.ts'
import { type FeedAddresses, defaultFeeds } from './feeds.config.ts'
import { type LogLevel, logLevels } from './log.ts'
import type { OidcConfig } from './oidc.config.ts'
import { defaultRegistries, parseMirrors, type RegistryConfig } from './oci/registries.config.ts'

/**
 * Everything that can be set, apart from limits. A value comes from the environment, else from the configuration file
 * (`config.json` in the data directory, or the file that ALLCLEAR_CONFIG names), else from the default here.
 */
export interface Config {
  server: {
    /** ALLCLEAR_HOST. Anything but loopback needs an administrator token. */
    host: string
    /** ALLCLEAR_PORT. */
    port: number
    /** ALLCLEAR_URL: under which address browsers come; null: the one that the server listens on. */
    url: string | null
  }
  /** DATABASE_URL: `postgres://…`; null keeps the data in the data directory. */
  databaseUrl: string | null
  /** ALLCLEAR_LOG_LEVEL. */
  logLevel: LogLevel
  /** ALLCLEAR_OSV_URL, ALLCLEAR_KEV_URL, ALLCLEAR_EPSS_URL, ALLCLEAR_VULNRICHMENT_URL. */
  feeds: FeedAddresses
  owners: OwnerKeys
  registries: RegistryConfig
  software: SoftwareRules
  /** Labels and annotations that carry declared facts, by fact; null keeps the defaults. Only in the file. */
  facts: Record<string, readonly string[]> | null
  /** ALLCLEAR_CHECKLISTS: folder with checklists of one's own, as it is kept in Git; null for none. */
  checklists: string | null
  /** Sign-in through a provider; null where there is none. */
  oidc: OidcConfig | null
  /** What encrypts incidents under embargo. */
  keys: {
    /** ALLCLEAR_KEY_FILE; null: `keys/embargo.keys` in the data directory. */
    file: string | null
    /** A program that speaks to a key management service, with its arguments; instead of the file. Only in the file. */
    command: readonly string[] | null
  }
  /** ALLCLEAR_HISTORY_DAYS: how long pods and objects that ended are kept. */
  historyDays: number
}

/**
 * Where the owner of a workload is written. The first key that has a value wins, annotations before labels, the
 * workload before its namespace. ALLCLEAR_OWNER_LABELS and ALLCLEAR_OWNER_ANNOTATIONS replace
 * the lists, separated by commas.
 */
export interface OwnerKeys {
  annotations: readonly string[]
  labels: readonly string[]
}

/**
 * Which software is ours, by the beginning of its image references: `own` is never in the register of software of others,
 * `others` always is. ALLCLEAR_SOFTWARE_OWN and ALLCLEAR_SOFTWARE_OTHERS replace the lists, separated by commas. What
 * neither names is judged by its owner and its role.
 */
export interface SoftwareRules {
  own: readonly string[]
  others: readonly string[]
}

export const defaultConfig: Config = {
  server: { host: '127.0.0.1', port: 2990, url: null },
  databaseUrl: null,
  logLevel: 'info',
  feeds: defaultFeeds,
  registries: defaultRegistries,
  facts: null,
  checklists: null,
  historyDays: 30,
  software: { own: [], others: [] },
  keys: { file: null, command: null },
  oidc: null,
  owners: {
    // `a8r.io/owner` is the convention of "Annotating Kubernetes Services for Humans".
    annotations: ['allclear.dev/owner', 'a8r.io/owner', 'backstage.io/owner', 'owner', 'team'],
    // `part-of` names the application (Kubernetes, "Recommended Labels"): better than nobody.
    labels: [
      'allclear.dev/owner',
      'owner',
      'team',
      'app.kubernetes.io/owner',
      'app.kubernetes.io/team',
      'app.kubernetes.io/part-of',
    ],
  },
}

/** Reads the configuration. Throws `usage` with the place of a value that cannot be used. */
export function readConfig({
  directory,
  env = process.env,
}: { directory?: string; env?: NodeJS.ProcessEnv } = {}): Config {
  const path = env.ALLCLEAR_CONFIG || (directory === undefined ? undefined : join(directory, 'config.json'))
  const file = new Section(path === undefined ? {} : readFile(path, Boolean(env.ALLCLEAR_CONFIG)), path ?? '')
  file.allow([
    'server',
    'databaseUrl',
    'logLevel',
    'feeds',
    'owners',
    'registries',
    'facts',
    'checklists',
    'historyDays',
    'software',
    'keys',
    'oidc',
  ])
  const server = file.section('server', ['host', 'port', 'url'])
  const feeds = file.section('feeds', Object.keys(defaultFeeds))
  const owners = file.section('owners', ['annotations', 'labels'])
  const registries = file.section('registries', ['mirrors', 'insecure', 'attestationKeys', 'readRunning'])
  const software = file.section('software', ['own', 'others'])
  const keys = file.section('keys', ['file', 'command'])
  const text = (variable: string, inFile: string | undefined, otherwise: string) =>
    env[variable] || inFile || otherwise
  return {
    server: {
      host: text('ALLCLEAR_HOST', server.text('host'), defaultConfig.server.host),
      port:
        portOf(env.ALLCLEAR_PORT || undefined, 'ALLCLEAR_PORT') ??
        portOf(server.value('port'), server.place('port')) ??
        defaultConfig.server.port,
      url: urlOf(env.ALLCLEAR_URL || server.text('url')),
    },
    databaseUrl: databaseUrlOf(env.DATABASE_URL || file.text('databaseUrl')),
    logLevel: logLevelOf(text('ALLCLEAR_LOG_LEVEL', file.text('logLevel'), defaultConfig.logLevel)),
    feeds: {
      osv: addressOf(text('ALLCLEAR_OSV_URL', feeds.text('osv'), defaultFeeds.osv), 'osv'),
      kev: addressOf(text('ALLCLEAR_KEV_URL', feeds.text('kev'), defaultFeeds.kev), 'kev'),
      epss: addressOf(text('ALLCLEAR_EPSS_URL', feeds.text('epss'), defaultFeeds.epss), 'epss'),
      vulnrichment: addressOf(
        text('ALLCLEAR_VULNRICHMENT_URL', feeds.text('vulnrichment'), defaultFeeds.vulnrichment),
        'vulnrichment',
      ),
    },
    owners: {
      annotations:
        listOf(env.ALLCLEAR_OWNER_ANNOTATIONS) ??
        owners.texts('annotations') ??
        defaultConfig.owners.annotations,
      labels: listOf(env.ALLCLEAR_OWNER_LABELS) ?? owners.texts('labels') ?? defaultConfig.owners.labels,
    },
    software: {
      own: listOf(env.ALLCLEAR_SOFTWARE_OWN) ?? software.texts('own') ?? defaultConfig.software.own,
      others:
        listOf(env.ALLCLEAR_SOFTWARE_OTHERS) ?? software.texts('others') ?? defaultConfig.software.others,
    },
    facts: file.value('facts') === undefined ? null : file.lists('facts'),
    checklists: env.ALLCLEAR_CHECKLISTS || file.text('checklists') || null,
    historyDays:
      daysOf(env.ALLCLEAR_HISTORY_DAYS || undefined, 'ALLCLEAR_HISTORY_DAYS') ??
      daysOf(file.value('historyDays'), file.place('historyDays')) ??
      defaultConfig.historyDays,
    oidc: readOidc(env, file),
    keys: {
      file: env.ALLCLEAR_KEY_FILE || keys.text('file') || null,
      command: keys.texts('command') ?? null,
    },
    registries: {
      mirrors: env.ALLCLEAR_REGISTRY_MIRRORS
        ? parseMirrors(env.ALLCLEAR_REGISTRY_MIRRORS, (pair) => {
            throw unusable(`ALLCLEAR_REGISTRY_MIRRORS (${pair})`, 'REGISTRY=PLACE')
          })
        : registries.lists('mirrors'),
      insecure:
        listOf(env.ALLCLEAR_REGISTRY_INSECURE) ?? registries.texts('insecure') ?? defaultRegistries.insecure,
      attestationKeys:
        listOf(env.ALLCLEAR_ATTESTATION_KEYS) ??
        registries.texts('attestationKeys') ??
        defaultRegistries.attestationKeys,
      readRunning: switchOf(
        env.ALLCLEAR_READ_RUNNING_IMAGES || registries.text('readRunning') || 'on',
        'registries.readRunning (ALLCLEAR_READ_RUNNING_IMAGES)',
      ),
    },
  }
}

function urlOf(text: string | undefined): string | null {
  if (text === undefined) return null
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw unusable('server.url (ALLCLEAR_URL)', 'an address like https://allclear.example.org')
  return withoutTrailingSlashes(url.href)
}

const issuerExpected = 'an https address without query; http on this machine only'

function readOidc(env: NodeJS.ProcessEnv, file: Section): OidcConfig | null {
  const section = file.section('oidc', [
    'issuer',
    'clientId',
    'clientSecretFile',
    'title',
    'scopes',
    'rolesClaim',
    'roles',
    'newcomers',
  ])
  const issuer = env.ALLCLEAR_OIDC_ISSUER || section.text('issuer')
  if (issuer === undefined) return null
  const url = URL.parse(issuer)
  const local = url !== null && /^(?:127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)
  if (
    url === null ||
    url.search !== '' ||
    !(url.protocol === 'https:' || (url.protocol === 'http:' && local))
  )
    throw unusable('oidc.issuer (ALLCLEAR_OIDC_ISSUER)', issuerExpected)
  const clientId = env.ALLCLEAR_OIDC_CLIENT_ID || section.text('clientId')
  if (clientId === undefined)
    throw unusable('oidc.clientId (ALLCLEAR_OIDC_CLIENT_ID)', 'given with the issuer')
  const secretFile = env.ALLCLEAR_OIDC_CLIENT_SECRET_FILE || section.text('clientSecretFile')
  const byRole = section.value('roles') === undefined ? {} : section.lists('roles')
  const unknown = Object.keys(byRole).find((role) => !isRole(role))
  if (unknown !== undefined) throw unusable(`oidc.roles.${unknown}`, `one of ${roles.join(', ')}`)
  const newcomers = section.text('newcomers') ?? 'viewer'
  if (newcomers !== 'nobody' && !isRole(newcomers))
    throw unusable('oidc.newcomers', `nobody, or one of ${roles.join(', ')}`)
  return {
    issuer,
    clientId,
    clientSecret: secretFile === undefined ? null : readSecret(secretFile),
    title: section.text('title') ?? url.hostname,
    scopes: section.texts('scopes') ?? ['openid', 'profile', 'email'],
    rolesClaim: section.text('rolesClaim') ?? 'groups',
    roles: byRole,
    newcomers,
  }
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw unusable(
      'oidc.clientSecretFile (ALLCLEAR_OIDC_CLIENT_SECRET_FILE)',
      `a file that can be read: ${(error as Error).message}`,
    )
  }
}

function unusable(place: string, expected: string): AllclearError {
  return new AllclearError('usage', {
    message: `The configuration cannot be used: ${place} has to be ${expected}.`,
    next: 'Correct it; `allclear config show` prints what is in force.',
    where: place,
  })
}

function readFile(path: string, required: boolean): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (!required && (error as { code?: string }).code === 'ENOENT') return {}
    throw unusable(path, `a readable file (${(error as Error).message})`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unusable(path, `valid JSON (${(error as Error).message})`)
  }
}

/** An object of the file. A key that is not known is refused: a typing mistake must not leave a default in force. */
class Section {
  readonly #values: Record<string, unknown>
  readonly #place: string

  constructor(value: unknown, place: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw unusable(place, 'an object')
    this.#values = value as Record<string, unknown>
    this.#place = place
  }

  place(key: string): string {
    return `${this.#place}: ${key}`
  }

  allow(keys: readonly string[]): void {
    const unknown = Object.keys(this.#values).find((key) => !keys.includes(key))
    if (unknown !== undefined) throw unusable(this.place(unknown), `left out: known are ${keys.join(', ')}`)
  }

  value(key: string): unknown {
    return this.#values[key]
  }

  section(key: string, keys: readonly string[]): Section {
    const section = new Section(this.#values[key] ?? {}, this.place(key))
    section.allow(keys)
    return section
  }

  text(key: string): string | undefined {
    const value = this.#values[key]
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined
    throw unusable(this.place(key), 'a text')
  }

  /** An object of lists of texts. */
  lists(key: string): Record<string, string[]> {
    const value = this.#values[key] ?? {}
    const section = new Section(value, this.place(key))
    return Object.fromEntries(Object.keys(value).map((name) => [name, section.texts(name) ?? []]))
  }

  texts(key: string): string[] | undefined {
    const value = this.#values[key]
    if (value === undefined) return undefined
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
    throw unusable(this.place(key), 'a list of texts')
  }
}

function portOf(value: unknown, place: string): number | undefined {
  if (value === undefined) return undefined
  const port = Number(value)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw unusable(place, 'a port between 0 and 65535')
  return port
}

function daysOf(value: unknown, place: string): number | undefined {
  if (value === undefined) return undefined
  const days = Number(value)
  if (!Number.isFinite(days) || days < 1 || days > 3_650) throw unusable(place, 'days between 1 and 3650')
  return days
}

function logLevelOf(text: string): LogLevel {
  if ((logLevels as readonly string[]).includes(text)) return text as LogLevel
  throw unusable('logLevel (ALLCLEAR_LOG_LEVEL)', `one of ${logLevels.join(', ')}`)
}

function switchOf(text: string, place: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on'
  throw unusable(place, 'on or off')
}

function databaseUrlOf(text: string | undefined): string | null {
  if (text === undefined) return null
  if (/^postgres(?:ql)?:\/\//.test(text)) return text
  throw unusable('databaseUrl (DATABASE_URL)', 'a URL that begins with postgres://')
}

function addressOf(text: string, feed: string): string {
  let url: URL | null = null
  try {
    url = new URL(text)
  } catch {
    // Said below.
  }
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw unusable(`feeds.${feed}`, 'an http or https URL')
  return withoutTrailingSlashes(text)
}

function listOf(text: string | undefined): string[] | undefined {
  return text
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
