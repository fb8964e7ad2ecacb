/** One advisory against one package version: a question of its own, which no scan and no fleet asks. */
export { affectedBy, type AffectedVerdict } from '../affected-by.ts'
