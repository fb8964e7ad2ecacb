// `npm run dev`: the API with the example fleet, restarted on changes, and the console with hot reload before it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { bootstrap, cacheDirectory, root, run } from './bootstrap.mjs'

const apiPort = 2990
const consolePort = 2991
const target = `http://127.0.0.1:${apiPort}`

const node = await bootstrap()
if (process.execPath !== node) {
  // Vite's programming interface wants the project's Node; this script may have been started with another.
  process.exitCode = await run(node, [join(root, 'scripts/dev.mjs')])
} else {
  const api = spawn(
    node,
    [
      '--watch',
      '--watch-preserve-output',
      '--disable-warning=ExperimentalWarning',
      join(root, 'src/main.ts'),
      'up',
      '--example',
      '--port',
      String(apiPort),
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NODE_COMPILE_CACHE: join(cacheDirectory, 'compile') },
    },
  )
  const { createServer } = await import('vite')
  const server = await createServer({
    root: join(root, 'web'),
    server: {
      host: '127.0.0.1',
      port: consolePort,
      strictPort: true,
      // The API answers under its own name only, and takes writes from its own pages only.
      proxy: { '/api': { target, changeOrigin: true, headers: { origin: target } } },
    },
  })
  await server.listen()
  process.stdout.write(`Console with reload: http://127.0.0.1:${consolePort}\n`)
  const stop = async () => {
    api.kill('SIGTERM')
    await server.close()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  api.once('exit', () => server.close())
}
