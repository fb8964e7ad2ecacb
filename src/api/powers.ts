import type { Role } from '../core/people.ts'

/** `anybody`: no sign-in is asked for. */
interface Power {
  read: Role | 'anybody'
  write: Role | 'anybody'
}

const asks: Power = { read: 'viewer', write: 'viewer' }
const declares: Power = { read: 'viewer', write: 'responder' }
const administers: Power = { read: 'viewer', write: 'administrator' }

/**
 * Which role the routes under a first path segment need. What is not here needs an administrator for everything. Routes
 * whose question is finer (one's own tokens, one's role in an incident) ask it themselves.
 */
export const powers: Readonly<Record<string, Power>> = {
  health: { read: 'anybody', write: 'anybody' },
  'sign-in': { read: 'anybody', write: 'anybody' },
  // Agents sign what they say; see know/agent.
  agent: { read: 'anybody', write: 'anybody' },
  me: asks,
  // Batch forms and scans keep nothing: asking is enough, also by POST.
  scan: asks,
  probes: asks,
  sbom: asks,
  versions: asks,
  purls: asks,
  scores: asks,
  ssvc: asks,
  reach: asks,
  privileges: asks,
  identities: asks,
  exposure: asks,
  catalogue: asks,
  'checklist-drafts': asks,
  // Everybody has tokens of their own; of other people, only an administrator sees and revokes them.
  tokens: asks,
  status: administers,
  home: administers,
  where: administers,
  cve: administers,
  changes: administers,
  events: administers,
  clusters: administers,
  workloads: administers,
  pods: administers,
  images: administers,
  'images-unread': administers,
  import: administers,
  sync: administers,
  config: administers,
  users: administers,
  keys: { read: 'administrator', write: 'administrator' },
  audit: { read: 'administrator', write: 'administrator' },
  facts: declares,
  software: declares,
  incidents: declares,
  example: declares,
  checklists: declares,
  advisories: declares,
}

const nobodyElse: Power = { read: 'administrator', write: 'administrator' }

/** The role that a request needs. `segment` is the first of its path after `/api/v1/`. */
export function powerFor(method: string, segment: string): Role | 'anybody' {
  const power = Object.hasOwn(powers, segment) ? powers[segment] : nobodyElse
  return method === 'GET' || method === 'HEAD' ? power.read : power.write
}

/** Whether asking there leaves nothing behind, so that the trail does not name it. */
export function keepsNothing(segment: string): boolean {
  return powers[segment] === asks && segment !== 'tokens' && segment !== 'me'
}
