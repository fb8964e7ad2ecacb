/**
 * Where our findings on the 1,059 documents differ from osv-scanner's, class by class; prints the table of
 * `docs/explanation/differences.md`. Run: `node bench/differences.ts` (needs the data packs).
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { testData } from '../test/data.ts'
import { walkInputs } from '../src/base/archive/index.ts'
import { systemClock } from '../src/base/clock.ts'
import { openStore } from '../src/base/store/index.ts'
import { rawRecord } from '../src/know/advisories/index.ts'
import { importAdvisories, parseOsv } from '../src/know/advisories/records/index.ts'
import { judgeScanned, openJudge } from '../src/know/catalog/index.ts'
import { readScanned } from '../src/know/catalog/scanned/index.ts'
import { channelsOf, packageKeyOf } from '../src/know/matching/index.ts'
import { readSbom } from '../src/know/sbom/index.ts'

const store = await openStore({ clock: systemClock })
await importAdvisories(
  store,
  walkInputs([testData('advisories/osv'), testData('advisories/osv-converted')], {
    accept: (name) => !name.includes('previous'),
  }),
  { clock: systemClock },
)
const judge = await openJudge(store)

const theirs = new Map<string, Set<string>>()
for (const line of gunzipSync(readFileSync(testData('peers/osv-scanner-fleet.tsv.gz')))
  .toString()
  .trim()
  .split('\n')
  .slice(1)) {
  const [sbom, , name, , advisory] = line.split('\t')
  const set = theirs.get(sbom) ?? new Set()
  theirs.set(sbom, set.add(`${name.toLowerCase()}\t${advisory}`))
}

const classes = new Map<string, { count: number; example: string }>()
function count(title: string, example: string): void {
  const entry = classes.get(title)
  if (entry) entry.count++
  else classes.set(title, { count: 1, example })
}

for await (const input of walkInputs([testData('sboms/bom-shelter-trivy-fleet.tar.zst')])) {
  if (!input.source.endsWith('.json')) continue
  const sbom = input.source.slice(input.source.lastIndexOf('/') + 1, -5)
  const bytes = await input.read()
  const document = readSbom(bytes, { source: sbom })
  const report = await judgeScanned(readScanned({ bytes, source: sbom }), judge)
  const mine = new Set<string>()
  const peer = theirs.get(sbom) ?? new Set<string>()
  const keys = new Map(
    document.packages.map((found) => [
      packageKeyOf(found, document.distro).name.toLowerCase(),
      packageKeyOf(found, document.distro),
    ]),
  )
  for (const finding of report.findings)
    for (const advisory of finding.advisories) {
      const id = `${finding.package.toLowerCase()}\t${advisory}`
      if (mine.has(id)) continue
      mine.add(id)
      const example = `${finding.package} ${finding.version}, ${advisory}`
      if (peer.has(id)) count('both report it', example)
      else if (finding.decidedBy.startsWith('source package'))
        count('only we: the advisory names the source package', example)
      else if (finding.decidedBy.includes('Ubuntu:Pro')) count('only we: the fix is in Ubuntu Pro', example)
      else if (
        finding.advisories.length > 1 &&
        finding.advisories.some((other) => peer.has(`${finding.package.toLowerCase()}\t${other}`))
      )
        count('only we: another record of a vulnerability that both report', example)
      else count(`only we: ${finding.ecosystem.split(':', 1)[0]}, matched by name`, example)
    }
  for (const id of peer) {
    if (mine.has(id)) continue
    const [name, advisory] = id.split('\t')
    const key = keys.get(name)
    const record = parseOsv(await rawRecord(store, advisory))
    const example = `${key?.name ?? name} ${key?.version ?? ''} of ${key?.ecosystem ?? '?'}, ${advisory}`
    if (!record.ok || !key) count('only they: the package is not in the document by that name', example)
    else {
      const channels = new Set(channelsOf(key.ecosystem).map(({ ecosystem }) => ecosystem))
      const own = record.value.affected.filter(
        (entry) =>
          channels.has(entry.ecosystem) && (entry.name === key.name || entry.name === key.sourceName),
      )
      if (own.length > 0)
        count('only they: fixed in the release of the package, compared with another release', example)
      else count('only they: the record says nothing of the release of the package', example)
    }
  }
}
await store.close()
for (const [title, { count: n, example }] of [...classes].sort(([, a], [, b]) => b.count - a.count))
  console.log(`| ${title} | ${n.toLocaleString('en-US')} | ${example} |`)
