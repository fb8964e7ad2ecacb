import { setTimeout as pause } from 'node:timers/promises'
import { AllclearError } from '../../base/errors.ts'
import type { ProbeResult, Verdict } from '../../core/probe/index.ts'
import type { CommandContext } from '../context.ts'
import { formatProbeResult } from '../output/probe.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

const watchEveryMs = 1_000

/** `allclear probe run ID [NAME=VALUE …] [--watch]` */
export async function run(
  context: CommandContext,
  [id, ...words]: string[],
  { watch }: OptionValues,
): Promise<number> {
  const client = await context.client()
  const params = parametersOf(words)
  const ask = () => client.send<ProbeResult>('POST', `/probes/${encodeURIComponent(id)}/runs`, { params })
  let last = ''
  for (;;) {
    const result = await ask()
    const said = `${result.verdict} ${result.reason}`
    if (said !== last)
      await print(context, {
        value: result,
        names: () => [result.verdict],
        table: (wide) => formatProbeResult(result, context, wide),
      })
    last = said
    if (watch !== true || context.io.signal.aborted) return exitOf(result.verdict)
    await pause(watchEveryMs, undefined, { signal: context.io.signal }).catch(() => {})
    if (context.io.signal.aborted) return exitOf(result.verdict)
  }
}

function exitOf(verdict: Verdict): number {
  return verdict === 'confirmed' ? 0 : verdict === 'contradicted' ? 1 : 3
}

/** Numbers and flags as such, lists with commas: what the probe takes is checked by the probe. */
function parametersOf(words: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=')
      if (equals <= 0)
        throw new AllclearError('usage', {
          message: `\`${word}\` gives no parameter.`,
          next: 'Write NAME=VALUE: advisory=CVE-2021-44228.',
        })
      return [word.slice(0, equals), valueOf(word.slice(equals + 1))]
    }),
  )
}

function valueOf(text: string): unknown {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text)
  if (text === 'true' || text === 'false') return text === 'true'
  return text.includes(',') ? text.split(',') : text
}
