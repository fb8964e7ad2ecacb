import { z } from 'zod'
import { count, duration, flag, share, word, words } from '../parameters.ts'
import { describe } from './row.ts'

/** What of an incident's record is looked at. */
const recordParts = ['doc', 'room', 'tracks', 'decisions', 'onboard', 'handover'] as const

export const respondProbes = [
  ...describe(
    'respond',
    {
      inputs: ['incident'],
      cost: 'periodic',
      parameters: { horizon: duration.optional(), people: count.optional(), kinds: words.optional() },
    },
    {
      'oncall.coverage': [
        'Is somebody on call, and somebody after them?',
        'Contradicted by a gap, a rota of one, or a test page that nobody answered.',
      ],
      'roles.defined': [
        'Are the roles named before the day, with two trained people each?',
        'Contradicted by a role without them.',
      ],
      'comms.drafts-ready': [
        'Are answers drafted for the questions that will come?',
        'Contradicted by a missing draft.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['objects', 'infrastructure', 'test'],
      cost: 'periodic',
      parameters: { age: duration.optional(), kit: words.optional() },
    },
    {
      'contain.ready': [
        'Is a tested isolation policy ready in each cluster?',
        'Contradicted by a cluster without one, or an old drill.',
      ],
      'evidence.capture-ready': [
        'Can evidence be captured on every pool?',
        'Contradicted by a missing feature, right or room.',
      ],
      'stockpile.present': [
        'Is the kit there: forensic image, isolation, break-glass, spare capacity?',
        'Contradicted by a missing or untested part.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['incident'],
      cost: 'demand',
      parameters: { min: count.optional(), falsifier: word.optional(), tolerance: share.optional() },
      binds: ['incident'],
    },
    {
      'hypotheses.tested': [
        'Are rival explanations written down, and was each put to a test that could refute it?',
        'Contradicted by an explanation without a test; confirmed from three on, each tested.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['incident'],
      cost: 'continuous',
      parameters: { interval: duration.optional() },
      binds: ['incident'],
    },
    {
      'comms.current': [
        'Is the last promise of an update kept?',
        'Contradicted by a promise that has passed, or statements that disagree.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['incident', 'clock'],
      cost: 'continuous',
      parameters: { regimes: words.optional() },
      binds: ['incident'],
    },
    {
      'clocks.registered': [
        'Is every notification clock that applies set, and none run out?',
        'Contradicted by a clock that is unset, without an owner, or past.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['objects', 'audit-events', 'test'],
      cost: 'continuous',
      parameters: { action: word.optional(), targets: words.optional(), credentials: words.optional() },
      binds: ['incident'],
    },
    {
      'mitigation.effective': [
        'Does the mitigation hold in each exposed place, and does the reproduction fail behind it?',
        'Contradicted by a place where it does not.',
      ],
      'eviction.done': [
        'Is the intruder out, and all that they could read rotated?',
        'Confirmed when each credential of the path is only refused.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['test', 'image-bytes', 'incident'],
      cost: 'demand',
      parameters: {
        recording: word.optional(),
        control: word.optional(),
        digest: word.optional(),
        sample: count.optional(),
        repeat: words.optional(),
      },
      binds: ['incident', 'advisory'],
    },
    {
      'repro.vulnerable': [
        'Does the recorded reproduction succeed on our version, and fail on a control?',
        'Confirmed by both, with outputs kept.',
      ],
      'repro.our-config': [
        'Do our settings already make it harmless?',
        'Contradicted when one instance reproduces it.',
      ],
      'repro.fixed': [
        'Does the reproduction fail on the fix?',
        'Contradicted when it succeeds there, or fails on the old version too.',
      ],
      'repro.fleet': [
        'Does the reproduction fail on a fixed instance of each class, run by somebody else?',
        'Contradicted by one where it succeeds.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['incident', 'declared'],
      cost: 'continuous',
      parameters: { limit: duration.optional() },
      binds: ['incident'],
    },
    {
      'page.acked': [
        'Has somebody taken the lead in time?',
        'Contradicted when nobody acknowledged within the limit.',
      ],
      'page.targeted': [
        'Were only those woken whom the plan names?',
        'Contradicted by a page outside owners and roles.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['incident', 'objects', 'clock'],
      cost: 'continuous',
      parameters: { limit: duration.optional(), large: count.optional(), span: count.optional() },
      binds: ['incident'],
    },
    {
      'roles.assigned': [
        'Are commander, communications lead and an expert named, and do they know it?',
        'Contradicted by a role that is open, or not acknowledged in time.',
      ],
    },
  ),
  ...describe(
    'respond',
    { inputs: ['incident'], cost: 'continuous', binds: ['incident'] },
    {
      'incident.decision': [
        'Is it declared, or dismissed with a watch that reopens it?',
        'Confirmed by a decision with its reason.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['incident', 'clock'],
      cost: 'continuous',
      parameters: { part: z.enum(recordParts).default('doc'), max: duration.optional() },
      binds: ['incident'],
    },
    {
      'incident.record': [
        'Is this part of the record complete and current?',
        'Contradicted by what is missing from it, or held too long.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['incident', 'objects', 'infrastructure'],
      cost: 'continuous',
      binds: ['incident'],
    },
    {
      'incident.restored': [
        'Are emergency access, waivers and paused automation back to normal?',
        'Contradicted by one that is still live.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['incident'],
      cost: 'continuous',
      parameters: { tokens: words.optional(), terms: flag.optional(), date: word.optional() },
      binds: ['incident'],
    },
    {
      'embargo.gate': [
        'Has nothing left that is under embargo?',
        'Contradicted by classified text outside; unbroken where there is no embargo.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['incident', 'source', 'rollouts'],
      cost: 'continuous',
      parameters: { terms: word.optional(), date: word.optional() },
      binds: ['incident'],
    },
    {
      'embargo.artifacts': [
        'Does no artifact tell of the fix?',
        'Contradicted by a name, commit, tag or note that does.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['objects', 'incident', 'declared'],
      cost: 'demand',
      parameters: {
        uid: word.optional(),
        version: word.optional(),
        people: count.optional(),
        ttl: duration.optional(),
      },
    },
    {
      'target.bound': [
        'Is the target still the one that was meant?',
        'Contradicted when its UID is gone or its version moved.',
      ],
      'action.approved': [
        'Did somebody else approve the plan?',
        'Contradicted when the approver is the proposer, or a question is open.',
      ],
      'action.leased': [
        'Has the action an end, a way back and a told owner?',
        'Contradicted when one is missing.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['audit-events', 'objects', 'flows', 'runtime', 'infrastructure', 'metrics'],
      cost: 'continuous',
      parameters: {
        target: word.optional(),
        quiet: duration.optional(),
        rate: word.optional(),
        node: flag.optional(),
      },
    },
    {
      'contain.identity': [
        'Is the identity of the target only refused?',
        'Contradicted by an accepted request, or a restored binding.',
      ],
      'contain.detached': [
        'Is the target out of service, and its twin in?',
        'Contradicted when it is adopted again.',
      ],
      'contain.isolated': [
        'Is the target barred in both directions?',
        'Contradicted by another policy that allows it.',
      ],
      'contain.silent': [
        'Have its flows fallen silent, with the sensor proven awake?',
        'Confirmed by no forwarded flow for the whole time.',
      ],
      'contain.spread': [
        'Was everything related looked at?',
        'Contradicted by a related instance that is hit.',
      ],
      'contain.node-held': ['Is the node held?', 'Contradicted by a pod that was scheduled since.'],
      'contain.drained': [
        'Are the innocent pods away and the suspects in place?',
        'Contradicted by a suspect that was moved.',
      ],
      'machine.held': [
        'Does the machine wait while its replacement starts?',
        'Confirmed by its hooks and a ready replacement.',
      ],
      'remediation.budget': [
        'Does replacing stay inside its budget?',
        'Contradicted above the rate, or when more is unhealthy.',
      ],
    },
  ),
  ...describe(
    'respond',
    {
      inputs: ['incident', 'objects', 'node-data', 'infrastructure', 'runtime'],
      cost: 'demand',
      parameters: { plan: word.optional(), copies: count.optional(), node: flag.optional() },
      binds: ['incident'],
    },
    {
      'evidence.preserved': [
        'Does no planned change destroy evidence that was not captured?',
        'Contradicted by one that would, while abuse is not refuted.',
      ],
      'evidence.captured': [
        'Is the planned evidence there, and do its hashes hold?',
        'Contradicted by a gap without a reason.',
      ],
      'evidence.sealed': [
        'Is there a second copy with signed custody?',
        'Contradicted by a copy that does not verify.',
      ],
    },
  ),
]
