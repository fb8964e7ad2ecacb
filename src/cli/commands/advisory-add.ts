import { AllclearError } from '../../base/errors.ts'
import type { AdvisorySummary, CveAnswer } from '../../know/answers.ts'
import type { CommandContext } from '../context.ts'
import {
  formatCoverage,
  formatSection,
  formatSentence,
  imageColumns,
  workloadColumns,
} from '../output/answer.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear advisory add`: a provisional record, and at once where it runs. */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const { id, range, title, severity, vector } = options
  for (const name of ['package', 'range', 'title']) {
    if (options[name]) continue
    throw new AllclearError('usage', {
      message: `A provisional advisory needs --${name}.`,
      next: "Write: allclear advisory add --package pkg:maven/org.example/lib --range '>=1.0 <1.4.2' --title 'What is wrong'.",
    })
  }
  const client = await context.client()
  const added = await client.send<{ advisory: AdvisorySummary; answer: CveAnswer }>(
    'POST',
    '/advisories/provisional',
    {
      package: options.package,
      range,
      title,
      ...(id ? { id } : {}),
      ...(severity ? { severity } : {}),
      ...(vector ? { vector } : {}),
    },
  )
  await print(context, {
    value: added,
    names: () => [added.advisory.id],
    table(wide) {
      const { terminal, io } = context
      const { advisory, answer } = added
      const nowMs = io.clock.nowMs()
      return (
        `Added ${terminal.bold(advisory.id)} (provisional).\n` +
        formatSentence(answer.sentence, answer.verdict, terminal) +
        formatCoverage(answer.coverage, nowMs, terminal) +
        formatSection('Images', answer.images, imageColumns(nowMs), terminal, wide) +
        formatSection('Workloads', answer.workloads, workloadColumns(nowMs), terminal, wide)
      )
    },
  })
  return 0
}
