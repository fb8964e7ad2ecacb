// `npm run generate`: writes what is derived from the code's own data. `--check` only says whether it is current.
import { spawnSync } from 'node:child_process'
import { bootstrap, root } from './bootstrap.mjs'

const node = await bootstrap()
const check = process.argv.includes('--check') ? ['--check'] : []
let failed = false
for (const script of [
  'src/base/store/generate-migrations.ts',
  'examples/generate.ts',
  'scripts/generate-reference.ts',
  'scripts/generate-deploy.ts',
  'scripts/generate-console-types.ts',
]) {
  const { status } = spawnSync(node, [script, ...check], { cwd: root, stdio: 'inherit' })
  if (status !== 0) failed = true
}
process.exitCode = failed ? 1 : 0
