import { AllclearError } from '../../errors.ts'

/** An image reference with the registry that it names (distribution reference grammar, with Docker's defaults). */
export interface RegistryReference {
  /** `registry.example.org:5000`; `docker.io` when none is written. */
  registry: string
  repository: string
  tag: string | null
  digest: string | null
  /** Everything written out. */
  text: string
}

const repositoryPattern =
  /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/
const registryPattern =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/i

export function parseRegistryReference(text: string): RegistryReference {
  const refuse = (why: string): never => {
    throw new AllclearError('usage', {
      message: `"${text.slice(0, 200)}" is no image reference: ${why}.`,
      next: 'Write REGISTRY/NAME:TAG or REGISTRY/NAME@sha256:…; archives as docker-archive:FILE, oci-archive:FILE, oci-dir:FOLDER, dir:ROOTFS.',
    })
  }
  if (text.length > 1024 || /\s/.test(text)) refuse('it is too long or has blanks')
  const at = text.indexOf('@')
  const digest = at < 0 ? null : text.slice(at + 1)
  if (digest !== null && !/^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/.test(digest))
    refuse('its digest is none')
  const name = at < 0 ? text : text.slice(0, at)
  const colon = name.lastIndexOf(':')
  const tagged = colon > name.lastIndexOf('/')
  const tag = tagged ? name.slice(colon + 1) : digest === null ? 'latest' : null
  if (tag !== null && !/^\w[\w.-]{0,127}$/.test(tag)) refuse('its tag is none')
  const path = tagged ? name.slice(0, colon) : name
  const first = path.split('/', 1)[0]
  const named = path.includes('/') && (/[.:]/.test(first) || first === 'localhost')
  let registry = named ? first : 'docker.io'
  let repository = named ? path.slice(first.length + 1) : path
  if (registry === 'index.docker.io' || registry === 'registry-1.docker.io') registry = 'docker.io'
  if (registry === 'docker.io' && !repository.includes('/')) repository = `library/${repository}`
  if (!registryPattern.test(registry)) refuse('its registry is no host')
  if (repository.length > 255 || !repositoryPattern.test(repository)) refuse('its name is none')
  return {
    registry,
    repository,
    tag,
    digest,
    text: `${registry}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`,
  }
}
