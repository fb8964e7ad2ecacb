import { count, duration, word, words } from '../parameters.ts'
import { describe } from './row.ts'

export const learnProbes = [
  ...describe(
    'learn',
    {
      inputs: ['audit-events', 'flows', 'runtime', 'os-audit', 'metrics', 'application-logs'],
      cost: 'demand',
      parameters: { from: word.optional(), to: word.optional(), queries: words.optional() },
      binds: ['incident'],
    },
    {
      'abuse.window': [
        'Was it abused, over the whole time in which it could be?',
        'Contradicted by a hit; "none" only with proven coverage of the window.',
      ],
    },
  ),
  ...describe(
    'learn',
    {
      inputs: ['application-logs', 'incident'],
      cost: 'continuous',
      parameters: { floor: count.optional(), due: word.optional() },
      binds: ['incident'],
    },
    {
      'affected.sealed': [
        'Is the list of affected people sealed, and only its number shared?',
        'Contradicted by a reader who is no member, or a count below the floor.',
      ],
      'affected.followup': [
        'Was every affected person told what to do?',
        'Confirmed when none was affected, or all were told.',
      ],
    },
  ),
  ...describe(
    'learn',
    {
      inputs: ['incident', 'advisories', 'source'],
      cost: 'continuous',
      parameters: { venues: words.optional() },
      binds: ['incident', 'advisory'],
    },
    {
      'disclosure.published': [
        'Are fix and indicators shared, once allowed?',
        'Confirmed when the embargo ended and the statements are out.',
      ],
    },
  ),
  ...describe(
    'learn',
    {
      inputs: ['objects', 'audit-events', 'test', 'source'],
      cost: 'continuous',
      parameters: {
        digests: words.optional(),
        ranges: words.optional(),
        fixtures: words.optional(),
        query: word.optional(),
        schedule: duration.optional(),
      },
      binds: ['advisory', 'incident'],
    },
    {
      'guard.admission': [
        'Is the vulnerable version refused from now on, in every cluster?',
        'Confirmed when a dry run of the old digest is refused in each.',
      ],
      'guard.regression': [
        'Does a guard at each layer refuse the known bad?',
        'Contradicted by a fixture that passes.',
      ],
      'class.guard': [
        'Is the whole class of the bug guarded against, or refused with reason?',
        'Confirmed by a variant query that ran, and a choice.',
      ],
    },
  ),
  ...describe(
    'learn',
    {
      inputs: ['incident', 'clock'],
      cost: 'periodic',
      parameters: { due: word.optional(), days: count.optional(), sections: words.optional() },
      binds: ['incident'],
    },
    {
      'followup.owned': [
        'Has every piece of later work an owner and a date?',
        'Contradicted by one without, or overdue.',
      ],
    },
  ),
  ...describe(
    'learn',
    {
      inputs: ['incident', 'source'],
      cost: 'periodic',
      parameters: { days: count.optional(), sections: words.optional() },
      binds: ['incident'],
    },
    {
      'postmortem.complete': [
        'Was the incident looked back on, in time and without blame?',
        'Confirmed by its sections, with owned and dated actions.',
      ],
      'checklist.improved': [
        'Did the checklist learn?',
        'Confirmed by a merged proposal, or by "none needed" with a reason.',
      ],
    },
  ),
]
