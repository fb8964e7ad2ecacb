import type { Cataloguer, CatalogFile, OwnedFiles, Reading } from '../types.ts'
import { readBerkeleyHeaders } from './berkeley.ts'
import { DamagedDatabase } from './damaged.ts'
import { readHeader } from './header.ts'
import { readNdbHeaders } from './ndb.ts'
import { readSqliteHeaders } from './sqlite.ts'

/** The rpm database in each of its three forms. */
export const rpm: Cataloguer = {
  id: 'rpm',
  title: 'rpm packages',
  links: ['https://rpm.org/docs/6.0.x/manual/format_header.html', 'https://www.sqlite.org/fileformat2.html'],
  finds: ['rpm'],
  reads:
    '`rpmdb.sqlite`, `Packages.db` (ndb) and `Packages` (Berkeley DB) in `var/lib/rpm`, `usr/lib/sysimage/rpm`, `usr/share/rpm`',
  wants: (path) => database.test(path),
  read: readDatabase,
}

const database =
  /^(?:var\/lib\/rpm|usr\/lib\/sysimage\/rpm|usr\/share\/rpm)\/(?:rpmdb\.sqlite|Packages\.db|Packages)$/

function readDatabase({ bytes, name }: CatalogFile): Reading {
  const packages: Reading['packages'] = []
  const owned: OwnedFiles[] = []
  const problems: string[] = []
  const headers =
    name === 'rpmdb.sqlite'
      ? readSqliteHeaders
      : name === 'Packages.db'
        ? readNdbHeaders
        : readBerkeleyHeaders
  try {
    for (const blob of headers(bytes)) {
      const header = readHeader(blob)
      if (!header.ok) {
        // Besides packages a Berkeley table holds one number, the count of packages there ever were.
        if (blob.length > 4) problems.push(header.reason)
        continue
      }
      // Keys of vendors are kept as packages of this name; they hold no files.
      if (header.value.found.name === 'gpg-pubkey') continue
      packages.push(header.value.found)
      if (header.value.owned !== null) owned.push(header.value.owned)
    }
  } catch (error) {
    if (!(error instanceof DamagedDatabase || error instanceof RangeError)) throw error
    problems.push(
      `the database is damaged: ${error instanceof DamagedDatabase ? error.message : 'a number leads out of it'}`,
    )
  }
  return { packages, owned, problems }
}
