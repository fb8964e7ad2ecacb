/** Keys of packages, without what judges them: all that a thread needs that reads documents. */
export { packageKeyOf } from '../package-key.ts'
export { languageEcosystems } from '../package-ecosystems.ts'
