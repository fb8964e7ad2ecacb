import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { overrideLimits } from '../base/limits.ts'
import { runForTest } from './run-for-test.ts'
import type { CommandSpec } from './spec.ts'
import { commandTree } from './tree.ts'

const directory = mkdtempSync(join(tmpdir(), 'allclear-cli-'))
afterAll(() => rmSync(directory, { recursive: true }))

function leavesOf(
  specs: readonly CommandSpec[],
  parents: readonly string[] = [],
): { path: string; spec: CommandSpec }[] {
  return specs.flatMap((spec) => {
    const path = [...parents, spec.name]
    const below = leavesOf(spec.children ?? [], path)
    return spec.load === undefined ? below : [{ path: path.join(' '), spec }, ...below]
  })
}
const leaves = leavesOf(commandTree).filter(({ spec }) => !spec.hidden)

describe('help', () => {
  it.each(leaves.map(({ path, spec }) => [path, spec] as const))(
    'of %s shows its examples',
    async (path, spec) => {
      const { exit, out, error } = await runForTest([...path.split(' '), '--help'])
      expect({ exit, error }).toEqual({ exit: 0, error: '' })
      expect(out).toContain(`Usage: allclear`)
      for (const { line } of spec.examples ?? []) expect(out).toContain(line)
      if (spec.name !== 'version') expect(spec.examples, path).not.toHaveLength(0)
    },
  )

  it('of everything names every command and the exit codes', async () => {
    const { out } = await runForTest([])
    for (const { name, hidden } of commandTree) if (!hidden) expect(out).toContain(`\n  ${name}`)
    expect(out).toContain('Exit codes: 0 clean')
    expect(out).not.toContain('__complete')
    expect((await runForTest(['--help'])).out).toBe(out)
  })

  it.each(leaves.map(({ path, spec }) => [path, spec] as const))(
    '%s has a module to run',
    async (_path, spec) => {
      expect(typeof (await spec.load!()).run).toBe('function')
    },
  )
})

describe('usage errors end with 2 and the way to help', () => {
  it.each([
    [['wher'], 'Did you mean where?', 'allclear --help'],
    [['import', 'sbm', 'x'], 'Did you mean sbom?', 'allclear import --help'],
    [['import'], 'needs a command', 'allclear import sbom'],
    [['where'], 'Missing required argument', 'allclear where --help'],
    [['scan', '--fail-on', 'severe', 'x'], 'Allowed choices are critical', 'allclear scan --help'],
    [['status', '-o', 'xml'], 'Allowed choices are table', 'allclear status --help'],
    [['version', 'compare', '1', '2'], 'Which version order?', '--scheme'],
    [['version', 'compare', '--scheme', 'klingon', '1', '2'], 'no version scheme', 'deb'],
    [['version', 'compare', '--scheme', 'deb', '1'], '1 was given', 'A<TAB>B'],
    [['status', '--data', 'a', '--example'], 'two data directories', 'one of them'],
    [['status', '--server', 'ftp://x'], 'no address of a server', 'http://'],
    [['import', 'manifests', 'x'], 'which cluster', '--cluster'],
    [['advisory', 'add'], 'needs --package', 'allclear advisory add'],
    [['where', 'x', '--since', 'soon'], 'no duration', '30d'],
  ])('%j', async (args, message, next) => {
    const { exit, out, error } = await runForTest(args, { env: { HOME: directory } })
    expect(error).toContain(message)
    expect(error).toContain(next)
    expect({ exit, out }).toEqual({ exit: 2, out: '' })
  })
})

describe('version compare', () => {
  it('answers each line with one sign, in order', async () => {
    const { exit, out } = await runForTest(['version', 'compare', '--scheme', 'deb', '-'], {
      stdin: '1.0~rc1\t1.0\n1.0\t1.0\r\n2:1\t1:9\nno tab\n\n1.0\t1.0-1',
    })
    expect({ exit, out }).toEqual({ exit: 0, out: '<\n=\n>\n?\n?\n<\n' })
  })

  it('reads stdin in groups that one request carries', async () => {
    const pairs = Array.from({ length: 25_000 }, (_, index) => `${index}\t${index + (index % 3) - 1}`)
    // Chunks end anywhere, also inside a line.
    const bytes = Buffer.from(pairs.join('\n'))
    const chunks = [bytes.subarray(0, 70_001), bytes.subarray(70_001, 70_002), bytes.subarray(70_002)]
    const { out } = await runForTest(['version', 'compare', '--scheme', 'deb', '-'], { stdin: chunks })
    const signs = out.trimEnd().split('\n')
    expect(signs).toHaveLength(25_000)
    expect(signs.slice(1, 7)).toEqual(['=', '<', '>', '=', '<', '>'])
    expect(signs.every((sign, index) => index === 0 || sign === ['>', '=', '<'][index % 3])).toBe(true)
  })

  it('answers lines that cannot be read, too', async () => {
    const lines = [
      '1.\xff\t1.\xfe',
      '1\t2',
      `${'1'.repeat(65_536)}\t1`,
      `${'1'.repeat(1_100_000)}\t1`,
      '2\t1',
    ]
    const bytes = Buffer.from(lines.join('\n'), 'latin1')
    const chunks = Array.from({ length: Math.ceil(bytes.byteLength / 65_536) }, (_, at) =>
      bytes.subarray(at * 65_536, (at + 1) * 65_536),
    )
    const { exit, out } = await runForTest(['version', 'compare', '--scheme', 'maven', '-'], {
      stdin: chunks,
    })
    expect({ exit, out }).toEqual({ exit: 0, out: '?\n<\n?\n?\n>\n' })
  })

  it('gives branches and rebuilds their place in the order', async () => {
    const composer = await runForTest(['version', 'compare', '--scheme', 'composer', '-'], {
      stdin: 'dev-main\t1.0\ndev-main\tdev-main\ndev-a\tdev-b\n',
    })
    expect(composer.out).toBe('<\n=\n?\n')
    const bitnami = await runForTest(['version', 'compare', '--scheme', 'bitnami', '1.2.3-4', '1.2.3'])
    expect(bitnami.out).toBe('>\n')
  })

  it('asks in groups of bounded size, however long the lines are', async () => {
    const restore = overrideLimits({ batchBytes: 1_000 })
    try {
      const line = `1.${'0'.repeat(500)}\t1`
      const { out } = await runForTest(['version', 'compare', '--scheme', 'gem', '-'], {
        stdin: `${line}\n`.repeat(9),
      })
      expect(out).toBe('=\n'.repeat(9))
    } finally {
      restore()
    }
  })

  it('takes two arguments', async () => {
    expect((await runForTest(['version', 'compare', '--scheme', 'maven', '1.0-alpha-1', '1.0'])).out).toBe(
      '<\n',
    )
  })
})

describe('purl', () => {
  it('parses lines into canonical JSON with six keys, or says what is wrong', async () => {
    const { exit, out } = await runForTest(['purl', 'parse', '-'], {
      stdin: 'pkg:npm/%40scope/name@1.2.3?b=2&a=1#x/y\nnot a purl\npkg:gem/rake\n',
    })
    const [first, second, third] = out.trimEnd().split('\n')
    expect(exit).toBe(0)
    expect(first).toBe(
      '{"type":"npm","namespace":"@scope","name":"name","version":"1.2.3","qualifiers":{"a":"1","b":"2"},"subpath":"x/y"}',
    )
    expect(second).toMatch(/^error: ./)
    expect(third).toBe(
      '{"type":"gem","namespace":null,"name":"rake","version":null,"qualifiers":null,"subpath":null}',
    )
  })

  it('says so in its place where a line is no UTF-8', async () => {
    const { out } = await runForTest(['purl', 'parse', '-'], {
      stdin: [Buffer.from('pkg:gem/a\xff\npkg:gem/b\n', 'latin1')],
    })
    const [first, second] = out.trimEnd().split('\n')
    expect(first).toBe('error: the line is not valid UTF-8')
    expect(JSON.parse(second)).toMatchObject({ name: 'b' })
  })

  it('builds what it parsed', async () => {
    const purls = ['pkg:npm/%40scope/name@1.2.3?a=1&b=2#x/y', 'pkg:deb/debian/curl@7.50.3-1?arch=i386']
    const parsed = await runForTest(['purl', 'parse', ...purls])
    const built = await runForTest(['purl', 'build', '-'], { stdin: parsed.out })
    expect(built.out.trimEnd().split('\n')).toEqual(purls)
  })

  it.each([
    '[]',
    '{',
    '{"type":"npm"}',
    '{"name":"x"}',
    '{"type":"npm","name":1}',
    '{"type":"npm","name":"a","qualifiers":[]}',
  ])('build says why %s is none', async (line) => {
    const { exit, out } = await runForTest(['purl', 'build', line])
    expect(exit).toBe(0)
    expect(out).toMatch(/^error: .+\n$/)
  })
})

describe('config limits', () => {
  it('has the forms that every list has', async () => {
    const json = JSON.parse((await runForTest(['config', 'limits', '-o', 'json'])).out)
    expect(json.rows.find((row: { name: string }) => row.name === 'batchLines')).toMatchObject({
      value: 10_000,
      source: 'default',
    })
    expect((await runForTest(['config', 'limits', '-o', 'yaml'])).out).toContain('name: batchLines')
    expect((await runForTest(['config', 'limits', '-o', 'name'])).out.split('\n')).toContain('batchLines')
    expect((await runForTest(['config', 'limits'])).out.split('\n')[0]).toMatch(
      /^LIMIT +VALUE +UNIT +SOURCE +WHY$/,
    )
    expect((await runForTest(['config', 'limits', '-o', 'wide'])).out).toContain('ALLCLEAR_LIMIT_BATCH_LINES')
  })
})

function hasShell(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).error === undefined
}

describe('completion', () => {
  const cart = 'registry.shop.example/checkout/cart:1.31.0'
  const complete = async (...words: string[]) =>
    (await runForTest(['__complete', ...words], { env: { HOME: directory } })).out
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t')[0])

  it.each(['bash', 'zsh', 'fish'])('%s prints a script', async (shell) => {
    const { exit, out } = await runForTest(['completion', shell])
    expect(exit).toBe(0)
    expect(out).toContain('__complete')
    const file = join(directory, `complete.${shell}`)
    writeFileSync(file, out)
    const check = spawnSync(shell, ['-n', file])
    // zsh and fish are not on every machine; bash is.
    if (check.error === undefined) expect(check.stderr.toString()).toBe('')
    else expect(shell).not.toBe('bash')
  })

  it('offers commands, options, values, schemes and files', async () => {
    expect(await complete('')).toEqual(commandTree.filter(({ hidden }) => !hidden).map(({ name }) => name))
    expect(await complete('im')).toEqual(['import', 'image'])
    expect(await complete('import', 's')).toEqual(['sbom', 'ssvc'])
    expect(await complete('scan', '--fail')).toEqual(['--fail-on'])
    expect(await complete('scan', '--fail-on', 'c')).toEqual(['critical'])
    expect(await complete('status', '-o', '')).toEqual(['table', 'wide', 'json', 'yaml', 'name'])
    expect(await complete('version', 'compare', '--scheme', 'ma')).toEqual(['maven'])
    expect(await complete('scan', '')).toEqual([':files'])
    expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })

  const launchers = join(import.meta.dirname, '../../bin')
  const shellEnv = { ...process.env, HOME: directory, PATH: `${launchers}:${process.env.PATH}` }
  const cases = [
    ['allclear sca', ['scan']],
    ['allclear scan --fail-on h', ['high']],
    ['allclear scan --fail', ['--fail-on']],
    ['allclear cve --example CVE-2021-44228', ['CVE-2021-44228']],
    ['allclear image show --example registry.shop.example/checkout/ca', [`${cart}`]],
  ] as const

  it.each(cases)('bash completes %s', async (line, expected) => {
    const file = join(directory, 'run.bash')
    const script = (await runForTest(['completion', 'bash'])).out
    writeFileSync(
      file,
      `${script}\nCOMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _allclear; printf '%s\\n' "\${COMPREPLY[@]}"`,
    )
    expect(execFileSync('bash', [file], { env: shellEnv }).toString().trim().split('\n')).toEqual(expected)
  })

  it('bash replaces only what follows the last colon', async () => {
    const file = join(directory, 'run.bash')
    const script = (await runForTest(['completion', 'bash'])).out
    writeFileSync(
      file,
      `${script}\nCOMP_LINE='allclear image show --example ${cart.slice(0, -3)}'; COMP_POINT=\${#COMP_LINE}; _allclear; printf '%s\\n' "\${COMPREPLY[@]}"`,
    )
    expect(execFileSync('bash', [file], { env: shellEnv }).toString()).toBe(`${cart.split(':')[1]}\n`)
  })

  it.skipIf(!hasShell('fish')).each(cases)(
    'fish completes %s (skipped where there is no fish)',
    async (line, expected) => {
      const file = join(directory, 'run.fish')
      const script = (await runForTest(['completion', 'fish'])).out
      writeFileSync(file, `${script}\ncomplete -C '${line}'\n`)
      const out = execFileSync('fish', ['--no-config', file], { env: shellEnv }).toString().trim()
      expect(out.split('\n').map((row) => row.split('\t')[0])).toEqual(expected)
    },
  )

  it.skipIf(!hasShell('zsh')).each(cases)(
    'zsh completes %s (skipped where there is no zsh)',
    async (line, expected) => {
      // The completion system wants a terminal; what it is asked to show is all that matters here.
      const file = join(directory, 'run.zsh')
      const script = (await runForTest(['completion', 'zsh'])).out
      writeFileSync(
        file,
        `compdef() { : }
_describe() { local -a shown; shown=("\${(@P)2}"); print -rl -- "\${shown[@]}" }
_files() { : }
${script}
words=(\${=:-${line}}); CURRENT=\${#words}; _allclear`,
      )
      const out = execFileSync('zsh', ['-f', file], { env: shellEnv }).toString().trim()
      const named = out.split('\n').map((row) => row.replace(/(?<!\\):.*/, '').replaceAll('\\:', ':'))
      expect(named).toEqual(expected)
    },
  )
})

describe('bin/allclear', () => {
  const launcher = join(import.meta.dirname, '../../bin/allclear')

  it('runs through a link and from anywhere', () => {
    const link = join(directory, 'linked')
    symlinkSync(launcher, link)
    const out = execFileSync(link, ['version'], {
      cwd: '/',
      env: { ...process.env, PATH: '/usr/bin:/bin' },
    }).toString()
    expect(out).toMatch(/^allclear \d+\.\d+\.\d+\n$/)
  })

  it('gives its exit code and keeps stdout clean on errors', () => {
    const { status, stdout, stderr } = spawnSync(launcher, ['nonsense'])
    expect(status).toBe(2)
    expect(stdout.toString()).toBe('')
    expect(stderr.toString()).toContain("Unknown command 'nonsense'.")
  })

  it('ends quietly when the reader goes', () => {
    const { status, stderr } = spawnSync('bash', [
      '-o',
      'pipefail',
      '-c',
      `'${launcher}' config limits -o json | head -c 10`,
    ])
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' })
  })
})
