/** An image reference in its parts, with the defaults that container runtimes add written out. */
export interface ImageReference {
  /** `docker.io/library/nginx` */
  repository: string
  /** `latest` when neither tag nor digest is given; `null` when only a digest is. */
  tag: string | null
  digest: string | null
  /** `repository[:tag][@digest]` */
  text: string
}

const digestPattern = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]{32,}$/

/**
 * Normalises a reference as the distribution reference grammar and Docker's defaults ask: no registry means
 * docker.io, no namespace there means library, no tag means latest. `null` when it is no reference.
 */
export function parseReference(reference: string): ImageReference | null {
  const text = reference.trim()
  if (text === '' || text.length > 1024 || /\s/.test(text)) return null
  const at = text.indexOf('@')
  const digest = at < 0 ? null : text.slice(at + 1)
  if (digest !== null && !digestPattern.test(digest)) return null
  const name = at < 0 ? text : text.slice(0, at)
  const colon = name.lastIndexOf(':')
  const hasTag = colon > name.lastIndexOf('/')
  let repository = hasTag ? name.slice(0, colon) : name
  const tag = hasTag ? name.slice(colon + 1) : digest === null ? 'latest' : null
  if (repository === '' || (tag !== null && !/^\w[\w.-]{0,127}$/.test(tag))) return null
  const first = repository.split('/', 1)[0]
  const hasRegistry = repository.includes('/') && (/[.:]/.test(first) || first === 'localhost')
  if (!hasRegistry)
    repository = `docker.io/${repository.includes('/') ? repository : `library/${repository}`}`
  else if (first === 'index.docker.io' || first === 'registry-1.docker.io')
    repository = `docker.io/${repository.slice(first.length + 1)}`
  if (/^docker\.io\/[^/]+$/.test(repository))
    repository = repository.replace('docker.io/', 'docker.io/library/')
  return {
    repository,
    tag,
    digest,
    text: `${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`,
  }
}

/**
 * The digest in a container status's `imageID`, in the spellings of dockershim (`docker-pullable://name@sha256:…`,
 * `docker://sha256:…`), containerd and CRI-O (`name@sha256:…`, `sha256:…`). The last kind is the image's own id rather
 * than that of its manifest, which is all these runtimes say.
 */
export function digestOfImageId(imageId: string | null | undefined): string | null {
  if (!imageId) return null
  return /sha256:[0-9a-f]{64}/.exec(imageId)?.[0] ?? null
}
