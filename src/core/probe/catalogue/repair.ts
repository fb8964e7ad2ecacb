import { count, duration, share, word, words } from '../parameters.ts'
import { describe } from './row.ts'

export const repairProbes = [
  ...describe(
    'repair',
    {
      inputs: ['objects', 'contents', 'advisories', 'incident'],
      cost: 'continuous',
      parameters: { target: share.optional(), by: word.optional() },
      binds: ['advisory', 'incident'],
    },
    {
      'herd.coverage': [
        'Do enough of the affected workloads run the fix, by digest?',
        'Contradicted below the target.',
      ],
      'herd.stragglers': [
        'Has every workload that lags a name, a cause and a date?',
        'Contradicted by one without, or overdue.',
      ],
      'fix.coverage': [
        'Has every affected place a fix, a mitigation or an owned exception?',
        'Contradicted by one that has none.',
      ],
      'rollout.digest-coverage': [
        'Does no vulnerable digest run any more, anywhere?',
        'Contradicted by one that runs; a cluster that is not seen counts as running it.',
      ],
    },
  ),
  ...describe(
    'repair',
    {
      inputs: ['objects', 'contents', 'advisories'],
      cost: 'demand',
      parameters: { from: word.optional(), to: word.optional() },
      binds: ['advisory'],
    },
    {
      'fix.safe': [
        'Does the fix bring no new damage?',
        'Contradicted by a fixed image that still has it, or brings a worse finding.',
      ],
    },
  ),
  ...describe(
    'repair',
    {
      inputs: ['objects', 'contents', 'flows', 'rollouts', 'metrics'],
      cost: 'periodic',
      parameters: {
        target: share.optional(),
        success: share.optional(),
        contain: duration.optional(),
        weight: share.optional(),
      },
      binds: ['advisory'],
    },
    {
      'herd.efficacy': [
        'Is coverage times efficacy above the target?',
        'Confirmed when the sum over shares reaches it.',
      ],
      'herd.spread': [
        'Does the modelled spread stay below one, in the worst case too?',
        'Confirmed by an upper bound below one.',
      ],
      'herd.order': [
        'Do waves go where the exposure is?',
        'Contradicted by an order against live scores without a reason.',
      ],
    },
  ),
  ...describe(
    'repair',
    {
      inputs: ['incident', 'advisories', 'metrics'],
      cost: 'demand',
      parameters: { budget: share.optional(), soak: duration.optional(), deadline: duration.optional() },
      binds: ['incident', 'advisory'],
    },
    {
      'lane.justified': [
        'Is the lane, regular or fast, chosen with a reason that holds?',
        'Contradicted by fast without cause, or regular past the deadline.',
      ],
      'slo.held': [
        'Did users see no outage since the first wave?',
        'Contradicted by an error budget that burnt; unknown without traffic.',
      ],
    },
  ),
  ...describe(
    'repair',
    {
      inputs: ['image-bytes', 'contents', 'objects', 'node-data'],
      cost: 'continuous',
      parameters: { digest: word.optional(), signers: words.optional(), image: word.optional() },
    },
    {
      'artifact.verified': [
        'Is the artifact the one that was signed?',
        'Contradicted by a tag, no signature, or other bytes.',
      ],
      'node.fixed-image': [
        'Does the new node run the fixed image?',
        'Contradicted by an old image, drift, or an absent sensor.',
      ],
    },
  ),
  ...describe(
    'repair',
    {
      inputs: ['objects', 'rollouts', 'metrics', 'runtime', 'flows'],
      cost: 'continuous',
      parameters: {
        alpha: share.optional(),
        ratio: count.optional(),
        share: share.optional(),
        deadline: duration.optional(),
        kind: word.optional(),
      },
    },
    {
      'rollout.capacity': [
        'Is there room for the rollout?',
        'Confirmed when evictions, quota and nodes allow it and owners answered.',
      ],
      'rollout.dry-run': [
        'Would every cluster take it, and nobody revert it?',
        'Contradicted by a refusal or a conflict of owners.',
      ],
      'rollout.canary': [
        'Do the canaries do well, by statistics?',
        'Contradicted by a failed test or a lost heartbeat; no data holds.',
      ],
      'rollout.wave-gate': [
        'Is success of the wave bound to the new digest?',
        'Contradicted by a status of an old revision.',
      ],
      'rollout.budget': [
        'Does the wave stay inside disruption budgets and failure domains?',
        'Contradicted above the share of a service.',
      ],
      'rollout.parked': [
        'Are absent clusters parked, each with a date?',
        'Confirmed when each has one and gets the target on return.',
      ],
      'rollout.stop-tested': [
        'Is the stop switch one step away, and tested?',
        'Contradicted when it was not tried in time.',
      ],
    },
  ),
  ...describe(
    'repair',
    {
      inputs: ['rollouts', 'objects', 'source', 'test'],
      cost: 'demand',
      parameters: { versions: count.optional() },
    },
    {
      'rollback.rehearsed': [
        'Was the way back rehearsed with these bytes?',
        'Confirmed by apply, undo, apply.',
      ],
      'rollback.snapshot': [
        'Is the last known good kept in full?',
        'Contradicted by configuration or content that is not.',
      ],
      'rollback.verified': [
        'Did the way back restore the old bytes?',
        'Contradicted by a digest that differs.',
      ],
      'rollback.lkg-advanced': [
        'Do the last known good, Git and templates hold the fix?',
        'Contradicted by a target that still has the hole.',
      ],
    },
  ),
  ...describe(
    'repair',
    {
      inputs: ['rollouts', 'declared', 'objects', 'test', 'metrics'],
      cost: 'demand',
      parameters: {
        schemas: words.optional(),
        engines: words.optional(),
        corpus: word.optional(),
        ratio: count.optional(),
      },
    },
    {
      'content.schema': [
        'Does each live consumer version understand the content?',
        'Contradicted by a field that does not match.',
      ],
      'content.rehearsed': [
        'Did the real engine load these bytes, with disturbances?',
        'Confirmed for each live version.',
      ],
      'content.bad-corpus': [
        'Is bad content refused, and does the agent survive it?',
        'Contradicted by one that is accepted or crashes it.',
      ],
      'content.test-coverage': [
        'Does a test exercise each field?',
        'Contradicted by a flipped rule that flips no test.',
      ],
      'content.growth': [
        'Does the content not grow suddenly?',
        'Contradicted above the ratio to the last version.',
      ],
      'content.pinning': [
        'Can each cluster choose newest, previous or pinned?',
        'Contradicted by an agent that pulls by itself.',
      ],
      'content.safe-mode': [
        'Does the agent boot to good content after two crashes?',
        'Confirmed by a crash drill that ends healthy.',
      ],
      'content.active': [
        'Do agents run the content that was applied?',
        'Contradicted by an applied hash that is not the active one.',
      ],
    },
  ),
  ...describe(
    'repair',
    {
      inputs: ['source', 'contents', 'objects', 'incident'],
      cost: 'periodic',
      parameters: { deadline: duration.optional(), wait: duration.optional(), period: duration.optional() },
    },
    {
      'repair.bot-flow': [
        'Are patches proposed with proof, for every running image?',
        'Contradicted by a repository that is not served.',
      ],
      'repair.first-protection': [
        'Does good protection go out before the perfect fix?',
        'Contradicted by an exposed place that waits.',
      ],
      'herd.refresh': [
        'Are images and nodes rebuilt on schedule?',
        'Contradicted by one that is older than its period.',
      ],
    },
  ),
]
