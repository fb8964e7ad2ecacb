import { packageVersionsOf } from '../catalog/index.ts'
import type { Context } from '../context.ts'
import type { PurlBlanks } from '../where/index.ts'

/** A page has at most so many package versions in its rows; past it a purl is left empty. */
const purlsMax = 20_000

/** Fills in the package URLs of the rows that are shown. That of a package version never changes, so it is read once. */
export async function fillPurls({ store, purls }: Context, blanks: PurlBlanks): Promise<void> {
  if (purls.size > purlsMax) purls.clear()
  const missing = [...blanks.rows.keys()].filter((no) => !purls.has(no)).slice(0, purlsMax)
  for (const [no, { purl }] of await packageVersionsOf(store, missing)) purls.set(no, purl)
  for (const [no, rows] of blanks.rows) for (const row of rows) row.purl = purls.get(no) ?? ''
}
