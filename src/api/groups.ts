import type { Hono } from 'hono'
import type { ApiContext, ApiEnv, LocalRead, LocalWork } from './context.ts'

/** A group of routes: loaded when the first request for one of its first path segments arrives. */
export interface RouteGroup {
  id: string
  /** First path segments after `/api/v1/`. */
  segments: readonly string[]
  load(context: ApiContext): Promise<Hono<ApiEnv>>
  /** Work of this group for a caller in the same process, by path: what its routes do, without a request. */
  works?(context: ApiContext): Promise<ReadonlyMap<string, LocalWork>>
  /** … and questions, likewise. */
  reads?(context: ApiContext): Promise<ReadonlyMap<string, LocalRead>>
  /** The group with its schemas, for the OpenAPI document; `load` when its routes carry them. */
  describe?(): Promise<Hono<ApiEnv>>
}

/** Loading all schemas costs tens of milliseconds; a command needs one group. */
export const routeGroups: readonly RouteGroup[] = [
  {
    id: 'answers',
    segments: ['status', 'home', 'where', 'cve', 'changes', 'events'],
    load: async (context) => (await import('./know/answers.routes.ts')).answerRoutes(context),
    reads: async (context) => (await import('./know/answers.ts')).localAnswers(context),
  },
  {
    id: 'clusters',
    segments: ['clusters'],
    load: async (context) => (await import('./know/clusters.routes.ts')).clusterRoutes(context),
  },
  {
    id: 'agent',
    segments: ['agent'],
    load: async (context) => (await import('./agent/agent.routes.ts')).agentRoutes(context),
  },
  {
    id: 'facts',
    segments: ['facts', 'workloads', 'pods'],
    load: async (context) => (await import('./know/facts.routes.ts')).factRoutes(context),
  },
  {
    id: 'images',
    segments: ['images', 'catalogue', 'images-unread'],
    load: async (context) => (await import('./know/images.routes.ts')).imageRoutes(context),
  },
  {
    id: 'advisories',
    segments: ['advisories'],
    load: async (context) => (await import('./know/advisories.routes.ts')).advisoryRoutes(context),
  },
  {
    id: 'imports',
    segments: ['import', 'sync'],
    load: async (context) => (await import('./know/imports.routes.ts')).importRoutes(context),
  },
  {
    id: 'documents',
    segments: ['scan', 'sbom'],
    load: async (context) => (await import('./know/documents.routes.ts')).documentRoutes(context),
    works: async (context) => (await import('./documents.ts')).localDocumentWorks(context),
    describe: async () => (await import('./know/documents.openapi.ts')).describeDocuments(),
  },
  {
    id: 'batches',
    segments: ['versions', 'purls'],
    load: async (context) => (await import('./know/batches.routes.ts')).batchRoutes(context),
  },
  {
    id: 'scoring',
    segments: ['scores', 'ssvc'],
    load: async (context) => (await import('./know/scoring.routes.ts')).scoringRoutes(context),
  },
  {
    id: 'reach',
    segments: ['reach'],
    load: async (context) => (await import('./know/reach.routes.ts')).reachRoutes(context),
  },
  {
    id: 'software',
    segments: ['software'],
    load: async (context) => (await import('./know/software.routes.ts')).softwareRoutes(context),
  },
  {
    id: 'exposure',
    segments: ['exposure'],
    load: async (context) => (await import('./know/exposure.routes.ts')).exposureRoutes(context),
  },
  {
    id: 'privileges',
    segments: ['privileges', 'identities'],
    load: async (context) => (await import('./know/privileges.routes.ts')).privilegesRoutes(context),
  },
  {
    id: 'incidents',
    segments: ['incidents'],
    load: async (context) => (await import('./respond/incidents.routes.ts')).incidentRoutes(context),
  },
  {
    id: 'probes',
    segments: ['probes'],
    load: async (context) => (await import('./respond/probes.routes.ts')).probeRoutes(context),
  },
  {
    id: 'example',
    segments: ['example'],
    load: async (context) => (await import('./example/example.routes.ts')).exampleRoutes(context),
  },
  {
    id: 'checklists',
    segments: ['checklists', 'checklist-drafts'],
    load: async (context) => (await import('./prepare/checklists.routes.ts')).checklistRoutes(context),
  },
  {
    id: 'keys',
    segments: ['keys'],
    load: async (context) => (await import('./respond/keys.routes.ts')).keyRoutes(context),
  },
  {
    id: 'base',
    segments: ['health', 'config'],
    load: async (context) => (await import('./base/base.routes.ts')).baseRoutes(context),
  },
  {
    id: 'sign-in',
    segments: ['sign-in', 'me'],
    load: async (context) => (await import('./sign-in/sign-in.routes.ts')).signInRoutes(context),
  },
  {
    id: 'people',
    segments: ['users', 'tokens', 'audit'],
    load: async (context) => (await import('./sign-in/people.routes.ts')).peopleRoutes(context),
  },
]

/** The work behind a path, when it is done for callers in this process without a request; null for all others. */
export async function localWork(context: ApiContext, path: string): Promise<LocalWork | null> {
  return (await groupOf(path)?.works?.(context))?.get(path) ?? null
}

/** The answer to a question that is answered for callers in this process without a request; null for all others. */
export async function localAnswer(
  context: ApiContext,
  path: string,
  query: Readonly<Record<string, unknown>>,
): Promise<object | null> {
  return (await groupOf(path)?.reads?.(context))?.get(path)?.(query) ?? null
}

function groupOf(path: string): RouteGroup | undefined {
  return routeGroups.find(({ segments }) => segments.includes(path.split('/')[1]))
}

/** Loads every group, one after another: code that loads with the first request for it holds the answers to all others. */
export async function loadGroups(context: ApiContext): Promise<void> {
  for (const group of routeGroups) await group.load(context)
}
