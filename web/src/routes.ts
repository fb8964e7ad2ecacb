import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { count, oneOf, parseSearch, searchOf, stringifySearch, text } from './search.ts'

export const cveTabs = ['radius', 'workloads', 'images', 'fixes', 'advisory', 'history'] as const
export const whereTabs = ['workloads', 'images', 'versions', 'owners', 'clusters', 'nodes'] as const
export const imageTabs = ['findings', 'packages', 'layers', 'runs', 'documents', 'compare'] as const
export const clusterTabs = ['workloads', 'nodes', 'sight'] as const
/** Parts of the settings, each with its address. */
export const settingsSections = ['me', 'people', 'tokens', 'audit'] as const
export const exposureGroups = ['team', 'cluster'] as const
export const reachLevels = ['internet', 'network', 'cluster', 'isolated', 'unknown'] as const
export const privilegeLevels = ['cluster-admin', 'node', 'elevated', 'normal', 'unknown'] as const
export const privilegeTargets = ['cluster-admin', 'nodes', 'secrets'] as const
export const incidentStages = ['triage', 'communicate', 'fix', 'rollout', 'after'] as const
export const incidentTabs = ['timeline', 'decisions', 'hypotheses', 'work', 'proof'] as const
/** Whether a probe can be answered here. */
export const probeStates = ['connected', 'not-connected'] as const
export const softwareRoles = [
  'network',
  'storage',
  'webhook',
  'operator',
  'agent',
  'workload',
  'host',
] as const
export const severities = ['critical', 'high', 'medium', 'low', 'none', 'unknown'] as const

/**
 * Every address of the console and what may stand behind its `?`. Screens are hung on in `screens.tsx`; addresses are
 * built by `pb` in `paths.ts`. A screen is added with a route here, a line in each of the other two, and its file.
 */
export const routes = (() => {
  const root = createRootRoute()
  const under = () => root
  return {
    root,
    home: createRoute({ getParentRoute: under, path: '/' }),
    start: createRoute({ getParentRoute: under, path: '/start' }),
    where: createRoute({
      getParentRoute: under,
      path: '/where',
      validateSearch: searchOf({ q: text, tab: oneOf(whereTabs), row: count }),
    }),
    cve: createRoute({
      getParentRoute: under,
      path: '/cve/$vulnerabilityId',
      validateSearch: searchOf({
        tab: oneOf(cveTabs),
        view: oneOf(['table']),
        reach: oneOf(reachLevels),
        privilege: oneOf(privilegeLevels),
        why: text,
        row: count,
      }),
    }),
    exposure: createRoute({
      getParentRoute: under,
      path: '/exposure',
      validateSearch: searchOf({
        cve: text,
        group: oneOf(exposureGroups),
        cluster: text,
        owner: text,
        reach: oneOf(reachLevels),
        privilege: oneOf(privilegeLevels),
        q: text,
        why: text,
        row: count,
      }),
    }),
    images: createRoute({
      getParentRoute: under,
      path: '/images',
      validateSearch: searchOf({ q: text, sort: text, row: count }),
    }),
    image: createRoute({
      getParentRoute: under,
      path: '/images/$imageId',
      validateSearch: searchOf({
        tab: oneOf(imageTabs),
        q: text,
        severity: oneOf(severities),
        sort: text,
        row: count,
        why: text,
        layer: text,
        with: text,
      }),
    }),
    clusters: createRoute({ getParentRoute: under, path: '/clusters' }),
    cluster: createRoute({
      getParentRoute: under,
      path: '/clusters/$cluster',
      validateSearch: searchOf({ tab: oneOf(clusterTabs), q: text, row: count }),
    }),
    workload: createRoute({
      getParentRoute: under,
      path: '/clusters/$cluster/workloads/$namespace/$kind/$name',
    }),
    settings: createRoute({ getParentRoute: under, path: '/settings/$section' }),
    software: createRoute({
      getParentRoute: under,
      path: '/software',
      validateSearch: searchOf({ q: text, role: oneOf(softwareRoles), row: count }),
    }),
    softwareNew: createRoute({ getParentRoute: under, path: '/software/new' }),
    softwareEntry: createRoute({ getParentRoute: under, path: '/software/$softwareId' }),
    identities: createRoute({
      getParentRoute: under,
      path: '/identities',
      validateSearch: searchOf({ q: text, to: oneOf(privilegeTargets), cluster: text, row: count }),
    }),
    identity: createRoute({ getParentRoute: under, path: '/identities/$identityId' }),
    advisories: createRoute({
      getParentRoute: under,
      path: '/advisories',
      validateSearch: searchOf({ q: text, row: count }),
    }),
    advisoryNew: createRoute({
      getParentRoute: under,
      path: '/advisories/new',
      validateSearch: searchOf({ id: text, package: text, range: text }),
    }),
    advisory: createRoute({ getParentRoute: under, path: '/advisories/$advisoryId' }),
    incidents: createRoute({ getParentRoute: under, path: '/incidents' }),
    incidentNew: createRoute({
      getParentRoute: under,
      path: '/incidents/new',
      validateSearch: searchOf({ advisory: text }),
    }),
    incident: createRoute({
      getParentRoute: under,
      path: '/incidents/$incidentId',
      // Without a stage the one that the incident is in is shown, also when it moves on.
      validateSearch: searchOf({ stage: oneOf(incidentStages), tab: oneOf(incidentTabs), item: text }),
    }),
    why: createRoute({
      getParentRoute: under,
      path: '/why/$question',
      validateSearch: searchOf({ incident: text, at: text }),
    }),
    probes: createRoute({
      getParentRoute: under,
      path: '/probes',
      validateSearch: searchOf({ q: text, here: oneOf(probeStates) }),
    }),
    checklists: createRoute({ getParentRoute: under, path: '/checklists' }),
    checklistNew: createRoute({ getParentRoute: under, path: '/checklists/new' }),
    checklist: createRoute({ getParentRoute: under, path: '/checklists/$listId' }),
    checklistVersion: createRoute({ getParentRoute: under, path: '/checklists/$listId/v/$version' }),
    checklistDiff: createRoute({ getParentRoute: under, path: '/checklists/$listId/diff/$from/$to' }),
    checklistEdit: createRoute({ getParentRoute: under, path: '/checklists/$listId/edit' }),
  }
})()

export const router = createRouter({
  routeTree: routes.root.addChildren([
    routes.home,
    routes.start,
    routes.where,
    routes.cve,
    routes.exposure,
    routes.images,
    routes.image,
    routes.clusters,
    routes.cluster,
    routes.workload,
    routes.software,
    routes.softwareNew,
    routes.softwareEntry,
    routes.identities,
    routes.identity,
    routes.advisories,
    routes.advisoryNew,
    routes.advisory,
    routes.checklists,
    routes.checklistNew,
    routes.checklist,
    routes.checklistVersion,
    routes.checklistDiff,
    routes.checklistEdit,
    routes.settings,
    routes.incidents,
    routes.incidentNew,
    routes.incident,
    routes.why,
    routes.probes,
  ]),
  parseSearch,
  stringifySearch,
  // Digests and image names stay readable in the address bar.
  pathParamsAllowedCharacters: [':', '@'],
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
