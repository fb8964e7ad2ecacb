import { join } from 'node:path'

declare const __ALLCLEAR_VERSION__: string | undefined

/** True in the published package, whose code is bundled. */
export const runsFromBundle = typeof __ALLCLEAR_VERSION__ === 'string'

/** Folder with package.json and `examples/`. Bundled code lies in `dist/lib/`, as deep as this file in `src/base/`. */
export const packageRoot = join(import.meta.dirname, '../..')

/** Folder of the built console. */
export const consoleDirectory = join(packageRoot, runsFromBundle ? 'dist/console' : 'web/dist')
