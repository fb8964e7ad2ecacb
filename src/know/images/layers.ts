import { AllclearError } from '../../base/errors.ts'
import { setTimeout as pause } from 'node:timers/promises'
import { limit } from '../../base/limits.ts'
import { readOutboundPolicy } from '../../base/outbound/policy.ts'
import {
  credentialFiles,
  openImage,
  openRepository,
  parseRegistryReference,
  type ImagePath,
  type Platform,
  type RegistrySettings,
} from '../../base/oci/index.ts'
import {
  addImage,
  basesOf,
  compareAttached,
  comparePackages,
  diffContents,
  documentsOf,
  layersFormat,
  listUnread,
  loadImageContents,
  noteUnread,
  openJudge,
  packageVersionsOf,
  unreadRunningImages,
  type NamedPackage,
  type PackageVersion,
  type UnreadImage,
} from '../catalog/index.ts'
import type {
  ImageAdded,
  ImageContents,
  ImageDiff,
  ImageLayers,
  RunningImagesRead,
  UnreadImageRow,
} from '../catalog/types.ts'
import type { Context } from '../context.ts'
import { parsePurl } from '../purl/index.ts'
import { oneImage } from './find.ts'
import { storeCatalog } from '../importing.ts'
import type { ImportOptions } from '../knowledge.ts'

export interface AddImageOptions extends ImportOptions {
  /** For messages; the path when absent. */
  source?: string
  platform?: Platform
  /** What the image is called, when it does not say. */
  reference?: string
  /** The id under which the fleet knows it. */
  imageId?: string
}

/** Read when it is needed: credentials may have been renewed since the program started. */
function registrySettings({ registries }: Context): RegistrySettings {
  const { mirrors, insecure } = registries
  return { mirrors, insecure, credentialFiles: credentialFiles(), outbound: readOutboundPolicy() }
}

/** Running images that could not be read, and why. */
export function listUnreadImages(context: Context): Promise<UnreadImageRow[]> {
  return listUnread(context.store)
}

/** What was read of a known image. Throws `not-found` with the way to have it read. */
export async function imageContents(context: Context, name: string): Promise<ImageContents> {
  return (await catalogued(context, name)).contents
}

export async function imageLayers(context: Context, name: string): Promise<ImageLayers> {
  const { image, contents, cataloguedAtMs } = await catalogued(context, name)
  return {
    id: image.id,
    digest: image.digest,
    reference: image.name,
    platform: contents.platform,
    createdAtMs: contents.createdAtMs,
    cataloguedAtMs,
    distribution: contents.distribution,
    bases: (await basesOf(context.store, image.no)).map(({ id, name: base, layers }) => ({
      id,
      name: base,
      layers,
    })),
    layers: contents.layers,
    documents: await compareDocuments(context, image.no, contents),
  }
}

/** The SBOMs of an image, each held against what was read of its layers. */
async function compareDocuments(
  context: Context,
  imageNo: number,
  contents: ImageContents,
): Promise<ImageLayers['documents']> {
  const compared: ImageLayers['documents'] = []
  for (const document of await documentsOf(context.store, imageNo)) {
    if (document.format === layersFormat) continue
    const versions = await packageVersionsOf(context.store, document.contents)
    compared.push({
      sha256: document.sha256,
      format: `${document.format} ${document.specVersion}`,
      tools: document.tools,
      importedAtMs: document.importedAtMs,
      packages: document.packages,
      ...comparePackages([...versions.values()].map(namedOf), contents.packages),
    })
  }
  return compared
}

function namedOf({ purl, key }: PackageVersion): NamedPackage {
  const parsed = parsePurl(purl)
  return parsed.ok
    ? parsed.value
    : { type: key.type, namespace: null, name: key.name, version: key.version || null }
}

export async function diffImages(context: Context, a: string, b: string): Promise<ImageDiff> {
  return diffContents(await imageContents(context, a), await imageContents(context, b))
}

async function catalogued(context: Context, name: string) {
  const image = await oneImage(context, name)
  const found = await loadImageContents(context.store, image.no)
  if (found !== null) return { image, ...found }
  throw new AllclearError('not-found', {
    message: `The layers of ${image.name} were not read.`,
    next: `Read them with \`allclear image add ${image.name}\`; \`allclear image show\` lists what SBOMs say of it.`,
  })
}

/** Reads an image, on this machine or in a registry, and keeps what it contains. */
export async function addImageAt(
  context: Context,
  path: ImagePath,
  options: AddImageOptions,
): Promise<ImageAdded> {
  const startedMs = context.clock.nowMs()
  const registry = path.scheme === 'registry' ? registrySettings(context) : undefined
  const { platform, source, signal, reference, imageId } = options
  const image = await openImage(path, { source, platform, registry, signal })
  if (reference !== undefined) image.references.unshift(reference)
  // A tag may move between now and when a thread opens the image again.
  const pinned = image.references.find((one) => one.endsWith(`@${image.digest}`))
  const at =
    path.scheme === 'registry' && pinned !== undefined
      ? { path: { scheme: path.scheme, path: pinned }, registry }
      : { path, platform, registry }
  const added = await addImage(
    context,
    await openJudge(context.store),
    image,
    at,
    {
      signal,
      imageId,
      work: context.work,
      onLayer: (done, total) =>
        options.onProgress?.({ title: 'Reading layers', done, total, unit: 'layers' }),
    },
    (store) => storeCatalog(context, store),
  )
  if (added.delta !== null) {
    context.forgetAdvisories()
    await context.announce()
  }
  const { contents } = added
  const known = await oneImage(context, added.imageId)
  return {
    id: added.imageId,
    reference: known.name,
    digest: contents.digest,
    changed: added.delta !== null,
    layers: contents.layers.length,
    packages: contents.packages.length,
    owned: contents.packages.filter(({ ownedBy }) => ownedBy !== null).length,
    findingsAdded: added.delta?.findingsAdded ?? 0,
    problems: contents.problems,
    bases: (await basesOf(context.store, known.no)).map(({ id, name, layers }) => ({ id, name, layers })),
    attached:
      registry === undefined ? [] : await attachedOf(path.path, registry, contents, context, options.signal),
    tookMs: context.clock.nowMs() - startedMs,
  }
}

async function attachedOf(
  text: string,
  registry: RegistrySettings,
  contents: ImageContents,
  context: Context,
  signal: AbortSignal | undefined,
): Promise<ImageAdded['attached']> {
  const reference = parseRegistryReference(text)
  const repository = openRepository(reference, registry, signal)
  try {
    const asked = await repository.manifest(reference.digest ?? (reference.tag as string))
    return await compareAttached(repository, contents, context.registries.attestationKeys, asked.bytes)
  } finally {
    repository.close()
  }
}

/** Running images that nobody read, and those of them that may be tried now. */
export async function dueImages(context: Context): Promise<{ unread: UnreadImage[]; due: UnreadImage[] }> {
  const nowMs = context.clock.nowMs()
  const unread = await unreadRunningImages(context.store)
  const due = unread.filter(
    ({ triedAtMs, attempts }) => triedAtMs === null || nowMs >= triedAtMs + retryAfterMs(attempts),
  )
  return { unread, due }
}

/**
 * Reads the images that run and that nobody read, the most used first. What cannot be read is noted with its reason and
 * tried again later, each time after twice as long.
 */
export async function addRunningImages(
  context: Context,
  options: ImportOptions & { limit?: number },
): Promise<RunningImagesRead> {
  const startedMs = context.clock.nowMs()
  const { unread, due } = await dueImages(context)
  const wanted = due.slice(0, options.limit ?? due.length)
  const report: RunningImagesRead = {
    read: 0,
    failed: [],
    failedTotal: 0,
    waiting: unread.length - due.length,
    left: due.length - wanted.length,
    tookMs: 0,
  }
  let next = 0
  const work = async (): Promise<void> => {
    while (next < wanted.length) {
      options.signal?.throwIfAborted()
      const image = wanted[next++]
      try {
        await addImageAt(
          context,
          { scheme: 'registry', path: pullReference(image) },
          {
            signal: options.signal,
            imageId: image.digest ?? undefined,
            reference: image.reference,
          },
        )
        report.read++
      } catch (error) {
        if (!(error instanceof AllclearError)) throw error
        const failed = { code: error.code, reason: `${error.message} ${error.next}` }
        await noteUnread(context.store, context.clock, image, failed)
        report.failedTotal++
        if (report.failed.length < limit('importErrors'))
          report.failed.push({ id: image.id, reference: image.reference, ...failed })
      }
      options.onProgress?.({
        title: 'Reading running images',
        done: report.read + report.failedTotal,
        total: wanted.length,
        unit: 'images',
      })
      if (next < wanted.length) await pause(limit('registryPauseMs'), undefined, { signal: options.signal })
    }
  }
  await Promise.all(Array.from({ length: limit('runningImagesAtOnce') }, work))
  report.tookMs = context.clock.nowMs() - startedMs
  return report
}

const week = 7 * 24 * 60 * 60 * 1000

function retryAfterMs(attempts: number): number {
  return Math.min(week, limit('unreadRetryMs') * 2 ** Math.max(0, attempts - 1))
}

/** By digest where the fleet knows it: what runs is what is read, whatever the tag means by now. */
function pullReference({ reference, digest }: UnreadImage): string {
  const { registry, repository, tag } = parseRegistryReference(reference)
  return digest === null
    ? `${registry}/${repository}:${tag ?? 'latest'}`
    : `${registry}/${repository}@${digest}`
}
