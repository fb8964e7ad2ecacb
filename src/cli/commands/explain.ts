import type { ExplainAnswer } from '../../know/answers.ts'
import type { CommandContext } from '../context.ts'
import { wordsOf } from '../output/answer.ts'
import { print } from '../output/print.ts'
import { inert, paintSeverity } from '../output/terminal.ts'

/** `allclear explain IMAGE CVE`: every step of each verdict. Exit code 3 when the verdict is unknown. */
export async function run(context: CommandContext, [image, vulnerability]: string[]): Promise<number> {
  const client = await context.client()
  const path = `/images/${encodeURIComponent(image)}/explain/${encodeURIComponent(vulnerability)}`
  const answer = await client.get<ExplainAnswer>(path)
  await print(context, {
    value: answer,
    names: () => answer.explanations.map((explanation) => explanation.advisory),
    table: (wide) => formatExplanations(context, answer, wide),
  })
  return answer.verdict === 'unknown' ? 3 : 0
}

function formatExplanations({ terminal }: CommandContext, answer: ExplainAnswer, wide: boolean): string {
  const parts = [`${terminal.bold(inert(answer.sentence))}\n`]
  for (const {
    advisory,
    package: found,
    verdict,
    steps,
    alsoConsidered,
    vex,
    severity,
  } of answer.explanations) {
    const name = found.purl ?? `${found.key.ecosystem} ${found.key.name} ${found.key.version}`
    parts.push(
      `\n${terminal.bold(advisory)}  ${paintSeverity(terminal, severity, severity)}  ${inert(name)}: ${wordsOf(verdict)}\n`,
    )
    if (found.evidence !== null) {
      const { document, locator, tool } = found.evidence
      parts.push(
        terminal.faint(
          `  evidence: ${inert([document, locator, tool].filter((part) => part !== '').join(', '))}\n`,
        ),
      )
    }
    for (const [index, { rule, text }] of steps.entries()) {
      parts.push(`  ${index + 1}. ${inert(text)}${wide ? terminal.faint(`  [${rule}]`) : ''}\n`)
    }
    for (const text of alsoConsidered) parts.push(terminal.faint(`  also considered: ${inert(text)}\n`))
    for (const { author, status, statement } of vex) {
      parts.push(
        `  VEX of ${inert(author)}: ${wordsOf(status)}${statement === null ? '' : `, ${inert(statement)}`}\n`,
      )
    }
  }
  return parts.join('')
}
