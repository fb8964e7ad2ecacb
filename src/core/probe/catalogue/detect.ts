import { count, duration, flag, share, word, words } from '../parameters.ts'
import { describe } from './row.ts'

export const detectProbes = [
  ...describe(
    'detect',
    {
      inputs: ['audit-events', 'flows', 'runtime', 'os-audit', 'metrics', 'incident'],
      cost: 'demand',
      parameters: { queries: words.optional(), window: duration.optional(), sources: words.optional() },
      binds: ['incident'],
    },
    {
      'hunt.symptoms': [
        'Do the symptoms of abuse show anywhere in the past?',
        'A hit opens the abuse track; a blind source leaves it unknown.',
      ],
      'story.evidenced': [
        'Does every step of the story carry evidence?',
        'Contradicted by a step without hashed evidence or without an attempt to refute it.',
      ],
    },
  ),
  ...describe(
    'detect',
    {
      inputs: ['incident', 'audit-events', 'runtime', 'flows'],
      cost: 'periodic',
      parameters: { rule: word.optional() },
      binds: ['incident'],
    },
    {
      'detect.accuracy': [
        'Has every alert of the incident a verdict?',
        'Confirmed when each has one and each unseen step became a rule with a drill.',
      ],
    },
  ),
  ...describe(
    'detect',
    {
      inputs: ['audit-events', 'metrics'],
      cost: 'continuous',
      parameters: { lag: duration.optional(), keep: duration.optional() },
    },
    {
      'audit.delivery': [
        'Do audit events leave the cluster and stay?',
        'Contradicted by loss, lag, a silent server or short retention.',
      ],
    },
  ),
  ...describe(
    'detect',
    {
      inputs: ['audit-events', 'flows', 'runtime', 'os-audit', 'metrics', 'test'],
      cost: 'continuous',
      parameters: {
        signal: word.optional(),
        period: duration.optional(),
        lag: duration.optional(),
        loss: share.optional(),
      },
    },
    {
      'signal.grade': [
        'Would this signal be raised, and when was it last shown?',
        'Contradicted below the wanted grade.',
      ],
    },
  ),
  ...describe(
    'detect',
    {
      inputs: ['audit-events', 'flows', 'os-audit', 'runtime', 'test'],
      cost: 'drill',
      parameters: { limit: duration.optional(), perNode: flag.optional() },
    },
    {
      'audit.secret-access': [
        'Is each access to a secret recorded, granted and refused alike?',
        'Contradicted when an outcome is missing, or bodies are recorded.',
      ],
      'net.deny-logged': [
        'Are refused connections logged at every node?',
        'Contradicted by a node where the refusal of a canary is missing.',
      ],
      'net.same-node': [
        'Is traffic between pods of one node seen?',
        'Contradicted by a canary flow that is absent.',
      ],
      'net.dns-logged': [
        'Are name lookups logged with the pod that asks?',
        'Contradicted by a canary lookup that is absent or without its pod.',
      ],
      'os.audit-denials': [
        'Are kernel denials recorded and mapped to pods?',
        'Contradicted by a canary denial that does not arrive with its pod.',
      ],
      'sensor.tamper': [
        'Is a stopped sensor noticed?',
        'Contradicted by a silence that nobody was told of in time.',
      ],
    },
  ),
  ...describe(
    'detect',
    {
      inputs: ['flows', 'runtime', 'os-audit', 'metrics', 'application-logs'],
      cost: 'continuous',
      parameters: {
        keep: duration.optional(),
        sample: count.optional(),
        min: share.optional(),
        drops: share.optional(),
      },
    },
    {
      'net.log-retention': [
        'Are network logs kept off the cluster, long enough?',
        'Contradicted by a node that is missing, loss, or short retention.',
      ],
      'net.ip-identity': [
        'Does every logged address lead to one pod, even later?',
        'Contradicted when too few sampled flows do.',
      ],
      'os.exec-logged': [
        'Is every command inside containers recorded?',
        'Contradicted by a workload with a shell and no record of it.',
      ],
      'sensor.coverage': [
        'Does a healthy sensor run on each node?',
        'Contradicted by a node without one, or by dropped events.',
      ],
      'telemetry.joinable': [
        'Can all logs be joined by time, cluster, pod and credential?',
        'Contradicted by a source that lacks its key.',
      ],
      'telemetry.layers': [
        'Is each layer of the machines watched?',
        'Contradicted by a layer without fresh data.',
      ],
      'telemetry.application': [
        'Do applications say what failed, when and where?',
        'Contradicted by a critical service without these series.',
      ],
    },
  ),
]
