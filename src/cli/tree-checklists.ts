import { answerForms } from './spec.ts'
import type { CommandSpec } from './spec.ts'

const id = { name: 'id', text: 'checklist: triage', required: true, completes: 'checklists' } as const
const ofVersion = { name: 'version', text: 'this version (the one in force)', required: false } as const
const asOption = { flags: '--as <person>', text: 'who says it, where nobody signs in (ALLCLEAR_AS)' }
const reasonOption = { flags: '--reason <text>', text: 'why; it stays with the version' }

/** Checklists: read, judged, changed, carried elsewhere. */
export const checklistCommands: CommandSpec = {
  name: 'checklist',
  aliases: ['checklists'],
  summary: 'what to do before, during and after an incident, each item with a question to the fleet',
  children: [
    {
      name: 'list',
      summary: 'the checklists in force, and what of the folder is not',
      outputs: answerForms,
      json: 'ChecklistList',
      examples: [
        { line: 'allclear checklist list', does: 'all of them, in the order in which they are met' },
        { line: 'allclear checklist list -o name', does: 'their ids, for scripts' },
      ],
      load: () => import('./commands/checklist-list.ts'),
    },
    {
      name: 'show',
      summary: 'one checklist: items, reasons, questions, versions',
      arguments: [id, ofVersion],
      outputs: answerForms,
      json: 'ChecklistAnswer',
      examples: [
        { line: 'allclear checklist show triage', does: 'the list, as it is read' },
        {
          line: 'allclear checklist show network -o wide',
          does: 'with the reason and the question of each item',
        },
      ],
      load: () => import('./commands/checklist-show.ts'),
    },
    {
      name: 'lint',
      summary: 'what is wrong with checklists: files, or those in force',
      text: 'Without arguments all lists in force are judged. Exit code 1 when there is an error; warnings do not count.',
      arguments: [
        {
          name: 'what',
          text: 'files, - for stdin, or ids',
          required: false,
          many: true,
          completes: 'checklists',
        },
      ],
      outputs: answerForms,
      json: '{ source, errors, warnings, problems: ChecklistProblem[] }[]',
      examples: [
        { line: 'allclear checklist lint', does: 'all lists in force' },
        {
          line: 'allclear checklist lint network.yaml',
          does: 'a file, also as the next version of its list',
        },
      ],
      load: () => import('./commands/checklist-lint.ts'),
    },
    {
      name: 'diff',
      summary: 'what changed between two versions, by meaning: loosened, tightened, reworded',
      arguments: [
        id,
        {
          name: 'from',
          text: 'version, or a file that is to follow the one in force',
          required: true,
          completes: 'files',
        },
        { name: 'to', text: 'version (the one in force)', required: false },
      ],
      outputs: answerForms,
      json: 'ChecklistDiff',
      examples: [
        { line: 'allclear checklist diff network network.yaml', does: 'what a file would change' },
        { line: 'allclear checklist diff triage 1.0.0', does: 'since that version' },
      ],
      load: () => import('./commands/checklist-diff.ts'),
    },
    {
      name: 'edit',
      summary: 'change a checklist in your editor; what has an error is not stored',
      text: 'Opens VISUAL or EDITOR. Afterwards the lint judges the text, the changes are shown, and the version gets its next number. A change that loosens something waits for a second person. `--from` takes a file instead of an editor.',
      arguments: [id],
      options: [
        { flags: '--from <file>', text: 'this text instead of an editor; - for stdin', completes: 'files' },
        reasonOption,
        asOption,
      ],
      outputs: answerForms,
      json: 'ChecklistVersion',
      examples: [
        {
          line: "allclear checklist edit network --from network.yaml --reason 'plugins of all nodes log now'",
          does: 'a new version from a file',
        },
      ],
      needs: 'write',
      load: () => import('./commands/checklist-edit.ts'),
    },
    {
      name: 'accept',
      summary: 'accept a version that loosens something; its author cannot',
      arguments: [id, { name: 'version', text: 'version that waits', required: true }],
      options: [reasonOption, asOption],
      outputs: answerForms,
      json: 'ChecklistVersion',
      examples: [
        {
          line: "allclear checklist accept triage 2.0.0 --as @ben --reason 'agreed in the review'",
          does: 'puts it in force',
        },
      ],
      needs: 'write',
      load: () => import('./commands/checklist-decide.ts'),
    },
    {
      name: 'refuse',
      summary: 'refuse a version that loosens something',
      arguments: [id, { name: 'version', text: 'version that waits', required: true }],
      options: [reasonOption, asOption],
      outputs: answerForms,
      json: 'ChecklistVersion',
      examples: [
        {
          line: "allclear checklist refuse triage 2.0.0 --reason 'too weak'",
          does: 'the version before stays in force',
        },
      ],
      needs: 'write',
      load: () => import('./commands/checklist-decide.ts'),
    },
    {
      name: 'import',
      summary: 'store checklists from YAML, or from CACAO 2.0 playbooks',
      text: 'A playbook of another tool becomes a draft whose steps people do by hand; nothing in it is run. With `--dry-run` the YAML is printed and nothing is stored.',
      arguments: [
        {
          name: 'path',
          text: 'YAML or JSON files, or - for stdin',
          required: true,
          many: true,
          completes: 'files',
        },
      ],
      options: [reasonOption, asOption, { flags: '--dry-run', text: 'print the YAML, store nothing' }],
      outputs: answerForms,
      json: 'ChecklistVersion[]',
      examples: [
        { line: 'allclear checklist import playbook.json --dry-run', does: 'a playbook, to be looked at' },
        { line: "allclear checklist import release.yaml --reason 'ours'", does: 'a list of your own' },
      ],
      needs: 'write',
      load: () => import('./commands/checklist-import.ts'),
    },
    {
      name: 'export',
      summary: 'write a checklist as YAML, CACAO 2.0 or Markdown',
      arguments: [id, ofVersion],
      outputs: ['yaml', 'cacao', 'markdown', 'html'],
      examples: [
        { line: 'allclear checklist export triage > triage.yaml', does: 'to edit it, or to keep it in Git' },
        { line: 'allclear checklist export contain-pod -o cacao', does: 'for another tool' },
        { line: 'allclear checklist export fix -o markdown', does: 'for a wiki' },
      ],
      load: () => import('./commands/checklist-export.ts'),
    },
    {
      name: 'print',
      summary: 'one A4 page, for the day on which the screens are dark',
      arguments: [id, ofVersion],
      outputs: [],
      examples: [
        { line: 'allclear checklist print triage > triage.html', does: 'open it in a browser and print it' },
      ],
      load: () => import('./commands/checklist-export.ts'),
    },
  ],
}
