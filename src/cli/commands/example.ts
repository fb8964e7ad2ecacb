import { setTimeout as pause } from 'node:timers/promises'
import type { ExampleChange } from '../../api/index.ts'
import { AllclearError } from '../../base/errors.ts'
import type { CommandContext } from '../context.ts'
import { parseDuration, plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear example fix|break CVE`: always of the example fleet. */
export async function run(
  context: CommandContext,
  [vulnerability]: string[],
  options: OptionValues,
): Promise<number> {
  const client = await context.client()
  const send = (path: string, body: unknown) => client.send<ExampleChange>('POST', path, body)
  const change =
    context.path === 'example break'
      ? await send('/example/breaks', { vulnerability })
      : options.every === undefined
        ? await send('/example/fixes', { vulnerability, steps: stepsOf(options.steps as string | undefined) })
        : await slowly(context, send, vulnerability, options.every as string)
  await print(context, {
    value: change,
    names: () => change.steps.map(({ workload }) => workload),
    table: () =>
      `${change.steps.map(({ workload, from, to }) => `${workload}: ${tagOf(from)} → ${tagOf(to)}\n`).join('')}${
        change.left === 0
          ? `Nothing runs ${change.vulnerability} any more.\n`
          : `${plural(change.left, 'workload')} of ${change.vulnerability} ${change.left === 1 ? 'is' : 'are'} left.\n`
      }`,
  })
  return 0
}

/** One workload after another, with time to look. */
async function slowly(
  { io }: CommandContext,
  send: (path: string, body: unknown) => Promise<ExampleChange>,
  vulnerability: string,
  every: string,
): Promise<ExampleChange> {
  const everyMs = parseDuration(every)
  if (everyMs === null)
    throw new AllclearError('usage', { message: `\`${every}\` is no time.`, next: 'Write --every 2s.' })
  const steps: ExampleChange['steps'] = []
  for (;;) {
    const change = await send('/example/fixes', { vulnerability, steps: 1 })
    steps.push(...change.steps)
    if (change.left === 0 || change.steps.length === 0) return { ...change, steps }
    io.writeError(`${change.steps[0].workload} is fixed; ${change.left} left.\n`)
    await pause(everyMs, undefined, { signal: io.signal })
  }
}

function stepsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text)
  throw new AllclearError('usage', {
    message: `\`${text}\` is no number of steps.`,
    next: 'Write --steps 3.',
  })
}

function tagOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1)
}
