import { type CacaoPlaybook, type CacaoStep, edgesOf } from './playbook.ts'

/** What a playbook says that cannot be meant. An error breaks a MUST of the specification; a warning is bad practice. */
export interface CacaoProblem {
  severity: 'error' | 'warning'
  rule: keyof typeof cacaoRules
  /** Id of the step; null when it is about the playbook. */
  step: string | null
  message: string
}

/** Every rule, with the section of CACAO 2.0 that it comes from. */
export const cacaoRules = {
  'not-a-playbook': { severity: 'error', asks: 'The document is a CACAO 2.0 playbook (3.1).' },
  'spec-version': { severity: 'error', asks: '`spec_version` is `cacao-2.0` (3.1).' },
  identifier: { severity: 'error', asks: 'Ids are TYPE--UUID, and the type is that of the object (10.10).' },
  timestamp: { severity: 'error', asks: 'Times are UTC with exactly three digits of milliseconds (10.17).' },
  'modified-before-created': { severity: 'error', asks: '`modified` is not before `created` (3.1).' },
  'required-property': { severity: 'error', asks: 'Required properties are there (3.1, 4).' },
  'start-missing': { severity: 'error', asks: '`workflow_start` names a step of the workflow (3.1).' },
  'start-type': { severity: 'error', asks: '`workflow_start` names a start step (3.1).' },
  'minimal-workflow': { severity: 'error', asks: 'A workflow has a start, an action and an end (3.1).' },
  'step-type': {
    severity: 'error',
    asks: 'The type of a step is one of the specification, and that of its id (4.2).',
  },
  'dangling-step': { severity: 'error', asks: 'Steps go on to steps of the same workflow (4.1).' },
  'completion-or-success': {
    severity: 'error',
    asks: 'A step has `on_completion`, or `on_success` and `on_failure`, never both (4.1).',
  },
  'end-goes-on': { severity: 'error', asks: 'An end step goes nowhere (4.4).' },
  'no-way-on': { severity: 'error', asks: 'Every step but an end says what follows (4.1).' },
  'branch-missing': {
    severity: 'error',
    asks: 'Conditions have what they decide and where to go; parallel steps have two ways or more (4.7 to 4.10).',
  },
  'command-missing': { severity: 'error', asks: 'An action has commands and an agent (4.5).' },
  'dangling-agent': { severity: 'error', asks: 'Agents and targets are defined in the playbook (7).' },
  'dangling-extension': { severity: 'error', asks: 'Extensions are defined in the playbook (9).' },
  'dangling-marking': { severity: 'error', asks: 'Markings are defined in the playbook (8).' },
  'variable-name': { severity: 'error', asks: 'Variables are called `__name__` (10.18).' },
  'activities-missing': { severity: 'error', asks: 'A playbook with types names its activities (3.1).' },
  unreachable: { severity: 'warning', asks: 'Every step can be reached from the start.' },
  cycle: { severity: 'warning', asks: 'The workflow comes to an end: steps do not lead back to themselves.' },
  'unknown-command': { severity: 'warning', asks: 'Commands are of a type of the specification (5).' },
} as const satisfies Record<string, { severity: 'error' | 'warning'; asks: string }>

const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}'
const identifierPattern = new RegExp(`^([a-z0-9-]+)--${uuid}$`)
const timestampPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const variablePattern = /^__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__$/
const stepTypes: ReadonlySet<string> = new Set([
  'start',
  'end',
  'action',
  'playbook-action',
  'parallel',
  'if-condition',
  'while-condition',
  'switch-condition',
])
const commandTypes: ReadonlySet<string> = new Set([
  'manual',
  'bash',
  'caldera-cmd',
  'elastic',
  'http-api',
  'jupyter',
  'kestrel',
  'openc2-http',
  'powershell',
  'sigma',
  'ssh',
  'yara',
])

type Say = (rule: keyof typeof cacaoRules, step: string | null, message: string) => void

/** The lint that a schema cannot be: whether a workflow that is well-formed also means something. */
export function lintPlaybook(playbook: CacaoPlaybook): CacaoProblem[] {
  const problems: CacaoProblem[] = []
  const say: Say = (rule, step, message) =>
    void problems.push({ severity: cacaoRules[rule].severity, rule, step, message })
  checkPlaybook(playbook, say)
  for (const [id, step] of Object.entries(playbook.workflow)) checkStep(playbook, id, step, say)
  checkWays(playbook, say)
  return problems.toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
}

function checkPlaybook(playbook: CacaoPlaybook, say: Say): void {
  const { id, spec_version, created, modified, created_by, workflow, workflow_start: start } = playbook
  if (spec_version !== 'cacao-2.0')
    say('spec-version', null, `It is of ${spec_version.slice(0, 40)}, and not of cacao-2.0.`)
  if (typeOf(id) !== 'playbook') say('identifier', null, `Its id is no playbook--UUID: ${id.slice(0, 80)}.`)
  if (created_by === undefined) say('required-property', null, 'It does not say who made it: created_by.')
  else if (typeOf(created_by) !== 'identity') say('identifier', null, 'created_by is no identity--UUID.')
  for (const [name, value] of Object.entries({ created, modified }))
    if (value === undefined) say('required-property', null, `It does not say when: ${name}.`)
    else if (!timestampPattern.test(value))
      say('timestamp', null, `${name} is no time with milliseconds: ${value.slice(0, 40)}.`)
  if (isTimestamp(created) && isTimestamp(modified) && Date.parse(modified) < Date.parse(created))
    say('modified-before-created', null, `It was modified (${modified}) before it was created (${created}).`)
  if ((playbook.playbook_types?.length ?? 0) > 0 && (playbook.playbook_activities?.length ?? 0) === 0)
    say('activities-missing', null, 'It has playbook_types, but no playbook_activities.')
  for (const name of Object.keys(playbook.playbook_variables ?? {}))
    if (!variablePattern.test(name)) say('variable-name', null, `A variable is called ${name.slice(0, 60)}.`)
  for (const marking of playbook.markings ?? [])
    if (!Object.hasOwn(playbook.data_marking_definitions ?? {}, marking))
      say('dangling-marking', null, `The marking ${marking.slice(0, 80)} is not defined.`)
  checkExtensions(playbook, playbook.playbook_extensions, null, say)

  if (start === undefined) say('start-missing', null, 'It does not say where to begin: workflow_start.')
  else if (!Object.hasOwn(workflow, start))
    say('start-missing', start, 'workflow_start names no step of the workflow.')
  else if (workflow[start].type !== 'start')
    say('start-type', start, `workflow_start names a step of type ${workflow[start].type.slice(0, 40)}.`)
  const { workflow_exception: exception } = playbook
  if (exception !== undefined && !Object.hasOwn(workflow, exception))
    say('dangling-step', exception, 'workflow_exception names no step of the workflow.')
  const types = new Set(Object.values(workflow).map(({ type }) => type))
  const missing = [
    ...(['start', 'end'] as const).filter((type) => !types.has(type)),
    ...(types.has('action') || types.has('playbook-action') ? [] : ['action']),
  ]
  if (missing.length > 0) say('minimal-workflow', null, `The workflow has no ${missing.join(', no ')}.`)
}

function checkStep(playbook: CacaoPlaybook, id: string, step: CacaoStep, say: Say): void {
  const { type } = step
  if (!stepTypes.has(type)) say('step-type', id, `There is no step type ${type.slice(0, 40)}.`)
  else if (typeOf(id) === null) say('identifier', id, 'The id of the step is no TYPE--UUID.')
  else if (typeOf(id) !== type) say('step-type', id, `The step is of type ${type}, and its id of another.`)
  for (const { property, to } of edgesOf(step))
    if (!Object.hasOwn(playbook.workflow, to))
      say('dangling-step', id, `${property} names a step that is not there: ${to.slice(0, 80)}.`)

  const decided = step.on_success !== undefined || step.on_failure !== undefined
  if (step.on_completion !== undefined && decided)
    say('completion-or-success', id, 'It has on_completion beside on_success or on_failure.')
  if (type === 'start' && decided) say('completion-or-success', id, 'A start step has on_completion alone.')
  const edges = edgesOf(step)
  if (type === 'end' && edges.length > 0) say('end-goes-on', id, 'It is an end, and goes on.')
  if (type !== 'end' && edges.length === 0) say('no-way-on', id, 'Nothing follows it, and it is no end.')
  checkBranches(id, step, say)
  if (type === 'action') checkAction(playbook, id, step, say)
  if (type === 'playbook-action' && step.playbook_id === undefined)
    say('required-property', id, 'It runs a playbook, but does not say which.')
  for (const name of Object.keys(step.step_variables ?? {}))
    if (!variablePattern.test(name)) say('variable-name', id, `A variable is called ${name.slice(0, 60)}.`)
  checkExtensions(playbook, step.step_extensions, id, say)
}

function checkBranches(id: string, step: CacaoStep, say: Say): void {
  const { type } = step
  if (type === 'parallel' && (step.next_steps?.length ?? 0) < 2)
    say('branch-missing', id, 'It runs steps side by side, and has fewer than two.')
  if (
    (type === 'if-condition' || type === 'while-condition') &&
    (step.condition === undefined || step.on_true === undefined)
  )
    say('branch-missing', id, 'It has no condition, or nowhere to go when it holds.')
  if (
    type === 'switch-condition' &&
    (step.switch === undefined || Object.keys(step.cases ?? {}).length === 0)
  )
    say('branch-missing', id, 'It has nothing to choose by, or no cases.')
}

function checkAction(playbook: CacaoPlaybook, id: string, step: CacaoStep, say: Say): void {
  if ((step.commands?.length ?? 0) === 0) say('command-missing', id, 'It is an action without a command.')
  if (step.agent === undefined)
    say('command-missing', id, 'It is an action that nobody does: it has no agent.')
  else if (!Object.hasOwn(playbook.agent_definitions ?? {}, step.agent))
    say('dangling-agent', id, `The agent ${step.agent.slice(0, 80)} is not defined.`)
  for (const target of step.targets ?? [])
    if (!Object.hasOwn(playbook.target_definitions ?? {}, target))
      say('dangling-agent', id, `The target ${target.slice(0, 80)} is not defined.`)
  for (const { type, command, command_b64 } of step.commands ?? []) {
    if (!commandTypes.has(type)) say('unknown-command', id, `It has a command of type ${type.slice(0, 40)}.`)
    if (command === undefined && command_b64 === undefined)
      say('command-missing', id, `Its ${type.slice(0, 40)} command says nothing.`)
  }
}

function checkExtensions(
  playbook: CacaoPlaybook,
  extensions: CacaoPlaybook['playbook_extensions'],
  step: string | null,
  say: Say,
): void {
  for (const name of Object.keys(extensions ?? {}))
    if (!Object.hasOwn(playbook.extension_definitions ?? {}, name))
      say('dangling-extension', step, `The extension ${name.slice(0, 80)} is not defined.`)
}

function checkWays(
  { workflow, workflow_start: start, workflow_exception: exception }: CacaoPlaybook,
  say: Say,
): void {
  const reached = new Set<string>()
  const open = [start, exception].filter((id) => id !== undefined && Object.hasOwn(workflow, id)) as string[]
  if (start !== undefined && Object.hasOwn(workflow, start)) {
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (reached.has(id)) continue
      reached.add(id)
      for (const { to } of edgesOf(workflow[id])) if (Object.hasOwn(workflow, to)) open.push(to)
    }
    for (const id of Object.keys(workflow))
      if (!reached.has(id)) say('unreachable', id, 'No way leads to it.')
  }
  const circle = circleIn(workflow)
  if (circle !== null) say('cycle', circle, 'It leads back to itself, so that the workflow may never end.')
}

/** A step from which a way leads back to it; null when every way comes to an end. */
function circleIn(workflow: CacaoPlaybook['workflow']): string | null {
  const state = new Map<string, 'open' | 'done'>()
  for (const first of Object.keys(workflow)) {
    const path: { id: string; next: string[] }[] = []
    const enter = (id: string): void => {
      state.set(id, 'open')
      path.push({ id, next: edgesOf(workflow[id]).map(({ to }) => to) })
    }
    if (!state.has(first)) enter(first)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = top.next.pop()
      if (to === undefined) {
        state.set(top.id, 'done')
        path.pop()
      } else if (state.get(to) === 'open') return to
      else if (!state.has(to) && Object.hasOwn(workflow, to)) enter(to)
    }
  }
  return null
}

function typeOf(id: string): string | null {
  return identifierPattern.exec(id)?.[1] ?? null
}

function isTimestamp(text: string | undefined): text is string {
  return text !== undefined && timestampPattern.test(text) && !Number.isNaN(Date.parse(text))
}
