import type {
  IncidentAnswer,
  IncidentCondition,
  IncidentItem,
  IncidentPause,
  IncidentStageAnswer,
} from '../../respond/incidents/answers.ts'
import type { CommandContext } from '../context.ts'
import { formatAge, formatDuration, formatTime } from './format.ts'
import { paintVerdict } from './probe.ts'
import { formatTable } from './table.ts'
import { inert } from './terminal.ts'
import type { Terminal } from './terminal.ts'

/** After something was said: how far it is and what is next. */
export function formatIncidentShort(answer: IncidentAnswer, { terminal, io }: CommandContext): string {
  return `${headOf(answer, terminal, io.clock.nowMs())}${nextOf(answer, terminal)}`
}

/** The page of an incident: how far, what next, stages, items with claim beside verdict, what all clear misses. */
export function formatIncident(answer: IncidentAnswer, context: CommandContext, wide: boolean): string {
  const { terminal, io } = context
  const nowMs = io.clock.nowMs()
  const shown = wide ? answer.stages : answer.stages.filter(({ stage }) => stage === answer.stage)
  return [
    headOf(answer, terminal, nowMs),
    nextOf(answer, terminal),
    railOf(answer, terminal),
    ...shown.map((stage) => stageOf(stage, terminal, wide)),
    allClearOf(answer, terminal, wide),
    coverageOf(answer, terminal),
    rolesOf(answer, terminal, nowMs),
    answer.clocks.length > 0 || answer.regimes.some(({ ruledOut }) => ruledOut === null)
      ? formatClocks(answer, context, wide)
      : '',
    hypothesesOf(answer, terminal, wide),
    decisionsOf(answer, terminal, nowMs, wide),
    terminal.faint(
      `\nallclear incident timeline | why ITEM | verify${wide ? '' : ' | show -o wide for all stages and reasons'}\n`,
    ),
  ].join('')
}

function headOf(answer: IncidentAnswer, terminal: Terminal, nowMs: number): string {
  const { id, advisory, title, status, lap, openedAtMs, sentence, reopenings } = answer
  const state =
    status === 'open'
      ? terminal.paint(['bold', 'red'], 'OPEN')
      : terminal.paint('green', status.toUpperCase())
  const lines = [
    ...(answer.codeWord === null
      ? []
      : [terminal.paint('magenta', `EMBARGO  ${answer.codeWord}: outside it is called so, or not at all`)]),
    `${terminal.bold(`${advisory}${title === '' ? '' : `  ${inert(title)}`}`)}`,
    `${id}  ${state}  since ${formatDuration(Math.max(0, nowMs - openedAtMs))}${lap > 1 ? `  lap ${lap}` : ''}`,
    terminal.bold(inert(sentence)),
  ]
  const reopened = reopenings.at(-1)
  if (status === 'open' && reopened !== undefined)
    lines.push(
      terminal.paint('red', `Reopened ${formatAge(reopened.atMs, nowMs)}: ${inert(reopened.because)}`),
    )
  return `${lines.join('\n')}\n`
}

function nextOf({ nextForYou, next }: IncidentAnswer, terminal: Terminal): string {
  if (next.length === 0) return ''
  const lines: string[] = []
  if (nextForYou !== null) {
    lines.push(
      `\n${terminal.bold(`NEXT FOR YOU, ${nextForYou.role.replaceAll('-', ' ')}`)}`,
      `  ${inert(nextForYou.text)}`,
      `  ${terminal.bold(nextForYou.command)}`,
    )
    if (nextForYou.why !== '') lines.push(terminal.faint(`  ${inert(nextForYou.why)}`))
  }
  const others = next.filter((step) => step !== nextForYou && step.role !== nextForYou?.role)
  for (const { role, person, text } of others)
    lines.push(
      terminal.faint(
        `  ${person === null ? 'nobody' : `@${person}`}, ${role.replaceAll('-', ' ')}: ${inert(text)}`,
      ),
    )
  return `${lines.join('\n')}\n`
}

function railOf({ stages, stage }: IncidentAnswer, terminal: Terminal): string {
  const parts = stages.map((one, at) => {
    const items = itemsOf(one)
    const done = items.filter(({ state }) => state === 'done' || state === 'waived').length
    const disputed = items.filter(({ state }) => state === 'disputed').length
    const text = `${at + 1} ${one.stage} ${one.done ? 'passed' : `${done}/${items.length}`}${disputed > 0 ? ` ${disputed} disputed` : ''}`
    return one.stage === stage ? terminal.bold(`[${text}]`) : text
  })
  return `\n${parts.join(' > ')}\n`
}

function itemsOf({ pauses }: IncidentStageAnswer): IncidentItem[] {
  return pauses.flatMap(({ items }) => items)
}

function stageOf(stage: IncidentStageAnswer, terminal: Terminal, wide: boolean): string {
  return `\n${terminal.bold(stage.stage.toUpperCase())}  ${terminal.faint(`${inert(stage.title)} ${stage.mode.toLowerCase()}, version ${stage.version}`)}\n${stage.pauses
    .map((pause) => pauseOf(pause, terminal, wide))
    .join('')}`
}

function pauseOf(pause: IncidentPause, terminal: Terminal, wide: boolean): string {
  const { id, passed, proposed, heldBy } = pause
  const state =
    passed !== null
      ? `passed by @${passed.by}${passed.reason === null ? '' : `, although it held: ${inert(passed.reason)}`}`
      : proposed !== null
        ? `@${proposed.by} wants to pass although it holds; somebody else has to agree`
        : heldBy.length === 0
          ? 'may be passed'
          : `held by ${heldBy.join(', ')}`
  const lines = pause.items.map((item) => {
    const claim = item.claim !== null ? 'x' : item.skip !== null ? '-' : ' '
    const word = item.verdict === null ? '' : paintVerdict(terminal, item.verdict)
    const blocked = item.blockedBy.length > 0 ? terminal.faint(`  after ${item.blockedBy.join(', ')}`) : ''
    const line = `  [${claim}] ${item.id.padEnd(5)}${stateOf(item, terminal)} ${inert(item.text)}${word === '' ? '' : `  ${word}`}${blocked}`
    const why = item.skip?.reason ?? item.reason
    const isShown = wide || item.state === 'disputed' || item.verdict === 'contradicted'
    return `${line}\n${isShown && why !== null && why !== '' ? terminal.faint(`               ${inert(why)}\n`) : ''}`
  })
  return `  ${terminal.faint(`pause ${id}: ${state}`)}\n${lines.join('')}`
}

function stateOf({ state }: IncidentItem, terminal: Terminal): string {
  const padded = state.padEnd(8)
  if (state === 'disputed') return terminal.paint(['bold', 'red'], padded)
  return state === 'done' ? terminal.paint('green', padded) : padded
}

function allClearOf({ allClear, status }: IncidentAnswer, terminal: Terminal, wide: boolean): string {
  const { conditions, holds, of, called } = allClear
  const parts = conditions.filter(({ part }) => (status === 'clear' ? true : part !== 'closed'))
  const open = parts.filter(({ standing }) => standing === 'missing' || standing === 'proposed')
  const accepted = parts.filter(({ standing }) => standing === 'accepted')
  const said = called === null ? '' : `, called by @${called.by}: ${called.reads}`
  const lines = [`\n${terminal.bold(`ALL CLEAR  ${holds} of ${of} conditions hold${said}`)}\n`]
  if (wide) lines.push(...conditions.map((one) => conditionOf(one, terminal)))
  else {
    lines.push(...open.map((one) => conditionOf(one, terminal)))
    if (accepted.length > 0)
      lines.push(terminal.faint(`  accepted by two: ${accepted.map(({ probe }) => probe).join(', ')}\n`))
  }
  return lines.join('')
}

function conditionOf(
  { probe, standing, verdict, reason, exception }: IncidentCondition,
  terminal: Terminal,
): string {
  const padded = probe.padEnd(24)
  const waits =
    standing === 'proposed'
      ? ` (@${exception?.proposedBy ?? ''} would live with it; a second person is needed)`
      : standing === 'accepted'
        ? ` (accepted until ${formatTime(exception?.expiresAtMs ?? 0)})`
        : ''
  return `  ${padded} ${paintVerdict(terminal, verdict, verdict.padEnd(12))} ${inert(reason)}${waits}\n`
}

/** Eight heights, as most fonts have them. */
const heights = '▁▂▃▄▅▆▇█'
const curvePoints = 40

/** Share of affected workloads that run the fix, over time; what is unknown is said beside it. */
function coverageOf({ fleet, coverage }: IncidentAnswer, terminal: Terminal): string {
  const { affected, fixed, vulnerable, dormant, unknown, unseen, gone } = fleet
  if (affected === 0 && gone === 0) return ''
  const points = coverage.slice(-curvePoints)
  const curve = points
    .map(
      (point) =>
        heights[Math.min(7, Math.floor((point.affected === 0 ? 1 : point.fixed / point.affected) * 7.999))],
    )
    .join('')
  const rest = [
    `${vulnerable} vulnerable`,
    dormant > 0 ? `${dormant} stopped and vulnerable` : '',
    unseen > 0 ? `${unseen} of them in clusters that are not seen` : '',
    `${unknown} unknown`,
    gone > 0 ? `${gone} gone` : '',
  ].filter((text) => text !== '')
  return `\n${terminal.bold(`COVERAGE  ${fixed} of ${affected} run the fix`)}  ${curve}\n  ${rest.join(', ')}\n`
}

function rolesOf({ roles }: IncidentAnswer, terminal: Terminal, nowMs: number): string {
  const parts = roles.map(({ title, person, fromMs, acknowledgedAtMs, offeredTo }) => {
    if (person === null) return terminal.paint('yellow', `${title}: open`)
    const since = fromMs === null ? '' : `, ${formatDuration(Math.max(0, nowMs - fromMs))}`
    const known = acknowledgedAtMs === null ? ', not acknowledged' : ''
    return `${title}: @${person}${since}${known}${offeredTo === null ? '' : `, offered to @${offeredTo}`}`
  })
  return `\n${terminal.bold('ROLES')}  ${parts.join('; ')}\n`
}

export function formatClocks(
  { clocks, regimes }: Pick<IncidentAnswer, 'clocks' | 'regimes'>,
  { terminal, io }: CommandContext,
  wide: boolean,
): string {
  const nowMs = io.clock.nowMs()
  const table =
    clocks.length === 0
      ? ''
      : formatTable(
          [
            { title: 'clock', value: (row) => row.id },
            { title: 'what', value: (row) => `${row.regime}: ${row.title}`, flexible: true },
            { title: 'state', value: (row) => row.state },
            {
              title: 'left',
              value: ({ state, dueAtMs }) =>
                state === 'running' || state === 'warning' ? formatDuration(dueAtMs - nowMs) : '-',
            },
            { title: 'due', value: (row) => formatTime(row.dueAtMs) },
            { title: 'owner', value: (row) => `@${row.owner}` },
            { title: 'stops when', value: (row) => row.stops, wide: true },
            { title: 'source', value: (row) => row.source, wide: true },
          ],
          clocks,
          terminal,
          wide,
        )
  const open = regimes.filter(({ ruledOut }) => ruledOut === null)
  const undecided = open.map(({ id, title, applies }) => `  ${id} (${title}): ${applies}\n`).join('')
  return `\n${terminal.bold('CLOCKS')}\n${table}${
    open.length === 0
      ? ''
      : `Nobody has said whether these apply; \`allclear incident clock start|rule-out REGIME\`:\n${undecided}`
  }`
}

function hypothesesOf({ hypotheses }: IncidentAnswer, terminal: Terminal, wide: boolean): string {
  const lines = hypotheses.map(({ id, statement, state, tests, predictions }) => {
    const last = tests.at(-1)
    const tested =
      last === undefined
        ? `no test yet; refuted by ${predictions.map(({ probe, refutedBy }) => `${probe} ${refutedBy}`).join(', ') || 'nothing that is written down'}`
        : inert(last.evidence)
    return `  ${id} ${state === 'refuted' ? terminal.faint(state) : state}: ${inert(statement)}\n${wide ? terminal.faint(`     ${tested}\n`) : ''}`
  })
  return lines.length === 0 ? '' : `\n${terminal.bold('HYPOTHESES')}\n${lines.join('')}`
}

function decisionsOf(
  { decisions }: IncidentAnswer,
  terminal: Terminal,
  nowMs: number,
  wide: boolean,
): string {
  const lines = (wide ? decisions : decisions.slice(-3)).map(
    ({ id, statement, reason, by, atMs }) =>
      `  ${id} @${by} ${formatAge(atMs, nowMs)}: ${inert(statement)} ${terminal.faint(`Because: ${inert(reason)}`)}\n`,
  )
  return lines.length === 0 ? '' : `\n${terminal.bold('DECISIONS')}\n${lines.join('')}`
}
