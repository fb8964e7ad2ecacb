import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDocument } from '../arbitrary-for-test.ts'
import { fromDocument } from '../from-document.ts'
import { fromCacao } from './from-cacao.ts'
import { cacaoRules, lintPlaybook } from './lint.ts'
import { playbookSchema, type CacaoPlaybook } from './playbook.ts'
import { toCacao } from './to-cacao.ts'

const at = {
  createdAtMs: Date.parse('2026-11-01T00:00:00Z'),
  modifiedAtMs: Date.parse('2026-11-27T00:00:00Z'),
}
const start = 'start--11111111-1111-4111-8111-111111111111'
const act = 'action--22222222-2222-4222-8222-222222222222'
const other = 'action--33333333-3333-4333-8333-333333333333'
const choice = 'if-condition--44444444-4444-4444-8444-444444444444'
const end = 'end--55555555-5555-4555-8555-555555555555'
const agent = 'group--66666666-6666-4666-8666-666666666666'

/** Somebody else's playbook, as the specification wants it. */
const foreign = (): CacaoPlaybook => ({
  type: 'playbook',
  spec_version: 'cacao-2.0',
  id: 'playbook--77777777-7777-4777-8777-777777777777',
  name: 'Block the host!',
  created_by: 'identity--88888888-8888-4888-8888-888888888888',
  created: '2026-01-01T00:00:00.000Z',
  modified: '2026-01-02T00:00:00.000Z',
  workflow_start: start,
  workflow: {
    [start]: { type: 'start', on_completion: act },
    [act]: {
      type: 'action',
      name: 'Look the address up',
      description: 'In the console.',
      commands: [{ type: 'bash', command: 'dig\n+short example.org' }],
      agent,
      on_completion: choice,
    },
    [choice]: { type: 'if-condition', condition: "__bad__:value = 'true'", on_true: other, on_false: end },
    [other]: {
      type: 'action',
      name: 'Block it',
      commands: [{ type: 'manual', command_b64: Buffer.from('Call them.').toString('base64') }],
      agent,
      on_completion: end,
    },
    [end]: { type: 'end' },
  },
  agent_definitions: { [agent]: { type: 'group', name: 'Network team' } },
})

type Change = (playbook: CacaoPlaybook, step: CacaoPlaybook['workflow'][string]) => void

const rows: [rule: keyof typeof cacaoRules, change: Change][] = [
  ['spec-version', (one) => void (one.spec_version = 'cacao-1.1')],
  ['identifier', (one) => void (one.id = 'playbook--1')],
  ['identifier', (one) => void (one.created_by = 'somebody')],
  ['timestamp', (one) => void (one.created = '2026-01-01T00:00:00Z')],
  ['modified-before-created', (one) => void (one.modified = '2025-12-31T23:59:59.999Z')],
  ['required-property', (one) => void delete one.created],
  ['start-missing', (one) => void delete one.workflow_start],
  ['start-type', (one) => void (one.workflow_start = act)],
  ['minimal-workflow', (one) => void (one.workflow = { [start]: { type: 'start', on_completion: start } })],
  ['step-type', (_, step) => void (step.type = 'dance')],
  ['step-type', (one) => void (one.workflow[other].type = 'playbook-action')],
  ['dangling-step', (_, step) => void (step.on_completion = 'end--99999999-9999-4999-8999-999999999999')],
  ['dangling-step', (one) => void (one.workflow_exception = 'end--99999999-9999-4999-8999-999999999999')],
  ['completion-or-success', (_, step) => void (step.on_failure = end)],
  ['end-goes-on', (one) => void (one.workflow[end].on_completion = act)],
  ['no-way-on', (_, step) => void delete step.on_completion],
  ['branch-missing', (one) => void delete one.workflow[choice].condition],
  ['command-missing', (_, step) => void (step.commands = [])],
  ['command-missing', (_, step) => void delete step.agent],
  ['dangling-agent', (_, step) => void (step.targets = ['linux--99999999-9999-4999-8999-999999999999'])],
  ['dangling-extension', (_, step) => void (step.step_extensions = { x: {} })],
  ['dangling-marking', (one) => void (one.markings = ['marking-tlp--1'])],
  ['variable-name', (one) => void (one.playbook_variables = { name: {} })],
  ['activities-missing', (one) => void (one.playbook_types = ['attack'])],
  ['unreachable', (one) => void (one.workflow[choice].on_true = end)],
  ['cycle', (one) => void (one.workflow[other].on_completion = act)],
  ['unknown-command', (_, step) => void (step.commands![0].type = 'ftp')],
]

describe('lintPlaybook', () => {
  it('has nothing to say of a playbook that means something', () => {
    expect(lintPlaybook(playbookSchema.parse(foreign()))).toEqual([])
  })

  it.each(rows)('%s', (rule, change) => {
    const playbook = foreign()
    change(playbook, playbook.workflow[act])
    expect(lintPlaybook(playbookSchema.parse(playbook)).map((one) => one.rule)).toContain(rule)
  })
})

describe('a checklist as a playbook', () => {
  const written = anyDocument
    .filter(({ items, pausePoints }) => items.length + pausePoints.length > 0)
    .map(fromDocument)

  it('comes back as it was, by way of JSON, and the lint has no error to name', () => {
    fc.assert(
      fc.property(written, (checklist) => {
        const playbook: unknown = JSON.parse(JSON.stringify(toCacao(checklist, at)))
        expect(lintPlaybook(playbookSchema.parse(playbook))).toEqual([])
        expect(fromCacao(playbook)).toEqual({ checklist, problems: [], notes: [] })
      }),
    )
  })

  it('takes the changes that another tool made', () => {
    fc.assert(
      fc.property(
        written.filter(({ items }) => items.length > 0),
        (checklist) => {
          const playbook = toCacao(checklist, at)
          const [id, first] = Object.entries(playbook.workflow).find(
            ([, { type, commands }]) =>
              type === 'action' &&
              commands![0].command !== undefined &&
              !commands![0].command.startsWith('Pass only') &&
              !commands![0].command.startsWith('Stop here'),
          )!
          playbook.name = 'Another title'
          const added = 'action--99999999-9999-4999-8999-999999999999'
          playbook.workflow[added] = {
            type: 'action',
            name: 'Added elsewhere',
            commands: [{ type: 'bash', command: 'id' }],
            agent: first.agent,
            on_completion: first.on_completion,
          }
          playbook.workflow[id] = { ...first, name: 'Reworded', on_completion: added }
          const { checklist: again } = fromCacao(JSON.parse(JSON.stringify(playbook)))
          expect(again?.title).toBe('Another title')
          expect(again?.items.map(({ text }) => text)).toEqual(
            expect.arrayContaining(['Reworded', 'Added elsewhere']),
          )
          expect(again?.items).toHaveLength(checklist.items.length + 1)
        },
      ),
    )
  })

  it('keeps its id through versions', () => {
    const [list] = fc.sample(written, 1)
    expect(toCacao({ ...list, version: '9.9.9' }, at).id).toBe(toCacao(list, at).id)
  })
})

describe('somebody else’s playbook', () => {
  it('becomes a draft that people do by hand', () => {
    const { checklist, problems, notes } = fromCacao(foreign())
    expect(problems).toEqual([])
    expect(notes).toEqual(['Branches are read as conditions of their items; loops are read once.'])
    expect(checklist).toMatchObject({ id: 'block-the-host', status: 'draft', title: 'Block the host!' })
    expect(checklist?.items.map(({ text, applies, role, fix }) => ({ text, applies, role, fix }))).toEqual([
      {
        text: 'Look the address up',
        applies: null,
        role: 'network-team',
        fix: [{ kind: 'manual', text: 'bash: dig +short example.org' }],
      },
      {
        text: 'Block it',
        applies: "__bad__:value = 'true'",
        role: 'network-team',
        fix: [{ kind: 'manual', text: 'manual: Call them.' }],
      },
    ])
  })

  it('with an error is refused whole', () => {
    const playbook = foreign()
    playbook.workflow[act].on_completion = 'end--99999999-9999-4999-8999-999999999999'
    const { checklist, problems } = fromCacao(playbook)
    expect(checklist).toBeNull()
    expect(problems[0]).toMatchObject({ rule: 'dangling-step', severity: 'error', step: act })
  })

  it('ends with a list or with an error, whatever JSON it is', () => {
    const ids = fc.constantFrom(start, act, other, choice, end, 'x')
    const step = fc.record(
      {
        type: fc.constantFrom(
          'start',
          'end',
          'action',
          'if-condition',
          'while-condition',
          'switch-condition',
          'parallel',
          'x',
        ),
        name: fc.string(),
        on_completion: ids,
        on_success: ids,
        on_failure: ids,
        on_true: ids,
        on_false: ids,
        next_steps: fc.array(ids, { maxLength: 3 }),
        cases: fc.dictionary(fc.string({ maxLength: 3 }), ids, { maxKeys: 2 }),
        condition: fc.string(),
        commands: fc.constant([{ type: 'manual', command: 'x' }]),
        agent: fc.constant(agent),
      },
      { requiredKeys: ['type'] },
    )
    const workflows = fc
      .array(fc.tuple(ids, step), { maxLength: 6 })
      .map((steps) => Object.fromEntries(steps))
    const documents = fc.oneof(
      fc.json().map((text): unknown => JSON.parse(text)),
      workflows.map((workflow) => ({ ...foreign(), workflow })),
    )
    fc.assert(
      fc.property(documents, (document) => {
        const { checklist, problems } = fromCacao(document)
        expect(checklist !== null || problems.some(({ severity }) => severity === 'error')).toBe(true)
      }),
    )
  })
})
