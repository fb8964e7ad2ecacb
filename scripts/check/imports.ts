/**
 * The import rules of ARCHITECTURE.md: wings import one way, features are entered through their door, pure folders do no
 * I/O, and each capability (SQL, HTTP, command line) has one place, SQL also as text. Prints every violation; exit 1 when there is one.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export interface Violation {
  file: string
  line: number
  rule: string
}

const wings = ['core', 'base', 'know', 'prepare', 'detect', 'respond', 'repair', 'learn', 'api', 'cli']
/** Folders of functions of their arguments: nothing in them reads files, the network, time or chance. */
const pure = [
  'core',
  'know/versions',
  'know/purl',
  'know/sbom',
  'know/matching',
  'know/scoring',
  'know/reach',
  'know/privileges',
]
const ioModules = /^node:(?:fs|net|http|https|http2|dgram|tls|child_process|worker_threads|dns|timers|sqlite)/
const sqlRule = 'only base/store and *.store.ts know SQL'
/** A text that begins as a statement does, or a statement that is put together by calls. */
const sqlPattern =
  /['"`]\s*(?:select\s[^'"`]+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)|\.(?:selectFrom|insertInto|updateTable|deleteFrom)\(/gi

/** The lock of a data directory is SQLite's own file lock on a file beside the data. */
function knowsSql(file: string): boolean {
  return file.startsWith('base/store/') || file.endsWith('.store.ts') || file === 'base/data-directory.ts'
}

/** Who may import what from outside. */
const places: readonly { module: RegExp; allowed: (file: string) => boolean; rule: string }[] = [
  {
    module: /^(?:kysely|pg)(?:\/|$)|^node:sqlite$/,
    allowed: knowsSql,
    rule: sqlRule,
  },
  {
    module: /^(?:hono|@hono\/)/,
    allowed: (file) => file.startsWith('api/'),
    rule: 'only api/ knows HTTP servers',
  },
  {
    module: /^@kubernetes\//,
    allowed: (file) => file.startsWith('base/kube/'),
    rule: 'only base/kube speaks to clusters',
  },
  {
    module: /^commander$/,
    allowed: (file) => file.startsWith('cli/'),
    rule: 'only cli/ knows the command line',
  },
]
const importPattern =
  /(?:^|\n)\s*(?:import|export)\s+(?:type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/g

/** Violations in a tree of sources; `root` is the folder that holds the wings. */
export function findViolations(root: string): Violation[] {
  const violations: Violation[] = []
  for (const name of (readdirSync(root, { recursive: true }) as string[]).sort()) {
    if (!name.endsWith('.ts')) continue
    const file = name.replaceAll('\\', '/')
    const test = /\.test\.ts$|-for-test\.ts$/.test(file)
    const text = readFileSync(join(root, name), 'utf8')
    if (!test && !knowsSql(file))
      for (const match of text.matchAll(sqlPattern))
        violations.push({ file, line: text.slice(0, match.index).split('\n').length, rule: sqlRule })
    for (const match of text.matchAll(importPattern)) {
      const module = match[1] ?? match[2]
      const line = text.slice(0, match.index).split('\n').length + (match[0].startsWith('\n') ? 1 : 0)
      const say = (rule: string): void => void violations.push({ file, line, rule: `${module}: ${rule}` })
      const typeOnly = /^\s*(?:import|export)\s+type\b/.test(match[0])
      if (module.startsWith('.'))
        checkRelative(
          file,
          relative(root, join(root, dirname(file), module)).replaceAll('\\', '/'),
          test,
          typeOnly,
          say,
        )
      else if (!test) checkOutside(file, module, typeOnly, say)
    }
  }
  return violations
}

function checkRelative(
  file: string,
  target: string,
  test: boolean,
  typeOnly: boolean,
  say: (rule: string) => void,
): void {
  if (target.startsWith('..')) {
    if (!test && !/^\.\.\/(?:package\.json)$/.test(target)) say('sources import only sources')
    return
  }
  const from = wings.indexOf(file.split('/', 1)[0])
  const to = wings.indexOf(target.split('/', 1)[0])
  if (from >= 0 && to > from) say(`${wings[from]} must not import ${wings[to]}: wings import one way`)
  const own = featureOf(file)
  const other = featureOf(target)
  if (other !== null && other !== own && !/\/(?:index|types)\.ts$/.test(target) && !test) {
    // The packing of an image's contents is shared by the catalogue that writes it and the index that reads it.
    if (target === 'know/catalog/contents.ts') return
    say(`${other} is entered through its index.ts or types.ts`)
  }
  if (
    !test &&
    !typeOnly &&
    isPure(file) &&
    to === wings.indexOf('base') &&
    /^base\/(?:store|archive|blobs|outbound|jobs|work|data-directory)/.test(target)
  )
    say('a pure folder does no I/O')
}

function checkOutside(file: string, module: string, typeOnly: boolean, say: (rule: string) => void): void {
  if (isPure(file) && ioModules.test(module)) say('a pure folder does no I/O')
  for (const { module: pattern, allowed, rule } of places)
    if (pattern.test(module) && !allowed(file) && !typeOnly) say(rule)
}

function isPure(file: string): boolean {
  return pure.some((folder) => file.startsWith(`${folder}/`))
}

/** `know/versions/deb.ts` belongs to the feature `know/versions`; files directly in a wing belong to none. */
function featureOf(file: string): string | null {
  const parts = file.split('/')
  return parts[0] === 'know' && parts.length > 2 ? `${parts[0]}/${parts[1]}` : null
}

if (process.argv[1] === import.meta.filename) {
  const violations = findViolations(join(import.meta.dirname, '../../src'))
  for (const { file, line, rule } of violations) console.error(`src/${file}:${line}: ${rule}`)
  process.exitCode = violations.length === 0 ? 0 : 1
}
