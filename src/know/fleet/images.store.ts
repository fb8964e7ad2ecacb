import type { Transaction } from '../../base/store/index.ts'
import { parseReference } from './reference.ts'
import type { ContainerRecord, FleetDelta } from './types.ts'

interface ImageName {
  no: number
  id: string
  name: string
}

/** Finds or makes the image of a container: by digest, else by a reference that some document or cluster knows. */
export class ImageResolver {
  /** Images that are new or have a better name now. */
  readonly changed: FleetDelta['images'] = []
  readonly #transaction: Transaction
  readonly #atMs: number
  readonly #byDigest = new Map<string, ImageName | null>()

  constructor(transaction: Transaction, atMs: number) {
    this.#transaction = transaction
    this.#atMs = atMs
  }

  /** The image that is known by a digest, or `null`. */
  async find(digest: string): Promise<number | null> {
    let known = this.#byDigest.get(digest)
    if (known === undefined) {
      const row =
        (await this.#transaction
          .prepare<ImageName>('select no, id, name from image where id = ?')
          .get(digest)) ??
        (await this.#transaction
          .prepare<ImageName>(
            `select image.no as no, image.id as id, image.name as name from image_reference
             join image on image.no = image_reference.image_no where image_reference.reference = ?
             order by image_reference.image_no limit 1`,
          )
          .get(digest))
      this.#byDigest.set(digest, (known = row ?? null))
    }
    return known?.no ?? null
  }

  /** The image of a container whose run begins, made when its digest was never seen. 0: it cannot be told. */
  async resolve({ reference, digest }: ContainerRecord): Promise<{ image: number; resolvedBy: string }> {
    if (digest === null) {
      const image = await imageOfReference(this.#transaction, reference)
      return image === null ? { image: 0, resolvedBy: 'none' } : { image, resolvedBy: 'tag' }
    }
    const image = (await this.find(digest)) ?? (await this.#add(digest, reference))
    await this.#name(image, digest, reference)
    return { image, resolvedBy: 'digest' }
  }

  async #add(digest: string, reference: string): Promise<number> {
    const no = await this.#transaction.nextNumbers('image', 1)
    await this.#transaction.insert(
      'image',
      ['no', 'id', 'digest', 'name', 'first_seen_at'],
      [[no, digest, digest, reference, this.#atMs]],
    )
    this.#byDigest.set(digest, { no, id: digest, name: reference })
    this.changed.push({ no, id: digest, name: reference })
    return no
  }

  async #name(no: number, digest: string, reference: string): Promise<void> {
    await this.#transaction.insert(
      'image_reference',
      ['reference', 'image_no', 'source', 'first_seen_at', 'last_seen_at'],
      [[reference, no, 'cluster', this.#atMs, this.#atMs]],
      { onConflict: { target: ['reference', 'image_no'], update: ['last_seen_at'] } },
    )
    const known = this.#byDigest.get(digest)
    if (!known || known.name !== known.id || known.name === reference) return
    // A digest alone is a poor name; the cluster knows what it was pulled as.
    await this.#transaction.prepare('update image set name = ? where no = ?').run(reference, no)
    known.name = reference
    this.changed.push({ no, id: known.id, name: reference })
  }
}

async function imageOfReference(transaction: Transaction, reference: string): Promise<number | null> {
  const find = transaction.prepare<{ image_no: number }>(
    'select image_no from image_reference where reference = ? order by last_seen_at desc, image_no desc limit 1',
  )
  for (const name of namesOf(reference)) {
    const known = await find.get(name)
    if (known) return known.image_no
  }
  return null
}

/** The spellings by which documents and clusters may know a reference, most exact first. */
export function namesOf(reference: string): string[] {
  const parsed = parseReference(reference)
  if (!parsed) return [reference]
  const names = new Set([reference, parsed.text])
  const short = parsed.text.replace(/^docker\.io\/(?:library\/)?/, '')
  names.add(short)
  names.add(short.replace(/:latest$/, ''))
  return [...names]
}

/** Runs whose reference could not be resolved before and can be now that a document names it, with their image. */
export async function resolveRuns(transaction: Transaction): Promise<{ run: number; image: number }[]> {
  const open = await transaction
    .prepare<{ no: number; reference: string }>(
      'select no, reference from run where image_no is null and last_seen_at is null',
    )
    .all()
  const set = transaction.prepare("update run set image_no = ?, resolved_by = 'tag' where no = ?")
  const resolved: { run: number; image: number }[] = []
  const images = new Map<string, number | null>()
  for (const { no, reference } of open) {
    let image = images.get(reference)
    if (image === undefined) images.set(reference, (image = await imageOfReference(transaction, reference)))
    if (image === null) continue
    await set.run(image, no)
    resolved.push({ run: no, image })
  }
  return resolved
}
