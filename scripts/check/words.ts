/** Words that must not be in the tree: paths of one machine, marks of unfinished work. Exit 1 with each place. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
/** Written in pieces, so that this file does not find itself. */
const forbidden: readonly (readonly [pattern: RegExp, why: string])[] = [
  [new RegExp(`(^|[^\\w.])/(${'wo'}rk|${'fa'}rm)/[a-z]`), 'a path of one machine'],
  [new RegExp(['regis', 'try\\.npm', 'js'].join('')), 'a package registry'],
  [
    new RegExp(
      `\\b(${['not impl', 'emented'].join('')}|${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b`,
    ),
    'a mark of unfinished work',
  ],
  [new RegExp(`\\b(?:it|test|describe)\\.(?:${'sk'}ip|${'on'}ly|${'to'}do)\\(`), 'a test that does not run'],
]

const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
}).split('\0')
let found = 0
for (const file of files) {
  if (!/\.(?:ts|tsx|mjs|md|json|yaml|yml|css|html|sql|sh)$/.test(file) || file === 'package-lock.json')
    continue
  const lines = readFileSync(join(root, file), 'utf8').split('\n')
  for (const [at, line] of lines.entries())
    for (const [pattern, why] of forbidden)
      if (pattern.test(line)) {
        console.error(`${file}:${at + 1}: ${why}: ${line.trim().slice(0, 100)}`)
        found++
      }
}
process.exitCode = found === 0 ? 0 : 1
