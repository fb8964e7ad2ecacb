import { z } from 'zod'
import { parseJson } from '../json.ts'
import { unreadableImage } from './refusals.ts'
import type { Descriptor, HistoryStep, ImageConfig } from './types.ts'

/** `sha256:` and 64 hexadecimal digits; sha512 is registered too (OCI image specification, "Registered algorithms"). */
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/

const digest = z.string().regex(digestPattern)
const descriptor = z.object({
  mediaType: z.string().optional(),
  digest,
  size: z.number().int().nonnegative(),
  platform: z.object({ architecture: z.string(), os: z.string(), variant: z.string().nullish() }).nullish(),
  artifactType: z.string().nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
})
export type FoundDescriptor = z.infer<typeof descriptor>

const manifest = z.object({
  mediaType: z.string().optional(),
  config: descriptor,
  layers: z.array(descriptor),
  artifactType: z.string().nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
})
export type FoundManifest = z.infer<typeof manifest>

const index = z.object({ mediaType: z.string().optional(), manifests: z.array(descriptor) })
export type FoundIndex = z.infer<typeof index>

const texts = z.array(z.string()).nullish()
const configuration = z.object({
  architecture: z.string().nullish(),
  os: z.string().nullish(),
  variant: z.string().nullish(),
  created: z.string().nullish(),
  rootfs: z.object({ diff_ids: z.array(digest) }).nullish(),
  history: z
    .array(
      z.object({
        created: z.string().nullish(),
        created_by: z.string().nullish(),
        comment: z.string().nullish(),
        empty_layer: z.boolean().nullish(),
      }),
    )
    .nullish(),
  config: z
    .object({
      Env: texts,
      Entrypoint: texts,
      Cmd: texts,
      User: z.string().nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
})

/** A manifest or an index, told by what it has (an index may lack its media type). */
export function parseManifest(bytes: Uint8Array, where: string): FoundManifest | FoundIndex {
  const json = parseJson(bytes, { source: where })
  const asIndex = index.safeParse(json)
  if (asIndex.success) return asIndex.data
  const asManifest = manifest.safeParse(json)
  if (asManifest.success) return asManifest.data
  const [issue] = asManifest.error.issues
  throw unreadableImage(where, `it is no manifest: ${issue.path.join('.') || 'document'}: ${issue.message}`)
}

export function isIndex(found: FoundManifest | FoundIndex): found is FoundIndex {
  return 'manifests' in found
}

export function parseConfig(bytes: Uint8Array, where: string): ImageConfig {
  const parsed = configuration.safeParse(parseJson(bytes, { source: where }))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw unreadableImage(where, `its configuration does not fit: ${issue.path.join('.')}: ${issue.message}`)
  }
  const { architecture, os, variant, created, rootfs, history, config } = parsed.data
  return {
    architecture: architecture ?? null,
    os: os ?? null,
    variant: variant ?? null,
    createdAtMs: timeOf(created),
    diffIds: rootfs?.diff_ids ?? [],
    history: (history ?? []).map((step) => ({
      createdBy: step.created_by ?? null,
      comment: step.comment ?? null,
      createdAtMs: timeOf(step.created),
      emptyLayer: step.empty_layer === true,
    })),
    env: config?.Env ?? [],
    entrypoint: config?.Entrypoint ?? [],
    command: config?.Cmd ?? [],
    user: config?.User ?? null,
    labels: config?.Labels ?? {},
  }
}

export function descriptorOf({ mediaType, digest: own, size }: FoundDescriptor): Descriptor {
  return { mediaType: mediaType ?? '', digest: own, sizeBytes: size }
}

/** For each layer the step that made it: steps without a layer are passed over (OCI image specification, "history"). */
export function stepsOfLayers(history: readonly HistoryStep[], layers: number): (string | null)[] {
  const steps = history.filter(({ emptyLayer }) => !emptyLayer)
  // A squashed or rebased image may keep more steps or fewer than it has layers; then none can be told.
  return Array.from({ length: layers }, (_, at) => (steps.length === layers ? steps[at].createdBy : null))
}

export const emptyConfig: ImageConfig = {
  architecture: null,
  os: null,
  variant: null,
  createdAtMs: null,
  diffIds: [],
  history: [],
  env: [],
  entrypoint: [],
  command: [],
  user: null,
  labels: {},
}

function timeOf(text: string | null | undefined): number | null {
  const ms = text ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? null : ms
}
