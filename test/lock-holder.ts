/** A child process that takes the lock of a data directory, says so, and holds it until it is killed. */
import { acquireLock } from '../src/base/data-directory.ts'

const lock = await acquireLock(process.argv[2], { url: 'http://127.0.0.1:1', version: 'test' })
process.stdout.write(lock.ok ? 'held\n' : `taken by ${lock.reason.pid}\n`)
if (lock.ok) setInterval(() => {}, 60_000)
