import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Folder with the public data packs; tests that need it say so and skip where it is absent. */
const root = process.env.ALLCLEAR_TEST_DATA ?? join(import.meta.dirname, '../../shared/data')

export const hasTestData = existsSync(join(root, 'INDEX.md'))

/** Absolute path of a data pack, `testData('checks/versions-purl-vers.zip')`. */
export function testData(path: string): string {
  return join(root, path)
}
