import { AllclearError } from '../../base/errors.ts'
import type { SyncReport } from '../../know/knowledge.ts'
import type { CommandContext } from '../context.ts'
import { formatBytes, plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import type { OptionValues } from '../spec.ts'
import { formatReport } from './import.ts'

/** `allclear sync`: exit code 4 when every feed failed, 3 when some did. */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const { ecosystem, all, plan, dryRun, url } = options
  const request = {
    ...(url ? { baseUrl: url } : {}),
    ...(ecosystem === undefined ? {} : { ecosystems: ecosystem }),
    ...(all ? { all: true } : {}),
  }
  const client = await context.client()
  if (plan || dryRun) return finish(await ask({ ...request, plan: true }), true)

  if (context.location.example) {
    throw new AllclearError('example.read-only', {
      message: 'This is the example fleet; it takes no imports.',
      next: 'Fetch into a data directory of your own: `allclear sync --data DIR`, or without --example.',
    })
  }
  const planned = await ask({ ...request, plan: true })
  if (planned.feeds.length > 0 && planned.feeds.every((feed) => feed.action === 'failed'))
    return finish(planned, true)
  const bytes = planned.feeds.reduce((sum, feed) => sum + (feed.bytes ?? 0), 0)
  context.progress.end()
  context.io.writeError(
    `${plural(planned.feeds.length, 'feed')}, ${formatBytes(bytes)} to fetch from ${planned.baseUrl}\n`,
  )
  return finish(await ask(request), false)

  function ask(body: object): Promise<SyncReport> {
    return client.work<SyncReport>(
      '/sync',
      {},
      {
        json: body,
        onProgress: (progress) => context.progress.show(progress),
      },
    )
  }

  async function finish(report: SyncReport, planOnly: boolean): Promise<number> {
    await print(context, {
      value: report,
      names: () => report.feeds.map((feed) => feed.ecosystem),
      table: (wide) =>
        (report.feeds.length === 0
          ? 'The fleet has no ecosystem that the export knows. Import SBOMs first, or use --ecosystem or --all.\n'
          : formatTable(
              [
                { title: 'ecosystem', value: (row) => row.ecosystem },
                { title: planOnly ? 'would be' : 'was', value: (row) => row.action },
                {
                  title: 'size',
                  value: (row) => (row.bytes === null ? '-' : formatBytes(row.bytes)),
                  right: true,
                },
                { title: 'records', value: (row) => row.records },
                { title: 'reason', value: (row) => row.reason ?? '', flexible: true },
              ],
              report.feeds,
              context.terminal,
              wide,
            )) + (report.imported === null ? '' : formatReport(context, report.imported, wide)),
    })
    const failedFeeds = report.feeds.filter((feed) => feed.action === 'failed').length
    if (failedFeeds === 0) return 0
    context.io.writeError(
      `${plural(failedFeeds, 'feed')} of ${report.feeds.length} could not be fetched from ${report.baseUrl}; what was stored stays. Look at the network and run it again, or fetch the archives elsewhere and \`allclear import advisories FOLDER\`.\n`,
    )
    return failedFeeds === report.feeds.length ? 4 : 3
  }
}
