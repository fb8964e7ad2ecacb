import { describe, expect, it } from 'vitest'
import { runForTest } from '../run-for-test.ts'

const vector = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'

describe('allclear score', () => {
  it('answers a line for each vector', async () => {
    const { exit, out } = await runForTest(['score', vector, 'AV:N/AC:L/Au:N/C:N/I:N/A:C'])
    expect(exit).toBe(0)
    expect(out).toBe(
      '9.3\tcritical\tCVSS-B\tbase 9.3\tthreat 9.3\tenvironmental 9.3\n7.8\thigh\tCVSS 2.0\tbase 7.8\n',
    )
  })

  it('a batch is answered when every line is, whatever the lines hold', async () => {
    const { exit, out } = await runForTest(['score', '-', '-o', 'json'], { stdin: `${vector}\nnonsense\n\n` })
    expect(exit).toBe(0)
    const [scored, refused, empty] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(scored).toMatchObject({
      vector,
      version: '4.0',
      score: 9.3,
      severity: 'critical',
      nomenclature: 'CVSS-B',
    })
    expect(refused).toEqual({ error: '"nonsense" is not a metric with a value, at character 1' })
    expect(empty).toEqual({ error: 'the text is empty, at character 1' })
  })

  it('an argument that is no vector is a mistake', async () => {
    expect((await runForTest(['score', 'nonsense'])).exit).toBe(2)
  })

  it('lays an environment over the vector; one that no version can read is refused with the place', async () => {
    expect((await runForTest(['score', vector, '--env', 'CR:L/MAV:A'])).out).toMatch(/^8\.6\thigh\tCVSS-BE\t/)
    const { exit, error } = await runForTest(['score', vector, '--env', 'CR:L/XX:A'])
    expect(exit).toBe(2)
    expect(error).toContain('at --env, character 6')
  })
})

describe('allclear ssvc', () => {
  it('decides by every table, and says what is open', async () => {
    const { exit, out } = await runForTest(['ssvc', 'E:A/EXP:O/A:Y/HI:VH', '--tree', 'deployer', '--example'])
    expect([exit, out]).toEqual([0, 'E:A/EXP:O/A:Y/HI:VH\tdeployer: immediate\n'])
    const open = await runForTest(['ssvc', 'E:A/EXP:O/A:Y', '--tree', 'deployer', '--example'])
    expect(open.exit).toBe(3)
    expect(open.out).toContain('deployer: unknown (out-of-cycle or immediate; needs human impact)')
  })

  it('takes from the feeds what they know of a CVE', async () => {
    const { out } = await runForTest(['ssvc', '-', '-o', 'json', '--facts', 'PE:Y', '--example'], {
      stdin: 'CVE-2021-44228\nCVE-1999-0001\n',
    })
    const [known, unknown] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { answers: string })
    expect(known.answers).toBe('E:A/A:Y/TI:T/KEV:Y/PE:Y')
    expect(unknown.answers).toBe('KEV:N/PE:Y')
  })
})
