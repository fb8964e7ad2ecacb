import type { Store } from '../../base/store/index.ts'
import type { Distro, LeftOut } from '../sbom/types.ts'
import type { PackageKey } from '../matching/types.ts'
import { unpackContents, unpackLocators } from './contents.ts'

export interface ImageRow {
  no: number
  id: string
  digest: string | null
  name: string
  firstSeenAtMs: number
}

export interface DocumentRow {
  sha256: string
  source: string
  format: string
  specVersion: string
  tools: string[]
  distro: Distro | null
  createdAtMs: number | null
  importedAtMs: number
  packages: number
  leftOut: LeftOut[]
  /** Package version numbers, ascending, and for each its place in the document. */
  contents: Uint32Array
  locators: string[]
}

export interface PackageVersion {
  no: number
  key: PackageKey
  purl: string
}

interface StoredImage {
  no: number
  id: string
  digest: string | null
  name: string
  first_seen_at: number
}

const imageColumns = 'no, id, digest, name, first_seen_at'

/** Images that a digest, id, reference or unique beginning of a digest names; several when the name is ambiguous. */
export async function findImages(store: Store, name: string): Promise<ImageRow[]> {
  const digest = /sha256:[0-9a-f]{6,64}/.exec(name)?.[0]
  if (digest !== undefined) {
    const rows = await store
      .prepare<StoredImage>(`select ${imageColumns} from image where id >= ? and id < ? order by id limit 20`)
      .all(digest, `${digest}g`)
    if (rows.length > 0) return rows.map(imageRow)
  }
  const exact = await store
    .prepare<StoredImage>(`select ${imageColumns} from image where id = ? or id = ?`)
    .all(name, `name:${name}`)
  if (exact.length > 0) return exact.map(imageRow)
  const named = await store
    .prepare<StoredImage>(
      `select distinct ${imageColumns
        .split(', ')
        .map((column) => `image.${column} as ${column}`)
        .join(
          ', ',
        )} from image_reference join image on image.no = image_reference.image_no where image_reference.reference = ?`,
    )
    .all(name)
  if (named.length > 0) return named.map(imageRow)
  // A part of the name that only one image has is enough: `checkout:4.2` for `registry.example/shop/checkout:4.2`.
  const suffix = await store
    .prepare<StoredImage>(
      `select ${imageColumns} from image where name like ? escape '\\' order by name limit 20`,
    )
    .all(`%${name.replace(/[\\%_]/g, (character) => `\\${character}`)}%`)
  return suffix.map(imageRow)
}

export async function referencesOf(store: Store, imageNo: number): Promise<string[]> {
  const rows = await store
    .prepare<{ reference: string }>(
      'select reference from image_reference where image_no = ? order by last_seen_at desc, reference',
    )
    .all(imageNo)
  return rows.map(({ reference }) => reference)
}

/** The documents that describe an image now, newest first. */
export async function documentsOf(store: Store, imageNo: number): Promise<DocumentRow[]> {
  const rows = await store
    .prepare<{
      sha256: string
      source: string
      format: string
      spec_version: string
      tools: string
      distro: string | null
      document_created_at: number | null
      imported_at: number
      package_count: number
      left_out: string
      contents: Uint8Array
      locators: Uint8Array
    }>(
      `select sha256, source, format, spec_version, tools, distro, document_created_at, imported_at, package_count,
              left_out, contents, locators
       from sbom where image_no = ? and current = 1 order by imported_at desc, no desc`,
    )
    .all(imageNo)
  return rows.map((row) => ({
    sha256: row.sha256,
    source: row.source,
    format: row.format,
    specVersion: row.spec_version,
    tools: JSON.parse(row.tools) as string[],
    distro: row.distro === null ? null : (JSON.parse(row.distro) as Distro),
    createdAtMs: row.document_created_at,
    importedAtMs: row.imported_at,
    packages: row.package_count,
    leftOut: JSON.parse(row.left_out) as LeftOut[],
    contents: unpackContents(row.contents),
    locators: unpackLocators(row.locators),
  }))
}

export async function packageVersionsOf(
  store: Store,
  numbers: Iterable<number>,
): Promise<Map<number, PackageVersion>> {
  const statement = store.prepare<{
    ecosystem: string
    type: string
    name: string
    version: string
    source_name: string
    source_version: string
    module: string
    purl: string
  }>(
    'select ecosystem, type, name, version, source_name, source_version, module, purl from package_version where no = ?',
  )
  const found = new Map<number, PackageVersion>()
  for (const no of numbers) {
    const row = await statement.get(no)
    if (!row) continue
    found.set(no, {
      no,
      purl: row.purl,
      key: {
        ecosystem: row.ecosystem,
        type: row.type,
        name: row.name,
        version: row.version,
        sourceName: row.source_name,
        sourceVersion: row.source_version,
        module: row.module,
      },
    })
  }
  return found
}

/** OSV ecosystems (without release) of the packages in the fleet: what `allclear sync` fetches by itself. */
export async function ecosystemsOfFleet(store: Store): Promise<string[]> {
  const rows = await store
    .prepare<{ ecosystem: string }>("select distinct ecosystem from package_version where ecosystem <> ''")
    .all()
  return [...new Set(rows.map(({ ecosystem }) => ecosystem.split(':', 1)[0]))].sort()
}

function imageRow(row: StoredImage): ImageRow {
  return { no: row.no, id: row.id, digest: row.digest, name: row.name, firstSeenAtMs: row.first_seen_at }
}
