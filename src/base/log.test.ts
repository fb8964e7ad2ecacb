import { expect, it } from 'vitest'
import { openLog } from './log.ts'

async function linesOf(
  work: (log: ReturnType<typeof openLog>) => void,
  count: number,
): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = []
  const enough = Promise.withResolvers<void>()
  work(
    openLog({
      level: 'info',
      write(line) {
        lines.push(JSON.parse(line) as Record<string, unknown>)
        if (lines.length === count) enough.resolve()
      },
    }),
  )
  await enough.promise
  return lines
}

it('writes lines in order from the level up, also those that came before it was loaded', async () => {
  const lines = await linesOf((log) => {
    log.debug('not this')
    log.info('first', { count: 1 })
    log.with({ wing: 'know' }).warn('second', { count: 2 })
    log.error('third', {}, new Error('broken'))
  }, 3)
  expect(lines).toMatchObject([
    { level: 30, msg: 'first', count: 1 },
    { level: 40, msg: 'second', count: 2, wing: 'know' },
    { level: 50, msg: 'third', err: { message: 'broken' } },
  ])
  expect(lines[0].time).toMatch(/^\d{4}-\d\d-\d\dT/)
})
