import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'
import type { Store } from '../store/index.ts'
import type { KeyEncryption } from './key-encryption.ts'
import { keyBytes, openBytes, sealBytes } from './sealed-bytes.ts'

/**
 * Contents that the store holds only encrypted. Each box (`inc-7kq2m9/facts`) has a data key of its own, which the store holds
 * wrapped by a key that it does not have. To forget a box is to forget its data key.
 */
export interface Envelopes {
  /**
   * What encrypts into a box; makes the box when there is none. `place` is where the text will lie (a row): it opens nowhere
   * else. To be had before a transaction begins, in which the store itself is not to be asked.
   */
  sealer(box: string): Promise<(place: string, text: string) => string>
  /** What decrypts out of it. Throws `key.missing` and `data.damaged`. */
  opener(box: string): Promise<(place: string, sealed: string) => string>
  /** Wraps every data key by the current key; contents stay as they are. Number of those that were wrapped anew. */
  rewrap(): Promise<number>
  /** Names of the keys that something is wrapped by. */
  keysInUse(): Promise<string[]>
  /** What was in the box can be read by nobody any more, in no backup that is made from now on. */
  forget(box: string): Promise<void>
}

const form = 'v1.'

/** `keys` is opened on first use: an installation without anything under embargo needs none. */
export function openEnvelopes(store: Store, clock: Clock, keys: () => Promise<KeyEncryption>): Envelopes {
  /** Data keys in the clear, the last used last; bounded, for each is a secret in memory. */
  const opened = new Map<string, Buffer>()

  function keep(box: string, key: Buffer): Buffer {
    opened.delete(box)
    opened.set(box, key)
    for (const [oldest, bytes] of opened) {
      if (opened.size <= limit('openBoxes')) break
      bytes.fill(0)
      opened.delete(oldest)
    }
    return key
  }

  const rowOf = (box: string) =>
    store.db.selectFrom('envelope').selectAll().where('box', '=', box).executeTakeFirst()

  async function keyOf(box: string): Promise<Buffer | null> {
    const known = opened.get(box)
    if (known !== undefined) return keep(box, known)
    const row = await rowOf(box)
    if (row === undefined) return null
    const key = await (await keys()).unwrap(row.wrapped_by, Buffer.from(row.wrapped, 'base64'))
    if (key.length !== keyBytes)
      throw new AllclearError('data.damaged', {
        message: 'A data key came back with another length.',
        next: 'Look at the key command, or restore a backup.',
      })
    return keep(box, key)
  }

  async function makeKey(box: string): Promise<Buffer> {
    const made = randomBytes(keyBytes)
    const { key: wrappedBy, wrapped } = await (await keys()).wrap(made)
    // Of two that make the box at once one row stays, and both read it back.
    await store.transaction(
      async ({ db }) => {
        await db
          .insertInto('envelope')
          .values({
            box,
            wrapped: wrapped.toString('base64'),
            wrapped_by: wrappedBy,
            wrapped_at: clock.nowMs(),
          })
          .onConflict((conflict) => conflict.column('box').doNothing())
          .execute()
      },
      { mode: 'full' },
    )
    return (await keyOf(box))!
  }

  return {
    async sealer(box) {
      const key = Buffer.from((await keyOf(box)) ?? (await makeKey(box)))
      return (place, text) =>
        form + sealBytes(key, Buffer.from(text), `${box}\n${place}`).toString('base64url')
    },
    async opener(box) {
      const found = await keyOf(box)
      if (found === null)
        throw new AllclearError('key.missing', {
          message:
            'The data key of something that was encrypted is gone: it was forgotten, or the store was damaged.',
          next: 'When it was not meant, restore a backup from before.',
        })
      const key = Buffer.from(found)
      return (place, sealed) =>
        openBytes(key, Buffer.from(sealed.slice(form.length), 'base64url'), `${box}\n${place}`).toString()
    },
    async rewrap() {
      const encryption = await keys()
      const rows = await store.db
        .selectFrom('envelope')
        .selectAll()
        .where('wrapped_by', '!=', encryption.current)
        .execute()
      for (const row of rows) {
        const key = await encryption.unwrap(row.wrapped_by, Buffer.from(row.wrapped, 'base64'))
        const { key: wrappedBy, wrapped } = await encryption.wrap(key)
        await store.transaction(
          async ({ db }) => {
            await db
              .updateTable('envelope')
              .set({ wrapped: wrapped.toString('base64'), wrapped_by: wrappedBy, wrapped_at: clock.nowMs() })
              .where('box', '=', row.box)
              .execute()
          },
          { mode: 'full' },
        )
      }
      return rows.length
    },
    async keysInUse() {
      const rows = await store.db
        .selectFrom('envelope')
        .select('wrapped_by')
        .distinct()
        .orderBy('wrapped_by')
        .execute()
      return rows.map((row) => row.wrapped_by)
    },
    async forget(box) {
      opened.get(box)?.fill(0)
      opened.delete(box)
      await store.db.deleteFrom('envelope').where('box', '=', box).execute()
    },
  }
}

/** Whether a column holds what `seal` made. */
export function isSealed(text: string): boolean {
  return text.startsWith(form)
}
