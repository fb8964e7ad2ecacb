import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foreignPlaybook, releaseList } from '../../../test/checklists.ts'
import { runForTest } from '../run-for-test.ts'

const folder = mkdtempSync(join(tmpdir(), 'allclear-checklists-'))
const file = (name: string) => join(folder, name)
const allclear = (args: string[], more: Parameters<typeof runForTest>[1] = {}) =>
  runForTest([...args, '--data', join(folder, 'data')], { cwd: folder, env: { HOME: folder }, ...more })

/** An editor that does to the file what a person would: `sed`, by way of a script. */
function editorOf(script: string): { env: Record<string, string> } {
  writeFileSync(file('editor.sh'), `#!/bin/sh\n${script}\n`)
  return { env: { HOME: folder, PATH: process.env.PATH ?? '', EDITOR: `sh '${file('editor.sh')}'` } }
}

beforeAll(() => {
  writeFileSync(file('release.yaml'), releaseList)
  writeFileSync(file('playbook.json'), JSON.stringify(foreignPlaybook))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('allclear checklist', () => {
  it('edits in an editor: the reason is taken, the version gets its next number', async () => {
    const { exit, out, error } = await allclear(
      ['checklist', 'edit', 'triage'],
      editorOf(
        `sed -i -e 's/^# reason: $/# reason: It reads better./' -e 's/start the clock/start the clock now/' "$1"`,
      ),
    )
    expect(error).toContain('reworded  T1')
    expect({ exit, out }).toEqual({ exit: 0, out: 'triage 1.0.1 is stored.\n' })
    const { out: shown } = await allclear(['checklist', 'show', 'triage', '-o', 'wide'])
    expect(shown).toContain('Made by local: It reads better.')
    expect(shown).toMatch(/1\.0\.1 +stored +edited +local/)
  })

  it('keeps what was written when it cannot be stored, and says where', async () => {
    const { exit, out, error } = await allclear(
      ['checklist', 'edit', 'triage', '--reason', 'why not'],
      editorOf(`sed -i 's/pause: declare-or-dismiss/pause: never/' "$1"`),
    )
    expect({ exit, out }).toEqual({ exit: 2, out: '' })
    expect(error).toContain('There is no pause point never')
    const kept = /Your text is in (\S+);/.exec(error)?.[1] ?? ''
    expect(readFileSync(join(kept, 'triage.yaml'), 'utf8')).toContain('pause: never')
    rmSync(kept, { recursive: true })
  })

  it('stores nothing when nothing changed, when no reason is given, and when the editor fails', async () => {
    expect(await allclear(['checklist', 'edit', 'fix'], editorOf('true'))).toMatchObject({
      exit: 0,
      out: '',
      error: 'Nothing changed.\n',
    })
    const silent = await allclear(
      ['checklist', 'edit', 'fix'],
      editorOf(`sed -i 's/class of bug/kind of bug/' "$1"`),
    )
    expect(silent).toMatchObject({ exit: 2, out: '' })
    expect(silent.error).toContain('A change needs its reason')
    expect((await allclear(['checklist', 'edit', 'fix'], editorOf('exit 3'))).error).toContain('ended with 3')
    expect((await allclear(['checklist', 'edit', 'fix'])).error).toContain('neither VISUAL nor EDITOR')
    expect((await allclear(['checklist', 'show', 'fix'])).out).toContain('fix 1.0.0')
  })

  it('lets one who loosens wait, and not accept it', async () => {
    const text = (await allclear(['checklist', 'export', 'fix'])).out
    writeFileSync(
      file('fix.yaml'),
      text.replace('probe: {id: repro.fixed}', 'probe: {none: nobody has the time}'),
    )
    const stored = await allclear([
      'checklist',
      'edit',
      'fix',
      '--from',
      'fix.yaml',
      '--reason',
      'in a hurry',
    ])
    expect(stored.error).toContain('loosened  FX3')
    expect(stored.out).toContain('fix 2.0.0 waits for a second person')
    const accepted = await allclear(['checklist', 'accept', 'fix', '2.0.0', '--reason', 'fine'])
    expect(accepted.exit).toBe(4)
    expect(accepted.error).toContain('accepted by somebody else')
    expect(await allclear(['checklist', 'refuse', 'fix', '2.0.0', '--reason', 'no'])).toMatchObject({
      exit: 0,
      out: 'fix 2.0.0 is refused; the version before stays in force.\n',
    })
    writeFileSync(
      file('fix.yaml'),
      readFileSync(file('fix.yaml'), 'utf8').replace('version: 1.0.0', 'version: 2.0.1'),
    )
    const again = await allclear([
      'checklist',
      'edit',
      'fix',
      '--from',
      'fix.yaml',
      '--reason',
      'agreed',
      '--as',
      '@anna',
    ])
    expect(again.out).toContain('fix 2.0.1 waits for a second person')
    expect(
      await allclear(['checklist', 'accept', 'fix', '2.0.1', '--reason', 'seen', '--as', '@ben']),
    ).toMatchObject({
      exit: 0,
      out: 'fix 2.0.1 is stored.\n',
    })
    expect((await allclear(['checklist', 'show', 'fix', '-o', 'wide'])).out).toMatch(
      /2\.0\.1 +stored +edited +anna .* ben /,
    )
  })

  it('lints files and lists: exit code 1 only for errors', async () => {
    writeFileSync(file('bad.yaml'), releaseList.replace('id: artifact.verified', 'id: artifact.verifid'))
    const { exit, out } = await allclear(['checklist', 'lint', 'release.yaml', 'bad.yaml', 'network'])
    expect(exit).toBe(1)
    expect(out).toContain('release.yaml: clean\n')
    expect(out).toMatch(/bad\.yaml: 1 error, 0 warnings\n.*\nerror +R1 +26:13 +probe-unknown/)
    expect((await allclear(['checklist', 'lint', '-'], { stdin: releaseList })).out).toBe('stdin: clean\n')
  })

  it('imports a list, and a playbook as a draft to look at', async () => {
    expect(await allclear(['checklist', 'import', 'release.yaml', '--reason', 'ours'])).toMatchObject({
      exit: 0,
      out: 'release 1.0.0 is stored.\n',
    })
    const { exit, out } = await allclear(['checklist', 'import', 'playbook.json', '--dry-run'])
    expect(exit).toBe(0)
    expect(out).toContain('status: draft')
    expect(out).toContain('bash: nft add element')
    writeFileSync(file('broken.json'), JSON.stringify({ ...foreignPlaybook, workflow_start: 'start--1' }))
    const broken = await allclear(['checklist', 'import', 'broken.json', '--reason', 'x'])
    expect(broken.exit).toBe(2)
    expect(broken.error).toContain('workflow_start names no step')
  })

  it('exports what it imports again as the same list', async () => {
    const cacao = (await allclear(['checklist', 'export', 'release', '-o', 'cacao'])).out
    writeFileSync(file('release.json'), cacao)
    const { out } = await allclear(['checklist', 'import', 'release.json', '--dry-run'])
    writeFileSync(file('again.yaml'), out)
    expect((await allclear(['checklist', 'diff', 'release', 'again.yaml'])).out).toContain('Nothing changed.')
    expect((await allclear(['checklist', 'print', 'release'])).out).toMatch(/^<!doctype html>/)
    expect((await allclear(['checklist', 'export', 'release', '-o', 'markdown'])).out).toContain(
      '# Release of the shop',
    )
  })
})
