// `npm run bench`: the benchmarks that have budgets, on the Node that the project brings; exit 1 when one is missed.
// `npm run bench -- fleet --scale 0.1` runs one of bench/ with arguments of its own.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap, root } from './bootstrap.mjs'

const [name, ...args] = process.argv.slice(2)
const file = (bench) => join(root, 'bench', `${bench}.ts`)
if (name !== undefined && (!/^[a-z]+$/.test(name) || !existsSync(file(name)))) {
  console.error(`There is no benchmark ${name}.\nusage: npm run bench [-- run | fleet | … [arguments]]`)
  process.exit(2)
}
const node = await bootstrap()
let exit = 0
for (const bench of name === undefined ? ['run', 'fleet'] : [name]) {
  const { status } = spawnSync(node, ['--expose-gc', file(bench), ...args], { cwd: root, stdio: 'inherit' })
  exit = Math.max(exit, status ?? 1)
}
process.exitCode = exit
