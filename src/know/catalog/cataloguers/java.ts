import { Budget } from '../../../base/archive/budget.ts'
import { sourceOfBytes } from '../../../base/archive/byte-source.ts'
import { readZipDirectory, readZipMembers, type ZipMember } from '../../../base/archive/zip.ts'
import { AllclearError } from '../../../base/errors.ts'
import { limit } from '../../../base/limits.ts'
import type { Cataloguer, CataloguedPackage, CatalogFile, Reading } from './types.ts'

/** Java archives, with what is nested or shaded in them. */
export const java: Cataloguer = {
  id: 'java',
  title: 'Java archives',
  links: [
    'https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html',
    'https://maven.apache.org/shared/maven-archiver/index.html#pom-properties-content',
    'https://docs.spring.io/spring-boot/specification/executable-jar/nested-jars.html',
  ],
  finds: ['maven', 'generic'],
  reads:
    '`*.jar`, `*.war`, `*.ear`, `*.rar`, `*.sar`, `*.par`, `*.jpi`, `*.hpi`, `*.nar`, `*.kar`, `*.lpkg`: `pom.properties`, `MANIFEST.MF`, file names; archives within them',
  wants: (_path, name) => isArchive(name),
  async read({ bytes, name }: CatalogFile): Promise<Reading> {
    const reader = new JarReader(name)
    await reader.read(bytes, name, null, 0)
    return { packages: [...reader.packages.values()], problems: reader.problems }
  },
}

function isArchive(name: string): boolean {
  return /\.(?:jar|war|ear|rar|sar|par|jpi|hpi|nar|kar|lpkg)$/i.test(name)
}

function isWanted(path: string): boolean {
  if (path.startsWith('META-INF/') || path.includes('/META-INF/'))
    if (
      path === 'META-INF/MANIFEST.MF' ||
      /META-INF\/maven\/[^/]+\/[^/]+\/pom\.(?:properties|xml)$/.test(path)
    )
      return true
  return isArchive(path)
}

/** What of an archive says which it is. */
interface JarContents {
  manifest: ReadonlyMap<string, string>
  descriptors: readonly { path: string; coordinates: Coordinates }[]
  /** Paths of `pom.xml`. */
  folders: readonly string[]
  hasClasses: boolean
}

interface Coordinates {
  groupId: string | null
  artifactId: string
  version: string | null
}

/** A manifest or pom.properties of more is none: the longest real manifests list 10,000 packages in 500 KB. */
const descriptorBytesMax = 4 * 1024 * 1024
const problemsMax = 20

class JarReader {
  readonly packages = new Map<string, CataloguedPackage>()
  readonly problems: string[] = []
  readonly #budget: Budget

  constructor(name: string) {
    this.#budget = new Budget(name, { bytes: 'jarBytes', entries: 'jarEntries' })
  }

  /** `inside` is the way through the archives around this one; null for the outermost. */
  async read(bytes: Buffer, name: string, inside: string | null, depth: number): Promise<void> {
    const where = inside ?? name
    const descriptors: { path: string; coordinates: Coordinates }[] = []
    const folders: string[] = []
    let manifest = new Map<string, string>()
    let hasClasses = false
    try {
      const source = sourceOfBytes(bytes)
      const entries = await readZipDirectory(source, where, this.#budget)
      hasClasses = entries.some(({ name: path }) => path.endsWith('.class'))
      const wanted = entries.filter(({ name: path, kind }) => kind === 'file' && isWanted(path))
      for await (const members of readZipMembers(source, where, wanted))
        for (const member of members) {
          const path = member.entry.name
          if (path === 'META-INF/MANIFEST.MF') {
            const text = this.#text(member)
            if (text !== null) manifest = parseManifest(text)
          } else if (path.endsWith('/pom.properties')) {
            const text = this.#text(member)
            const coordinates = text === null ? null : coordinatesOf(parseProperties(text))
            if (coordinates !== null) descriptors.push({ path, coordinates })
          } else if (path.endsWith('/pom.xml')) folders.push(path)
          else await this.#descend(member, inside, depth)
        }
    } catch (error) {
      this.#note(error)
      return
    }
    this.#nameOwn(name, inside, { manifest, descriptors, folders, hasClasses })
  }

  async #descend(member: ZipMember, inside: string | null, depth: number): Promise<void> {
    const { name: path, sizeBytes } = member.entry
    if (depth + 1 > limit('jarDepth'))
      return this.#problem(`archives nested more than ${limit('jarDepth')} deep (ALLCLEAR_LIMIT_JAR_DEPTH)`)
    if (sizeBytes > limit('layerFileBytes'))
      return this.#problem(
        `a nested archive of more than ${limit('layerFileBytes')} bytes (ALLCLEAR_LIMIT_LAYER_FILE_BYTES)`,
      )
    const bytes = this.#read(member)
    if (bytes === null) return
    const last = path.slice(path.lastIndexOf('/') + 1)
    await this.read(bytes, last, inside === null ? path : `${inside}!${path}`, depth + 1)
  }

  /**
   * Which of the descriptors is the archive's own: the one that the file is named after, or the only one. The others
   * were copied in with the classes that they describe ("shaded"), and are packages of their own.
   */
  #nameOwn(
    name: string,
    inside: string | null,
    { manifest, descriptors, folders, hasClasses }: JarContents,
  ): void {
    const base = name.replace(/\.[a-z]+$/i, '')
    const own =
      descriptors
        .filter(({ coordinates: { artifactId } }) => base === artifactId || base.startsWith(`${artifactId}-`))
        .sort((a, b) => b.coordinates.artifactId.length - a.coordinates.artifactId.length)[0] ??
      (descriptors.length === 1 && folders.length <= 1 ? descriptors[0] : undefined)
    for (const { path, coordinates } of descriptors) {
      const shaded = path !== own?.path
      const place = shaded ? (inside === null ? path : `${inside}!${path}`) : inside
      this.#add(coordinates, shaded ? 'pom.properties (shaded)' : 'pom.properties', 'high', place)
    }
    if (own !== undefined) return
    const guessed = guess(base, manifest, folders)
    // Without a version too it is there and must not pass for clean, unless it only holds other archives.
    if (guessed.coordinates.version === null && !hasClasses) return
    this.#add(guessed.coordinates, guessed.method, guessed.confidence, inside)
  }

  #add(
    { groupId, artifactId, version }: Coordinates,
    method: string,
    confidence: CataloguedPackage['confidence'],
    inside: string | null,
  ): void {
    const key = `${groupId}\n${artifactId}\n${version}\n${inside}`
    if (this.packages.has(key)) return
    this.packages.set(key, {
      // Advisories name group and artifact. Without the group nothing could ever match, and what cannot be judged
      // must not look clean: such an archive is of no ecosystem.
      type: groupId === null ? 'generic' : 'maven',
      namespace: groupId,
      name: artifactId,
      version,
      method,
      confidence,
      inside,
      note: groupId === null ? 'the archive does not say its Maven group' : null,
    })
  }

  #text(member: ZipMember): string | null {
    if (member.entry.sizeBytes <= descriptorBytesMax) return this.#read(member)?.toString('utf8') ?? null
    this.#problem('a descriptor of more than 4 MiB')
    return null
  }

  #read(member: ZipMember): Buffer | null {
    try {
      const bytes = member.read()
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    } catch (error) {
      this.#note(error)
      return null
    }
  }

  #note(error: unknown): void {
    if (!(error instanceof AllclearError)) throw error
    this.#problem(error.message)
  }

  #problem(text: string): void {
    if (this.problems.length < problemsMax) this.problems.push(text)
  }
}

function coordinatesOf(properties: ReadonlyMap<string, string>): Coordinates | null {
  const artifactId = properties.get('artifactId')
  if (!artifactId || artifactId.includes('${')) return null
  const groupId = properties.get('groupId')
  const version = properties.get('version')
  return {
    groupId: groupId && !groupId.includes('${') ? groupId : null,
    artifactId,
    version: version && !version.includes('${') ? version : null,
  }
}

/** `key=value` or `key: value` lines (java.util.Properties, as Maven writes them: no continuations). */
function parseProperties(text: string): Map<string, string> {
  const values = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const separator = line.search(/[=:]/)
    if (separator < 0) continue
    const key = line.slice(0, separator).trim()
    // A comment begins with # or !; a key with a blank is another key and its value.
    if (key !== '' && !/[#!\s]/.test(key)) values.set(key, line.slice(separator + 1).trim())
  }
  return values
}

/** The main section: `Name: value`, continued by lines that begin with a blank (JAR File Specification). */
function parseManifest(text: string): Map<string, string> {
  const values = new Map<string, string>()
  let open: string | null = null
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line === '') {
      if (values.size > 0) break
    } else if (line[0] === ' ') {
      if (open !== null) values.set(open, values.get(open) + line.slice(1))
    } else {
      const colon = line.indexOf(':')
      open = colon > 0 ? line.slice(0, colon).toLowerCase() : null
      if (open !== null) values.set(open, line.slice(colon + 1).trim())
    }
  }
  return values
}

/** Without a descriptor of its own: the folder of its pom.xml, the manifest, the file's name, in this order. */
function guess(
  base: string,
  manifest: ReadonlyMap<string, string>,
  folders: readonly string[],
): { coordinates: Coordinates; method: string; confidence: CataloguedPackage['confidence'] } {
  const named = splitName(base)
  const version =
    usableVersion(manifest.get('implementation-version')) ??
    usableVersion(manifest.get('bundle-version')) ??
    usableVersion(manifest.get('specification-version'))
  const poms = folders.flatMap((path) => {
    const match = /META-INF\/maven\/([^/]+)\/([^/]+)\/pom\.xml$/.exec(path)
    return match ? [{ groupId: match[1], artifactId: match[2] }] : []
  })
  const pom =
    poms.find(({ artifactId }) => base === artifactId || base.startsWith(`${artifactId}-`)) ??
    (poms.length === 1 ? poms[0] : undefined)
  if (pom !== undefined)
    return {
      coordinates: { ...pom, version: named.version ?? version },
      method: 'folder of pom.xml',
      confidence: 'medium',
    }
  const groupId = groupOf(manifest, named.artifactId)
  if (version !== null && manifest.size > 0)
    return {
      coordinates: { groupId, artifactId: named.artifactId, version: named.version ?? version },
      method: named.version === null ? 'MANIFEST.MF' : 'file name and MANIFEST.MF',
      confidence: groupId === null ? 'low' : 'medium',
    }
  return {
    coordinates: { groupId, artifactId: named.artifactId, version: named.version },
    method: 'file name',
    confidence: 'low',
  }
}

/** `commons-io-2.11.0` to name and version; a version begins with a digit behind a hyphen. */
function splitName(base: string): { artifactId: string; version: string | null } {
  // Behind the last character that no version has, and behind the first of the name.
  const from = Math.max(1, base.search(/[^\w.+-][\w.+-]*$/) + 1)
  const cut = base.slice(from).search(/[-_]\d/)
  if (cut < 0) return { artifactId: base, version: null }
  return { artifactId: base.slice(0, from + cut), version: base.slice(from + cut + 1) }
}

function usableVersion(text: string | undefined): string | null {
  return text !== undefined && /^\d[\w.+-]*$/.test(text) ? text : null
}

/**
 * The Maven group as far as a manifest tells: a symbolic name that ends in the artifact's. `org.apache.commons.lang3`
 * does not end in `commons-lang3`, and then nothing is guessed; the vendor's id is no group (commons-logging says
 * `org.apache`), and a wrong group would make an archive look clean.
 */
function groupOf(manifest: ReadonlyMap<string, string>, artifactId: string): string | null {
  const symbolic = manifest.get('bundle-symbolicname')?.split(';', 1)[0].trim()
  if (symbolic !== undefined && symbolic.includes('.') && symbolic.endsWith(`.${artifactId}`))
    return symbolic.slice(0, -artifactId.length - 1)
  return null
}
