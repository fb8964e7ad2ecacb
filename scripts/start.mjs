// `npm start`: from a fresh clone to the example fleet in a browser. Arguments go to `allclear up`: `npm start -- --port 3000`.
import { join } from 'node:path'
import { bootstrap, cacheDirectory, root, run } from './bootstrap.mjs'
import { buildConsole } from './console.mjs'

const node = await bootstrap()
await buildConsole(node)
const args = process.argv.slice(2)
const ownData = args.some((arg) => /^--data(=|$)/.test(arg))
process.exitCode = await run(
  node,
  [
    '--disable-warning=ExperimentalWarning',
    join(root, 'src/main.ts'),
    'up',
    ...(ownData ? [] : ['--example']),
    '--first-answer',
    ...args,
  ],
  {
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(cacheDirectory, 'compile'),
    },
  },
)
