import { resolve } from 'node:path'
import type { Installation } from '../../api/installation.ts'
import { AllclearError } from '../../base/errors.ts'
import type { CommandContext } from '../context.ts'
import { plural } from '../output/format.ts'
import { print } from '../output/print.ts'

/** Sentences of damage that are shown; the rest are counted. */
const problemsShown = 20

/** `allclear db migrate|backup|restore|check`: about the store itself, so not through the API. */
export async function run(context: CommandContext, args: string[]): Promise<number> {
  const { openFor } = await import('../client/connect.ts')
  const { io, location, path } = context
  if (location.server !== null) {
    throw new AllclearError('usage', {
      message: 'The store of a server is looked after on its own machine.',
      next: `Run \`allclear ${path}\` there, with its --data.`,
    })
  }
  if (path === 'db restore' && location.example) {
    throw new AllclearError('example.read-only', {
      message: 'The example fleet is made from its own files; nothing is restored into it.',
      next: 'Give the restored data a directory of its own: `--data DIR`.',
    })
  }
  const needs = path === 'db check' || path === 'db backup' ? 'read' : 'write'
  const opened = await openFor(location, io, { version: context.version, needs, progress: context.progress })
  try {
    switch (path) {
      case 'db migrate':
        // Opening has done it; a server that runs has done it as well.
        return await tell(
          context,
          opened,
          {},
          () => `The store of ${location.dataDirectory} is up to date.\n`,
        )
      case 'db backup':
        return await backup(context, opened, resolve(io.cwd, args[0]))
      case 'db restore':
        return await restore(context, opened, resolve(io.cwd, args[0]))
      default:
        return await check(context, opened)
    }
  } finally {
    await opened.close()
  }
}

async function backup(context: CommandContext, opened: Installation, file: string): Promise<number> {
  const { backupStore } = await import('../../base/store/backup.ts')
  const report = await backupStore(opened.store, await opened.blobs(), file, showProgress(context, 'Writing'))
  return tell(
    context,
    opened,
    { file, ...report },
    () =>
      `Wrote ${plural(report.rows, 'row')} and ${plural(report.documents, 'document')} of ${context.location.dataDirectory} to ${file}.\n`,
  )
}

async function restore(context: CommandContext, opened: Installation, file: string): Promise<number> {
  const { restoreStore } = await import('../../base/store/restore.ts')
  const report = await restoreStore(
    opened.store,
    await opened.blobs(),
    file,
    showProgress(context, 'Restoring'),
  )
  return tell(
    context,
    opened,
    { file, ...report },
    () =>
      `Restored ${plural(report.rows, 'row')} and ${plural(report.documents, 'document')} from ${file} into ${context.location.dataDirectory}.\n`,
  )
}

async function check(context: CommandContext, opened: Installation): Promise<number> {
  const { checkStore } = await import('../../base/store/index.ts')
  const problems = await checkStore(opened.store)
  if (problems.length === 0) {
    return tell(
      context,
      opened,
      { problems },
      () => `The store of ${context.location.dataDirectory} is sound.\n`,
    )
  }
  if (context.form === 'json' || context.form === 'yaml') await tell(context, opened, { problems }, () => '')
  const more = problems.length - problemsShown
  throw new AllclearError('data.damaged', {
    message:
      problems.slice(0, problemsShown).join('\n') +
      (more > 0 ? `\n… and ${plural(more, 'more problem')}` : ''),
    next: 'Restore a backup with `allclear db restore`, or import the sources again into a new directory.',
  })
}

function showProgress({ progress }: CommandContext, title: string) {
  return ({ rows, documents }: { rows: number; documents: number }) =>
    documents === 0
      ? progress.show({ title: `${title} rows`, done: rows, total: null, unit: 'rows' })
      : progress.show({ title: `${title} documents`, done: documents, total: null, unit: 'documents' })
}

async function tell(
  context: CommandContext,
  { store }: Installation,
  more: object,
  sentence: () => string,
): Promise<number> {
  const { dataDirectory } = context.location
  await print(context, {
    value: { dataDirectory, engine: store.engine, ...more },
    names: () => ['file' in more ? String(more.file) : dataDirectory],
    table: sentence,
  })
  return 0
}
