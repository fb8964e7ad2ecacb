import type { IncidentAnswer, TimelineRow } from '../answers.ts'

/** The incident for people, as Markdown: read me first, then where it stands, then what happened. */
export function toMarkdown(incident: IncidentAnswer, timeline: readonly TimelineRow[]): string {
  const { allClear, stages, roles, decisions, hypotheses, clocks, score, exceptions, followUps } = incident
  const parts = [
    `# ${incident.advisory}${incident.title === '' ? '' : `: ${text(incident.title)}`}`,
    `**${text(incident.sentence)}**`,
    `${incident.id}, opened ${time(incident.openedAtMs)} by @${incident.openedBy}; this page ${time(incident.atMs)}.`,
    section(
      'Next',
      incident.next.map((step) => `- @${step.person ?? 'nobody'} (${step.role}): ${text(step.text)}`),
    ),
    section(
      'Roles',
      roles.map(({ title, person }) => `- ${title}: ${person === null ? 'open' : `@${person}`}`),
    ),
    section('Affected', [
      `${incident.fleet.fixed} of ${incident.fleet.affected} affected workloads run the fix; ${incident.fleet.vulnerable} vulnerable, ${incident.fleet.dormant} dormant, ${incident.fleet.unknown} unknown.`,
      '',
      ...incident.fleet.places.map(
        ({ id, owner, state }) => `- ${text(id)} (${text(owner ?? 'no owner')}): ${state}`,
      ),
    ]),
    section(
      'Score and deadline',
      score === null
        ? []
        : [
            `${score.score ?? 'no score'} ${score.severity ?? ''}, fix: ${text(score.decision ?? 'undecided')}${score.dueAtMs === null ? '' : `, due ${time(score.dueAtMs)}`}.`,
          ],
    ),
    section(
      `All clear: ${allClear.reads}`,
      allClear.conditions.map(
        ({ probe, standing, reason }) =>
          `- [${standing === 'holds' ? 'x' : ' '}] ${probe}: ${standing}. ${text(reason)}`,
      ),
    ),
    ...stages.map(({ title, pauses }) =>
      section(
        title,
        pauses.flatMap(({ items }) =>
          items.map(
            ({ id, text: line, state, verdict, claim }) =>
              `- [${claim === null ? ' ' : 'x'}] ${id} ${text(line)}: ${state}${verdict === null ? '' : `, fleet says ${verdict}`}`,
          ),
        ),
      ),
    ),
    section(
      'Decisions',
      decisions.map(
        ({ id, statement, reason, by, alternatives }) =>
          `- ${id}, @${by}: ${text(statement)} Because: ${text(reason)}${alternatives.length === 0 ? '' : ` Instead of: ${alternatives.map(text).join('; ')}`}`,
      ),
    ),
    section(
      'Hypotheses',
      hypotheses.map(({ id, statement, state }) => `- ${id}: ${text(statement)} ${state}.`),
    ),
    section(
      'Clocks',
      clocks.map(
        ({ id, title, dueAtMs, owner, state }) =>
          `- ${id} ${text(title)}: ${state}, due ${time(dueAtMs)}, @${owner}`,
      ),
    ),
    section(
      'Accepted',
      exceptions.map(
        ({ condition, reason, expiresAtMs, proposedBy, acceptedBy }) =>
          `- ${condition} until ${time(expiresAtMs)}, @${proposedBy} and ${acceptedBy === null ? 'nobody else yet' : `@${acceptedBy}`}: ${text(reason)}`,
      ),
    ),
    section(
      'Later work',
      followUps.map(
        ({ id, text: line, owner, dueAtMs }) => `- ${id} ${text(line)}: @${owner}, due ${time(dueAtMs)}`,
      ),
    ),
    section('Timeline', [
      '| # | at | who | what |',
      '|-|-|-|-|',
      ...timeline.map((row) => `| ${row.seq} | ${time(row.atMs)} | ${row.actor} | ${text(row.text)} |`),
    ]),
    `Head ${incident.head.seq}, ${incident.head.hash}.`,
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `## ${text(title)}\n\n${lines.join('\n')}`
}

/** What people wrote must not become markup or a table cell of its own. */
function text(written: string): string {
  return written.replaceAll(/[\\`*_{}[\]<>#|]/g, (character) => `\\${character}`).replaceAll(/\s+/g, ' ')
}

function time(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
