import type { IncidentAnswer, TimelineRow } from '../answers.ts'

/** The incident for people, as one page without script and without anything from elsewhere. */
export function toHtml(incident: IncidentAnswer, timeline: readonly TimelineRow[]): string {
  const { allClear, stages, decisions, hypotheses, clocks, roles } = incident
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(incident.id)}</title>
<style>
body { font: 14px/1.45 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1d21 }
h1 { font-size: 1.4rem } h2 { font-size: 1rem; margin: 1.5rem 0 .4rem } table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #e2e5e9 }
@media print { body { margin: 0 } }
</style>
<h1>${escaped(incident.advisory)} ${escaped(incident.title)}</h1>
<p><strong>${escaped(incident.sentence)}</strong></p>
<p>${escaped(incident.id)}, opened ${time(incident.openedAtMs)} by @${escaped(incident.openedBy)}; this page ${time(incident.atMs)}.</p>
${table(
  `All clear: ${allClear.reads}`,
  ['condition', 'stands', 'fleet says', 'why'],
  allClear.conditions.map((one) => [one.probe, one.standing, one.verdict, one.reason]),
)}
${table(
  'Roles',
  ['role', 'who'],
  roles.map(({ title, person }) => [title, person === null ? 'open' : `@${person}`]),
)}
${stages
  .map(({ title, pauses }) =>
    table(
      title,
      ['item', 'stands', 'fleet says', 'what'],
      pauses.flatMap(({ items }) =>
        items.map((item) => [item.id, item.state, item.verdict ?? '', item.text]),
      ),
    ),
  )
  .join('\n')}
${table(
  'Decisions',
  ['decision', 'who', 'what', 'why'],
  decisions.map(({ id, by, statement, reason }) => [id, `@${by}`, statement, reason]),
)}
${table(
  'Hypotheses',
  ['hypothesis', 'stands', 'what'],
  hypotheses.map(({ id, state, statement }) => [id, state, statement]),
)}
${table(
  'Clocks',
  ['clock', 'stands', 'due', 'what'],
  clocks.map(({ id, state, dueAtMs, title }) => [id, state, time(dueAtMs), title]),
)}
${table(
  'Timeline',
  ['#', 'at', 'who', 'what'],
  timeline.map((row) => [String(row.seq), time(row.atMs), row.actor, row.text]),
)}
<p>Head ${incident.head.seq}, ${escaped(incident.head.hash)}.</p>
</html>
`
}

function table(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const cells = (tag: 'td' | 'th', row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  return `<h2>${escaped(title)}</h2>\n<table>\n${cells('th', heads)}\n${rows.map((row) => cells('td', row)).join('\n')}\n</table>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character])
}

function time(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
