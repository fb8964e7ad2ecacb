import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makeZip, type ZipItem } from '../test/archives.ts'
import { testData } from '../test/data.ts'
import { walkInputs } from '../src/base/archive/index.ts'

/**
 * Lays out the advisories of the data packs as osv-scanner keeps them: `osv-scanner/<Ecosystem>/all.zip`, the records of
 * both packs of one ecosystem in one zip without folders. Returns what it wants in its environment.
 */
export async function layOutPeerDatabase(folder: string): Promise<NodeJS.ProcessEnv> {
  const packs = ['advisories/osv', 'advisories/osv-converted'].map(testData)
  const ecosystems = new Set(packs.flatMap((pack) => readdirSync(pack)))
  for (const ecosystem of ecosystems) {
    const items = new Map<string, ZipItem>()
    for (const pack of packs) {
      if (!readdirSync(pack).includes(ecosystem)) continue
      for await (const input of walkInputs([join(pack, ecosystem, 'all.zip')])) {
        const name = basename(input.source.slice(input.source.lastIndexOf(': ') + 2))
        if (!items.has(name)) items.set(name, { name, content: await input.read() })
      }
    }
    const target = join(folder, 'osv-scanner', ecosystem)
    mkdirSync(target, { recursive: true })
    writeFileSync(join(target, 'all.zip'), makeZip([...items.values()]))
  }
  return { OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: folder }
}
