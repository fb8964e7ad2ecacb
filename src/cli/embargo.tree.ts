import { answerForms } from './spec.ts'
import type { ArgumentSpec, CommandSpec, OptionSpec } from './spec.ts'

const incidentArgument: ArgumentSpec = {
  name: 'incident',
  text: 'the incident; may be left out while only one is open',
  required: false,
  completes: 'incidents',
}
const incidentOption: OptionSpec = {
  flags: '-i, --incident <id>',
  text: 'the incident, when more than one is open',
  completes: 'incidents',
}
const asOption: OptionSpec = {
  flags: '--as <person>',
  text: 'who says it, where nobody signs in (ALLCLEAR_AS)',
}
const reasonOption: OptionSpec = { flags: '--reason <text>', text: 'why' }
const untilOption: OptionSpec = {
  flags: '--until <time>',
  text: 'when it ends: 14d, 2026-12-01T14:00Z (14d)',
}
const termsOption: OptionSpec = {
  flags: '--terms <text>',
  text: 'what members promise before they see anything',
}
const person: ArgumentSpec = { name: 'person', text: '@NAME', required: true, completes: 'users' }
const compartments = ['facts', 'reproduction', 'affected', 'drafts']

function embargoStep(
  name: string,
  summary: string,
  options: readonly OptionSpec[],
  does: string,
  line: string,
): CommandSpec {
  return {
    name,
    summary,
    options: [...options, incidentOption, asOption],
    outputs: answerForms,
    json: 'IncidentAccess',
    examples: [{ line: `allclear incident embargo ${line}`, does }],
    needs: 'write',
    load: () => import('./commands/incident-embargo.ts'),
  }
}

function accessCommand(
  spec: Pick<CommandSpec, 'name' | 'summary' | 'examples'> & Partial<CommandSpec>,
): CommandSpec {
  return {
    outputs: answerForms,
    json: 'IncidentAccess',
    needs: 'write',
    load: () => import('./commands/incident-access.ts'),
    ...spec,
  }
}

/** Who may know of an incident, and until when. */
export const embargoTree: readonly CommandSpec[] = [
  {
    name: 'embargo',
    summary: 'agree on what is kept until when',
    text: 'From the first proposal on only those on the access list know of the incident; for everybody else there is none. It ends with its date, or when the lead lifts it.',
    children: [
      embargoStep(
        'propose',
        'propose an embargo; the incident is shut at once',
        [untilOption, termsOption],
        'until a fix is out',
        'propose --until 7d',
      ),
      embargoStep('activate', 'agree to what is proposed', [reasonOption], 'it holds', 'activate'),
      embargoStep(
        'revise',
        'propose another end or other terms; what was agreed holds meanwhile',
        [untilOption, termsOption],
        'a week more',
        'revise --until 14d',
      ),
      embargoStep(
        'reject',
        'do not agree to what is proposed',
        [reasonOption],
        'what was agreed goes on',
        "reject --reason 'the vendor cannot wait'",
      ),
      embargoStep(
        'lift',
        'end it before its date; that cannot be undone',
        [reasonOption],
        'everybody who may sign in sees the incident',
        "lift --reason 'the advisory is public'",
      ),
    ],
  },
  {
    name: 'access',
    summary: 'who may see an incident under embargo, and who did',
    children: [
      accessCommand({
        name: 'list',
        summary: 'who may see it, who did, who asks, and the terms',
        arguments: [incidentArgument],
        examples: [{ line: 'allclear incident access list', does: 'for members' }],
      }),
      accessCommand({
        name: 'accept',
        summary: 'accept the terms; facts are shown from then on',
        arguments: [incidentArgument],
        examples: [{ line: 'allclear incident access accept inc-3f9a1c22', does: 'what members promise' }],
      }),
      accessCommand({
        name: 'grant',
        summary: 'let somebody in, or into further compartments; also after their sign-in was reset',
        arguments: [person],
        options: [
          { flags: '--to <compartment>', text: 'besides the facts', many: true, choices: compartments },
          { flags: '--until <time>', text: 'when it ends by itself' },
          incidentOption,
          asOption,
        ],
        examples: [
          {
            line: 'allclear incident access grant @ben --to reproduction -i inc-3f9a1c22',
            does: 'who writes the fix',
          },
        ],
      }),
      accessCommand({
        name: 'revoke',
        summary: 'let somebody in no more, or leave',
        arguments: [person],
        options: [reasonOption, incidentOption, asOption],
        examples: [
          {
            line: "allclear incident access revoke @ben --reason 'has done their part' -i inc-3f9a1c22",
            does: 'at once',
          },
        ],
      }),
      accessCommand({
        name: 'ask',
        summary: 'ask to be let in, once in a quarter of an hour',
        text: 'The answer is the same whether there is such an incident or not.',
        arguments: [{ ...incidentArgument, text: 'its id', required: true }],
        options: [reasonOption],
        json: 'AskHeard',
        examples: [
          {
            line: "allclear incident access ask inc-3f9a1c22 --reason 'I own the gateway'",
            does: 'somebody may answer',
          },
        ],
      }),
      accessCommand({
        name: 'break-glass',
        summary: 'be let in without a member: two commanders say so, and every member reads it',
        text: 'The first asks for themselves; a second one names the first with --for, within an hour. The first then sees the facts for a day.',
        arguments: [{ ...incidentArgument, text: 'its id', required: true }],
        options: [
          reasonOption,
          { flags: '--for <person>', text: 'speak as the second one for @NAME', completes: 'users' },
        ],
        json: 'AskHeard',
        examples: [
          {
            line: "allclear incident access break-glass inc-3f9a1c22 --reason 'no member answers' --for @lena",
            does: 'the second one',
          },
        ],
      }),
    ],
  },
  {
    name: 'compartment',
    summary: 'what is kept apart in an incident: facts, reproduction, affected, drafts',
    text: 'Each is encrypted with a key of its own and seen by those who were let into it.',
    children: [
      accessCommand({
        name: 'show',
        summary: 'what is in a compartment',
        arguments: [{ name: 'compartment', text: 'which', required: true, choices: compartments }],
        options: [incidentOption],
        json: '{ rows: CompartmentNote[] }',
        examples: [{ line: 'allclear incident compartment show drafts', does: 'what is going to be said' }],
      }),
      accessCommand({
        name: 'add',
        summary: 'add a note to a compartment',
        arguments: [
          { name: 'compartment', text: 'which', required: true, choices: compartments },
          { name: 'text', text: 'the note, or - for stdin', required: true },
        ],
        options: [incidentOption],
        json: '{ rows: CompartmentNote[] }',
        examples: [
          {
            line: "allclear incident compartment add drafts 'We will publish on Tuesday.'",
            does: 'for those who are in it',
          },
        ],
      }),
    ],
  },
]
