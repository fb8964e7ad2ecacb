// `npm run check`: types, lint, format, import rules, words, ways out, dead code, generated files. Each step prints one line; the first lines of
// what a failing step says follow it. Exit 1 when any step failed.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { bootstrap, root } from './bootstrap.mjs'

const node = await bootstrap()
const bin = (name) => join(root, 'node_modules/.bin', name)

const steps = [
  ['types', [bin('tsc'), '-p', 'tsconfig.json']],
  ['types of the console', [bin('tsc'), '-p', 'web/tsconfig.json']],
  ['types of the browser tests', [bin('tsc'), '-p', 'test/browser/tsconfig.json']],
  [
    'lint',
    [
      bin('oxlint'),
      '--type-aware',
      '--deny-warnings',
      'src',
      'scripts',
      'bench',
      'examples',
      'test',
      'web/src',
    ],
  ],
  ['format', [bin('oxfmt'), '--check', '.']],
  ['import rules', [node, 'scripts/check/imports.ts']],
  ['words', [node, 'scripts/check/words.ts']],
  ['ways out', [node, 'scripts/check/sinks.ts']],
  ['dead code', [bin('knip'), '--no-progress']],
  ['generated files', [node, 'scripts/generate.mjs', '--check']],
]

let failed = 0
for (const [title, [command, ...args]] of steps) {
  const started = performance.now()
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
    maxBuffer: 1 << 28,
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${title} (${seconds} s)`)
  if (status === 0) continue
  failed++
  const text = `${error ? `${error.message}\n` : ''}${stdout}${stderr}`.trim().split('\n')
  console.log(
    text
      .slice(0, 60)
      .map((line) => `        ${line}`)
      .join('\n'),
  )
  if (text.length > 60) console.log(`        … and ${text.length - 60} more lines`)
}
process.exitCode = failed === 0 ? 0 : 1
