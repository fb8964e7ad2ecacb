import { AllclearError } from '../../base/errors.ts'
import { documentsOf, packageVersionsOf } from '../catalog/index.ts'
import type { Context } from '../context.ts'
import { writeSbom } from '../sbom/index.ts'
import { oneImage } from './find.ts'

/** A new SBOM of everything that is known of an image. */
export async function writeImageSbom(
  context: Context,
  name: string,
  format: 'cyclonedx-1.6' | 'spdx-2.3',
  tool: { name: string; version: string },
): Promise<Uint8Array> {
  const image = await oneImage(context, name)
  const documents = await documentsOf(context.store, image.no)
  if (documents.length === 0)
    throw new AllclearError('not-found', {
      message: `Nothing is known of the contents of ${name}.`,
      next: 'Import an SBOM for it first.',
    })
  const versions = await packageVersionsOf(
    context.store,
    new Set(documents.flatMap(({ contents }) => [...contents])),
  )
  return writeSbom(format, {
    name: image.name,
    digest: image.digest,
    distro: documents.map(({ distro }) => distro).find((distro) => distro !== null) ?? null,
    createdAtMs: context.clock.nowMs(),
    tool,
    packages: [...versions.values()]
      .sort((a, b) => (a.purl < b.purl ? -1 : 1))
      .map(({ key, purl }) => ({
        purl: key.type === '' ? null : purl,
        name: key.name,
        version: key.version,
        sourceName: key.sourceName,
        sourceVersion: key.sourceVersion,
      })),
  })
}
