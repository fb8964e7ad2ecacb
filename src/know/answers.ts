/**
 * The answers of the know wing, as the API gives them and the CLI and the console show them. One file, because these
 * shapes are the contract between the wing and its clients. Times are epoch milliseconds, UTC; sizes are bytes.
 */
import type { Severity } from './advisories/types.ts'
import type { ClusterSight } from './fleet/live/types.ts'
import type { Explanation, FindingState, FixState } from './matching/types.ts'
import type { PrivilegeOrUnknown, ReachOrUnknown } from './posture/types.ts'

/** A number that knows its coverage: `atLeast` when something that could raise it was not seen. */
export interface Counted {
  value: number
  atLeast: boolean
}

/** How much of the fleet the answer could see. "0 affected" is only as good as this. */
export interface Coverage {
  atMs: number
  images: {
    /** Distinct images that run now. */
    running: number
    /** … of which the contents are known. */
    known: number
    /** … known, but the manifest left something out. */
    partly: number
    /** Oldest manifest among the known, epoch ms. */
    oldestManifestAtMs: number | null
  }
  /** Distinct package versions in running images. */
  packages: {
    total: number
    /** No advisory source for their ecosystem and release: unknown, never clean. */
    withoutAdvisorySource: number
    /** Version missing or not orderable: unknown. */
    unorderable: number
    /** Ecosystems (with release) that lack a source, largest first. */
    uncoveredEcosystems: { ecosystem: string; packages: number }[]
  }
  /** `lastSeenAtMs` is `null` for a cluster that was added and has not been seen yet. Longest unseen first. */
  clusters: { total: number; notSeen: { name: string; lastSeenAtMs: number | null }[] }
  feeds: { id: string; records: number; newestRecordAtMs: number | null; fetchedAtMs: number | null }[]
  /** Running images whose contents are unknown, worst (most pods) first, at most 50. */
  unknownImages: {
    reference: string
    digest: string | null
    pods: number
    workloads: number
    reason: string
  }[]
}

export interface AnswerBase {
  /** The answer in one sentence, for people. */
  sentence: string
  atMs: number
  /** Increases with each change of fleet, images or advisories. */
  version: number
  /** One word, computed: `yes`, `no`, `unknown`. `no` only with full coverage of what the question needs. */
  verdict: 'yes' | 'no' | 'unknown'
  coverage: Coverage
}

export interface AffectedImage {
  digest: string | null
  /** Best known name: `registry/name:tag`. */
  reference: string
  packages: {
    purl: string
    name: string
    version: string
    fixedIn: string
    fixState: FixState
    state: FindingState
  }[]
  pods: number
  workloads: number
  clusters: number
  firstSeenAtMs: number | null
  lastSeenAtMs: number | null
  running: boolean
}

export interface AffectedWorkload {
  /** `CLUSTER/NAMESPACE/KIND/NAME` */
  id: string
  cluster: string
  namespace: string
  kind: string
  name: string
  owner: string | null
  pods: number
  nodes: number
  images: string[]
  containers: string[]
  firstSeenAtMs: number | null
  lastSeenAtMs: number | null
  running: boolean
  state: FindingState
  /** VEX author and status when a statement changed the state. */
  claim: string | null
}

/** Where a workload stands in its cluster: from where it is reached, and what whoever runs code in it can become. */
export interface PlaceInCluster {
  reach: ReachOrUnknown
  privilege: PrivilegeOrUnknown
  /** Why, and what is not known. */
  reasons: readonly string[]
}

/** `place` is null where nobody asked for it. */
export type PlacedWorkload = AffectedWorkload & { place: PlaceInCluster | null }

export interface Radius {
  /** Distinct package versions that match. */
  packages: Counted
  images: Counted
  workloads: Counted
  pods: Counted
  nodes: Counted
  clusters: Counted
  owners: Counted
  /** The same over the last 30 days, including what no longer runs. */
  seen: { images: number; workloads: number; clusters: number }
}

/** Lists are sorted (running first, most pods first, then by name) and cut at `limit`; `total` is the whole length. */
export interface Page<T> {
  total: number
  rows: T[]
}

/** One edge set for the layered picture: package version → image → workload → node pool → cluster. */
export interface BlastGraph {
  columns: {
    id: 'package' | 'image' | 'workload' | 'node' | 'cluster'
    title: string
    total: number
    nodes: GraphNode[]
  }[]
  edges: { from: string; to: string; weight: number }[]
}

export interface GraphNode {
  id: string
  label: string
  detail: string
  pods: number
  /** More than zero: a folded rest, "+n more". */
  folded: number
}

export interface WhereAnswer extends AnswerBase {
  query: string
  /** How the question was understood: `package`, `vulnerability`, `image`, `text` … */
  kind: 'package' | 'vulnerability' | 'image' | 'reference' | 'workload' | 'file'
  understoodAs: string
  radius: Radius
  packages: Page<{
    purl: string
    ecosystem: string
    name: string
    version: string
    images: number
    pods: number
    state: FindingState
  }>
  images: Page<AffectedImage>
  workloads: Page<AffectedWorkload>
  nodes: Page<{ cluster: string; name: string; pods: number; workloads: number }>
  clusters: Page<{
    name: string
    pods: number
    workloads: number
    nodes: number
    images: number
    lastSeenAtMs: number
  }>
  owners: Page<{ name: string; pods: number; workloads: number; clusters: number }>
}

export interface CveAnswer extends AnswerBase {
  /** The vulnerability id: the CVE where there is one. */
  id: string
  aliases: string[]
  title: string
  severity: Severity
  vector: string | null
  score: number | null
  publishedAtMs: number | null
  kev: { addedAtMs: number; dueAtMs: number | null; ransomware: boolean } | null
  epss: { score: number; percentile: number; atMs: number | null } | null
  ssvc: { exploitation: string; automatable: string; technicalImpact: string; atMs: number | null } | null
  advisories: AdvisorySummary[]
  /** What the advisories say is affected, one row for ecosystem and name: `Maven org…:log4j-core >= 2.0-beta9, < 2.15.0`. */
  ranges: { advisory: string; ecosystem: string; name: string; text: string; fixedIn: string }[]
  radius: Radius
  /** Workloads with a finding that VEX says is not affected; they are counted here, not in the radius. */
  notAffected: { workloads: number; images: number }
  unknown: { images: number; packages: number; reason: string }[]
  graph: BlastGraph
  images: Page<AffectedImage>
  workloads: Page<PlacedWorkload>
  /** Group by what fixes it: package → version, with the images that need it. */
  fixes: {
    package: string
    ecosystem: string
    fixedIn: string
    fixState: FixState
    images: number
    workloads: number
  }[]
  /** When a provisional record and a feed's record describe the same vulnerability. */
  reconciliation: { provisional: string; record: string; same: boolean; differences: string[] } | null
  history: ChangeRow[]
}

export interface WorkloadPlace {
  /** `CLUSTER/NAMESPACE/KIND/NAME` */
  id: string
  owner: string | null
  pods: number
}

/** How far the fleet is with one vulnerability. Lists are cut, totals never are. */
export interface FleetState {
  id: string
  /** Whether some record describes it. */
  known: boolean
  /** Only provisional records do. */
  provisional: boolean
  records: string[]
  /** Vulnerable package versions in the fleet, and those that cannot be judged. */
  packages: number
  unjudgedPackages: number
  /** What runs a vulnerable image now. */
  images: number
  pods: number
  clusters: number
  /** Workloads that have or had a vulnerable image within the time that is kept, and are still there. */
  affected: number
  /** … that run one. */
  vulnerable: Page<WorkloadPlace>
  /** … that would run one when they start. */
  dormant: Page<WorkloadPlace>
  /** … that run others now, whose contents are known. */
  fixed: Page<WorkloadPlace>
  /** … of which nobody knows what they run now. */
  unknown: Page<WorkloadPlace>
  /** Of the vulnerable and dormant ones: in clusters that are not seen. */
  unseen: number
  /** Workloads that had one and are gone. */
  gone: number
  /** What fixes it, by package; of what runs or would run. */
  fixes: CveAnswer['fixes']
  coverage: Coverage
  /** Version of the index. */
  version: number
  atMs: number
}

/** Answer for an id that no feed knows: each feed's age, and what to do. */
export interface UnknownVulnerability {
  id: string
  known: false
  sentence: string
  feeds: Coverage['feeds']
  next: string
}

export interface AdvisorySummary {
  id: string
  feed: string
  summary: string
  severity: Severity
  vector: string | null
  score: number | null
  publishedAtMs: number | null
  modifiedAtMs: number | null
  withdrawnAtMs: number | null
  provisional: boolean
  vulnerabilities: string[]
  ecosystems: string[]
  /** Distinct package versions of the fleet with a finding from this record. */
  findings: number
  images: number
}

/** One finding as `scan` and the image page give it. */
export interface Finding {
  /** purl as the document gives it, or one built from its fields. */
  purl: string
  package: string
  version: string
  ecosystem: string
  /** The vulnerability: the CVE where there is one, else the advisory's own id. */
  vulnerability: string
  /** Every advisory id that says so, the one that decided first, aliases after. */
  advisories: string[]
  aliases: string[]
  severity: Severity
  score: number | null
  fixedIn: string
  fixState: FixState
  state: FindingState
  /** The event and comparison that decided. */
  decidedBy: string
  kev: boolean
  epss: number | null
  summary: string
  vex: { author: string; status: string; statement: string | null } | null
  locator: string
}

/** What one scanned document gave. */
export interface ScanReport {
  source: string
  subject: string | null
  digest: string | null
  format: string
  distro: string | null
  packages: number
  findings: Finding[]
  /** Packages that cannot be judged, by reason: no advisory source, no version, not orderable. */
  unknown: { reason: string; ecosystem: string; packages: number; examples: string[] }[]
  leftOut: { reason: string; count: number; examples: string[] }[]
}

export interface ImageSummary {
  digest: string | null
  /** Opaque id used in URLs: the digest, or `name:…` for a document without one. */
  id: string
  reference: string
  references: string[]
  known: boolean
  packages: number
  affected: number
  fixable: number
  critical: number
  high: number
  unknown: number
  workloads: number
  pods: number
  clusters: number
  firstSeenAtMs: number | null
  lastSeenAtMs: number | null
  running: boolean
}

export interface ImageAnswer extends ImageSummary {
  sentence: string
  atMs: number
  version: number
  distro: string | null
  documents: {
    sha256: string
    format: string
    specVersion: string
    tools: string[]
    createdAtMs: number | null
    importedAtMs: number
    packages: number
    leftOut: { reason: string; count: number; examples: string[] }[]
  }[]
  /** What was read of its layers; `null` when they were not. */
  layers: { total: number; files: number; packages: number; bases: string[]; readAtMs: number } | null
  findings: Page<Finding>
  packageList: Page<{
    purl: string
    name: string
    version: string
    ecosystem: string
    source: string
    locator: string
    state: 'affected' | 'clean' | 'unknown'
    why: string
  }>
  unknownPackages: { reason: string; ecosystem: string; packages: number; examples: string[] }[]
  runs: Page<AffectedWorkload>
}

export interface ChangeRow {
  seq: number
  atMs: number
  /** `advisory.added`, `finding.added`, `finding.withdrawn`, `image.added`, `workload.changed`, `feed.synced` … */
  kind: string
  subject: string
  text: string
}

export interface StatusAnswer {
  version: string
  atMs: number
  dataDirectory: string
  engine: 'sqlite' | 'postgres'
  example: boolean
  /** One sentence: what is in here and what to do next. */
  sentence: string
  counts: {
    clusters: number
    nodes: number
    namespaces: number
    workloads: number
    pods: number
    images: number
    imagesKnown: number
    packageVersions: number
    advisories: number
    findings: number
    vulnerabilities: number
  }
  coverage: Coverage
  /** How to come to real data: each a title and the exact line. */
  next: { title: string; command: string }[]
  index: { builtInMs: number; bytes: number; version: number }
}

export interface HomeAnswer {
  status: StatusAnswer
  /** Worst vulnerabilities that run now, by severity, KEV, workloads. */
  worst: {
    id: string
    title: string
    severity: Severity
    kev: boolean
    epss: number | null
    images: number
    workloads: number
    pods: number
    clusters: number
    fixable: boolean
  }[]
  clusters: ClusterSummary[]
  changes: ChangeRow[]
}

export interface ClusterSummary {
  name: string
  source: string
  /** `null`: added, and not seen yet. */
  lastSeenAtMs: number | null
  nodes: number
  workloads: number
  pods: number
  images: number
  imagesKnown: number
  affectedWorkloads: number
  /** How it is watched; null when it is known from manifests only. */
  watch: ClusterWatch | null
}

/** How a live cluster is reached, and how well it is seen, in short; `ClusterDetail` says it at length. */
export interface ClusterWatch {
  kind: 'kubeconfig' | 'copy' | 'in-cluster' | 'agent'
  context: string | null
  sight: ClusterSight
  reason: string | null
  /** When all that answers need was last known to be current, epoch ms. */
  seenAtMs: number | null
  /** Watched resources, and those of them that are refused or were never seen. */
  resources: number
  missing: number
}

/** What one import did. Nothing is half visible: counts are of what is stored. */
export interface ImportReport {
  kind: 'advisories' | 'sbom' | 'manifests' | 'kev' | 'epss' | 'ssvc' | 'vex'
  /** New, changed, unchanged, withdrawn records or documents. */
  added: number
  changed: number
  unchanged: number
  removed: number
  refused: { source: string; code: string; reason: string }[]
  refusedTotal: number
  leftOut: { reason: string; count: number; examples: string[] }[]
  /** Findings that came and went by it. */
  findingsAdded: number
  findingsWithdrawn: number
  tookMs: number
  bytes: number
  notes: string[]
}

/** Progress of long work, for people: `done` of `total` `unit`; `total` is null when not known. */
export interface Progress {
  title: string
  done: number
  total: number | null
  unit: string
}

export type ExplainAnswer = {
  image: string
  vulnerability: string
  verdict: FindingState
  sentence: string
  explanations: Explanation[]
}
