import { embargoTree } from './embargo.tree.ts'
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

/** A command that says something: exit code 1 when it is held by what is not confirmed. */
function says(name: string, summary: string, spec: Partial<CommandSpec> = {}): CommandSpec {
  return {
    name,
    summary,
    outputs: answerForms,
    json: 'Incident',
    needs: 'write',
    load: () => import('./commands/incident-say.ts'),
    ...spec,
    options: [...(spec.options ?? []), incidentOption, asOption],
  }
}

const clockCommands: readonly CommandSpec[] = [
  {
    name: 'list',
    summary: 'the clocks that run, and the regimes that nobody has decided about',
    arguments: [incidentArgument],
    outputs: answerForms,
    json: '{ clocks: IncidentClock[], regimes }',
    examples: [{ line: 'allclear incident clock list', does: 'what is due when, and who owns it' }],
    load: () => import('./commands/incident-clock-list.ts'),
  },
  says('start', 'start the clocks of a regime, or one of your own', {
    arguments: [{ name: 'regime', text: 'cra, gdpr, nis2, or a name of your own', required: true }],
    options: [
      { flags: '--owner <person>', text: 'who sees to it (you)' },
      { flags: '--from <time>', text: 'when it began to run (now)' },
      { flags: '--due <time>', text: 'of your own: when it is due, a time or 24h' },
      { flags: '--title <text>', text: 'of your own: what is due' },
      { flags: '--source <text>', text: 'of your own: who asks for it' },
      { flags: '--stops <text>', text: 'of your own: what stops it' },
    ],
    examples: [
      { line: 'allclear incident clock start nis2 --owner @lena', does: '24 h, 72 h and a month' },
      {
        line: "allclear incident clock start contract-acme --title 'tell ACME' --due 48h --source 'contract, 7.2'",
        does: 'a clock of your own',
      },
    ],
  }),
  says('stop', 'what the clock asks for is done', {
    arguments: [{ name: 'clock', text: 'C1', required: true }],
    options: [reasonOption],
    examples: [
      { line: "allclear incident clock stop C1 --reason 'filed at 14:10'", does: 'it no longer runs' },
    ],
  }),
  says('rule-out', 'a regime does not apply, and why', {
    arguments: [{ name: 'regime', text: 'cra, gdpr, nis2', required: true }],
    options: [reasonOption],
    examples: [
      {
        line: "allclear incident clock rule-out gdpr --reason 'no personal data'",
        does: 'nobody asks again',
      },
    ],
  }),
]

const hypothesisCommands: readonly CommandSpec[] = [
  says('add', 'add an explanation; three are there from the start', {
    arguments: [{ name: 'statement', text: 'what may have happened', required: true }],
    options: [
      { flags: '--kind <kind>', text: 'what it says (attack)', choices: ['attack', 'benign', 'detector'] },
      {
        flags: '--refuted-by <prediction>',
        text: 'PROBE=VERDICT that would prove it wrong',
        many: true,
      },
    ],
    examples: [
      {
        line: "allclear incident hypothesis add 'A test image, never in use' --kind benign --refuted-by rollout.digest-coverage=contradicted",
        does: 'with what would refute it',
      },
    ],
  }),
  says('test', 'put an explanation to the test: by its probes, or by what you found', {
    arguments: [{ name: 'hypothesis', text: 'H1', required: true }],
    options: [
      { flags: '--refuted', text: 'what you found refutes it' },
      { flags: '--held', text: 'what you found does not refute it' },
      { flags: '--evidence <text>', text: 'what you found' },
      { flags: '--forgeable', text: 'an attacker could have made that evidence' },
    ],
    examples: [
      { line: 'allclear incident hypothesis test H3', does: 'by its probes' },
      {
        line: "allclear incident hypothesis test H1 --held --evidence 'egress logs of 30 days: no lookups' --forgeable",
        does: 'by hand',
      },
    ],
  }),
]

export const incidentCommandsTree: readonly CommandSpec[] = [
  {
    name: 'incident',
    aliases: ['incidents'],
    summary: 'from "did you hear about it?" to all clear',
    text: 'What people claim stands beside what the fleet says. Everything that is said or noticed is an entry of a signed timeline.',
    children: [
      says('open', 'open an incident for a vulnerability', {
        arguments: [
          {
            name: 'vulnerability',
            text: 'CVE, GHSA or other id',
            required: true,
            completes: 'vulnerabilities',
          },
        ],
        options: [
          { flags: '--title <text>', text: 'how people call it' },
          { flags: '--source <text>', text: 'where you heard it' },
          { flags: '--embargo', text: 'under embargo from the first entry on; you alone are in' },
          { flags: '--until <time>', text: 'when the embargo ends: 14d, 2026-12-01T14:00Z (14d)' },
          { flags: '--terms <text>', text: 'what members promise before they see anything' },
        ],
        examples: [
          {
            line: 'allclear incident open CVE-2021-44228',
            does: 'you take the lead until somebody else does',
          },
        ],
      }),
      ...embargoTree,
      {
        name: 'list',
        summary: 'list incidents, newest first',
        options: [{ flags: '--live', text: 'only those that are open, or clear and watched' }],
        outputs: answerForms,
        json: 'Incidents',
        examples: [{ line: 'allclear incident list', does: 'all of them' }],
        load: () => import('./commands/incident-list.ts'),
      },
      {
        name: 'show',
        summary: 'how far it is, what you do next, and what all clear still misses',
        text: 'Exit code 0 when it is all clear, 3 when not.',
        arguments: [incidentArgument],
        options: [asOption],
        outputs: answerForms,
        json: 'Incident',
        examples: [
          { line: 'allclear incident show', does: 'the page for 3 a.m.' },
          { line: 'allclear incident show -o wide', does: 'with each reason' },
        ],
        load: () => import('./commands/incident-show.ts'),
      },
      says('join', 'take part', {
        arguments: [incidentArgument],
        examples: [{ line: 'allclear incident join --as @ben', does: 'you are a member' }],
      }),
      says('check', 'tick an item: you say that it is done', {
        arguments: [{ name: 'item', text: 'T3', required: true }],
        options: [
          { flags: '--note <text>', text: 'what you did' },
          { flags: '--value <number>', text: 'the number that was written down, where the item has one' },
          { flags: '--undo', text: 'take the tick back' },
          reasonOption,
        ],
        examples: [
          { line: "allclear incident check T3 --note 'list is in the record'", does: 'with the live number' },
          {
            line: "allclear incident check T3 --undo --reason 'two clusters were missing'",
            does: 'take it back',
          },
        ],
      }),
      says('skip', 'leave an item out, for a reason', {
        arguments: [{ name: 'item', text: 'T4', required: true }],
        options: [reasonOption],
        examples: [
          { line: "allclear incident skip T4 --reason 'a public reproduction exists'", does: 'by name' },
        ],
      }),
      says('pass', 'pass a pause point: the lead’s word', {
        arguments: [{ name: 'pause', text: 'its id; the next one when left out', required: false }],
        options: [reasonOption],
        examples: [
          {
            line: "allclear incident pass declare-or-dismiss --reason 'no sandbox tonight'",
            does: 'although something holds: the reason becomes a decision',
          },
        ],
      }),
      says('decide', 'write down a decision: what, why, and what else there was', {
        arguments: [{ name: 'statement', text: 'what is decided', required: true }],
        options: [
          reasonOption,
          { flags: '--alternative <text>', text: 'what else there was', many: true },
          { flags: '--about <id>', text: 'item or pause point that it is about' },
          { flags: '--declare', text: 'this declares the incident' },
          { flags: '--dismiss', text: 'this dismisses it' },
          {
            flags: '--watch <probe>',
            text: 'of a dismissal: the probe that reopens it (rollout.digest-coverage)',
          },
        ],
        examples: [
          {
            line: "allclear incident decide 'We treat it as an incident.' --declare --reason 'it runs in three clusters'",
            does: 'whoever leads commands from now on',
          },
          {
            line: "allclear incident decide 'Patch first, isolate only what is exposed' --reason 'the fix is out' --alternative 'isolate all'",
            does: 'with what else there was',
          },
        ],
      }),
      says('note', 'write a line into the timeline', {
        arguments: [{ name: 'text', text: 'the line', required: true }],
        examples: [
          { line: "allclear incident note 'vendor says: patch at noon'", does: 'with time and name' },
        ],
      }),
      says('score', 'score it with our environment, and take the deadline from the decision table', {
        arguments: [{ name: 'vector', text: 'CVSS with the metrics of the environment', required: false }],
        options: [
          { flags: '--answers <answers>', text: 'decision points: KEV:Y/PE:Y/A:Y/TI:T' },
          { flags: '--note <text>', text: 'what you thought' },
        ],
        examples: [
          {
            line: 'allclear incident score CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/CR:H --answers KEV:Y/PE:Y/A:Y/TI:T',
            does: 'score and deadline',
          },
        ],
      }),
      says('role', 'give a role to somebody, accept it, or end it', {
        arguments: [
          { name: 'role', text: 'commander, communications, sme, operations …', required: true },
          { name: 'person', text: '@NAME; you when left out', required: false },
        ],
        options: [
          { flags: '--accept', text: 'you know that you have it, or take what was offered' },
          { flags: '--end', text: 'nobody has it any more' },
          reasonOption,
        ],
        examples: [
          { line: 'allclear incident role communications @lena', does: 'she still has to accept' },
          { line: 'allclear incident role communications --accept --as @lena', does: 'she does' },
        ],
      }),
      says('handover', 'offer a role to somebody; it stays yours until they accept', {
        arguments: [
          { name: 'role', text: 'commander …', required: true },
          { name: 'person', text: '@NAME', required: true },
        ],
        options: [{ flags: '--note <text>', text: 'what they need to know' }],
        examples: [
          {
            line: "allclear incident handover commander @ben --note 'wave 2 runs'",
            does: 'before you are tired',
          },
        ],
      }),
      {
        name: 'hypothesis',
        summary: 'rival explanations, and what refutes them',
        children: hypothesisCommands,
      },
      { name: 'clock', summary: 'notification clocks', children: clockCommands },
      says('follow-up', 'write down later work, with owner and date; or that it is done', {
        arguments: [{ name: 'text', text: 'what; or F1 with --done', required: true }],
        options: [
          { flags: '--owner <person>', text: 'who does it (you)' },
          { flags: '--due <time>', text: 'by when: a date or 30d (30d)' },
          { flags: '--done', text: 'it is done' },
        ],
        examples: [
          {
            line: "allclear incident follow-up 'remove the lookup from the base image' --owner @ben --due 30d",
            does: 'the long-term fix',
          },
          { line: 'allclear incident follow-up F1 --done', does: 'done' },
        ],
      }),
      says('accept', 'live with conditions that are not met: two people, a reason and an end', {
        text: 'The first person proposes, the second runs the same command and agrees. What nothing can answer is accepted as a whole; what speaks against it only by name, with --target.',
        arguments: [
          { name: 'condition', text: 'conditions of the all clear: repro.fleet', required: true, many: true },
        ],
        options: [
          reasonOption,
          { flags: '--expires <time>', text: 'until when: a date or 30d, 180 days at most' },
          { flags: '--target <name>', text: 'a workload that may speak against it', many: true },
        ],
        examples: [
          {
            line: "allclear incident accept repro.fleet slo.held --reason 'nothing measures it here' --expires 30d",
            does: 'propose',
          },
          { line: 'allclear incident accept repro.fleet slo.held --as @ben', does: 'a second person agrees' },
        ],
      }),
      says('withdraw', 'no longer live with something that was accepted', {
        arguments: [{ name: 'exception', text: 'X1, or the condition', required: true }],
        options: [reasonOption],
        examples: [
          {
            line: "allclear incident withdraw repro.fleet --reason 'a sandbox is there now'",
            does: 'it counts again',
          },
        ],
      }),
      says('all-clear', 'call the all clear: only when every condition holds or is accepted', {
        text: 'It is reopened by itself when a condition is contradicted later.',
        arguments: [incidentArgument],
        examples: [{ line: 'allclear incident all-clear', does: 'or says what is missing, exit code 1' }],
      }),
      says('reopen', 'open it again: the same incident, a new lap', {
        arguments: [incidentArgument],
        options: [{ flags: '--because <text>', text: 'why' }],
        examples: [{ line: "allclear incident reopen --because 'the fix is incomplete'", does: 'by hand' }],
      }),
      says('close', 'close it: all clear, and nothing left to learn from it', {
        arguments: [incidentArgument],
        options: [reasonOption],
        examples: [
          { line: "allclear incident close --reason 'looked back on 1 December'", does: 'it stays watched' },
        ],
      }),
      {
        name: 'timeline',
        summary: 'what happened, entry by entry',
        arguments: [incidentArgument],
        options: [
          { flags: '--after <seq>', text: 'only entries after this one' },
          { flags: '--limit <rows>', text: 'only the last so many' },
        ],
        outputs: answerForms,
        json: 'Timeline',
        examples: [{ line: 'allclear incident timeline --limit 20', does: 'the last twenty' }],
        load: () => import('./commands/incident-timeline.ts'),
      },
      {
        name: 'why',
        summary: 'why one verdict is what it is, now or at a time',
        arguments: [{ name: 'question', text: 'an item, or a condition of the all clear', required: true }],
        options: [{ flags: '--at <time>', text: 'as it was then' }, incidentOption],
        outputs: answerForms,
        json: 'IncidentVerdict',
        examples: [
          { line: 'allclear incident why T3', does: 'the evidence behind an item' },
          { line: 'allclear incident why know.coverage', does: 'behind a condition' },
        ],
        load: () => import('./commands/incident-why.ts'),
      },
      {
        name: 'export',
        summary: 'write an incident as one document',
        text: 'json proves itself: `incident verify FILE` needs no server. md and html are for people.',
        arguments: [incidentArgument],
        options: [
          { flags: '--format <form>', text: 'form of the document (json)', choices: ['json', 'md', 'html'] },
        ],
        examples: [
          { line: 'allclear incident export > incident.json', does: 'for the archive' },
          { line: 'allclear incident export --format md', does: 'for the postmortem' },
        ],
        load: () => import('./commands/incident-export.ts'),
      },
      {
        name: 'verify',
        summary: 'prove a timeline whole: the one kept here, or an exported one',
        text: 'A file is proven from itself, without a server. Exit code 1 when an entry is missing, altered, moved or not signed.',
        arguments: [
          {
            name: 'incident',
            text: 'the incident, a file that `incident export` wrote, or -',
            required: false,
            completes: 'files',
          },
        ],
        options: [{ flags: '--key <id>', text: 'the key that has to begin it', many: true }],
        outputs: answerForms,
        json: 'IncidentVerification',
        examples: [
          { line: 'allclear incident verify', does: 'the one kept here' },
          { line: 'allclear incident verify incident.json', does: 'an export, anywhere' },
        ],
        load: () => import('./commands/incident-verify.ts'),
      },
    ],
  },
  {
    name: 'example',
    summary: 'change the example fleet, to see an incident through',
    children: [
      {
        name: 'fix',
        summary: 'roll fixed images out, workload by workload',
        arguments: [
          { name: 'vulnerability', text: 'CVE-2021-44228', required: true, completes: 'vulnerabilities' },
        ],
        options: [
          { flags: '--steps <number>', text: 'only so many workloads' },
          { flags: '--every <time>', text: 'one workload after another, with so much time between: 2s' },
        ],
        outputs: answerForms,
        json: 'ExampleChange',
        examples: [
          { line: 'allclear example fix CVE-2021-44228 --steps 3 --example', does: 'three workloads' },
          { line: 'allclear example fix CVE-2021-44228 --example', does: 'the rest' },
        ],
        needs: 'write',
        load: () => import('./commands/example.ts'),
      },
      {
        name: 'break',
        summary: 'bring a vulnerable image back',
        arguments: [
          { name: 'vulnerability', text: 'CVE-2021-44228', required: true, completes: 'vulnerabilities' },
        ],
        outputs: answerForms,
        json: 'ExampleChange',
        examples: [
          { line: 'allclear example break CVE-2021-44228 --example', does: 'and see the incident reopen' },
        ],
        needs: 'write',
        load: () => import('./commands/example.ts'),
      },
    ],
  },
  {
    name: 'probe',
    aliases: ['probes'],
    summary: 'questions to the live fleet, answered with evidence',
    children: [
      {
        name: 'list',
        summary: 'every question that can be asked, and what is missing for those that nothing answers yet',
        options: [{ flags: '--connected', text: 'only those that something answers' }],
        outputs: answerForms,
        json: 'Probes',
        examples: [{ line: 'allclear probe list --connected', does: 'what can be asked today' }],
        load: () => import('./commands/probe-list.ts'),
      },
      {
        name: 'show',
        summary: 'one probe: its question, rule, parameters and inputs',
        arguments: [{ name: 'probe', text: 'its id', required: true, completes: 'probes' }],
        outputs: answerForms,
        json: 'Probe',
        examples: [{ line: 'allclear probe show know.coverage', does: 'what it asks, and of what' }],
        load: () => import('./commands/probe-show.ts'),
      },
      {
        name: 'run',
        summary: 'ask a probe now',
        text: 'Exit code 0 when confirmed, 1 when contradicted, 3 when unknown.',
        arguments: [
          { name: 'probe', text: 'its id', required: true, completes: 'probes' },
          { name: 'parameter', text: 'NAME=VALUE', required: false, many: true },
        ],
        options: [{ flags: '--watch', text: 'ask again and again, and print each change, until Ctrl-C' }],
        outputs: answerForms,
        json: 'ProbeResult',
        examples: [
          { line: 'allclear probe run know.coverage', does: 'do we see enough?' },
          {
            line: 'allclear probe run know.dormant advisory=CVE-2021-44228 -o json',
            does: 'with its evidence',
          },
        ],
        load: () => import('./commands/probe-run.ts'),
      },
    ],
  },
]
