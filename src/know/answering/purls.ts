import { packageVersionsOf } from '../catalog/index.ts'
import type { Context } from '../context.ts'
import type { PurlBlanks } from '../where/index.ts'

/** A page has at most so many package versions in its rows; past it a purl is left empty. */
const purlsMax = 20_000

/** Fills in the package URLs of the rows that are shown. */
export async function fillPurls(context: Context, blanks: PurlBlanks): Promise<void> {
  const loaded = await packageVersionsOf(context.store, [...blanks.rows.keys()].slice(0, purlsMax))
  for (const [no, rows] of blanks.rows) for (const row of rows) row.purl = loaded.get(no)?.purl ?? ''
}
