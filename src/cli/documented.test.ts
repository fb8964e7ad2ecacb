import { execFile, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeZip } from '../../test/archives.ts'
import { foreignPlaybook, releaseList } from '../../test/checklists.ts'
import { runForTest } from './run-for-test.ts'
import type { CommandSpec } from './spec.ts'
import { commandTree } from './tree.ts'

/**
 * Every command line that the documentation and `--help` show is run as it stands, by a shell, in a folder that has the
 * files which they name. They may fail to find something, but they must be understood and must answer.
 */
const root = join(import.meta.dirname, '../..')
const examples = join(root, 'examples')
const folder = mkdtempSync(join(tmpdir(), 'allclear-documented-'))
const filled = join(folder, 'filled')
const example = join(folder, 'example')
let exportServer: Server
let exportUrl = ''

/** Lines that a test cannot run, each with its reason. */
const notRun: readonly (readonly [RegExp, string])[] = [
  [/allclear up\b/, 'serves until it is stopped: src/api/serve.test.ts, test/browser'],
  [/allclear log(?:in|out)\b/, 'needs a server: src/cli/commands/login.test.ts'],
  [
    /allclear incident (?:embargo|access|compartment) |--embargo\b/,
    'needs several people: src/cli/commands/incident-embargo.test.ts',
  ],
  [/^DATABASE_URL=/, 'needs PostgreSQL: src/cli/commands/db.test.ts'],
  [/--server http:\/\/allclear\.example/, 'a server of the reader: src/cli/client/remote.test.ts'],
  [/allclear (?:cluster (?:add|show|remove|doctor|enrol)|agent)\b/, 'needs a cluster: test/cluster'],
  [/^helm /, 'needs Helm: test/cluster/deploy.test.ts'],
  [
    /allclear (?:image (?:packages|add|layers|diff)\b|scan (?:\S+:)?app\.tar)/,
    'needs images: src/know/images, src/base/oci',
  ],
  [/allclear checklist (?:accept|refuse)\b/, 'needs a second person: src/cli/commands/checklist.test.ts'],
  [/^source /, 'needs an interactive shell: src/cli/cli.test.ts'],
]

interface Line {
  place: string
  text: string
}

/** Indented and fenced lines of a page that run `allclear`, with continued lines joined. */
function linesOf(path: string): Line[] {
  const found: Line[] = []
  const lines = readFileSync(path, 'utf8').split('\n')
  let fenced = false
  for (let at = 0; at < lines.length; at++) {
    if (/^\s*```/.test(lines[at])) {
      fenced = !fenced
      continue
    }
    if (!fenced && !lines[at].startsWith('    ')) continue
    const place = `${relative(root, path)}:${at + 1}`
    let text = lines[at].trim()
    while (text.endsWith('\\')) text = `${text.slice(0, -1).trim()} ${lines[++at].trim()}`
    found.push({ place, text })
  }
  return found.filter(({ text }) => /(?:^|[\s|(/])allclear /.test(text) || text.startsWith('mkdir '))
}

function pagesBelow(directory: string): string[] {
  return readdirSync(join(root, directory))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, directory, name))
}

function examplesOf(specs: readonly CommandSpec[], path = ''): Line[] {
  return specs.flatMap((spec) => [
    ...(spec.examples ?? []).map(({ line }) => ({ place: `help of ${path}${spec.name}`, text: line })),
    ...examplesOf(spec.children ?? [], `${path}${spec.name} `),
  ])
}

const pages = [
  join(root, 'README.md'),
  ...['docs/tutorial', 'docs/how-to', 'docs/explanation'].flatMap(pagesBelow),
]

beforeAll(async () => {
  for (const args of [
    ['import', 'advisories', join(examples, 'advisories')],
    ['import', 'sbom', join(examples, 'sboms')],
    ['import', 'manifests', join(examples, 'clusters/shop-eu.json'), '--cluster', 'shop-eu'],
  ])
    expect((await runForTest([...args, '--data', filled])).exit).toBe(0)
  const env = { ALLCLEAR_EXAMPLE_DATA: example }
  expect((await runForTest(['status', '--example'], { env })).exit).toBe(0)

  const archive = makeZip(
    readdirSync(join(examples, 'advisories')).map((name) => ({
      name,
      content: readFileSync(join(examples, 'advisories', name), 'utf8'),
      method: 'stored' as const,
    })),
  )
  exportServer = createServer((request, response) => {
    if (request.url?.endsWith('/all.zip')) response.end(archive)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => {
    exportServer.listen(0, '127.0.0.1', resolve)
  })
  exportUrl = `http://127.0.0.1:${(exportServer.address() as AddressInfo).port}`
})
afterAll(() => {
  exportServer.close()
  rmSync(folder, { recursive: true })
})

/** A folder as a reader has it, with the data directory filled, and what stands on their PATH. */
interface Desk {
  cwd: string
  env: NodeJS.ProcessEnv
}

function openDesk(name: string): Desk {
  const cwd = join(folder, name)
  const put = (path: string, from: string) => {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    cpSync(join(examples, from), join(cwd, path), { recursive: true })
  }
  mkdirSync(cwd)
  symlinkSync(join(root, 'bin'), join(cwd, 'bin'))
  symlinkSync(examples, join(cwd, 'examples'))
  put('app.cdx.json', 'sboms/cart.cdx.json')
  put('app.spdx.json', 'sboms/mail.spdx.json')
  put('sboms', 'sboms')
  put('osv', 'advisories')
  put('vex', 'vex')
  put('vulnrichment', 'ssvc')
  put('known_exploited_vulnerabilities.json', 'kev/kev.json')
  writeFileSync(
    join(cwd, 'epss_scores-current.csv.gz'),
    gzipSync(readFileSync(join(examples, 'epss/epss.csv'))),
  )
  put('CVE-2021-44228.json', 'advisories/CVE-2021-44228.json')
  put('deploy/shop.json', 'clusters/shop-us.json')
  cpSync(filled, join(cwd, 'data'), { recursive: true })
  // Of their own, since lines open incidents in it and change what runs.
  cpSync(example, join(cwd, 'example-data'), { recursive: true })
  writeFileSync(join(cwd, 'pairs.tsv'), '1.0\t1.1\n')
  writeFileSync(join(cwd, 'facts.yaml'), 'shop-eu/search: {team: search, criticality: high}\n')
  writeFileSync(join(cwd, 'vectors.txt'), 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\n')
  writeFileSync(
    join(cwd, 'deny-all.yaml'),
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny-all, namespace: shop }\nspec: { podSelector: {} }\n',
  )
  writeFileSync(join(cwd, 'answers.txt'), 'E:A/EXP:O/A:Y/HI:VH\n')
  const network = readFileSync(join(root, 'checklists/network.yaml'), 'utf8')
  writeFileSync(
    join(cwd, 'network.yaml'),
    network.replace('version: 1.0.0', 'version: 1.0.1').replace('Deny by default;', 'Deny all by default;'),
  )
  writeFileSync(join(cwd, 'release.yaml'), releaseList)
  writeFileSync(join(cwd, 'playbook.json'), JSON.stringify(foreignPlaybook))
  mkdirSync(join(cwd, 'tools'))
  const tool = (command: string, file: string) => {
    writeFileSync(join(cwd, 'tools', command), `#!/bin/sh\nexec cat '${join(examples, file)}'\n`)
    chmodSync(join(cwd, 'tools', command), 0o755)
  }
  tool('kubectl', 'clusters/shop-eu.json')
  tool('syft', 'sboms/cart.cdx.json')
  const { NODE_OPTIONS: _options, ...inherited } = process.env
  return {
    cwd,
    env: {
      ...inherited,
      HOME: cwd,
      PATH: `${join(cwd, 'tools')}:${join(root, 'bin')}:${process.env.PATH}`,
      ALLCLEAR_DATA: join(cwd, 'data'),
      ALLCLEAR_EXAMPLE_DATA: join(cwd, 'example-data'),
      ALLCLEAR_OSV_URL: exportUrl,
    },
  }
}

const runFile = promisify(execFile)

/** 0, 1 and 3 are answers; anything else is a line that a reader would stumble over. */
async function expectUnderstood(shown: Line, desk: Desk): Promise<void> {
  const { place, text } = shown
  const line = withoutMissing(text.replaceAll('https://mirror.example/osv', exportUrl))
  const { exit, error } = await runLine(line, desk)
  expect([0, 1, 3], `${place}: ${text}\n${error}`).toContain(exit)
}

/** Where a machine lacks a program that a line hands our output to, the line is run up to there. */
function withoutMissing(text: string): string {
  return ['jq', 'dot']
    .filter((program) => spawnSync(program, ['--help']).error !== undefined)
    .reduce((line, program) => line.replace(new RegExp(`\\| ${program} .*`), ''), text)
}

/** A line that needs nothing of a shell but its quotes is run in this process, which takes a tenth of the time. */
async function runLine(text: string, { cwd, env }: Desk): Promise<{ exit: number; error: string }> {
  const plain = /^(?:\.\/bin\/)?allclear (.*)$/.exec(text)
  if (plain !== null && !/[|<>$&;]/.test(plain[1].replaceAll(/'[^']*'/g, ''))) {
    const words = await runFile('bash', ['-c', `printf '%s\\0' ${plain[1]}`])
    return runForTest(words.stdout.split('\0').slice(0, -1), { cwd, env: env as Record<string, string> })
  }
  return runFile('bash', ['-o', 'pipefail', '-c', text], { cwd, env, maxBuffer: 1 << 26 }).then(
    ({ stderr }) => ({ exit: 0, error: stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ exit: code, error: stderr }),
  )
}

describe('lines of', () => {
  for (const page of pages) {
    const lines = linesOf(page).filter(({ text }) => !notRun.some(([pattern]) => pattern.test(text)))
    if (lines.length === 0) continue
    it(`${relative(root, page)} run, one after the other`, async () => {
      const desk = openDesk(relative(root, page).replaceAll('/', '-'))
      for (const line of lines) await expectUnderstood(replaceIds(line, desk), desk)
    })
  }

  it('--help run', async () => {
    const desk = openDesk('help')
    for (const line of examplesOf(commandTree))
      if (!notRun.some(([pattern]) => pattern.test(line.text)))
        await expectUnderstood(replaceIds(line, desk), desk)
  })
})

/** Ids that only the reader's own store can know. */
function replaceIds({ place, text }: Line, { cwd }: Desk): Line {
  const tokens = '$(allclear token list -o name | head -1)'
  const file = 'CVE-2021-44228.json'
  return {
    place,
    text: text
      .replace(/TOKEN_ID|tok-[0-9a-f]{10}/, tokens)
      .replaceAll('/srv/allclear', join(cwd, 'restored'))
      .replace('osv/Maven/all.zip', existsSync(join(cwd, file)) ? file : 'osv'),
  }
}

it('links between pages lead somewhere', () => {
  const broken: string[] = []
  const all = [
    ...pages,
    ...['ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/README.md'].map((name) =>
      join(root, name),
    ),
    ...['docs/reference', 'docs/decisions'].flatMap(pagesBelow),
  ]
  for (const page of all)
    for (const [, target] of readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g))
      if (!/^[a-z]+:/.test(target) && !existsSync(join(dirname(page), target)))
        broken.push(`${relative(root, page)}: ${target}`)
  expect(broken).toEqual([])
})
