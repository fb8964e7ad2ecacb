import type { ClusterSummary, ClusterWatch, HomeAnswer, StatusAnswer } from './answers.ts'
import type { Context } from './context.ts'
import { severityOfRecords, verdictsOf } from './answering/index.ts'
import { imageStatistics } from './images/index.ts'
import { rankOfSeverity, vulnerabilityOf } from './matching/index.ts'
import { loadAdvisoryFacts, loadVulnerabilityFacts, type AdvisoryFactsRow } from './advisories/index.ts'
import { countEverything, listChanges, severitiesOfFindings } from './overview.store.ts'
import { byText, grouped, type FleetIndex } from './where/index.ts'

/** Everything that a cluster has to say here, in one line to paste. */
export const kubectlLine =
  'kubectl get nodes,namespaces,pods,deployments,replicasets,statefulsets,daemonsets,jobs,cronjobs,serviceaccounts,services,ingresses,networkpolicies,roles,rolebindings,clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations,priorityclasses -A -o json | allclear import manifests - --cluster NAME'

export async function answerStatus(context: Context, version: string): Promise<StatusAnswer> {
  const counts = await countEverything(context.store)
  const index = await context.index()
  const coverage = context.meter.of(index, await context.coverageInputs(), context.clock.nowMs())
  const next: StatusAnswer['next'] = []
  const target = context.example ? ' --data DIR' : ''
  if (context.example || counts.workloads === 0)
    next.push({ title: 'Add a cluster', command: `${kubectlLine}${target}` })
  if (context.example || counts.imagesKnown < counts.images || counts.images === 0)
    next.push({ title: 'Add SBOMs of your images', command: `allclear import sbom FOLDER${target}` })
  if (context.example || counts.advisories === 0)
    next.push({ title: 'Fetch the advisories of your ecosystems', command: `allclear sync${target}` })
  return {
    version,
    atMs: context.clock.nowMs(),
    dataDirectory: context.dataDirectory,
    engine: context.store.engine,
    example: context.example,
    sentence: sentenceOfStatus(counts, context.example),
    counts,
    coverage,
    next,
    index: { builtInMs: index.builtInMs, bytes: index.bytes, version: index.version },
  }
}

function sentenceOfStatus(counts: StatusAnswer['counts'], example: boolean): string {
  const fleet = `${grouped(counts.workloads)} workloads in ${grouped(counts.clusters)} clusters, ${grouped(counts.imagesKnown)} of ${grouped(counts.images)} images known, ${grouped(counts.advisories)} advisory records`
  if (example) return `This is the example fleet: ${fleet}.`
  if (counts.workloads + counts.images + counts.advisories === 0) return 'Nothing is in here yet.'
  return `${fleet[0].toUpperCase()}${fleet.slice(1)}.`
}

/** How many of the worst vulnerabilities the first screen names. */
const worstNamed = 12

export async function answerHome(
  context: Context,
  version: string,
  watches: ReadonlyMap<string, ClusterWatch>,
): Promise<HomeAnswer> {
  const index = await context.index()
  return {
    status: await answerStatus(context, version),
    worst: await worstVulnerabilities(context, index),
    clusters: await listClusters(context, watches),
    changes: await listChanges(context.store, { limit: 20 }),
  }
}

async function worstVulnerabilities(context: Context, index: FleetIndex): Promise<HomeAnswer['worst']> {
  const severities = await severitiesOfFindings(context.store)
  // Candidates by severity first; exploitation is known for few, so the worst few hundred are enough to look at.
  const candidates = [...severities]
    .sort(([, a], [, b]) => rankOfSeverity(b.severity) - rankOfSeverity(a.severity) || b.score - a.score)
    .slice(0, candidatesMax)
  const facts = await loadAdvisoryFacts(
    context.store,
    candidates.map(([no]) => no),
  )
  const groups = new Map<string, typeof facts>()
  for (const record of facts) {
    const id = vulnerabilityOf(record)
    const group = groups.get(id)
    if (group) group.push(record)
    else groups.set(id, [record])
  }
  const known = await loadVulnerabilityFacts(context.store, groups.keys())
  const classes = new Map<number, HomeAnswer['worst']>()
  for (const [id, records] of groups) {
    const severity = severityOfRecords(records)
    const kev = known.isKnownExploited(id)
    const rank = (kev ? 10 : 0) + rankOfSeverity(severity)
    const rows = classes.get(rank) ?? []
    classes.set(rank, rows)
    rows.push({
      id,
      title: records.find(({ summary }) => summary !== '')?.summary ?? '',
      severity,
      kev,
      epss: known.epss(id),
      images: 0,
      workloads: 0,
      pods: 0,
      clusters: 0,
      fixable: false,
    })
  }
  // Known exploitation and severity come first in the order: less bad ones are walked only while there is room.
  const worst: HomeAnswer['worst'] = []
  for (const [, rows] of [...classes].sort(([a], [b]) => b - a)) {
    if (worst.length >= worstNamed) break
    for (const row of rows) Object.assign(row, reachOf(context, index, groups.get(row.id) ?? []))
    worst.push(
      ...rows
        .filter(({ workloads, images }) => workloads > 0 || (index.runCount === 0 && images > 0))
        .sort((a, b) => b.workloads - a.workloads || byText(a.id, b.id)),
    )
  }
  return worst.slice(0, worstNamed)
}

/** Records that are looked at for the first screen. */
const candidatesMax = 400

function reachOf(context: Context, index: FleetIndex, records: readonly AdvisoryFactsRow[]) {
  const { affected, unknown, verdictOf } = verdictsOf(index, records)
  const reach = context.reach(index).ofPackages([...affected, ...unknown], { sinceMs: Infinity })
  return {
    images: reach.running.images || reach.imageCount,
    workloads: reach.running.workloads,
    pods: reach.pods,
    clusters: reach.clusters,
    fixable: affected.some((no) => verdictOf(no).fixedIn !== ''),
  }
}

/** `watches`: how the live ones of them are watched, by name. */
export async function listClusters(
  context: Context,
  watches: ReadonlyMap<string, ClusterWatch>,
): Promise<ClusterSummary[]> {
  const index = await context.index()
  const statistics = await imageStatistics(context, index)
  const rows = new Map<
    number,
    ClusterSummary & { imageNumbers: Set<number>; knownNumbers: Set<number>; affected: Set<number> }
  >()
  index.clusterName.forEach((name, no) => {
    if (index.clusterSource[no] === 'removed') return
    rows.set(no, {
      name,
      source: index.clusterSource[no],
      lastSeenAtMs: index.clusterLastSeenMs[no] || null,
      nodes: 0,
      workloads: 0,
      pods: 0,
      images: 0,
      imagesKnown: 0,
      affectedWorkloads: 0,
      watch: watches.get(name) ?? null,
      imageNumbers: new Set(),
      knownNumbers: new Set(),
      affected: new Set(),
    })
  })
  for (let no = 1; no <= index.nodeCount; no++) {
    const row = rows.get(index.nodeCluster[no])
    if (row && index.nodeGone[no] === 0) row.nodes++
  }
  for (let no = 1; no <= index.workloadCount; no++) {
    const row = rows.get(index.workloadCluster[no])
    if (row && index.workloadGone[no] === 0) row.workloads++
  }
  const pods = new Map<number, number>()
  for (let run = 1; run <= index.runCount; run++) {
    if (index.runLastMs[run] !== 0) continue
    const workload = index.runWorkload[run]
    const row = rows.get(index.workloadCluster[workload])
    if (!row) continue
    pods.set(workload, Math.max(pods.get(workload) ?? 0, index.runPods[run]))
    const image = index.runImage[run]
    if (image === 0) continue
    row.imageNumbers.add(image)
    if (index.imageKnown[image] !== 0) row.knownNumbers.add(image)
    if (statistics.affected[image] > 0) row.affected.add(workload)
  }
  for (const [workload, count] of pods) {
    const row = rows.get(index.workloadCluster[workload])
    if (row) row.pods += count
  }
  return [...rows.values()]
    .map(({ imageNumbers, knownNumbers, affected, ...row }) => ({
      ...row,
      images: imageNumbers.size,
      imagesKnown: knownNumbers.size,
      affectedWorkloads: affected.size,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
