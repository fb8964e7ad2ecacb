import { alpm } from './alpm.ts'
import { apk } from './apk.ts'
import { composer } from './composer.ts'
import { conda } from './conda.ts'
import { dotnet } from './dotnet.ts'
import { dpkg } from './dpkg.ts'
import { go } from './go.ts'
import { java } from './java.ts'
import { npm } from './npm.ts'
import { osRelease } from './os-release.ts'
import { python } from './python.ts'
import { r } from './r.ts'
import { rpm } from './rpm/index.ts'
import { ruby } from './ruby.ts'
import { rust } from './rust.ts'
import type { Cataloguer } from './types.ts'
import { versionStrings } from './version-strings.ts'

export type {
  Cataloguer,
  CataloguedPackage,
  CatalogFile,
  Confidence,
  FoundDistribution,
  OwnedFiles,
  Reading,
} from './types.ts'

/** Every cataloguer there is; `docs/reference/cataloguers.md` is made from this list. */
export const cataloguers: readonly Cataloguer[] = [
  osRelease,
  dpkg,
  apk,
  rpm,
  alpm,
  npm,
  python,
  ruby,
  java,
  go,
  rust,
  dotnet,
  composer,
  conda,
  r,
  versionStrings,
]
