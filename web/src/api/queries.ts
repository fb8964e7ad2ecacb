import { QueryCache, QueryClient, queryOptions, type UseQueryOptions } from '@tanstack/react-query'
import { ask, Refused, type Parameters, type RequestLine } from './client.ts'
import { signInNeeded } from './sign-in-needed.ts'
import type { CataloguedPackage, Requests } from './schema.generated.ts'

/** Rows that one request of a long list brings (console.md 4.0: windows of 200). */
export const windowRows = 200

export interface Page<Row> {
  total: number
  rows: Row[]
}

/** A query that gives `Selected`; what it was selected from concerns nobody. */
export type Question<Selected> = UseQueryOptions<any, Error, Selected, readonly unknown[]>

export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof Refused && error.status === 401) signInNeeded.set(true)
      },
    }),
    defaultOptions: {
      queries: {
        // Answers hold until the event stream says that something changed (see live.ts).
        staleTime: Number.POSITIVE_INFINITY,
        // The browser's idea of being online says nothing about a server on loopback.
        networkMode: 'always',
        retry: false,
      },
    },
  })
}

function question<Line extends RequestLine>(line: Line, parameters: Parameters<Line>) {
  return queryOptions<Requests[Line]['answer'], Error>({
    queryKey: [line, parameters],
    queryFn: ({ signal }) => ask(line, parameters, signal),
  })
}

const limit = windowRows

/** Every question that the console asks, each with its key. */
export const queries = {
  /** Whether one signs in here, and how. */
  signIn: () => question('GET /api/v1/sign-in', {}),
  me: () => question('GET /api/v1/me', {}),
  sessions: () => question('GET /api/v1/me/sessions', {}),
  users: () => question('GET /api/v1/users', {}),
  tokens: () => question('GET /api/v1/tokens', {}),
  audit: () => question('GET /api/v1/audit', { query: { limit } }),
  auditCheck: () => question('GET /api/v1/audit/check', { query: {} }),
  status: () => question('GET /api/v1/status', {}),
  home: () => question('GET /api/v1/home', {}),
  clusters: () => question('GET /api/v1/clusters', {}),
  cluster: (name: string) => question('GET /api/v1/clusters/{name}', { path: { name } }),
  clusterWorkloads: (name: string, query: { q?: string }, offset = 0) =>
    question('GET /api/v1/clusters/{name}/workloads', { path: { name }, query: { ...query, limit, offset } }),
  clusterNodes: (name: string, query: { q?: string }, offset = 0) =>
    question('GET /api/v1/clusters/{name}/nodes', { path: { name }, query: { ...query, limit, offset } }),
  /** Asks the cluster itself what our credentials may do. */
  doctor: (name: string) => question('GET /api/v1/clusters/{name}/doctor', { path: { name } }),
  workload: (id: string) => question('GET /api/v1/workloads', { query: { id } }),
  facts: (cluster: string) => question('GET /api/v1/facts', { query: { cluster, limit } }),
  where: (q: string, offset = 0) => question('GET /api/v1/where', { query: { q, limit, offset } }),
  cve: (id: string, offset = 0) =>
    question('GET /api/v1/cve/{id}', { path: { id }, query: { limit, offset } }),
  /** … and of each workload from where it is reached and what it may become. */
  cveWithPlaces: (id: string, offset = 0) =>
    question('GET /api/v1/cve/{id}', { path: { id }, query: { limit, offset, places: 'true' } }),
  /** Which workloads to fix first. */
  exposure: (query: Omit<Requests['GET /api/v1/exposure']['query'], 'limit' | 'offset'>, offset = 0) =>
    question('GET /api/v1/exposure', { query: { ...query, limit, offset } }),
  reach: (query: Requests['GET /api/v1/reach']['query']) => question('GET /api/v1/reach', { query }),
  privileges: (query: Requests['GET /api/v1/privileges']['query']) =>
    question('GET /api/v1/privileges', { query }),
  software: (query: Omit<Requests['GET /api/v1/software']['query'], 'limit' | 'offset'>, offset = 0) =>
    question('GET /api/v1/software', { query: { ...query, limit, offset } }),
  softwareEntry: (id: string) => question('GET /api/v1/software/{id}', { path: { id } }),
  identities: (query: Omit<Requests['GET /api/v1/identities']['query'], 'limit' | 'offset'>, offset = 0) =>
    question('GET /api/v1/identities', { query: { ...query, limit, offset } }),
  images: (query: { q?: string; sort?: string }, offset = 0) =>
    question('GET /api/v1/images', { query: { ...query, limit, offset } }),
  image: (id: string, offset = 0) =>
    question('GET /api/v1/images/{id}', { path: { id }, query: { limit, offset } }),
  findings: (
    id: string,
    query: Omit<Requests['GET /api/v1/images/{id}/findings']['query'], 'limit' | 'offset'>,
    offset = 0,
  ) => question('GET /api/v1/images/{id}/findings', { path: { id }, query: { ...query, limit, offset } }),
  packages: (id: string, query: { q?: string }, offset = 0) =>
    question('GET /api/v1/images/{id}/packages', { path: { id }, query: { ...query, limit, offset } }),
  layers: (id: string) => question('GET /api/v1/images/{id}/layers', { path: { id } }),
  /** What was read of its layers, cut to windows here: the API gives it as a whole. */
  evidence: (id: string, { q, layer }: { q?: string; layer?: number }, offset = 0) =>
    queryOptions<Page<CataloguedPackage>, Error>({
      queryKey: ['evidence', id, q, layer, offset],
      queryFn: async ({ client }) => {
        const whole = question('GET /api/v1/images/{id}/packages-of-layers', { path: { id } })
        const { packages } = await client.fetchQuery({ ...whole, staleTime: Number.POSITIVE_INFINITY })
        const text = q?.toLowerCase() ?? ''
        const rows = packages.filter(
          ({ name, purl, evidence }) =>
            (layer === undefined || evidence[0].layer === layer) &&
            (text === '' ||
              `${name} ${purl ?? ''} ${evidence.map(({ path }) => path).join(' ')}`
                .toLowerCase()
                .includes(text)),
        )
        return { total: rows.length, rows: rows.slice(offset, offset + limit) }
      },
    }),
  imageDiff: (id: string, other: string) =>
    question('GET /api/v1/images/{id}/diff/{other}', { path: { id, other } }),
  unread: () => question('GET /api/v1/images-unread', {}),
  explain: (id: string, vulnerability: string) =>
    question('GET /api/v1/images/{id}/explain/{vulnerability}', { path: { id, vulnerability } }),
  advisories: (query: { q?: string }, offset = 0) =>
    question('GET /api/v1/advisories', { query: { ...query, limit, offset } }),
  advisory: (id: string) => question('GET /api/v1/advisories/{id}', { path: { id } }),
  checklists: () => question('GET /api/v1/checklists', {}),
  checklist: (id: string, version?: string) =>
    question('GET /api/v1/checklists/{id}', { path: { id }, query: { version } }),
  checklistDiff: (id: string, from: string, to: string) =>
    question('GET /api/v1/checklists/{id}/diff', { path: { id }, query: { from, to } }),
  /** What a text would be as the next version; asked by POST because texts are long, kept because it asks and changes nothing. */
  checklistDraft: (text: string) => question('POST /api/v1/checklist-drafts', { body: { text } }),
  probes: () => question('GET /api/v1/probes', {}),
  /** Severity and little else: the head of a page. */
  cveHead: (id: string) => question('GET /api/v1/cve/{id}', { path: { id }, query: { limit: 1 } }),
  incidents: () => question('GET /api/v1/incidents', {}),
  liveIncidents: () => question('GET /api/v1/incidents', { query: { status: 'live' } }),
  incident: (id: string, as?: string) =>
    question('GET /api/v1/incidents/{id}', { path: { id }, query: { as } }),
  timeline: (id: string) => question('GET /api/v1/incidents/{id}/timeline', { path: { id } }),
  incidentProof: (id: string) => question('GET /api/v1/incidents/{id}/verification', { path: { id } }),
  /** Why a verdict is what it is; `atMs` asks for an earlier one. */
  verdict: (id: string, name: string, atMs?: number) =>
    question('GET /api/v1/incidents/{id}/verdict', { path: { id }, query: { question: name, atMs } }),
  probe: (id: string) => question('GET /api/v1/probes/{id}', { path: { id } }),
  /** A probe asked now, for no incident; it asks and changes nothing, whatever the method. */
  probeRun: (id: string) => question('POST /api/v1/probes/{id}/runs', { path: { id }, body: {} }),
}
