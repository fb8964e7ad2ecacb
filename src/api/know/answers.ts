import type { ApiContext, LocalRead } from '../context.ts'

/**
 * Questions in plain words, for a caller in this process: what takes requests apart, and the schemas of all questions
 * and answers, are more code than everything that an answer needs. A question with numbers goes through its schema.
 */
export function localAnswers(context: ApiContext): ReadonlyMap<string, LocalRead> {
  return new Map([
    [
      '/where',
      ({ q, cluster, owner, ...others }) => {
        const plain = [cluster, owner].every((value) => value === undefined || typeof value === 'string')
        const more = Object.values(others).some((value) => value !== undefined)
        if (typeof q !== 'string' || q === '' || !plain || more) return null
        const place = { cluster: cluster as string | undefined, owner: owner as string | undefined }
        return context.knowledge().then((knowledge) => knowledge.where({ query: q, ...place }))
      },
    ],
  ])
}
