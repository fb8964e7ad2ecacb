import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import type { Progress } from '../../know/answers.ts'
import type { Knowledge } from '../../know/knowledge.ts'
import { packageRoot, runsFromBundle } from '../../base/package-root.ts'

/** Says of what a data directory was made; only a directory that has it is ever thrown away. */
const originFile = 'made-from.json'

export interface ExampleOptions {
  directory: string
  clock: Clock
  onProgress?(progress: Progress): void
  /** Opens an empty data directory to import into. */
  open(directory: string): Promise<{ knowledge: Knowledge; close(): Promise<void> }>
}

/**
 * Makes the data directory of the example fleet from `examples/`, by the same calls that import anybody's data. It is
 * made again when the examples or what reads them have changed. Made beside its place and renamed, so that it is whole
 * or not there; of two processes that make it at once the first wins.
 */
export async function buildExampleFleet({
  directory,
  clock,
  onProgress,
  open,
}: ExampleOptions): Promise<void> {
  const examples = join(packageRoot, 'examples')
  if (!existsSync(examples)) {
    throw new AllclearError('not-found', {
      message: `The example fleet is missing: there is no ${examples}.`,
      next: 'Install the package again, or use your own data with `--data DIR`.',
    })
  }
  const fingerprint = fingerprintOf(examples)
  if ((await builtFrom(directory)) === fingerprint) return

  const building = join(dirname(directory), `${basename(directory)}.building-${process.pid}`)
  await rm(building, { recursive: true, force: true })
  await mkdir(building, { recursive: true, mode: 0o700 })
  try {
    const { knowledge, close } = await open(building)
    try {
      await importExamples(knowledge, examples, onProgress)
    } finally {
      await close()
    }
    await writeFile(join(building, originFile), JSON.stringify({ fingerprint, builtAtMs: clock.nowMs() }))
    await replaceDirectory(building, directory, fingerprint)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

/** Folders of `examples/`: `advisories`, `sboms`, `images`, `clusters/NAME`, `kev`, `epss`, `ssvc`, `vex`. */
async function importExamples(
  knowledge: Knowledge,
  examples: string,
  onProgress: ExampleOptions['onProgress'],
): Promise<void> {
  const { walkInputs } = await import('../../base/archive/index.ts')
  const place = (name: string) => join(examples, name)
  const inputs = (name: string) => walkInputs([place(name)])
  const options = { onProgress }
  if (existsSync(place('advisories')))
    await knowledge.importAdvisories(inputs('advisories'), { ...options, feed: 'example' })
  for (const kind of ['kev', 'epss', 'ssvc'] as const) {
    if (existsSync(place(kind))) await knowledge.importFacts(kind, inputs(kind), options)
  }
  if (existsSync(place('sboms'))) await knowledge.importSboms(inputs('sboms'), options)
  if (existsSync(place('images')))
    for (const name of readdirSync(place('images')))
      await knowledge.addImage({ scheme: 'oci-archive', path: join(place('images'), name) }, options)
  if (existsSync(place('vex'))) await knowledge.importFacts('vex', inputs('vex'), options)
  if (!existsSync(place('clusters'))) return
  for (const entry of readdirSync(place('clusters'), { withFileTypes: true })) {
    const cluster = entry.name.replace(/\.(ya?ml|json)$/, '')
    await knowledge.importManifests(inputs(join('clusters', entry.name)), { ...options, cluster })
  }
}

async function builtFrom(directory: string): Promise<string | null> {
  try {
    return (JSON.parse(await readFile(join(directory, originFile), 'utf8')) as { fingerprint: string })
      .fingerprint
  } catch {
    return null
  }
}

async function replaceDirectory(from: string, to: string, fingerprint: string): Promise<void> {
  const old = `${to}.old-${process.pid}`
  if (existsSync(to)) {
    // Only what an earlier version of this code made is thrown away.
    if (!existsSync(join(to, originFile))) {
      throw new AllclearError('conflict', {
        message: `${to} is not a data directory of the example fleet.`,
        next: 'Move it away, then start again.',
      })
    }
    await rename(to, old)
  }
  try {
    await rename(from, to)
  } catch (error) {
    if ((await builtFrom(to)) !== fingerprint) throw error
  }
  await rm(old, { recursive: true, force: true })
}

/**
 * Over the examples, told by size and time of each file, for this is asked before every answer; in a checkout also over the
 * code that reads them, which changes there without a new version.
 */
function fingerprintOf(examples: string): string {
  const hash = createHash('sha256').update(readFileSync(join(packageRoot, 'package.json')))
  const code = runsFromBundle ? [] : ['src/know', 'src/base'].map((folder) => join(packageRoot, folder))
  for (const folder of [examples, ...code]) for (const line of filesBelow(folder)) hash.update(line)
  return hash.digest('hex')
}

/** `name size time` of every file below, sorted; tests aside. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map(({ parentPath, name }) => {
      const { size, mtimeMs } = statSync(join(parentPath, name))
      return `${parentPath.slice(folder.length)}/${name} ${size} ${mtimeMs}\n`
    })
    .toSorted()
}
