import { parseDocument } from 'yaml'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import { checkFact, parseScope, scopeText, type DeclaredFact } from './facts.ts'

/**
 * Facts from a YAML file, as it is kept in Git: places as keys, each with its facts.
 *
 *     shop-eu: {tenant: shop}
 *     shop-eu/search: {team: search, criticality: high}
 *     shop-eu/search/Deployment/indexer: {data: [personal], users: 120000}
 *
 * The file is taken whole or not at all: a typing error must not declare half of it. Throws `input.not-yaml` or `usage`
 * with the line.
 */
export function readFactsFile(
  text: string,
  { source, atMs }: { source: string; atMs: number },
): DeclaredFact[] {
  if (Buffer.byteLength(text) > limit('yamlDocumentBytes')) {
    throw new AllclearError('input.too-large', {
      message: `${source} has more than ${limit('yamlDocumentBytes')} bytes.`,
      next: 'Split it, or raise ALLCLEAR_LIMIT_YAML_DOCUMENT_BYTES.',
      where: source,
    })
  }
  const document = parseDocument(text, { uniqueKeys: true, logLevel: 'silent', schema: 'core' })
  const [problem] = document.errors
  if (problem) {
    throw new AllclearError('input.not-yaml', {
      message: `${source}: ${problem.message.split('\n', 1)[0]}`,
      next: 'Look at that place.',
      where: `${source}, line ${problem.linePos?.[0].line ?? '?'}`,
    })
  }
  let places: unknown
  try {
    places = document.toJS({ maxAliasCount: limit('yamlAliases') })
  } catch (error) {
    throw new AllclearError('input.not-yaml', {
      message: `${source}: ${(error as Error).message.split('\n', 1)[0]}`,
      next: 'Write aliases out.',
      where: source,
    })
  }
  if (places === null || places === undefined) return []
  if (!isObject(places)) throw unusable(source, 'it is no mapping of places to facts')
  const facts: DeclaredFact[] = []
  for (const [place, said] of Object.entries(places)) {
    try {
      const scope = parseScope(place)
      if (!isObject(said)) throw unusable(source, `${place} has no mapping of facts`)
      for (const [name, value] of Object.entries(said)) {
        const words = Array.isArray(value) ? value.map(String).join(',') : String(value ?? '')
        facts.push({ scope, ...checkFact(name, words), source: `file:${source}`, declaredAtMs: atMs })
      }
    } catch (error) {
      if (!(error instanceof AllclearError)) throw error
      const { code, message, next } = error
      throw new AllclearError(code, { message, next, where: `${source}: ${place.slice(0, 200)}` })
    }
  }
  const seen = new Set<string>()
  for (const { scope, fact } of facts) {
    const key = `${scopeText(scope)} ${fact}`
    if (seen.has(key)) throw unusable(source, `${key} is said twice`)
    seen.add(key)
  }
  return facts
}

function unusable(source: string, reason: string): AllclearError {
  return new AllclearError('usage', {
    message: `${source}: ${reason}.`,
    next: 'Write `CLUSTER/NAMESPACE/KIND/NAME: {criticality: high, data: [personal]}`.',
    where: source,
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
