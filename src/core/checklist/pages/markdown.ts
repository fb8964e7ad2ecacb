import { durationText } from '../duration-text.ts'
import { checklistRoles } from '../roles.ts'
import type { Checklist, ChecklistItem, ItemFix, PausePoint } from '../types.ts'

/** A checklist for a wiki or a repository, in GitHub's Markdown: what a person reads, with the question to the fleet. */
export function markdownOf(checklist: Checklist): string {
  const { title, id, version, status, mode, owner, lastReviewed, lastDrilled, pausePoints, items } = checklist
  const facts = [
    `\`${id}\` ${version}${status === 'active' ? '' : ` (${status})`}`,
    mode,
    `kept by ${inline(owner)}`,
    `reviewed ${lastReviewed ?? 'never'}`,
    `drilled ${lastDrilled ?? 'never'}`,
  ]
  const pauses = new Set(pausePoints.map((pause) => pause.id))
  const loose = items.filter(({ pause }) => !pauses.has(pause))
  return [
    `# ${inline(title)}`,
    facts.join(' · '),
    ...pausePoints.flatMap((pause) => [
      `## ${inline(pause.when)}`,
      pauseText(pause),
      itemList(items.filter((item) => item.pause === pause.id)),
    ]),
    ...(loose.length === 0 ? [] : ['## At no pause point', itemList(loose)]),
  ]
    .filter((block) => block !== '')
    .join('\n\n')
    .concat('\n')
}

function pauseText({ lead, everyMs, uses, holdOn, passAnyway }: PausePoint): string {
  return [
    `**Stop and read.** Lead: ${roleTitle(lead)}.`,
    everyMs === null ? '' : `Every ${durationText(everyMs)}.`,
    uses === null ? '' : `Read the checklist \`${uses}\` here.`,
    holdOn.length === 0 ? 'Advisory.' : `Holds on ${holdOn.join(', ')}.`,
    passAnyway === null
      ? ''
      : `${roleTitle(passAnyway.role)} may pass${passAnyway.needs.length === 0 ? '' : ` with ${passAnyway.needs.join(', ')}`}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

function itemList(items: readonly ChecklistItem[]): string {
  return items.map(itemText).join('\n')
}

function itemText(item: ChecklistItem): string {
  const { id, tier, text, why, role, probe, noProbe, signal, proof, after, applies, fix, refs } = item
  const lines = [
    `- [ ] **${id}** ${inline(text)} _${roleTitle(role)}${tier === 'extended' ? ', extended' : ''}_`,
    ...(why === '' ? [] : [inline(why)]),
    ...(applies === null ? [] : [`Only where: ${inline(applies)}`]),
    ...(after.length === 0 ? [] : [`After ${after.join(', ')}`]),
    probe === null
      ? `Nothing checks it${noProbe === null ? '' : `: ${inline(noProbe)}`}`
      : `Asks the fleet: \`${[probe.id, ...Object.entries(probe.params).map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(' ').replaceAll('`', "'")}\`, at most ${durationText(probe.freshnessMs)} old`,
    ...(signal === null
      ? []
      : [
          `Forces: ${inline(signal.forcedAct)} (\`${signal.id}\`${proof === null ? '' : `, drill ${inline(proof.drill)}`})`,
        ]),
    ...(fix.length === 0 ? [] : [`If not: ${fix.map(fixText).join('; ')}`]),
    ...(Object.keys(refs).length === 0
      ? []
      : [
          Object.entries(refs)
            .map(([name, ids]) => `${inline(name)} ${ids.map(inline).join(', ')}`)
            .join('; '),
        ]),
  ]
  return lines.map((line, at) => (at === 0 ? line : `  <br>${line}`)).join('\n')
}

function fixText(fix: ItemFix): string {
  if (fix.kind === 'manual') return inline(fix.text)
  return fix.kind === 'generate' ? `a proposal \`${fix.id}\`` : `the action \`${fix.id}\``
}

function roleTitle(role: string): string {
  return checklistRoles[role]?.title ?? role
}

/** Text of others is text: nothing in it becomes a link, an image, a heading or a tag. */
function inline(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~&]/g, (mark) => `\\${mark}`).replace(/\s+/g, ' ')
}
