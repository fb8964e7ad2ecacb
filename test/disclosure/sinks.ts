/**
 * Every way by which words leave the program, for the suite that looks for classified ones in them
 * (`src/api/disclosure.test.ts`). `npm run check` fails for a route of the API or a sender of `src/base/outbound` that is
 * not here: whoever adds one says how the suite asks it.
 */

/** How an outsider asks: what stands for `{…}` in the address, the query, the body. `INCIDENT` is the id of the incident. */
export interface Asked {
  path?: Record<string, string>
  query?: string
  body?: unknown
  /** A stream that is open while the incident is worked on, and read at the end. */
  follows?: true
  /** Why it is not asked: it would change what the others are asked about. */
  notAsked?: string
}

const changes = 'changes the fleet; what it answers is about what was sent'
const needsCluster = 'needs a cluster; test/cluster'
const long = 'reads documents that are sent with it and knows nothing else'
const incident = { id: 'INCIDENT' }
const cluster = { name: 'shop-eu' }
const image = { id: 'registry.shop.example/search/engine:4.2.0' }

export const routes: Readonly<Record<string, Asked>> = {
  'GET /api/v1/status': {},
  'GET /api/v1/home': {},
  'GET /api/v1/where': { query: 'q=log4j-core' },
  'GET /api/v1/cve/{id}': { path: { id: 'CVE-2021-44228' } },
  'GET /api/v1/changes': {},
  'GET /api/v1/events': { follows: true },
  'GET /api/v1/clusters': {},
  'POST /api/v1/clusters': { notAsked: needsCluster },
  'GET /api/v1/clusters/{name}': { path: cluster },
  'DELETE /api/v1/clusters/{name}': { notAsked: changes },
  'POST /api/v1/clusters/{name}/enrolment': { notAsked: needsCluster },
  'GET /api/v1/clusters/{name}/workloads': { path: cluster },
  'GET /api/v1/clusters/{name}/nodes': { path: cluster },
  'GET /api/v1/clusters/{name}/doctor': { path: cluster },
  'POST /api/v1/agent/enrol': { body: {} },
  'POST /api/v1/agent/session': { body: {} },
  'POST /api/v1/agent/rotate': { body: {} },
  'POST /api/v1/agent/deltas': { body: {} },
  'GET /api/v1/facts': { query: 'cluster=shop-eu' },
  'POST /api/v1/facts': { notAsked: changes },
  'POST /api/v1/facts/files': { notAsked: changes },
  'GET /api/v1/workloads': { query: 'id=shop-eu/search/StatefulSet/indexer' },
  'GET /api/v1/pods': { query: 'address=10.0.0.1' },
  'GET /api/v1/images': {},
  'POST /api/v1/images': { notAsked: changes },
  'GET /api/v1/images/{id}': { path: image },
  'GET /api/v1/images/{id}/findings': { path: image },
  'GET /api/v1/images/{id}/packages': { path: image },
  'GET /api/v1/images/{id}/explain/{vulnerability}': { path: { ...image, vulnerability: 'CVE-2021-44228' } },
  'GET /api/v1/images/{id}/sbom': { path: image, query: 'format=cyclonedx-1.6' },
  'GET /api/v1/images/{id}/packages-of-layers': { path: image },
  'GET /api/v1/images/{id}/layers': { path: image },
  'GET /api/v1/images/{id}/diff/{other}': { path: { ...image, other: image.id } },
  'POST /api/v1/images/pull': { notAsked: changes },
  'POST /api/v1/images/running': { notAsked: changes },
  'GET /api/v1/images-unread': {},
  'POST /api/v1/catalogue': { notAsked: long },
  'GET /api/v1/advisories': {},
  'GET /api/v1/advisories/{id}': { path: { id: 'CVE-2021-44228' } },
  'POST /api/v1/advisories/provisional': { notAsked: changes },
  'DELETE /api/v1/advisories/provisional/{id}': { path: { id: 'INCIDENT' } },
  'POST /api/v1/import/{kind}': { notAsked: changes },
  'POST /api/v1/sync': { notAsked: changes },
  'POST /api/v1/scan': { notAsked: long },
  'POST /api/v1/sbom/read': { notAsked: long },
  'POST /api/v1/versions/compare': { body: { lines: ['deb\t1\t2'] } },
  'POST /api/v1/versions/affected': { body: {} },
  'POST /api/v1/purls/parse': { body: { lines: ['pkg:npm/a@1'] } },
  'POST /api/v1/purls/build': { body: { lines: [] } },
  'POST /api/v1/scores': { body: { lines: [] } },
  'POST /api/v1/ssvc': { body: { lines: [] } },
  'POST /api/v1/reach': { notAsked: long },
  'GET /api/v1/reach': { query: 'cluster=shop-eu' },
  'POST /api/v1/reach/clusters/{cluster}/diff': { notAsked: long },
  'POST /api/v1/reach/diff': { notAsked: long },
  'GET /api/v1/exposure': {},
  'GET /api/v1/software': {},
  'POST /api/v1/software': { notAsked: changes },
  'GET /api/v1/software/{id}': { path: { id: 'INCIDENT' } },
  'DELETE /api/v1/software/{id}': { notAsked: changes },
  'GET /api/v1/privileges': { query: 'cluster=shop-eu' },
  'POST /api/v1/privileges': { notAsked: long },
  'GET /api/v1/identities': { query: 'cluster=shop-eu' },
  'GET /api/v1/incidents/{id}/access': { path: incident },
  'POST /api/v1/incidents/{id}/terms': { path: incident },
  'POST /api/v1/incidents/{id}/access-requests': { path: incident, body: { reason: 'I work there' } },
  'POST /api/v1/incidents/{id}/break-glass': { path: incident, body: { reason: 'It burns' } },
  'GET /api/v1/incidents/{id}/compartments/{compartment}': { path: { ...incident, compartment: 'drafts' } },
  'POST /api/v1/incidents/{id}/compartments/{compartment}': {
    path: { ...incident, compartment: 'facts' },
    body: { text: 'x' },
  },
  'GET /api/v1/incidents': {},
  'POST /api/v1/incidents': { body: {} },
  'POST /api/v1/incidents/verification': { body: {} },
  'GET /api/v1/incidents/{id}': { path: incident },
  'POST /api/v1/incidents/{id}/commands': { path: incident, body: { do: 'note', text: 'x' } },
  'GET /api/v1/incidents/{id}/timeline': { path: incident },
  'GET /api/v1/incidents/{id}/verdict': { path: incident, query: 'question=rollout.digest-coverage' },
  'GET /api/v1/incidents/{id}/export': { path: incident },
  'GET /api/v1/incidents/{id}/verification': { path: incident },
  'GET /api/v1/incidents/{id}/events': { path: incident },
  'GET /api/v1/probes': {},
  'GET /api/v1/probes/{id}': { path: { id: 'embargo.gate' } },
  'POST /api/v1/probes/{id}/runs': {
    path: { id: 'embargo.gate' },
    body: { params: { incident: 'INCIDENT' } },
  },
  'POST /api/v1/example/fixes': { notAsked: changes },
  'POST /api/v1/example/breaks': { notAsked: changes },
  'GET /api/v1/checklists': {},
  'GET /api/v1/checklists/{id}': { path: { id: 'incident-triage' } },
  'GET /api/v1/checklists/{id}/text': { path: { id: 'incident-triage' } },
  'GET /api/v1/checklists/{id}/diff': { path: { id: 'incident-triage' } },
  'POST /api/v1/checklists/{id}/versions': { notAsked: changes },
  'POST /api/v1/checklists/{id}/versions/{version}/decision': { notAsked: changes },
  'POST /api/v1/checklist-drafts': { body: {} },
  'POST /api/v1/checklist-drafts/cacao': { body: {} },
  'GET /api/v1/keys': {},
  'POST /api/v1/keys/rotations': { notAsked: 'changes what the others are asked about' },
  'GET /api/v1/health': {},
  'GET /api/v1/config/limits': {},
  'GET /api/v1/sign-in': {},
  'POST /api/v1/sign-in': { body: { name: 'alice', password: 'a wrong guess of mine' } },
  'DELETE /api/v1/sign-in': {},
  'GET /api/v1/sign-in/oidc': {},
  'GET /api/v1/sign-in/oidc/callback': {},
  'POST /api/v1/sign-in/token': { body: { name: 'alice', password: 'a wrong guess of mine', label: 'x' } },
  'DELETE /api/v1/sign-in/token': { notAsked: 'ends the token with which the others are asked' },
  'GET /api/v1/me': {},
  'POST /api/v1/me/password': { body: { current: 'a wrong guess', next: 'x' } },
  'GET /api/v1/me/sessions': {},
  'DELETE /api/v1/me/sessions/{id}': { path: incident },
  'GET /api/v1/users': {},
  'POST /api/v1/users': { body: {} },
  'POST /api/v1/users/{name}/role': { path: { name: 'INCIDENT' }, body: { role: 'viewer' } },
  'POST /api/v1/users/{name}/disabled': { path: { name: 'INCIDENT' }, body: { disabled: true } },
  'POST /api/v1/users/{name}/password': { path: { name: 'INCIDENT' }, body: {} },
  'GET /api/v1/tokens': {},
  'POST /api/v1/tokens': { body: {} },
  'DELETE /api/v1/tokens/{id}': { path: incident },
  'GET /api/v1/audit': { query: 'limit=10000' },
  'GET /api/v1/audit/check': {},
}

/** Senders of `src/base/outbound`: the file, and what keeps classified words out of it. */
export const senders: Readonly<Record<string, string>> = {
  'download.ts': 'fetches feeds by their configured address',
  'fetch.ts': 'what `send.ts` sends, for libraries',
  'notice.ts': 'takes only `Cleared`; the suite sends through it',
  'send.ts': 'the request itself; incidents reach it through `notice.ts` alone',
}
