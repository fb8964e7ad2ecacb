import type { Clock } from '../../base/clock.ts'
import type { Store, Transaction } from '../../base/store/index.ts'
import { takeTurn } from '../../base/turn.ts'
import type { KeyMatch } from '../matching/index.ts'
import type { PackageKey } from '../matching/types.ts'
import { packContents, packLocators, unpackContents } from './contents.ts'
import type { ReadDocument } from './read-document.ts'
import { textOfKey, type Judge } from './judge.ts'
import { purlOf } from './package-purl.ts'

/** What a committed batch changed, for the fleet index and for "what changed". */
export interface CatalogDelta {
  /** Images whose contents are new or different, with their package versions. */
  images: {
    no: number
    id: string
    name: string
    contents: Uint32Array
    documentAtMs: number
    partly: boolean
  }[]
  packageVersions: { no: number; key: PackageKey; purl: string }[]
  findings: FindingRow[]
  documentsAdded: number
  documentsReplaced: number
  findingsAdded: number
}

export interface FindingRow extends KeyMatch {
  packageVersionNo: number
}

/** Which of these documents are stored already, as `sha256\nimageId`. */
export async function storedDocuments(
  store: Store,
  asked: readonly { sha256: string; imageId: string }[],
): Promise<Set<string>> {
  const statement = store.prepare<{ id: string }>(
    'select image.id as id from sbom join image on image.no = sbom.image_no where sbom.sha256 = ?',
  )
  const stored = new Set<string>()
  for (const { sha256 } of asked)
    for (const { id } of await statement.all(sha256)) stored.add(`${sha256}\n${id}`)
  return stored
}

/**
 * Stores a batch of documents in one transaction: package versions that are new, their findings, images, references
 * and contents. `within` stores what belongs to the same batch.
 */
export async function storeDocuments(
  store: Store,
  clock: Clock,
  judge: Judge,
  documents: readonly ReadDocument[],
  within: (transaction: Transaction, delta: CatalogDelta) => Promise<void> = async () => {},
): Promise<CatalogDelta> {
  const nowMs = clock.nowMs()
  return store.transaction(
    async (transaction) => {
      const interned = await internKeys(transaction, documents)
      const findings = await findNew(transaction, judge, interned.fresh, nowMs)
      const delta: CatalogDelta = {
        images: [],
        packageVersions: interned.fresh,
        findings,
        documentsAdded: 0,
        documentsReplaced: 0,
        findingsAdded: findings.length,
      }
      for (const found of documents) {
        await takeTurn()
        const { no: imageNo, name } = await upsertImage(transaction, found, nowMs)
        const replaced = await storeDocument(
          transaction,
          found,
          imageNo,
          interned.numbersOf(found.keys),
          nowMs,
        )
        if (replaced) delta.documentsReplaced++
        else delta.documentsAdded++
        delta.images.push({
          no: imageNo,
          id: found.imageId,
          name,
          ...(await contentsOf(transaction, imageNo)),
        })
      }
      await within(transaction, delta)
      return delta
    },
    { mode: 'bulk' },
  )
}

/**
 * The union of an image's current documents: tools see different packages, and none of them is dropped. It is known
 * whole as soon as one document left nothing out, and as new as the newest.
 */
async function contentsOf(
  transaction: Transaction,
  imageNo: number,
): Promise<Pick<CatalogDelta['images'][number], 'contents' | 'documentAtMs' | 'partly'>> {
  const rows = await transaction
    .prepare<{
      contents: Uint8Array
      document_created_at: number | null
      imported_at: number
      left_out: string
    }>(
      'select contents, document_created_at, imported_at, left_out from sbom where image_no = ? and current = 1',
    )
    .all(imageNo)
  const union = new Set<number>()
  for (const { contents } of rows) for (const no of unpackContents(contents)) union.add(no)
  return {
    contents: Uint32Array.from(union).sort(),
    documentAtMs: Math.max(...rows.map((row) => row.document_created_at ?? row.imported_at)),
    partly: rows.every(({ left_out }) => left_out !== '[]'),
  }
}

async function internKeys(transaction: Transaction, documents: readonly ReadDocument[]) {
  const numbers = new Map<string, number>()
  const fresh: CatalogDelta['packageVersions'] = []
  // Without promises where the engine can: a document has hundreds of packages, and most are known.
  const lookup = (transaction.sync ?? transaction).prepare<{ no: number }>(
    'select no from package_version where ecosystem = ? and type = ? and name = ? and version = ? and source_name = ? and source_version = ? and module = ?',
  )
  const unknown: { text: string; key: PackageKey; purl: string }[] = []
  for (const { document, keys } of documents)
    for (const [index, key] of keys.entries()) {
      const text = textOfKey(key)
      if (numbers.has(text)) continue
      await takeTurn()
      const found = lookup.get(
        key.ecosystem,
        key.type,
        key.name,
        key.version,
        key.sourceName,
        key.sourceVersion,
        key.module,
      )
      const row = found instanceof Promise ? await found : found
      numbers.set(text, row?.no ?? -1)
      if (!row) unknown.push({ text, key, purl: purlOf(document.packages[index]) })
    }
  if (unknown.length > 0) {
    let next = await transaction.nextNumbers('package_version', unknown.length)
    for (const { text, key, purl } of unknown) {
      numbers.set(text, next)
      fresh.push({ no: next++, key, purl })
    }
    await transaction.insert(
      'package_version',
      ['no', 'ecosystem', 'type', 'name', 'version', 'source_name', 'source_version', 'module', 'purl'],
      fresh.map(({ no, key, purl }) => [
        no,
        key.ecosystem,
        key.type,
        key.name,
        key.version,
        key.sourceName,
        key.sourceVersion,
        key.module,
        purl,
      ]),
    )
  }
  return {
    fresh,
    numbersOf: (own: readonly PackageKey[]) => own.map((key) => numbers.get(textOfKey(key)) as number),
  }
}

async function findNew(
  transaction: Transaction,
  judge: Judge,
  fresh: CatalogDelta['packageVersions'],
  nowMs: number,
): Promise<FindingRow[]> {
  const matches = await judge.matches(fresh.map(({ key }) => key))
  const rows = fresh.flatMap(({ no }, at) => matches[at].map((match) => ({ ...match, packageVersionNo: no })))
  await insertFindings(transaction, rows, nowMs)
  return rows
}

export async function insertFindings(
  transaction: Transaction,
  rows: readonly FindingRow[],
  nowMs: number,
): Promise<void> {
  await transaction.insert(
    'finding',
    [
      'package_version_no',
      'advisory_no',
      'state',
      'fix_state',
      'fixed_in',
      'matched_by',
      'decided_by',
      'first_found_at',
    ],
    rows.map((row) => [
      row.packageVersionNo,
      row.advisoryNo,
      row.state,
      row.fixState,
      row.fixedIn,
      row.by,
      row.decidedBy,
      nowMs,
    ]),
  )
}

/** People know images by their tags; a digest is the last resort. */
function bestName({ imageId, document: { subject } }: ReadDocument): string {
  return (
    subject.references.find((reference) => !reference.includes('@')) ??
    subject.references[0] ??
    subject.name ??
    imageId
  )
}

async function upsertImage(
  transaction: Transaction,
  found: ReadDocument,
  nowMs: number,
): Promise<{ no: number; name: string }> {
  const { imageId, document } = found
  const { subject } = document
  const name = bestName(found)
  const existing = await transaction
    .prepare<{ no: number; name: string }>('select no, name from image where id = ?')
    .get(imageId)
  let no = existing?.no
  // A cluster may have named the image by its digest only; a document knows its name.
  const rename = existing !== undefined && existing.name === imageId && name !== imageId
  if (no === undefined) {
    no = await transaction.nextNumbers('image', 1)
    await transaction.insert(
      'image',
      ['no', 'id', 'digest', 'name', 'first_seen_at'],
      [[no, imageId, imageId.startsWith('sha256:') ? imageId : null, name, nowMs]],
    )
  } else if (rename) {
    await transaction.db.updateTable('image').set({ name }).where('no', '=', no).execute()
  }
  const references = new Set([
    ...subject.references,
    ...subject.digests.slice(1),
    ...(subject.imageId === null ? [] : [subject.imageId]),
  ])
  for (const reference of references)
    await transaction.insert(
      'image_reference',
      ['reference', 'image_no', 'source', 'first_seen_at', 'last_seen_at'],
      [[reference, no, 'sbom', nowMs, nowMs]],
      { onConflict: { target: ['reference', 'image_no'], update: ['last_seen_at'] } },
    )
  return { no, name: existing === undefined || rename ? name : existing.name }
}

/** Stores one document; an older one of the same tools for the image is replaced. Returns whether one was. */
async function storeDocument(
  transaction: Transaction,
  found: ReadDocument,
  imageNo: number,
  numbers: readonly number[],
  nowMs: number,
): Promise<boolean> {
  const { document } = found
  const tools = JSON.stringify(document.tools)
  const replaced = await transaction.db
    .updateTable('sbom')
    .set({ current: 0 })
    .where('image_no', '=', imageNo)
    .where('tools', '=', tools)
    .where('format', '=', document.format)
    .where('current', '=', 1)
    .executeTakeFirst()
  // Contents are sorted and distinct; a package found in two places keeps the first.
  const places = new Map<number, string>()
  document.packages.forEach(({ locator }, at) => {
    if (!places.has(numbers[at])) places.set(numbers[at], locator)
  })
  const contents = Uint32Array.from(places.keys()).sort()
  await transaction.insert(
    'sbom',
    [
      'no',
      'image_no',
      'sha256',
      'source',
      'format',
      'spec_version',
      'tools',
      'subject',
      'distro',
      'document_created_at',
      'imported_at',
      'size_bytes',
      'package_count',
      'contents',
      'locators',
      'left_out',
      'current',
    ],
    [
      [
        await transaction.nextNumbers('sbom', 1),
        imageNo,
        found.sha256,
        found.source,
        document.format,
        document.specVersion,
        tools,
        document.subject.name,
        document.distro && JSON.stringify(document.distro),
        document.createdAtMs,
        nowMs,
        found.bytes.length,
        document.packages.length,
        packContents(contents),
        packLocators(Array.from(contents, (no) => places.get(no) as string)),
        JSON.stringify(document.leftOut),
        1,
      ],
    ],
  )
  return Number(replaced.numUpdatedRows) > 0
}
