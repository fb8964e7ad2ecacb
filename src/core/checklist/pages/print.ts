import { durationText } from '../duration-text.ts'
import { checklistRoles } from '../roles.ts'
import type { Checklist, ChecklistItem, ItemProbe, PausePoint } from '../types.ts'

/**
 * A checklist on one A4 page, to be held in the hand while the screens are dark: HTML without script, without anything
 * from elsewhere. It says how old it is, since paper does not.
 */
export function printPage(checklist: Checklist, printedAtMs: number): string {
  const { title, id, version, status, mode, owner, pausePoints, items, confidentiality } = checklist
  const pauses = new Set(pausePoints.map((pause) => pause.id))
  const loose = items.filter(({ pause }) => !pauses.has(pause))
  const roles = [...new Set([...items.map(({ role }) => role), ...pausePoints.map(({ lead }) => lead)])]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${printStyle}</style>
</head>
<body>
<header>
<h1>${escape(title)}</h1>
<p>${escape(id)} ${version}${status === 'active' ? '' : `, ${status}`} · <b>${mode}</b> · ${escape(owner)} · ${confidentiality} · printed ${new Date(printedAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC</p>
</header>
${pausePoints
  .map((pause) =>
    sectionOf(
      pause,
      items.filter((item) => item.pause === pause.id),
    ),
  )
  .join('\n')}
${loose.length === 0 ? '' : `<section><h2>At no pause point</h2>${listOf(loose)}</section>`}
<footer>
<p>${roles.map((role) => `<b>${escape(shortOf(role))}</b> ${escape(titleOf(role))} <i></i>`).join(' ')}</p>
<p>A tick says that you did it; the fleet says whether it is so. Any item may be left out with a reason; write it down.</p>
</footer>
</body>
</html>
`
}

function sectionOf(
  { when, lead, everyMs, uses, holdOn, passAnyway }: PausePoint,
  items: readonly ChecklistItem[],
): string {
  const rule =
    holdOn.length === 0
      ? 'advisory'
      : `holds on ${holdOn.join(', ')}${passAnyway === null ? '' : `; ${shortOf(passAnyway.role)} may pass with ${passAnyway.needs.join(', ') || 'a word'}`}`
  return `<section>
<h2>Stop: ${escape(when)}</h2>
<p class="rule"><b>${escape(shortOf(lead))}</b> reads aloud${everyMs === null ? '' : `, every ${durationText(everyMs)}`} · ${escape(rule)}</p>
${uses === null ? '' : `<p class="uses">Read the checklist <b>${escape(uses)}</b> here.</p>`}
${listOf(items)}
</section>`
}

function listOf(items: readonly ChecklistItem[]): string {
  if (items.length === 0) return ''
  return `<ul>
${items
  .map(
    ({ id, tier, text, why, role, probe, after }) =>
      `<li class="${tier}"><i></i><b>${id}</b><span><strong>${escape(text)}</strong> <em>${escape(why)}</em></span><small>${escape(shortOf(role))}${after.length === 0 ? '' : ` · after ${after.join(', ')}`}<br>${escape(probe === null ? 'by eye' : askOf(probe))}</small></li>`,
  )
  .join('\n')}
</ul>`
}

function askOf({ id, params }: ItemProbe): string {
  return [
    id,
    ...Object.values(params).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
  ].join(' ')
}

function shortOf(role: string): string {
  return checklistRoles[role]?.short ?? role
}

function titleOf(role: string): string {
  return checklistRoles[role]?.title ?? ''
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => entities[mark])
}

/** Black on white in every theme: it is for paper. Twenty-four items with their reasons fit on one page. */
export const printStyle = `
@page{size:A4;margin:11mm 12mm}
*{box-sizing:border-box;margin:0;padding:0}
body{font:8.6pt/1.28 system-ui,"Helvetica Neue",Arial,sans-serif;color:#000;background:#fff;max-width:186mm;margin:0 auto;padding:4mm 0}
@media print{body{padding:0}}
@media screen and (max-width:800px){body{padding:4mm;font-size:10pt}}
header{border-bottom:1.5pt solid #000;padding-bottom:2mm;margin-bottom:2.5mm}
h1{font-size:15pt;line-height:1.15}
h2{font-size:10pt;line-height:1.2}
section{margin-bottom:2.6mm}
.rule{font-size:7.6pt;margin-bottom:1mm}
.uses{border:.5pt solid #000;padding:1mm 2mm;font-size:8.6pt}
ul{list-style:none;border-top:.5pt solid #000}
li{display:grid;grid-template-columns:4.4mm 9mm 1fr 34mm;gap:1.6mm;padding:.85mm 0;border-bottom:.25pt solid #888;break-inside:avoid;align-items:start}
li i{display:block;width:3.6mm;height:3.6mm;border:.8pt solid #000;margin-top:.2mm}
li.extended{font-size:7.9pt}
li.extended i{border-style:dashed}
li em{font-style:normal;color:#333}
li small{font-size:6.9pt;line-height:1.25;text-align:right;overflow-wrap:anywhere}
footer{border-top:1pt solid #000;padding-top:1.5mm;font-size:7.6pt}
footer i{display:inline-block;min-width:24mm;border-bottom:.5pt solid #000;margin-right:3mm}
footer p+p{margin-top:1.5mm}
`
