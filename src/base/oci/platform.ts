import type { FoundDescriptor } from './config.ts'
import { unreadableImage } from './refusals.ts'

export interface Platform {
  os: string
  architecture: string
  variant: string | null
}

/** Most fleets run it; `--platform` says otherwise. */
const defaultPlatform: Platform = { os: 'linux', architecture: 'amd64', variant: null }

/** `linux/arm64/v8`; null when it is none. */
export function parsePlatform(text: string): Platform | null {
  const match = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9.]+))?$/.exec(text)
  return match && { os: match[1], architecture: match[2], variant: match[3] ?? null }
}

/**
 * The manifest of an index for a platform (OCI image specification, "Image Index"). One that is alone is taken as it is;
 * attestations, which Docker's builder lists beside the images as `unknown/unknown`, never are.
 */
export function choosePlatform(
  found: readonly FoundDescriptor[],
  wanted: Platform | undefined,
  where: string,
): FoundDescriptor {
  const images = found.filter(
    ({ platform, annotations }) =>
      platform?.os !== 'unknown' && annotations?.['vnd.docker.reference.type'] !== 'attestation-manifest',
  )
  if (images.length === 0) throw unreadableImage(where, 'it lists no image')
  const asked = wanted ?? defaultPlatform
  const fits = images.find(
    ({ platform }) =>
      platform?.os === asked.os &&
      platform.architecture === asked.architecture &&
      (asked.variant === null || platform.variant === asked.variant),
  )
  if (fits !== undefined) return fits
  if (images.length === 1 && wanted === undefined) return images[0]
  const there = images.map(({ platform }) =>
    platform ? [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/') : 'unnamed',
  )
  throw unreadableImage(
    where,
    `it has nothing for ${asked.os}/${asked.architecture}${asked.variant ? `/${asked.variant}` : ''}, only ${[...new Set(there)].slice(0, 8).join(', ')}`,
  )
}
