import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { withoutTrailingSlashes } from '../core/trailing-slashes.ts'
import { packageRoot, runsFromBundle } from '../base/package-root.ts'
import { resolveDataDirectory } from '../base/data-directory.ts'
import { AllclearError } from '../base/errors.ts'
import type { Location } from './context.ts'
import type { CliIo } from './io.ts'
import type { OptionValues } from './spec.ts'

/** Where the data is: `--data`, else `--example`, else ALLCLEAR_DATA, else the XDG data folder. */
export function locate(options: OptionValues, io: CliIo): Location {
  const { data, example, server, token } = options
  if (data && example) {
    throw new AllclearError('usage', {
      message: '--data and --example name two data directories.',
      next: 'Give one of them.',
    })
  }
  const address = server ?? (data || example ? undefined : io.env.ALLCLEAR_SERVER)
  const common = {
    server: typeof address === 'string' ? checkedAddress(address) : null,
    token: (token as string | undefined) ?? io.env.ALLCLEAR_TOKEN ?? null,
  }
  if (typeof data === 'string') {
    return { ...common, dataDirectory: resolve(io.cwd, data), decidedBy: '--data', example: false }
  }
  if (example)
    return { ...common, dataDirectory: exampleDirectory(io), decidedBy: '--example', example: true }
  const decidedBy = io.env.ALLCLEAR_DATA ? 'ALLCLEAR_DATA' : 'default'
  return {
    ...common,
    dataDirectory: resolveDataDirectory({ env: io.env, cwd: io.cwd }),
    decidedBy,
    example: false,
  }
}

/** In a checkout beside the code; of an installed package in the user's cache, for the package may be read-only. */
function exampleDirectory(io: CliIo): string {
  // Whoever takes an incident through it may want one of their own.
  if (io.env.ALLCLEAR_EXAMPLE_DATA) return resolve(io.cwd, io.env.ALLCLEAR_EXAMPLE_DATA)
  if (!runsFromBundle && existsSync(join(packageRoot, 'package-lock.json')))
    return join(packageRoot, '.cache/example')
  return join(io.env.XDG_CACHE_HOME || join(io.env.HOME || homedir(), '.cache'), 'allclear-example')
}

function checkedAddress(text: string): string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    url = new URL('file:')
  }
  if (url.protocol === 'http:' || url.protocol === 'https:')
    return url.origin + withoutTrailingSlashes(url.pathname)
  throw new AllclearError('usage', {
    message: `\`${text}\` is no address of a server.`,
    next: 'Write it like `http://127.0.0.1:2990`.',
  })
}
