import { cargo } from './cargo.ts'
import { composer } from './composer.ts'
import { conan } from './conan.ts'
import { gem } from './gem.ts'
import { golang } from './golang.ts'
import { hex } from './hex.ts'
import { maven } from './maven.ts'
import { nginx } from './nginx.ts'
import { npm } from './npm.ts'
import { nuget } from './nuget.ts'
import { openssl } from './openssl.ts'
import { pub } from './pub.ts'
import { pypi } from './pypi.ts'
import { query } from './query.ts'
import type { RangeLanguage } from './language.ts'

/** Every range language but `vers`, which is written for all schemes and read by the text itself. */
export const languages: readonly RangeLanguage[] = [
  cargo,
  composer,
  conan,
  gem,
  golang,
  hex,
  maven,
  nginx,
  npm,
  nuget,
  openssl,
  pub,
  pypi,
  query,
]

const byId = new Map(languages.map((language) => [language.id, language]))
const synonyms: Record<string, string> = {
  packagist: 'composer',
  go: 'golang',
  rubygems: 'gem',
  'crates.io': 'cargo',
}

export function languageById(id: string): RangeLanguage | undefined {
  const name = id.toLowerCase()
  return byId.get(name) ?? byId.get(Object.hasOwn(synonyms, name) ? synonyms[name] : '')
}
