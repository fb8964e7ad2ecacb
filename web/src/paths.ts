import { linkOptions } from '@tanstack/react-router'
import type {
  clusterTabs,
  cveTabs,
  exposureGroups,
  imageTabs,
  incidentStages,
  incidentTabs,
  privilegeLevels,
  privilegeTargets,
  probeStates,
  reachLevels,
  settingsSections,
  severities,
  softwareRoles,
  whereTabs,
} from './routes.ts'

/** A default is left out of the URL. */
function unless<Word>(word: Word, value: Word | undefined): Word | undefined {
  return value === word ? undefined : value
}

/** What a workload is known by. */
export interface WorkloadPlace {
  cluster: string
  namespace: string
  kind: string
  name: string
}

/** A cell of the matrix of reach and privileges; either may be left open. */
export interface PlaceSearch {
  reach?: (typeof reachLevels)[number]
  privilege?: (typeof privilegeLevels)[number]
}

export interface ExposureSearch extends PlaceSearch {
  /** One vulnerability; all when absent. */
  cve?: string
  group?: (typeof exposureGroups)[number]
  cluster?: string
  owner?: string
  /** A part of the name or the owner. */
  q?: string
  /** The workload whose reasons are open. */
  why?: string
}

/** Every URL of the console, built in one place: `<Link {...pb.cve('CVE-2021-44228')}>`, `navigate(pb.images())`. */
export const pb = {
  home: () => linkOptions({ to: '/' }),
  start: () => linkOptions({ to: '/start' }),
  where: (search: { q?: string; tab?: (typeof whereTabs)[number] } = {}) =>
    linkOptions({ to: '/where', search: { ...search, tab: unless('workloads', search.tab) } }),
  cve: (
    vulnerabilityId: string,
    search: PlaceSearch & { tab?: (typeof cveTabs)[number]; view?: 'table'; why?: string } = {},
  ) =>
    linkOptions({
      to: '/cve/$vulnerabilityId',
      params: { vulnerabilityId },
      search: { ...search, tab: unless('radius', search.tab) },
    }),
  exposure: (search: ExposureSearch = {}) => linkOptions({ to: '/exposure', search }),
  images: (search: { q?: string; sort?: string } = {}) => linkOptions({ to: '/images', search }),
  image: (
    imageId: string,
    search: {
      tab?: (typeof imageTabs)[number]
      q?: string
      severity?: (typeof severities)[number]
      sort?: string
      why?: string
      /** Which layer's packages are shown, from 1 at the bottom. */
      layer?: string
      /** The image to compare with. */
      with?: string
    } = {},
  ) =>
    linkOptions({
      to: '/images/$imageId',
      params: { imageId },
      search: { ...search, tab: unless('findings', search.tab) },
    }),
  clusters: () => linkOptions({ to: '/clusters' }),
  cluster: (cluster: string, search: { tab?: (typeof clusterTabs)[number]; q?: string } = {}) =>
    linkOptions({
      to: '/clusters/$cluster',
      params: { cluster },
      search: { ...search, tab: unless('workloads', search.tab) },
    }),
  workload: ({ cluster, namespace, kind, name }: WorkloadPlace) =>
    linkOptions({
      to: '/clusters/$cluster/workloads/$namespace/$kind/$name',
      params: { cluster, namespace, kind, name },
    }),
  software: (search: { q?: string; role?: (typeof softwareRoles)[number] } = {}) =>
    linkOptions({ to: '/software', search }),
  softwareNew: () => linkOptions({ to: '/software/new' }),
  softwareEntry: (softwareId: string) => linkOptions({ to: '/software/$softwareId', params: { softwareId } }),
  identities: (search: { q?: string; to?: (typeof privilegeTargets)[number]; cluster?: string } = {}) =>
    linkOptions({ to: '/identities', search }),
  /** `id` is the API's: `ServiceAccount shop/ci`, `User alice`. */
  identity: ({ cluster, id }: { cluster: string; id: string }) =>
    linkOptions({ to: '/identities/$identityId', params: { identityId: `${cluster}/${id}` } }),
  advisories: (search: { q?: string } = {}) => linkOptions({ to: '/advisories', search }),
  advisory: (advisoryId: string) => linkOptions({ to: '/advisories/$advisoryId', params: { advisoryId } }),
  advisoryNew: (search: { id?: string; package?: string; range?: string } = {}) =>
    linkOptions({ to: '/advisories/new', search }),
  settings: (section: (typeof settingsSections)[number]) =>
    linkOptions({ to: '/settings/$section', params: { section } }),
  checklists: () => linkOptions({ to: '/checklists' }),
  checklistNew: () => linkOptions({ to: '/checklists/new' }),
  checklist: (listId: string) => linkOptions({ to: '/checklists/$listId', params: { listId } }),
  checklistVersion: (listId: string, version: string) =>
    linkOptions({ to: '/checklists/$listId/v/$version', params: { listId, version } }),
  checklistDiff: (listId: string, from: string, to: string) =>
    linkOptions({ to: '/checklists/$listId/diff/$from/$to', params: { listId, from, to } }),
  checklistEdit: (listId: string) => linkOptions({ to: '/checklists/$listId/edit', params: { listId } }),
  incidents: () => linkOptions({ to: '/incidents' }),
  incidentNew: (search: { advisory?: string } = {}) => linkOptions({ to: '/incidents/new', search }),
  incident: (
    incidentId: string,
    search: {
      /** The stage that is shown; the one that the incident is in when absent. */
      stage?: (typeof incidentStages)[number]
      tab?: (typeof incidentTabs)[number]
      /** The item that is open. */
      item?: string
    } = {},
  ) =>
    linkOptions({
      to: '/incidents/$incidentId',
      params: { incidentId },
      search: { ...search, tab: unless('timeline', search.tab) },
    }),
  /** Why a verdict is what it is; `at` is a time, epoch milliseconds. */
  why: (question: string, search: { incident?: string; at?: string } = {}) =>
    linkOptions({ to: '/why/$question', params: { question }, search }),
  probes: (search: { q?: string; here?: (typeof probeStates)[number] } = {}) =>
    linkOptions({ to: '/probes', search }),
}
