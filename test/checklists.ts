/** A list of somebody's own, and a playbook of another tool: what a reader of the documentation has in the folder. */

export const releaseList = `apiVersion: allclear/v1
kind: Checklist
metadata:
  id: release
  title: Release of the shop
  version: 1.0.0
  status: active
  phase: rollout
  owner: team:shop
  confidentiality: internal
  lastReviewed: 2026-11-01
  reviewEvery: 180d
mode: DO-CONFIRM
pausePoints:
  - id: go
    when: Before the first customer gets it
    lead: operations-lead
    holdOn: [contradicted]
items:
${(
  [
    ['Pin the artifact by its digest.', 'artifact.verified'],
    ['Rehearse the way back.', 'rollback.rehearsed'],
    ['Stay inside disruption budgets.', 'rollout.budget'],
    ['Watch one canary of each class.', 'rollout.canary'],
    ['Count the digests that run.', 'rollout.digest-coverage'],
  ] as const
)
  .map(
    ([text, probe], at) => `  - id: R${at + 1}
    tier: killer
    pause: go
    text: ${text}
    why: It was forgotten before.
    role: operations-lead
    probe: {id: ${probe}}
`,
  )
  .join('')}`

const start = 'start--11111111-1111-4111-8111-111111111111'
const block = 'action--22222222-2222-4222-8222-222222222222'
const end = 'end--33333333-3333-4333-8333-333333333333'
const agent = 'group--44444444-4444-4444-8444-444444444444'

export const foreignPlaybook = {
  type: 'playbook',
  spec_version: 'cacao-2.0',
  id: 'playbook--55555555-5555-4555-8555-555555555555',
  name: 'Block an address',
  created_by: 'identity--66666666-6666-4666-8666-666666666666',
  created: '2026-01-01T00:00:00.000Z',
  modified: '2026-01-02T00:00:00.000Z',
  workflow_start: start,
  workflow: {
    [start]: { type: 'start', on_completion: block },
    [block]: {
      type: 'action',
      name: 'Block the address at the edge',
      commands: [{ type: 'bash', command: 'nft add element inet edge blocked { 192.0.2.7 }' }],
      agent,
      on_completion: end,
    },
    [end]: { type: 'end' },
  },
  agent_definitions: { [agent]: { type: 'group', name: 'Network team' } },
}
