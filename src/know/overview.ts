import type { ClusterSummary, HomeAnswer, StatusAnswer } from './answers.ts'
import type { Context } from './context.ts'
import { severityOfRecords } from './answering.ts'
import { imageStatistics } from './images.ts'
import { rankOfSeverity, vulnerabilityOf } from './matching/index.ts'
import { loadAdvisoryFacts, loadVulnerabilityFacts } from './advisories/index.ts'
import { countEverything, listChanges } from './overview.store.ts'
import { grouped, type FleetIndex } from './where/index.ts'

/** Everything that a cluster has to say here, in one line to paste. */
export const kubectlLine =
  'kubectl get nodes,namespaces,pods,deployments,replicasets,statefulsets,daemonsets,jobs,cronjobs,serviceaccounts -A -o json | allclear import manifests - --cluster NAME'

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

export async function answerHome(context: Context, version: string): Promise<HomeAnswer> {
  const index = await context.index()
  return {
    status: await answerStatus(context, version),
    worst: await worstVulnerabilities(context, index),
    clusters: await listClusters(context),
    changes: await listChanges(context.store, { limit: 20 }),
  }
}

async function worstVulnerabilities(context: Context, index: FleetIndex): Promise<HomeAnswer['worst']> {
  const severities = new Map<number, { severity: string; score: number }>()
  for await (const batch of context.store.batches<{ no: number; severity: string; score: number | null }>(
    'select no, severity, score from advisory where withdrawn_at is null and no in (select distinct advisory_no from finding)',
  ))
    for (const { no, severity, score } of batch) severities.set(no, { severity, score: score ?? 0 })
  // Candidates by severity first; exploitation is known for few, so the worst few hundred are enough to look at.
  const candidates = [...severities]
    .sort(
      ([, a], [, b]) =>
        rankOfSeverity(b.severity as 'high') - rankOfSeverity(a.severity as 'high') || b.score - a.score,
    )
    .slice(0, 400)
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
  const fixable = await fixableVulnerabilities(context, groups)
  const walker = await context.walker()
  const now = context.clock.nowMs()
  const rows = [...groups].map(([id, records]) => {
    const packages = new Set<number>()
    for (const { no } of records) index.packagesOfAdvisory.forEach(no, (packageNo) => packages.add(packageNo))
    const reach = walker.ofPackages([...packages], { sinceMs: now })
    return {
      id,
      title: records.find(({ summary }) => summary !== '')?.summary ?? '',
      severity: severityOfRecords(records),
      kev: known.isKnownExploited(id),
      epss: known.epss(id),
      images: reach.running.images || reach.images.length,
      workloads: reach.running.workloads,
      pods: reach.pods,
      clusters: reach.clusters.size,
      fixable: fixable.has(id),
    }
  })
  return rows
    .filter(({ workloads, images }) => workloads > 0 || (index.runCount === 0 && images > 0))
    .sort(
      (a, b) =>
        Number(b.kev) - Number(a.kev) ||
        rankOfSeverity(b.severity) - rankOfSeverity(a.severity) ||
        b.workloads - a.workloads ||
        (a.id < b.id ? -1 : 1),
    )
    .slice(0, worstNamed)
}

/** Vulnerabilities for which some finding names a fixed version. */
async function fixableVulnerabilities(
  context: Context,
  groups: ReadonlyMap<string, readonly { no: number }[]>,
): Promise<Set<string>> {
  const statement = context.store.prepare(
    "select 1 as found from finding where advisory_no = ? and fixed_in <> '' limit 1",
  )
  const fixable = new Set<string>()
  for (const [id, records] of groups)
    for (const { no } of records) if (!fixable.has(id) && (await statement.get(no))) fixable.add(id)
  return fixable
}

export async function listClusters(context: Context): Promise<ClusterSummary[]> {
  const index = await context.index()
  const statistics = await imageStatistics(context, index)
  const rows = new Map<
    number,
    ClusterSummary & { imageNumbers: Set<number>; knownNumbers: Set<number>; affected: Set<number> }
  >()
  index.clusterName.forEach((name, no) => {
    rows.set(no, {
      name,
      source: index.clusterSource[no],
      lastSeenAtMs: index.clusterLastSeenMs[no],
      nodes: 0,
      workloads: 0,
      pods: 0,
      images: 0,
      imagesKnown: 0,
      affectedWorkloads: 0,
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
