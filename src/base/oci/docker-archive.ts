import { z } from 'zod'
import { parseJson } from '../json.ts'
import { limit } from '../limits.ts'
import { overLimit, unreadableImage } from './refusals.ts'

const manifest = z
  .array(
    z.object({
      Config: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Layers: z.array(z.string()).nullish(),
    }),
  )
  .min(1)

/** The first image of a `docker save` archive (Docker image specification 1.2, "Combined Image JSON + Filesystem"). */
export function readDockerManifest(
  bytes: Uint8Array,
  source: string,
): { config: string; references: string[]; layers: string[] } {
  const parsed = manifest.safeParse(parseJson(bytes, { source: `${source}: manifest.json` }))
  if (!parsed.success)
    throw unreadableImage(source, `its manifest.json does not fit: ${parsed.error.issues[0].message}`)
  if (parsed.data.length > 1)
    throw unreadableImage(
      source,
      `it holds ${parsed.data.length} images (${parsed.data
        .flatMap(({ RepoTags }) => RepoTags ?? [])
        .slice(0, 3)
        .join(', ')}); save them one by one`,
    )
  const [image] = parsed.data
  const layers = image.Layers ?? []
  if (layers.length > limit('imageLayers'))
    throw overLimit(source, `has more than ${limit('imageLayers')} layers`, 'ALLCLEAR_LIMIT_IMAGE_LAYERS')
  return { config: image.Config, references: image.RepoTags ?? [], layers }
}
