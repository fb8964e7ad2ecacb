/**
 * A child process that imports in a loop until it is killed: `node test/store-writer.ts DIRECTORY|URL MODE`.
 * Each import is one transaction of `rowsPerImport` images named after it; its number is printed once it is committed.
 */
import { openStore } from '../src/base/store/index.ts'
import { systemClock } from '../src/base/clock.ts'

export const rowsPerImport = 400

if (import.meta.main) {
  const [place, mode] = process.argv.slice(2)
  const store = await openStore({
    ...(place.startsWith('postgres:') ? { url: place } : { directory: place }),
    clock: systemClock,
  })
  const last = await store
    .prepare<{ last: number | null }>('select max(first_seen_at) as last from image')
    .get()
  for (let number = (last?.last ?? 0) + 1; ; number++) {
    await store.transaction(
      async (transaction) => {
        const first = await transaction.nextNumbers('image', rowsPerImport)
        const half = rowsPerImport / 2
        for (const start of [0, half]) {
          const rows = Array.from({ length: half }, (_, at) => {
            const no = first + start + at
            return [no, `name:${no}`, null, `import-${number}`, number] as const
          })
          await transaction.insert('image', ['no', 'id', 'digest', 'name', 'first_seen_at'], rows)
          // Here a real import reads its next document.
          await new Promise((resolve) => setImmediate(resolve))
        }
        await transaction
          .prepare('insert into setting (key, value) values (?, ?)')
          .run(`import-${number}`, '1')
      },
      { mode: mode === 'bulk' ? 'bulk' : 'full' },
    )
    process.stdout.write(`${number}\n`)
  }
}
