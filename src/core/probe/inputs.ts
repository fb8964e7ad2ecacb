/** Where evidence comes from. A probe names what it looks at, so that it is asked again when that changes, and no sooner. */
export const inputs = {
  objects: 'objects of the API servers, with their history',
  'audit-events': 'audit events of the API servers',
  'audit-policy': 'audit policy and component flags',
  flows: 'network flow and policy verdict logs',
  runtime: 'events and health of runtime sensors',
  'os-audit': 'kernel audit records of the nodes',
  'node-data': 'kernel, packages and mitigations of the nodes',
  contents: 'what images contain: SBOMs and layers',
  'image-bytes': 'the bytes of images',
  advisories: 'advisories, KEV, EPSS, VEX',
  source: 'source repositories, CI and lock files',
  rollouts: 'rollout records and the last known good',
  incident: 'the record of the incident',
  declared: 'what people declared: facts, registers',
  metrics: 'metrics',
  'application-logs': 'logs of applications and of data access',
  infrastructure: 'the infrastructure API',
  test: 'an active test in the fleet',
  clock: 'the time',
} as const

export type InputName = keyof typeof inputs

/** What this program reads today. A probe that needs more is not connected, however well it is registered. */
export const readInputs: ReadonlySet<InputName> = new Set([
  'objects',
  'contents',
  'image-bytes',
  'advisories',
  'incident',
  'declared',
  'clock',
])
