import { z } from 'zod'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import { parseManifest, isIndex, type Repository } from '../../base/oci/index.ts'
import { readSbom } from '../sbom/index.ts'
import type { SbomDocument } from '../sbom/types.ts'
import { comparePackages } from './compare-packages.ts'
import type { AttachedComparison } from './image-answers.ts'
import type { ImageContents } from './image-contents.ts'
import {
  envelopeIn,
  payloadOf,
  readTrustedKey,
  signatureInWords,
  type TrustedKey,
} from './signed-envelope.ts'

/**
 * SBOMs and attestations that lie beside an image in its registry: OCI 1.1 referrers or their tag, the tags of cosign
 * (`.sbom`, `.att`), and the attestation manifests that Docker's builder lists in the image's index.
 */
export async function compareAttached(
  repository: Repository,
  contents: ImageContents,
  keyFiles: readonly string[],
  index: Uint8Array | null,
): Promise<AttachedComparison[]> {
  if (contents.digest === null) return []
  const keys = await Promise.all(keyFiles.map(readTrustedKey))
  const compared: AttachedComparison[] = []
  for (const found of await listAttached(repository, contents.digest, index)) {
    if (compared.length >= limit('attachedDocuments')) break
    try {
      const bytes = await repository.document(found.digest, limit('documentBytes'))
      const { document, signature } = understand(bytes, found, contents.digest, keys)
      compared.push(compare(found, document, signature, contents))
    } catch (error) {
      if (!(error instanceof AllclearError)) throw error
      compared.push({ ...nothingCompared(found), refused: error.message })
    }
  }
  return compared
}

interface Attached {
  digest: string
  artifactType: string
}

const sbomTypes = /cyclonedx|spdx|syft|in-toto|dsse|sigstore\.bundle/

async function listAttached(
  repository: Repository,
  digest: string,
  index: Uint8Array | null,
): Promise<Attached[]> {
  const manifests = new Map<string, string>()
  const referrers = await repository.referrers(digest)
  if (referrers !== null) {
    const found = parseManifest(referrers, `referrers of ${digest}`)
    if (isIndex(found))
      for (const one of found.manifests) manifests.set(one.digest, one.artifactType ?? one.mediaType ?? '')
  }
  if (index !== null) {
    const found = parseManifest(index, 'index')
    if (isIndex(found))
      for (const { digest: own, annotations } of found.manifests)
        if (
          annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' &&
          annotations['vnd.docker.reference.digest'] === digest
        )
          manifests.set(own, 'attestation-manifest')
  }
  for (const suffix of ['sbom', 'att']) {
    const found = await repository.findManifest(`${digest.replace(':', '-')}.${suffix}`)
    if (found !== null) manifests.set(found.digest, `cosign ${suffix}`)
  }
  const attached: Attached[] = []
  for (const [own, artifactType] of [...manifests].slice(0, limit('attachedDocuments'))) {
    const found = parseManifest((await repository.manifest(own)).bytes, own)
    if (isIndex(found)) continue
    for (const layer of found.layers) {
      const type = layer.mediaType ?? ''
      const predicate = layer.annotations?.['in-toto.io/predicate-type'] ?? layer.annotations?.predicateType
      // A provenance or a scan's report is no list of packages.
      if (predicate !== undefined && !/cyclonedx|spdx|syft/i.test(predicate)) continue
      if (sbomTypes.test(type) || sbomTypes.test(artifactType) || predicate !== undefined)
        attached.push({ digest: layer.digest, artifactType: predicate ?? (type || artifactType) })
    }
  }
  return attached
}

const statement = z.object({
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })),
  predicate: z.unknown(),
})

/** A bare document, an in-toto statement, or a signed envelope with one. */
function understand(
  bytes: Buffer,
  { digest: source }: Attached,
  imageDigest: string,
  keys: readonly TrustedKey[],
): { document: SbomDocument; signature: string } {
  const json = parseOrNull(bytes)
  const signed = envelopeIn(json)
  const inner = signed === undefined ? bytes : payloadOf(signed)
  const stated = statement.safeParse(signed === undefined ? json : parseOrNull(inner))
  if (stated.success) {
    const [algorithm, hex] = imageDigest.split(':')
    if (!stated.data.subject.some(({ digest }) => digest[algorithm] === hex))
      throw new AllclearError('sbom.not-understood', {
        message: 'The statement is about another image.',
        next: 'Ask whoever attached it.',
        where: source,
      })
  }
  const words = signatureInWords(signed, keys)
  return {
    document: readSbom(inner, { source }),
    // Without a statement nothing that is signed says of which image it is: it may have been taken from another.
    signature: signed === undefined || stated.success ? words : `${words}; what is signed names no image`,
  }
}

function compare(
  found: Attached,
  document: SbomDocument,
  signature: string,
  contents: ImageContents,
): AttachedComparison {
  return {
    ...nothingCompared(found),
    format: `${document.format} ${document.specVersion}`,
    signature,
    packages: document.packages.length,
    ...comparePackages(document.packages, contents.packages),
  }
}

function nothingCompared({ digest, artifactType }: Attached): AttachedComparison {
  return {
    digest,
    artifactType,
    format: '',
    signature: '',
    packages: 0,
    both: 0,
    onlyDocument: [],
    onlyDocumentTotal: 0,
    onlyLayers: [],
    onlyLayersTotal: 0,
    refused: '',
  }
}

function parseOrNull(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return null
  }
}
