import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Input } from '../../base/archive/index.ts'
import { AllclearError } from '../../base/errors.ts'
import { packageRoot } from '../../base/package-root.ts'
import type { AffectedImage, AffectedWorkload, CveAnswer } from '../../know/answers.ts'
import type { Knowledge } from '../../know/knowledge.ts'
import { withImages, type ImageNames } from './manifest-images.ts'

/** One workload that was given other images, as a rollout does it. */
export interface ExampleStep {
  workload: string
  from: string
  to: string
}

export interface ExampleChange {
  vulnerability: string
  steps: ExampleStep[]
  /** Workloads that still run a vulnerable image. */
  left: number
}

interface Options {
  knowledge: Knowledge
  dataDirectory: string
  /** After each step: answers have it. */
  onStep?(step: ExampleStep): Promise<void> | void
}

/** Which images the workloads of the example fleet run instead of those of its manifests: workload → image → image. */
type Replaced = Record<string, ImageNames>

const stateFile = 'example-images.json'
/** More workloads than the example fleet has. */
const everything = 1000

/**
 * Rolls fixed images out, workload by workload: each is built from what is known of the vulnerable one, with the package
 * versions that the advisories name as fixed. `most`: only so many steps.
 */
export async function fixExample(
  options: Options,
  vulnerability: string,
  most = everything,
): Promise<ExampleChange> {
  const { knowledge, dataDirectory } = options
  const answer = await affectedBy(knowledge, vulnerability)
  const running = answer.workloads.rows.filter((row) => row.running && row.state === 'affected')
  const steps: ExampleStep[] = []
  for (const workload of running.slice(0, most)) {
    const images = answer.images.rows.filter(({ reference }) => workload.images.includes(reference))
    const replaced = readReplaced(dataDirectory)
    const own = { ...replaced[workload.id] }
    for (const image of images) {
      const fixed = await importFixedImage(knowledge, answer.id, image)
      const [original] = Object.entries(own).find(([, now]) => now.reference === image.reference) ?? [
        image.reference,
      ]
      own[original] = fixed
      steps.push({ workload: workload.id, from: image.reference, to: fixed.reference })
    }
    await apply(options, workload, { ...replaced, [workload.id]: own })
    await options.onStep?.(steps.at(-1) as ExampleStep)
  }
  return { vulnerability: answer.id, steps, left: running.length - Math.min(most, running.length) }
}

/** Brings the vulnerable images of one workload back, as a rollback does that nobody told of. */
export async function breakExample(options: Options, vulnerability: string): Promise<ExampleChange> {
  const { knowledge, dataDirectory } = options
  const replaced = readReplaced(dataDirectory)
  const answer = await affectedBy(knowledge, vulnerability)
  const marker = `-${tagOf(answer.id)}`
  const found = Object.entries(replaced).find(([, images]) =>
    Object.values(images).some(({ reference }) => reference.endsWith(marker)),
  )
  if (found === undefined)
    throw new AllclearError('conflict', {
      message: `Nothing of the example fleet was fixed for ${answer.id} yet.`,
      next: `Fix it first: \`allclear example fix ${answer.id}\`.`,
    })
  const [id, images] = found
  const [cluster] = id.split('/')
  const { [id]: _, ...rest } = replaced
  await apply(options, { id, cluster }, rest)
  const steps = Object.entries(images).map(([original, { reference }]) => ({
    workload: id,
    from: reference,
    to: original,
  }))
  await options.onStep?.(steps[0])
  const after = await affectedBy(knowledge, vulnerability)
  return { vulnerability: answer.id, steps, left: after.radius.workloads.value }
}

async function affectedBy(knowledge: Knowledge, vulnerability: string): Promise<CveAnswer> {
  const answer = await knowledge.cve(vulnerability, { limit: everything })
  if ('known' in answer)
    throw new AllclearError('not-found', {
      message: `The example fleet knows no ${vulnerability.slice(0, 60)}.`,
      next: 'Try CVE-2021-44228; `allclear advisory list --example` names them all.',
    })
  return answer
}

/** Applies the manifests of the workload's cluster as they are then, and only then remembers it: what is half done is done again. */
async function apply(
  { knowledge, dataDirectory }: Options,
  { cluster }: Pick<AffectedWorkload, 'id' | 'cluster'>,
  replaced: Replaced,
): Promise<void> {
  const folder = join(packageRoot, 'examples/clusters')
  const file = readdirSync(folder).find((name) => name.replace(/\.(ya?ml|json)$/, '') === cluster)
  if (file === undefined) throw new Error(`the example fleet has no cluster ${cluster}`)
  const list: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const bytes = Buffer.from(
    JSON.stringify(withImages(list, (workload) => replaced[`${cluster}/${workload}`] ?? null)),
  )
  await knowledge.importManifests(inputOf(`${cluster}.json`, bytes), { cluster })
  await writeReplaced(dataDirectory, replaced)
}

/** An image with the fixed versions, and the list of its parts. */
async function importFixedImage(
  knowledge: Knowledge,
  vulnerability: string,
  { reference, digest, packages }: AffectedImage,
): Promise<ImageNames[string]> {
  const without = packages.find(({ fixedIn }) => fixedIn === '')
  if (without !== undefined)
    throw new AllclearError('conflict', {
      message: `No fix of ${without.name} ${without.version} is published, so ${reference} cannot be fixed.`,
      next: 'Try CVE-2021-44228.',
    })
  const name = `${reference}-${tagOf(vulnerability)}`
  const fixed = {
    reference: name,
    digest: `sha256:${createHash('sha256')
      .update(`${digest ?? reference} ${vulnerability}`)
      .digest('hex')}`,
  }
  const text = Buffer.from(await knowledge.writeSbom(digest ?? reference, 'cyclonedx-1.6')).toString('utf8')
  const document = JSON.parse(text) as {
    metadata: { component: Record<string, unknown> }
    components: Component[]
  }
  document.metadata.component = {
    ...document.metadata.component,
    type: 'container',
    name,
    version: fixed.digest,
  }
  delete document.metadata.component.purl
  for (const component of document.components) {
    const own = packages.find(({ purl }) => purl === component.purl)
    if (own !== undefined) upgrade(component, own.version, own.fixedIn)
  }
  await knowledge.importSboms(inputOf(`${name}.cdx.json`, Buffer.from(JSON.stringify(document))), {
    image: name,
  })
  return fixed
}

interface Component {
  purl?: string
  version?: string
  properties?: { name: string; value: string }[]
}

function upgrade(component: Component, from: string, to: string): void {
  component.purl = component.purl?.replace(`@${encodeURIComponent(from)}`, `@${encodeURIComponent(to)}`)
  component.version = to
  for (const property of component.properties ?? []) if (property.value === from) property.value = to
}

/** `CVE-2021-44228` → `fix-2021-44228`: an image says what it fixes. */
function tagOf(vulnerability: string): string {
  return `fix-${vulnerability
    .toLowerCase()
    .replace(/^cve-/, '')
    .replaceAll(/[^a-z0-9.-]/g, '-')}`
}

async function* inputOf(source: string, bytes: Uint8Array): AsyncGenerator<Input> {
  yield { source, sizeBytes: bytes.byteLength, read: async () => bytes }
}

function readReplaced(dataDirectory: string): Replaced {
  try {
    return JSON.parse(readFileSync(join(dataDirectory, stateFile), 'utf8')) as Replaced
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

async function writeReplaced(dataDirectory: string, replaced: Replaced): Promise<void> {
  const path = join(dataDirectory, stateFile)
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(replaced))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}
