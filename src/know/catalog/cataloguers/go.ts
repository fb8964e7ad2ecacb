import { openProgram, type ProgramFile } from './program-file.ts'
import { nothing, type Cataloguer, type CataloguedPackage, type CatalogFile, type Reading } from './types.ts'

/** Go writes into each program which modules it was built of. */
export const go: Cataloguer = {
  id: 'go',
  title: 'Go programs',
  links: ['https://pkg.go.dev/debug/buildinfo', 'https://pkg.go.dev/runtime/debug#BuildInfo'],
  finds: ['golang'],
  reads:
    'ELF, Mach-O and PE programs with build information: modules, replacements, the standard library, the revision',
  wantsPrograms: true,
  read: readProgram,
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1')
/** A string that the build information points at; the module list of the largest programs has about 200 KB. */
const textBytesMax = 16 * 1024 * 1024

function readProgram({ bytes }: CatalogFile): Reading {
  const program = openProgram(bytes)
  if (program === null) return nothing
  const blob = findBuildInfo(program)
  if (blob === null) return nothing
  const texts = readTexts(program, blob)
  if (texts === null || !/^(?:go\d|devel)/.test(texts.version))
    return { packages: [], problems: ['build information that cannot be read'] }
  return { packages: packagesOf(texts.version, texts.modules) }
}

function findBuildInfo(program: ProgramFile): Buffer | null {
  const section =
    program.section('.go.buildinfo') ??
    program.section('__DATA,__go_buildinfo') ??
    (program.format === 'pe' ? program.section('.data') : null)
  if (section === null) return null
  // It begins at a multiple of 16 bytes (debug/buildinfo, buildInfoAlign).
  for (let at = section.indexOf(magic); at >= 0; at = section.indexOf(magic, at + 1))
    if (at % 16 === 0 && section.length >= at + 32) return section.subarray(at)
  return null
}

/** Since Go 1.18 two strings with their lengths follow; before, two pointers to string headers. */
function readTexts(program: ProgramFile, blob: Buffer): { version: string; modules: string } | null {
  const flags = blob[15]
  if ((flags & 2) !== 0) {
    const version = takeText(blob, 32)
    const modules = version && takeText(blob, version.end)
    return version && { version: version.text, modules: unframed(modules?.text ?? '') }
  }
  const wordBytes = blob[14]
  if (wordBytes !== 4 && wordBytes !== 8) return null
  const big = (flags & 1) !== 0
  const pointer = (from: Buffer, at: number): number | null => {
    if (from.length < at + wordBytes) return null
    if (wordBytes === 4) return big ? from.readUInt32BE(at) : from.readUInt32LE(at)
    return Number(big ? from.readBigUInt64BE(at) : from.readBigUInt64LE(at))
  }
  const textAt = (address: number | null): Buffer | null => {
    const header = address === null ? null : program.atAddress(address)
    if (header === null) return null
    const start = pointer(header, 0)
    const length = pointer(header, wordBytes)
    if (start === null || length === null || length > textBytesMax) return null
    return program.atAddress(start)?.subarray(0, length) ?? null
  }
  const version = textAt(pointer(blob, 16))
  const modules = textAt(pointer(blob, 16 + wordBytes))
  return version && { version: version.toString(), modules: unframed(modules?.toString('latin1') ?? '') }
}

function takeText(blob: Buffer, start: number): { text: string; end: number } | null {
  let length = 0
  let shift = 1
  for (let at = start; at < blob.length && at < start + 5; at++) {
    length += (blob[at] & 0x7f) * shift
    shift *= 128
    if (blob[at] >= 0x80) continue
    if (length > textBytesMax || at + 1 + length > blob.length) return null
    return { text: blob.toString('latin1', at + 1, at + 1 + length), end: at + 1 + length }
  }
  return null
}

/** The module list stands between two marks of 16 bytes (runtime/debug, modinfo). */
function unframed(text: string): string {
  const framed = text.length >= 33 && text[text.length - 17] === '\n'
  return Buffer.from(framed ? text.slice(16, -16) : '', 'latin1').toString('utf8')
}

function packagesOf(version: string, modules: string): CataloguedPackage[] {
  const packages: CataloguedPackage[] = [
    {
      type: 'golang',
      namespace: null,
      name: 'stdlib',
      // `go1.22.1 X:boringcrypto`, `go1.22.1-vendor`: advisories know the release.
      version: /^go(\d+(?:\.\d+)*(?:(?:beta|rc)\d+)?)/.exec(version)?.[1] ?? null,
      method: 'Go build information',
      confidence: 'high',
      note: version,
    },
  ]
  const settings = new Map<string, string>()
  let main: CataloguedPackage | null = null
  let command: string | null = null
  let last: CataloguedPackage | null = null
  for (const line of modules.split('\n')) {
    const [kind, path, found] = line.split('\t')
    if (kind === 'build' && path !== undefined) {
      const equals = path.indexOf('=')
      if (equals > 0) settings.set(path.slice(0, equals), path.slice(equals + 1))
    } else if (kind === 'path' && path) command = path
    else if ((kind === 'mod' || kind === 'dep') && path) {
      last = moduleOf(path, found)
      packages.push(last)
      if (kind === 'mod') main = last
    } else if (kind === '=>' && path && last !== null) {
      // What was built is the replacement; a folder on the builder's disk has no version of its own.
      const replaced =
        `${last.namespace === null ? '' : `${last.namespace}/`}${last.name} ${last.version ?? ''}`.trim()
      Object.assign(last, moduleOf(path, found), { note: `replaces ${replaced}` })
    }
  }
  // Built outside module mode (GOPATH, as distributions do): the program is named, its modules are not.
  if (main === null && command !== null && command !== 'command-line-arguments') {
    packages.push({ ...moduleOf(command, undefined), note: 'built without module information' })
    return packages
  }
  if (main !== null && main.version === null) {
    const revision = settings.get('vcs.revision')
    main.note = revision
      ? `(devel), ${settings.get('vcs') ?? 'vcs'} revision ${revision}${settings.get('vcs.modified') === 'true' ? ' with changes' : ''}`
      : '(devel)'
  }
  return packages
}

function moduleOf(path: string, version: string | undefined): CataloguedPackage {
  const slash = path.lastIndexOf('/')
  return {
    type: 'golang',
    namespace: slash < 0 ? null : path.slice(0, slash),
    name: path.slice(slash + 1),
    // A program built from a checkout says `(devel)`, which is no version and must not pass for one.
    version: version && version !== '(devel)' ? version : null,
    method: 'Go build information',
    confidence: 'high',
  }
}
