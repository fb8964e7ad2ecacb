import { count, duration, share, word, words } from '../parameters.ts'
import { describe } from './row.ts'

export const knowProbes = [
  ...describe(
    'know',
    {
      inputs: ['objects', 'contents', 'advisories', 'incident'],
      cost: 'continuous',
      binds: ['advisory', 'incident'],
    },
    {
      'know.affected': [
        'Is the list of places that run it the live one?',
        'Contradicted when the number that was written down is not the number that the fleet gives.',
      ],
    },
  ),
  ...describe(
    'know',
    { inputs: ['objects', 'contents', 'advisories'], cost: 'continuous', binds: ['advisory'] },
    {
      'know.dormant': [
        'Does it wait somewhere that does not run now?',
        'Contradicted by a scheduled job, a workload scaled to nothing or a template that would start it again.',
      ],
    },
  ),
  ...describe(
    'know',
    {
      inputs: ['objects', 'contents', 'advisories'],
      cost: 'continuous',
      parameters: { min: share.optional() },
      binds: ['advisory'],
    },
    {
      'know.coverage': [
        'Do we see enough of the fleet to believe the answer?',
        'Contradicted when more of the running images is unknown than the tolerance allows.',
      ],
    },
  ),
  ...describe(
    'know',
    {
      inputs: ['contents', 'objects', 'test'],
      cost: 'periodic',
      parameters: { limit: duration.optional(), seed: word.optional() },
    },
    {
      'know.library-query': [
        'Is a question for a random library answered at once and rightly?',
        'Contradicted by a late answer, or one that direct enumeration does not give.',
      ],
    },
  ),
  ...describe(
    'know',
    { inputs: ['advisories'], cost: 'continuous', binds: ['advisory'] },
    {
      'advisory.intake': [
        'Is what we heard written down so that the fleet can be asked?',
        'Confirmed when it names packages and ranges; provisional until a published record agrees.',
      ],
    },
  ),
  ...describe(
    'know',
    {
      inputs: ['advisories', 'clock'],
      cost: 'continuous',
      parameters: { sources: words.optional(), max: duration.optional() },
    },
    {
      'feed.freshness': [
        'Are the advisory feeds fresh?',
        'Contradicted by a feed that was fetched longer ago than allowed.',
      ],
    },
  ),
  ...describe(
    'know',
    {
      inputs: ['contents', 'objects', 'advisories'],
      cost: 'continuous',
      parameters: { statement: word.optional() },
    },
    {
      'vex.live': [
        'Does each statement "not affected" still have its proof?',
        'Contradicted by a proof that is false or too old.',
      ],
    },
  ),
  ...describe(
    'know',
    { inputs: ['objects'], cost: 'continuous' },
    {
      'exposure.entry-points': [
        'Has every way in from outside an owner?',
        'Contradicted by a load balancer, ingress, gateway, node port or host port without one.',
      ],
    },
  ),
  ...describe(
    'know',
    {
      inputs: ['objects', 'declared', 'contents', 'incident'],
      cost: 'demand',
      parameters: { hops: count.optional(), classes: words.optional() },
      binds: ['advisory', 'incident'],
    },
    {
      'exposure.blast-radius': [
        'What can somebody reach who takes over an affected pod?',
        'Contradicted when the reach that was written down is not the computed one.',
      ],
    },
  ),
  ...describe(
    'know',
    {
      inputs: ['advisories', 'objects', 'incident'],
      cost: 'continuous',
      parameters: { cvss: word.optional(), table: word.optional(), instance: word.optional() },
      binds: ['advisory', 'incident'],
    },
    {
      'score.deadline': [
        'Is it scored by somebody, and does the deadline follow from what is known now?',
        'Contradicted when an input of the score or of the deadline has changed since.',
      ],
    },
  ),
  ...describe(
    'know',
    {
      inputs: ['objects', 'contents', 'advisories', 'audit-events', 'flows'],
      cost: 'periodic',
      parameters: { from: word.optional(), to: word.optional(), hops: count.optional() },
    },
    {
      'posture.attack-paths': [
        'Is there a way from outside over a vulnerable workload to user data that nobody would see?',
        'Contradicted by such a path without a signal on any step.',
      ],
    },
  ),
  ...describe(
    'know',
    {
      inputs: ['objects', 'contents', 'source'],
      cost: 'continuous',
      parameters: { unknown: share.optional() },
    },
    {
      'img.manifest-link': [
        'Does every running image lead to a list of its parts?',
        'Contradicted by a running digest without one.',
      ],
    },
  ),
  ...describe(
    'know',
    { inputs: ['contents', 'advisories'], cost: 'continuous', parameters: { deadline: duration.optional() } },
    {
      'img.fixable': [
        'Does anything run that a published fix would cure?',
        'Contradicted by a finding with a fix that is older than the deadline.',
      ],
    },
  ),
  ...describe(
    'know',
    {
      inputs: ['image-bytes', 'contents', 'advisories'],
      cost: 'continuous',
      parameters: { end: duration.optional() },
    },
    {
      'img.base-lineage': [
        'Is the base of every image known, owned and supported?',
        'Contradicted by an unknown base, or one whose support ends soon.',
      ],
    },
  ),
  ...describe(
    'know',
    {
      inputs: ['objects', 'declared', 'infrastructure'],
      cost: 'periodic',
      parameters: { kinds: words.optional(), reach: share.optional(), share: share.optional() },
    },
    {
      'register.complete': [
        'Is every foreign agent, operator and webhook in the register?',
        'Contradicted by one that runs and is not registered.',
      ],
      'register.impact': [
        'Is it known what stops if a vendor ships something broken tonight?',
        'Confirmed by a stated reach, who can stop it, and how fast.',
      ],
      'register.privileges': [
        'Do the live privileges match the register?',
        'Contradicted by a privilege beyond the entry.',
      ],
      'register.channels': [
        'Is every way of update under our control?',
        'Contradicted by self-update, a moving tag or automatic upgrade outside a rollout.',
      ],
      'register.concentration': [
        'Is no single vendor version everywhere at once?',
        'Contradicted by an unproven version above its share.',
      ],
      'register.supply': [
        'Are vendor artifacts signed, listed and announced?',
        'Contradicted by one without signature, list of parts or advisory feed.',
      ],
    },
  ),
]
