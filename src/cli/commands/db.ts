import { resolve } from 'node:path'
import { backupStore, checkStore } from '../../base/store/index.ts'
import { AllclearError } from '../../base/errors.ts'
import type { CommandContext } from '../context.ts'

/** `allclear db migrate|backup|check`: about the store itself, so not through the API. */
export async function run(context: CommandContext, args: string[]): Promise<number> {
  const { openFor } = await import('../client/connect.ts')
  const { io, location, path } = context
  if (location.server !== null) {
    throw new AllclearError('usage', {
      message: 'The store of a server is looked after on its own machine.',
      next: `Run \`allclear ${path}\` there, with its --data.`,
    })
  }
  const needs = path === 'db check' || path === 'db backup' ? 'read' : 'write'
  const opened = await openFor(location, io, { version: context.version, needs, progress: context.progress })
  try {
    switch (path) {
      case 'db migrate':
        // Opening has done it; a server that runs has done it as well.
        await io.write(`The store of ${location.dataDirectory} is up to date.\n`)
        return 0
      case 'db backup': {
        const target = resolve(io.cwd, args[0])
        await backupStore(opened.store, target)
        await io.write(`Wrote a copy of the store of ${location.dataDirectory} to ${target}.\n`)
        return 0
      }
      default: {
        const problems = await checkStore(opened.store)
        if (problems.length === 0) {
          await io.write(`The store of ${location.dataDirectory} is sound.\n`)
          return 0
        }
        throw new AllclearError('data.damaged', {
          message: problems.slice(0, 20).join('\n'),
          next: 'Restore a copy of `allclear db backup`, or import the sources again into a new directory.',
        })
      }
    }
  } finally {
    await opened.close()
  }
}
