import type { ChecklistChange } from '../../core/checklist/diff/index.ts'
import type { ChecklistProblem } from '../../core/checklist/problem.ts'
import { checklistRoles } from '../../core/checklist/roles.ts'
import type { ChecklistItem } from '../../core/checklist/types.ts'
import type { ChecklistAnswer, ChecklistRow, ChecklistVersionRow } from '../../prepare/checklists/index.ts'
import { formatSection } from './answer.ts'
import { formatAge, plural } from './format.ts'
import { formatTable, type Column } from './table.ts'
import { inert, type Terminal } from './terminal.ts'

export function formatChecklists(rows: readonly ChecklistRow[], terminal: Terminal, wide: boolean): string {
  return formatTable(
    [
      { title: 'id', value: (row) => row.id },
      { title: 'version', value: (row) => row.version },
      { title: 'title', value: (row) => row.title, flexible: true },
      { title: 'when', value: (row) => row.stage ?? row.phase },
      { title: 'items', value: (row) => row.items },
      { title: 'from', value: (row) => row.source },
      {
        title: 'lint',
        value: lintOf,
        paint: (text, row) => (row.errors > 0 ? terminal.paint('red', text) : text),
      },
      { title: 'note', value: noteOf, flexible: true },
      { title: 'mode', value: (row) => row.mode, wide: true },
      { title: 'owner', value: (row) => row.owner, wide: true },
      { title: 'reviewed', value: (row) => row.lastReviewed ?? 'never', wide: true },
      { title: 'drilled', value: (row) => row.lastDrilled ?? 'never', wide: true },
    ] satisfies Column<ChecklistRow>[],
    rows,
    terminal,
    wide,
  )
}

function lintOf({ errors, warnings }: ChecklistRow): string {
  return errors + warnings === 0
    ? 'clean'
    : [errors > 0 ? plural(errors, 'error') : '', warnings > 0 ? plural(warnings, 'warning') : '']
        .filter(Boolean)
        .join(', ')
}

function noteOf({ status, waiting, builtIn }: ChecklistRow): string {
  return (
    [
      status === 'active' ? '' : status,
      waiting > 0 ? `${plural(waiting, 'version')} waiting for a second person` : '',
      builtIn === null ? '' : `the program brings ${builtIn}`,
    ]
      .filter((word) => word !== '')
      .join('; ') || '-'
  )
}

/** The list as it is read aloud: pause points with their items. */
export function formatChecklist(
  answer: ChecklistAnswer,
  terminal: Terminal,
  nowMs: number,
  wide: boolean,
): string {
  const { checklist, made, inForce, problems, versions, row } = answer
  const { title, id, version, status, mode, owner, pausePoints, items } = checklist
  const pauses = new Set(pausePoints.map((pause) => pause.id))
  const loose = items.filter(({ pause }) => !pauses.has(pause))
  return [
    `${terminal.bold(inert(title))}\n`,
    `${id} ${version}${status === 'active' ? '' : ` (${status})`}, ${mode}, kept by ${inert(owner)}${inForce ? '' : ', not in force'}.\n`,
    made.source === 'built-in' ? '' : `Made by ${inert(made.author)}: ${inert(made.reason)}\n`,
    row.waiting > 0
      ? `${plural(row.waiting, 'version')} waiting for a second person: \`allclear checklist accept ${id} ${versions.find(({ state }) => state === 'waiting')?.version ?? ''}\`.\n`
      : '',
    ...pausePoints.map((pause) => {
      const { when, lead, uses, holdOn } = pause
      const holds = holdOn.length === 0 ? 'advisory' : `holds on ${holdOn.join(', ')}`
      return [
        `\n${terminal.bold(`Stop: ${inert(when)}`)}  ${terminal.faint(`${titleOf(lead)} leads; ${holds}`)}\n`,
        uses === null ? '' : `Read the checklist ${uses} here.\n`,
        formatItems(
          items.filter((item) => item.pause === pause.id),
          terminal,
          wide,
        ),
      ].join('')
    }),
    loose.length === 0
      ? ''
      : `\n${terminal.bold('At no pause point')}\n${formatItems(loose, terminal, wide)}`,
    problems.length === 0 ? '' : `\n${terminal.bold('Lint')}\n${formatProblems(problems, terminal)}`,
    wide ? formatVersions(versions, terminal, nowMs) : '',
  ].join('')
}

function formatItems(items: readonly ChecklistItem[], terminal: Terminal, wide: boolean): string {
  if (items.length === 0) return ''
  return formatTable(
    [
      { title: 'item', value: (item) => item.id },
      { title: 'text', value: (item) => item.text, flexible: true },
      { title: 'role', value: (item) => checklistRoles[item.role]?.short ?? item.role },
      { title: 'asks', value: askOf },
      { title: 'tier', value: (item) => item.tier, wide: true },
      { title: 'why', value: (item) => item.why, wide: true, flexible: true },
    ] satisfies Column<ChecklistItem>[],
    items,
    terminal,
    wide,
  )
}

function askOf({ probe }: ChecklistItem): string {
  if (probe === null) return 'nothing'
  const params = Object.entries(probe.params).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [probe.id, ...params].join(' ')
}

function titleOf(role: string): string {
  return checklistRoles[role]?.title ?? role
}

function formatVersions(versions: readonly ChecklistVersionRow[], terminal: Terminal, nowMs: number): string {
  return formatSection(
    'Versions',
    { total: versions.length, rows: [...versions] },
    [
      { title: 'version', value: (row) => row.version },
      { title: 'state', value: (row) => row.state },
      { title: 'from', value: (row) => row.source },
      { title: 'author', value: (row) => row.author },
      { title: 'stored', value: (row) => (row.storedAtMs === null ? '-' : formatAge(row.storedAtMs, nowMs)) },
      { title: 'decided by', value: (row) => row.decision?.by ?? '-' },
      { title: 'reason', value: (row) => row.reason, flexible: true },
    ],
    terminal,
    true,
  )
}

export function formatProblems(problems: readonly ChecklistProblem[], terminal: Terminal): string {
  return formatTable(
    [
      {
        title: 'severity',
        value: (row) => row.severity,
        paint: (text, row) => (row.severity === 'error' ? terminal.paint('red', text) : text),
      },
      { title: 'item', value: (row) => row.item ?? '-' },
      { title: 'place', value: (row) => (row.line === null ? '-' : `${row.line}:${row.column}`) },
      { title: 'rule', value: (row) => row.rule },
      { title: 'message', value: (row) => row.message, flexible: true },
    ] satisfies Column<ChecklistProblem>[],
    problems,
    terminal,
    false,
  )
}

export function formatChanges(changes: readonly ChecklistChange[], terminal: Terminal): string {
  if (changes.length === 0) return 'Nothing changed.\n'
  return formatTable(
    [
      {
        title: 'change',
        value: (row) => row.kind,
        paint: (text, row) => (row.step === 'major' ? terminal.paint('red', text) : text),
      },
      { title: 'of', value: (row) => row.item ?? row.pause ?? 'list' },
      { title: 'field', value: (row) => row.field || '-' },
      { title: 'before', value: (row) => row.before ?? '-', flexible: true },
      { title: 'after', value: (row) => row.after ?? '-', flexible: true },
    ] satisfies Column<ChecklistChange>[],
    changes,
    terminal,
    false,
  )
}

export function formatStored(row: ChecklistVersionRow): string {
  const name = `${row.id} ${row.version}`
  if (row.state === 'waiting')
    return `${name} waits for a second person: \`allclear checklist accept ${name} --reason …\`.\n`
  return row.state === 'stored'
    ? `${name} is stored.\n`
    : `${name} is refused; the version before stays in force.\n`
}
