import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from './clock.ts'
import {
  acquireLock,
  findServer,
  lockedBy,
  openDataDirectory,
  resolveDataDirectory,
} from './data-directory.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allclear-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('resolveDataDirectory', () => {
  it.each([
    [{ data: 'here', env: { ALLCLEAR_DATA: '/there' } }, '/srv/here'],
    [{ env: { ALLCLEAR_DATA: '/there', XDG_DATA_HOME: '/xdg' } }, '/there'],
    [{ env: { XDG_DATA_HOME: '/xdg', HOME: '/home/me' } }, '/xdg/allclear'],
    [{ env: { HOME: '/home/me', ALLCLEAR_DATA: '' } }, '/home/me/.local/share/allclear'],
  ])('of %j is %s', (options, expected) => {
    expect(resolveDataDirectory({ ...options, cwd: '/srv' })).toBe(expected)
  })
})

describe('openDataDirectory', () => {
  it('makes a folder for its owner alone and knows the example', async () => {
    const path = join(folder, 'deep/data')
    expect(await openDataDirectory(path)).toEqual({ path, blobs: join(path, 'blobs'), isExample: false })
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect((await openDataDirectory(path, { example: true })).isExample).toBe(true)
    expect((await openDataDirectory(path)).isExample).toBe(true)
  })

  it('says what is wrong with a place that cannot be one', async () => {
    writeFileSync(join(folder, 'file'), '')
    await expect(openDataDirectory(join(folder, 'file/data'))).rejects.toMatchObject({
      code: 'data.unusable',
      where: join(folder, 'file/data'),
    })
  })
})

describe('the lock', () => {
  it('is held by one, found by others, and free again after release', async () => {
    const clock = fixedClock(1_000)
    expect(await findServer(folder)).toBeNull()
    const first = await acquireLock(folder, { version: '1.2.3', clock })
    if (!first.ok) throw new Error('the lock is taken')
    const holder = { pid: process.pid, startedAtMs: 1_000, version: '1.2.3', url: null }
    expect(await findServer(folder)).toEqual(holder)
    expect(await acquireLock(folder)).toEqual({ ok: false, reason: holder })
    await first.value.announce('http://127.0.0.1:2990')
    expect(await findServer(folder)).toEqual({ ...holder, url: 'http://127.0.0.1:2990' })
    expect(lockedBy(folder, holder).message).toContain(
      `process ${process.pid} since 1970-01-01T00:00:01.000Z`,
    )
    await first.value.release()
    expect(await findServer(folder)).toBeNull()
    expect(existsSync(join(folder, 'lock.json'))).toBe(false)
    const second = await acquireLock(folder)
    expect(second.ok).toBe(true)
    if (second.ok) await second.value.release()
  })

  it('is given to exactly one of many that come at once', async () => {
    const locks = await Promise.all(Array.from({ length: 8 }, () => acquireLock(folder)))
    const held = locks.filter((lock) => lock.ok)
    expect(held).toHaveLength(1)
    for (const lock of held) if (lock.ok) await lock.value.release()
  })

  it('of a process that was killed is free at once, whatever its note says', async () => {
    const child = await startHolder()
    expect(await findServer(folder)).toMatchObject({ pid: child.pid, url: 'http://127.0.0.1:1' })
    expect(await acquireLock(folder)).toMatchObject({ ok: false, reason: { pid: child.pid } })
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
    expect(existsSync(join(folder, 'lock.json'))).toBe(true)
    expect(await findServer(folder)).toBeNull()
    const lock = await acquireLock(folder)
    expect(lock.ok).toBe(true)
    expect(await findServer(folder)).toMatchObject({ pid: process.pid })
    if (lock.ok) await lock.value.release()
  })

  it('is not believed to be held because a note names a living process', async () => {
    writeFileSync(join(folder, 'lock.json'), JSON.stringify({ pid: process.pid, url: 'http://127.0.0.1:9' }))
    expect(await findServer(folder)).toBeNull()
    writeFileSync(join(folder, 'lock.json'), '{ half a no')
    expect(await findServer(folder)).toBeNull()
  })

  it.skipIf(process.getuid?.() === 0)(
    'that cannot be taken says why (skipped for root, who may write anywhere)',
    async () => {
      chmodSync(folder, 0o500)
      await expect(acquireLock(folder)).rejects.toMatchObject({ code: 'data.unusable' })
      chmodSync(folder, 0o700)
    },
  )
})

async function startHolder(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../test/lock-holder.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  expect(line).toBe('held\n')
  return child
}
