/**
 * The know wing as one object: everything the API's routes of this wing call. Routes translate HTTP to these calls
 * and back and decide nothing themselves.
 */
import type { Input } from '../base/archive/index.ts'
import type { KubeAccess } from '../base/kube/index.ts'
import type { AgentHub } from './agent/index.ts'
import type {
  ClusterDetail,
  ClusterDoctor,
  ClusterNodeRow,
  ClusterWorkloadRow,
  FactRow,
  FactsImport,
  PodsAnswer,
  WorkloadAnswer,
} from './live-answers.ts'
import type {
  AdvisorySummary,
  ChangeRow,
  ClusterSummary,
  CveAnswer,
  ExplainAnswer,
  Finding,
  FleetState,
  HomeAnswer,
  ImageAnswer,
  ImageSummary,
  ImportReport,
  Page,
  Progress,
  ScanReport,
  StatusAnswer,
  UnknownVulnerability,
  WhereAnswer,
} from './answers.ts'
import type { ClusterChanges, ClusterSource, FleetDelta, PlacedObject } from './fleet/index.ts'
import type {
  ClusterPrivileges,
  ClusterReach,
  ClusterReachDiff,
  IdentitiesQuery,
  IdentitiesAnswer,
  PrivilegesQuery,
  ReachQuery,
} from './posture/index.ts'
import type { ExposureAnswer, ExposureQuery, PlaceAnswers } from './exposure/index.ts'
import type {
  DeclaredSoftware,
  SoftwareAnswer,
  SoftwareDeclaration,
  SoftwareDetail,
  SoftwareQuery,
} from './register/index.ts'
import type { HostNetworkRule } from './reach/index.ts'
import type { ImagesByTag, ShapedFleet } from './probes/index.ts'
import type { ExploitationFacts } from './scoring/index.ts'

import type { ImagePath, Platform } from '../base/oci/index.ts'
import type {
  ImageAdded,
  ImageContents,
  ImageDiff,
  ImageLayers,
  RunningImagesRead,
  UnreadImageRow,
} from './catalog/types.ts'

export type { Input } from '../base/archive/index.ts'

export interface ListQuery {
  /** Free text filter. */
  q?: string
  sort?: string
  /** At most `limit('listRows')`; 50 when absent. */
  limit?: number
  offset?: number
}

export interface WhereQuery extends ListQuery {
  /** `log4j-core@<2.17.1`, purl, CVE/GHSA id, digest, `registry/name:tag`. */
  query: string
  /** Include what ran within the last so many ms and no longer does. 30 days when absent. */
  sinceMs?: number
  cluster?: string
  owner?: string
}

export interface ImportOptions {
  onProgress?(progress: Progress): void
  signal?: AbortSignal
}

export interface ProvisionalInput {
  /** `CVE-…` or another id when one is already known; made up (`AC-2026-…`) when absent. */
  id?: string
  /** purl without version: `pkg:maven/org.example/lib`. */
  package: string
  /** Range in the ecosystem's own language: `>=1.0 <1.4.2`. */
  range: string
  title: string
  severity?: 'critical' | 'high' | 'medium' | 'low'
  vector?: string
}

/** Live clusters: added, watched by a server, examined. */
export interface LiveFleet {
  /** Watches every cluster that was added, now and from now on. */
  start(): Promise<void>
  add(cluster: {
    name: string
    access: KubeAccess
    secretMetadata: boolean
    by: string
  }): Promise<ClusterDetail>
  remove(name: string, by: string): Promise<void>
  /** A one-time token for the agent of a cluster, which may be new. */
  enrol(name: string, by: string, expiresAtMs: number): Promise<string>
  /** The hub's side of what agents say. */
  readonly agents: AgentHub
  show(name: string): Promise<ClusterDetail>
  /** What the credentials may not do, and what will therefore be unknown. */
  doctor(name: string): Promise<ClusterDoctor>
}

/** What people declare, and the pages that show it beside what was observed. */
export interface Facts {
  list(query: {
    cluster?: string
    limit?: number
    offset?: number
  }): Promise<{ total: number; rows: FactRow[] }>
  /** An empty value takes back what was said by hand. */
  set(place: string, facts: Readonly<Record<string, string>>, by: string): Promise<FactRow[]>
  import(source: string, text: string): Promise<FactsImport>
  workload(name: string): Promise<WorkloadAnswer>
  pods(query: { q: string; cluster?: string; atMs?: number; limit?: number }): Promise<PodsAnswer>
}

export interface Knowledge {
  /** Loads what else loads on first use: a server does it while nobody waits. */
  prepare(): Promise<void>
  facts(): Promise<Facts>
  /** The live clusters; what speaks to them loads on first use. */
  live(): Promise<LiveFleet>
  status(): Promise<StatusAnswer>
  home(): Promise<HomeAnswer>
  where(query: WhereQuery): Promise<WhereAnswer>
  cve(
    id: string,
    query?: ListQuery & { cluster?: string; owner?: string; places?: boolean },
  ): Promise<CveAnswer | UnknownVulnerability>
  /** How far the fleet is with one vulnerability: what still runs it, and what runs its fix. */
  fleetState(id: string): Promise<FleetState>
  /** Containers that run, and those whose image is named without a digest. */
  imagesByTag(): Promise<ImagesByTag>
  /** What pods may do, by workload. */
  podShapes(): Promise<ShapedFleet>
  /** What KEV and Vulnrichment say of a vulnerability, whether or not a record describes it. */
  exploitation(id: string): Promise<ExploitationFacts>
  /** Which workloads to fix first, for one vulnerability or for all. */
  exposure(query: ExposureQuery): Promise<ExposureAnswer>
  /** Software of others in the fleet and on its hosts; what could do most harm first. */
  software(query: SoftwareQuery): Promise<SoftwareAnswer>
  softwareEntry(name: string): Promise<SoftwareDetail>
  declareSoftware(declaration: SoftwareDeclaration, by: string): Promise<DeclaredSoftware>
  withdrawSoftware(name: string, by: string): Promise<void>
  /** What a workload's place answers of SSVC's questions. */
  placeOf(workload: string): Promise<PlaceAnswers>
  /** Who reaches whom in a cluster of the fleet. */
  reach(query: ReachQuery): Promise<ClusterReach>
  /** What changed or added objects open and cut in a cluster as it is now. */
  reachDiff(
    query: { cluster: string; hostNetwork?: HostNetworkRule },
    changed: readonly PlacedObject[],
  ): Promise<ClusterReachDiff>
  /** What identities and workloads of a cluster may do and can become. */
  privileges(query: PrivilegesQuery): Promise<ClusterPrivileges>
  /** Identities of the fleet, those that reach most first. */
  identities(query: IdentitiesQuery): Promise<IdentitiesAnswer>
  explain(image: string, vulnerability: string): Promise<ExplainAnswer>
  images(query: ListQuery & { running?: boolean }): Promise<Page<ImageSummary>>
  image(idOrReference: string, query?: ListQuery): Promise<ImageAnswer>
  /** The findings of an image, filtered and sorted; worst first when `sort` is absent. */
  imageFindings(
    idOrReference: string,
    query: ListQuery & { severity?: Finding['severity'] },
  ): Promise<Page<Finding>>
  /** The packages of an image, by name. */
  imagePackages(idOrReference: string, query: ListQuery): Promise<ImageAnswer['packageList']>
  advisories(query: ListQuery & { ecosystem?: string; provisional?: boolean }): Promise<Page<AdvisorySummary>>
  /** The record as it came, parsed. */
  advisoryRecord(id: string): Promise<unknown>
  addProvisional(
    input: ProvisionalInput,
    actor: string,
  ): Promise<{ advisory: AdvisorySummary; answer: CveAnswer }>
  /** Withdraws a provisional record; findings go with it. */
  withdrawProvisional(id: string, actor: string): Promise<void>
  clusters(): Promise<ClusterSummary[]>
  /** What runs in a cluster, the worst first. */
  clusterWorkloads(name: string, query?: ListQuery): Promise<Page<ClusterWorkloadRow>>
  /** Its nodes that are there, by name. */
  clusterNodes(name: string, query?: ListQuery): Promise<Page<ClusterNodeRow>>
  changes(query: { afterSeq?: number; limit?: number }): Promise<ChangeRow[]>

  importAdvisories(
    inputs: AsyncIterable<Input>,
    options: ImportOptions & { feed?: string },
  ): Promise<ImportReport>
  importSboms(
    inputs: AsyncIterable<Input>,
    options: ImportOptions & { image?: string },
  ): Promise<ImportReport>
  importManifests(
    inputs: AsyncIterable<Input>,
    options: ImportOptions & { cluster: string },
  ): Promise<ImportReport>
  /** What happened in a live cluster since the last time, as one transaction; answers have it when this returns. */
  importClusterChanges(changes: ClusterChanges, options?: ClusterSource): Promise<FleetDelta>
  importFacts(
    kind: 'kev' | 'epss' | 'ssvc' | 'vex',
    inputs: AsyncIterable<Input>,
    options: ImportOptions,
  ): Promise<ImportReport>
  /** Reads and matches documents without keeping anything. */
  scan(input: Input, more?: { isAlone?: boolean }): Promise<ScanReport>
  /** Reads an image from its layers, on this machine or in a registry, and keeps what it contains. */
  addImage(
    path: ImagePath,
    options: ImportOptions & { source?: string; platform?: Platform; reference?: string },
  ): Promise<ImageAdded>
  /** Reads the running images that nobody read, the most used first; all that are due without a `limit`. */
  addRunningImages(options: ImportOptions & { limit?: number }): Promise<RunningImagesRead>
  /** From now on, until `close`, running images are read by themselves as far as the configuration wants it. */
  startReadingImages(): Promise<void>
  /** Running images that could not be read, and why. */
  unreadImages(): Promise<UnreadImageRow[]>
  /** What was read of an image's layers; `not-found` when they were not. */
  imageContents(idOrReference: string): Promise<ImageContents>
  imageLayers(idOrReference: string): Promise<ImageLayers>
  diffImages(a: string, b: string): Promise<ImageDiff>
  writeSbom(image: string, format: 'cyclonedx-1.6' | 'spdx-2.3'): Promise<Uint8Array>
  /** Fetches OSV exports; `plan` only says what would be fetched and how large it is. */
  sync(
    options: ImportOptions & { baseUrl?: string; ecosystems?: string[]; all?: boolean; plan?: boolean },
  ): Promise<SyncReport>

  /** Called after each change of what answers depend on; returns the way to stop. */
  onChange(listener: (change: ChangeRow) => void): () => void
  close(): Promise<void>
}

export interface SyncReport {
  baseUrl: string
  feeds: {
    ecosystem: string
    action: 'full' | 'delta' | 'unchanged' | 'failed'
    bytes: number | null
    records: number
    reason: string | null
  }[]
  imported: ImportReport | null
}
