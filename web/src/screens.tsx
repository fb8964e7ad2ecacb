import { lazyRouteComponent } from '@tanstack/react-router'
import { routes } from './routes.ts'
import { HomeScreen } from './screens/home.tsx'
import { MissingScreen } from './screens/missing.tsx'
import { Shell } from './shell/shell.tsx'

/** The first screen comes with the shell; the code of these with their first visit, or before it when there is time. */
const later = {
  start: lazyRouteComponent(() => import('./screens/start.tsx'), 'StartScreen'),
  where: lazyRouteComponent(() => import('./screens/where.tsx'), 'WhereScreen'),
  cve: lazyRouteComponent(() => import('./screens/cve.tsx'), 'CveScreen'),
  exposure: lazyRouteComponent(() => import('./screens/exposure.tsx'), 'ExposureScreen'),
  images: lazyRouteComponent(() => import('./screens/images.tsx'), 'ImagesScreen'),
  image: lazyRouteComponent(() => import('./screens/image.tsx'), 'ImageScreen'),
  clusters: lazyRouteComponent(() => import('./screens/clusters.tsx'), 'ClustersScreen'),
  cluster: lazyRouteComponent(() => import('./screens/cluster.tsx'), 'ClusterScreen'),
  workload: lazyRouteComponent(() => import('./screens/workload.tsx'), 'WorkloadScreen'),
  software: lazyRouteComponent(() => import('./screens/software.tsx'), 'SoftwareScreen'),
  softwareNew: lazyRouteComponent(() => import('./screens/software-new.tsx'), 'SoftwareNewScreen'),
  softwareEntry: lazyRouteComponent(() => import('./screens/software-entry.tsx'), 'SoftwareEntryScreen'),
  identities: lazyRouteComponent(() => import('./screens/identities.tsx'), 'IdentitiesScreen'),
  identity: lazyRouteComponent(() => import('./screens/identity.tsx'), 'IdentityScreen'),
  advisories: lazyRouteComponent(() => import('./screens/advisories.tsx'), 'AdvisoriesScreen'),
  advisory: lazyRouteComponent(() => import('./screens/advisory.tsx'), 'AdvisoryScreen'),
  advisoryNew: lazyRouteComponent(() => import('./screens/advisory-new.tsx'), 'AdvisoryNewScreen'),
  settings: lazyRouteComponent(() => import('./screens/settings.tsx'), 'SettingsScreen'),
  incidents: lazyRouteComponent(() => import('./screens/incidents.tsx'), 'IncidentsScreen'),
  incidentNew: lazyRouteComponent(() => import('./screens/incident-new.tsx'), 'IncidentNewScreen'),
  incident: lazyRouteComponent(() => import('./screens/incident/incident.tsx'), 'IncidentScreen'),
  why: lazyRouteComponent(() => import('./screens/why.tsx'), 'WhyScreen'),
  probes: lazyRouteComponent(() => import('./screens/probes.tsx'), 'ProbesScreen'),
  checklists: lazyRouteComponent(() => import('./screens/checklists.tsx'), 'ChecklistsScreen'),
  checklistNew: lazyRouteComponent(() => import('./screens/checklist-new.tsx'), 'ChecklistNewScreen'),
  checklist: lazyRouteComponent(() => import('./screens/checklist.tsx'), 'ChecklistScreen'),
  checklistVersion: lazyRouteComponent(() => import('./screens/checklist.tsx'), 'ChecklistVersionScreen'),
  checklistDiff: lazyRouteComponent(() => import('./screens/checklist-diff.tsx'), 'ChecklistDiffScreen'),
  checklistEdit: lazyRouteComponent(() => import('./screens/checklist-edit.tsx'), 'ChecklistEditScreen'),
}

export function hangScreens(): void {
  routes.root.update({ component: Shell, notFoundComponent: MissingScreen })
  routes.home.update({ component: HomeScreen })
  routes.start.update({ component: later.start })
  routes.where.update({ component: later.where })
  routes.cve.update({ component: later.cve })
  routes.exposure.update({ component: later.exposure })
  routes.images.update({ component: later.images })
  routes.image.update({ component: later.image })
  routes.clusters.update({ component: later.clusters })
  routes.cluster.update({ component: later.cluster })
  routes.workload.update({ component: later.workload })
  routes.software.update({ component: later.software })
  routes.softwareNew.update({ component: later.softwareNew })
  routes.softwareEntry.update({ component: later.softwareEntry })
  routes.identities.update({ component: later.identities })
  routes.identity.update({ component: later.identity })
  routes.advisories.update({ component: later.advisories })
  routes.advisory.update({ component: later.advisory })
  routes.advisoryNew.update({ component: later.advisoryNew })
  routes.settings.update({ component: later.settings })
  routes.incidents.update({ component: later.incidents })
  routes.incidentNew.update({ component: later.incidentNew })
  routes.incident.update({ component: later.incident })
  routes.why.update({ component: later.why })
  routes.probes.update({ component: later.probes })
  routes.checklists.update({ component: later.checklists })
  routes.checklistNew.update({ component: later.checklistNew })
  routes.checklist.update({ component: later.checklist })
  routes.checklistVersion.update({ component: later.checklistVersion })
  routes.checklistDiff.update({ component: later.checklistDiff })
  routes.checklistEdit.update({ component: later.checklistEdit })
}

/**
 * Loads the code of all screens once the browser has nothing else to do: some 25 KiB. From then on one can go anywhere
 * without waiting, and a server that has gone away stops answers, not the console.
 */
export function loadScreensWhenIdle(): void {
  const load = (): void => {
    for (const screen of Object.values(later)) screen.preload?.()?.catch(() => {})
  }
  window.addEventListener('load', () => requestIdleCallback(load))
}
