import { AllclearError } from '../../base/errors.ts'

/** Throws `usage` unless a cluster can be called so: names are parts of ids with slashes. */
export function checkClusterName(name: string): void {
  if (/^[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?$/i.test(name)) return
  throw new AllclearError('usage', {
    message: `"${name}" is no name for a cluster.`,
    next: 'Use letters, digits, dots and hyphens: shop-eu.',
  })
}
