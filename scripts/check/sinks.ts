/**
 * Ways out: every route of the API and every sender of `src/base/outbound` has to be known to the suite that looks for
 * classified words in what leaves (`test/disclosure/sinks.ts`). Exit 1 with each that is not, or no longer is.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describeApi } from '../../src/api/openapi.ts'
import { systemClock } from '../../src/base/clock.ts'
import { routes, senders } from '../../test/disclosure/sinks.ts'

const unneeded = (): Promise<never> => Promise.reject(new Error('describing the API asks nobody'))
const document = (await describeApi({
  knowledge: unneeded,
  auth: { mode: 'local', people: unneeded },
  config: { version: '', example: false, heartbeatMs: 1_000, clock: systemClock },
})) as { paths: Record<string, Record<string, unknown>> }

const there = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
)
/** They judge addresses and send nothing. */
const noSenders = new Set(['addresses.ts', 'policy.ts'])
const files = readdirSync(join(import.meta.dirname, '../../src/base/outbound')).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !noSenders.has(file),
)

const problems = [
  ...unknown(there, routes).map((route) => `${route} is not registered`),
  ...unknown(Object.keys(routes), Object.fromEntries(there.map((route) => [route, true]))).map(
    (route) => `${route} is registered and not there`,
  ),
  ...unknown(files, senders).map((file) => `src/base/outbound/${file} is not registered`),
  ...unknown(Object.keys(senders), Object.fromEntries(files.map((file) => [file, true]))).map(
    (file) => `src/base/outbound/${file} is registered and not there`,
  ),
]
for (const problem of problems) console.error(`${problem}: see test/disclosure/sinks.ts`)
process.exitCode = problems.length === 0 ? 0 : 1

function unknown(names: readonly string[], known: object): string[] {
  return names.filter((name) => !Object.hasOwn(known, name))
}
