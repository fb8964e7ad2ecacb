import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadGroups } from '../../api/groups.ts'
import { createApi } from '../../api/app.ts'
import type { ApiContext } from '../../api/context.ts'
import type { Installation } from '../../api/installation.ts'
import { consoleDirectory, packageRoot, runsFromBundle } from '../../base/package-root.ts'
import { startServer } from '../../api/serve.ts'
import { AllclearError } from '../../base/errors.ts'
import type { CveAnswer } from '../../know/answers.ts'
import { findServerOf, openFor } from '../client/connect.ts'
import type { CommandContext } from '../context.ts'
import { formatCoverage, formatSentence } from '../output/answer.ts'
import type { OptionValues } from '../spec.ts'

/** The vulnerability that everybody has heard of; the example fleet runs it. */
const firstQuestion = 'CVE-2021-44228'
const heartbeatMs = 5_000

/** `allclear up`: serves until Ctrl-C. */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const { io, location, version, progress } = context
  if (location.server !== null) {
    throw new AllclearError('usage', {
      message: '`up` starts a server; it uses none.',
      next: 'Leave --server and ALLCLEAR_SERVER out.',
    })
  }
  const running = await findServerOf(location)
  if (running !== null) {
    throw new AllclearError('data.locked', {
      message: `Allclear already serves ${location.dataDirectory} at ${running}.`,
      next: `Open ${running}, or stop that one first.`,
    })
  }
  const installation = await openFor(location, io, { version, needs: 'write', progress })
  try {
    const port = options.port === undefined ? installation.config.server.port : portOf(options.port as string)
    const host = (options.host as string | undefined) ?? installation.config.server.host
    const api: ApiContext = {
      knowledge: installation.knowledge,
      response: () => installation.response(),
      checklists: installation.checklists,
      auth: { mode: 'local', people: installation.people },
      config: {
        version,
        example: installation.isExample,
        heartbeatMs,
        clock: io.clock,
        osvUrl: installation.config.feeds.osv,
        oidc: installation.config.oidc,
        ...(installation.config.server.url === null
          ? {}
          : { publicUrl: () => installation.config.server.url! }),
      },
    }
    // The index is built before the port opens, so that the first answer is as quick as the others.
    const knowledge = await installation.knowledge()
    const server = await startServer({
      context: api,
      host,
      port,
      names: (options.name as string[] | undefined) ?? [],
      consoleDirectory: existsSync(join(consoleDirectory, 'index.html')) ? consoleDirectory : null,
    })
    await installation.announce(server.url)
    // Clusters that do not answer must not keep the console from those that do.
    if (!installation.isExample) {
      await (await knowledge.live()).start()
      await knowledge.startReadingImages()
    }
    ;(await installation.response()).start()
    progress.end()
    try {
      await greet(context, installation, api, server.url, options.firstAnswer === true)
      await loadGroups(api)
      await knowledge.prepare()
      if (!io.signal.aborted) await once(io.signal, 'abort')
      io.writeError('Stopping.\n')
    } finally {
      await server.close()
    }
  } finally {
    await installation.close()
  }
  return 0
}

async function greet(
  { io, terminal }: CommandContext,
  installation: Installation,
  api: ApiContext,
  url: string,
  firstAnswer: boolean,
): Promise<void> {
  const lines: string[] = []
  if (firstAnswer) {
    const response = await createApi(api).request(`http://localhost/api/v1/cve/${firstQuestion}`)
    const answer = (await response.json()) as CveAnswer
    if (response.ok && !('known' in answer)) {
      lines.push(
        `\nDid you hear about ${firstQuestion}?\n`,
        formatSentence(answer.sentence, answer.verdict, terminal),
        formatCoverage(answer.coverage, io.clock.nowMs(), terminal),
      )
    }
  }
  if (installation.isExample)
    lines.push(
      `\n${terminal.paint('yellow', 'Example fleet: invented; it takes no imports. Your own data goes to a directory of its own: see `status`.')}\n`,
    )
  lines.push(`\nAllclear runs at ${terminal.bold(url)}\n`)
  if (firstAnswer) {
    const command = runsFromBundle ? 'allclear' : './bin/allclear'
    const where = installation.isExample ? ' --example' : ''
    lines.push(
      '\nTry in another terminal:\n',
      `  ${command}${where} where 'log4j-core@<2.17.1'\n`,
      `  ${command}${where} cve ${firstQuestion}\n`,
      `  ${command}${where} status\n`,
    )
    if (!runsFromBundle && process.cwd() !== packageRoot) lines.push(`  (in ${packageRoot})\n`)
  }
  lines.push('\nCtrl-C stops it.\n')
  await io.write(lines.join(''))
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new AllclearError('usage', {
    message: `\`${text}\` is no port.`,
    next: 'Write a number from 0 (any free one) to 65535.',
  })
}
