/**
 * The answers of the know wing as schemas. `exactly` ties each to its type in `know/answers.ts`; the descriptions
 * become the API reference.
 */
import { z } from '@hono/zod-openapi'
import type { Severity } from '../../know/advisories/types.ts'
import type * as answers from '../../know/answers.ts'
import type { SyncReport } from '../../know/knowledge.ts'
import type { Explanation, FindingState, FixState, PackageKey } from '../../know/matching/types.ts'
import { sight } from './clusters.ts'
import { exactly } from './exactly.ts'
import { privilegeLevel, reachLevel } from './levels.ts'

const count = z.number().int().min(0)
const ms = z.number().openapi({ description: 'Epoch milliseconds, UTC.' })
const msOrNull = z
  .number()
  .nullable()
  .openapi({ description: 'Epoch milliseconds, UTC; null when not known.' })

export const severity = exactly<Severity>()(
  z.enum(['critical', 'high', 'medium', 'low', 'none', 'unknown']).openapi('Severity'),
)
const findingState = exactly<FindingState>()(
  z.enum(['affected', 'not_affected', 'fixed', 'under_investigation', 'unknown']).openapi('FindingState'),
)
export const fixState = exactly<FixState>()(
  z.enum(['fixed-in', 'not-fixed', 'will-not-fix', 'deferred', 'end-of-life', 'unknown']).openapi('FixState'),
)

const counted = exactly<answers.Counted>()(
  z.object({ value: count, atLeast: z.boolean() }).openapi('Counted', {
    description:
      'A number that knows its coverage: `atLeast` when something that could raise it was not seen.',
  }),
)

const feed = z
  .object({ id: z.string(), records: count, newestRecordAtMs: msOrNull, fetchedAtMs: msOrNull })
  .openapi('Feed')

const coverage = exactly<answers.Coverage>()(
  z
    .object({
      atMs: ms,
      images: z.object({ running: count, known: count, partly: count, oldestManifestAtMs: msOrNull }),
      packages: z.object({
        total: count,
        withoutAdvisorySource: count,
        unorderable: count,
        uncoveredEcosystems: z.array(z.object({ ecosystem: z.string(), packages: count })),
      }),
      clusters: z.object({
        total: count,
        notSeen: z.array(z.object({ name: z.string(), lastSeenAtMs: msOrNull })),
      }),
      feeds: z.array(feed),
      unknownImages: z.array(
        z.object({
          reference: z.string(),
          digest: z.string().nullable(),
          pods: count,
          workloads: count,
          reason: z.string(),
        }),
      ),
    })
    .openapi('Coverage', { description: 'How much of the fleet the answer could see.' }),
)

const answerBase = z.object({
  sentence: z.string().openapi({ description: 'The answer in one sentence, for people.' }),
  atMs: ms,
  version: z.number().openapi({ description: 'Increases with each change of fleet, images or advisories.' }),
  verdict: z
    .enum(['yes', 'no', 'unknown'])
    .openapi({ description: '`no` only with full coverage of what the question needs.' }),
  coverage,
})

const affectedImage = exactly<answers.AffectedImage>()(
  z
    .object({
      digest: z.string().nullable(),
      reference: z.string(),
      packages: z.array(
        z.object({
          purl: z.string(),
          name: z.string(),
          version: z.string(),
          fixedIn: z.string(),
          fixState,
          state: findingState,
        }),
      ),
      pods: count,
      workloads: count,
      clusters: count,
      firstSeenAtMs: msOrNull,
      lastSeenAtMs: msOrNull,
      running: z.boolean(),
    })
    .openapi('AffectedImage'),
)

const affectedWorkload = exactly<answers.AffectedWorkload>()(
  z
    .object({
      id: z.string().openapi({ description: '`CLUSTER/NAMESPACE/KIND/NAME`' }),
      cluster: z.string(),
      namespace: z.string(),
      kind: z.string(),
      name: z.string(),
      owner: z.string().nullable(),
      pods: count,
      nodes: count,
      images: z.array(z.string()),
      containers: z.array(z.string()),
      firstSeenAtMs: msOrNull,
      lastSeenAtMs: msOrNull,
      running: z.boolean(),
      state: findingState,
      claim: z.string().nullable(),
    })
    .openapi('AffectedWorkload'),
)

const placedWorkload = exactly<answers.PlacedWorkload>()(
  affectedWorkload
    .extend({
      place: z
        .object({ reach: reachLevel, privilege: privilegeLevel, reasons: z.array(z.string()).readonly() })
        .nullable()
        .openapi({
          description: 'From where it is reached and what it may become; only where `places` asks for it.',
        }),
    })
    .openapi('PlacedWorkload'),
)

const radius = exactly<answers.Radius>()(
  z
    .object({
      packages: counted,
      images: counted,
      workloads: counted,
      pods: counted,
      nodes: counted,
      clusters: counted,
      owners: counted,
      seen: z.object({ images: count, workloads: count, clusters: count }),
    })
    .openapi('Radius'),
)

const graphNode = z
  .object({ id: z.string(), label: z.string(), detail: z.string(), pods: count, folded: count })
  .openapi('GraphNode')

const blastGraph = exactly<answers.BlastGraph>()(
  z
    .object({
      columns: z.array(
        z.object({
          id: z.enum(['package', 'image', 'workload', 'node', 'cluster']),
          title: z.string(),
          total: count,
          nodes: z.array(graphNode),
        }),
      ),
      edges: z.array(z.object({ from: z.string(), to: z.string(), weight: z.number() })),
    })
    .openapi('BlastGraph'),
)

function page<Row extends z.ZodType>(row: Row) {
  return z.object({ total: count, rows: z.array(row) })
}

const changeRow = exactly<answers.ChangeRow>()(
  z
    .object({ seq: z.number(), atMs: ms, kind: z.string(), subject: z.string(), text: z.string() })
    .openapi('Change'),
)
export const changeRows = z.object({ rows: z.array(changeRow) }).openapi('Changes')

export const whereAnswer = exactly<answers.WhereAnswer>()(
  answerBase
    .extend({
      query: z.string(),
      kind: z.enum(['package', 'vulnerability', 'image', 'reference', 'workload', 'file']),
      understoodAs: z.string(),
      radius,
      packages: page(
        z.object({
          purl: z.string(),
          ecosystem: z.string(),
          name: z.string(),
          version: z.string(),
          images: count,
          pods: count,
          state: findingState,
        }),
      ),
      images: page(affectedImage),
      workloads: page(affectedWorkload),
      nodes: page(z.object({ cluster: z.string(), name: z.string(), pods: count, workloads: count })),
      clusters: page(
        z.object({
          name: z.string(),
          pods: count,
          workloads: count,
          nodes: count,
          images: count,
          lastSeenAtMs: ms,
        }),
      ),
      owners: page(z.object({ name: z.string(), pods: count, workloads: count, clusters: count })),
    })
    .openapi('WhereAnswer'),
)

const advisorySummary = exactly<answers.AdvisorySummary>()(
  z
    .object({
      id: z.string(),
      feed: z.string(),
      summary: z.string(),
      severity,
      vector: z.string().nullable(),
      score: z.number().nullable(),
      publishedAtMs: msOrNull,
      modifiedAtMs: msOrNull,
      withdrawnAtMs: msOrNull,
      provisional: z.boolean(),
      vulnerabilities: z.array(z.string()),
      ecosystems: z.array(z.string()),
      findings: count,
      images: count,
    })
    .openapi('AdvisorySummary'),
)
export const advisoryPage = page(advisorySummary).openapi('AdvisoryPage')

export const cveAnswer = exactly<answers.CveAnswer>()(
  answerBase
    .extend({
      id: z.string(),
      aliases: z.array(z.string()),
      title: z.string(),
      severity,
      vector: z.string().nullable(),
      score: z.number().nullable(),
      publishedAtMs: msOrNull,
      kev: z.object({ addedAtMs: ms, dueAtMs: msOrNull, ransomware: z.boolean() }).nullable(),
      epss: z.object({ score: z.number(), percentile: z.number(), atMs: msOrNull }).nullable(),
      ssvc: z
        .object({
          exploitation: z.string(),
          automatable: z.string(),
          technicalImpact: z.string(),
          atMs: msOrNull,
        })
        .nullable(),
      advisories: z.array(advisorySummary),
      ranges: z.array(
        z.object({
          advisory: z.string(),
          ecosystem: z.string(),
          name: z.string(),
          text: z.string(),
          fixedIn: z.string(),
        }),
      ),
      radius,
      notAffected: z.object({ workloads: count, images: count }),
      unknown: z.array(z.object({ images: count, packages: count, reason: z.string() })),
      graph: blastGraph,
      images: page(affectedImage),
      workloads: page(placedWorkload),
      fixes: z.array(
        z.object({
          package: z.string(),
          ecosystem: z.string(),
          fixedIn: z.string(),
          fixState,
          images: count,
          workloads: count,
        }),
      ),
      reconciliation: z
        .object({
          provisional: z.string(),
          record: z.string(),
          same: z.boolean(),
          differences: z.array(z.string()),
        })
        .nullable(),
      history: z.array(changeRow),
    })
    .openapi('CveAnswer'),
)

export const unknownVulnerability = exactly<answers.UnknownVulnerability>()(
  z
    .object({
      id: z.string(),
      known: z.literal(false),
      sentence: z.string(),
      feeds: z.array(feed),
      next: z.string(),
    })
    .openapi('UnknownVulnerability', {
      description: 'No feed knows the id: the age of each feed, and what to do.',
    }),
)

const finding = exactly<answers.Finding>()(
  z
    .object({
      purl: z.string(),
      package: z.string(),
      version: z.string(),
      ecosystem: z.string(),
      vulnerability: z.string(),
      advisories: z.array(z.string()),
      aliases: z.array(z.string()),
      severity,
      score: z.number().nullable(),
      fixedIn: z.string(),
      fixState,
      state: findingState,
      decidedBy: z.string(),
      kev: z.boolean(),
      epss: z.number().nullable(),
      summary: z.string(),
      vex: z.object({ author: z.string(), status: z.string(), statement: z.string().nullable() }).nullable(),
      locator: z.string(),
    })
    .openapi('Finding'),
)
export const findingPage = page(finding).openapi('FindingPage')

const leftOut = z.array(z.object({ reason: z.string(), count, examples: z.array(z.string()) }))
const unknownPackages = z.array(
  z.object({ reason: z.string(), ecosystem: z.string(), packages: count, examples: z.array(z.string()) }),
)

export const scanReport = exactly<answers.ScanReport>()(
  z
    .object({
      source: z.string(),
      subject: z.string().nullable(),
      digest: z.string().nullable(),
      format: z.string(),
      distro: z.string().nullable(),
      packages: count,
      findings: z.array(finding),
      unknown: unknownPackages,
      leftOut,
    })
    .openapi('ScanReport'),
)

const imageSummaryFields = z.object({
  digest: z.string().nullable(),
  id: z.string(),
  reference: z.string(),
  references: z.array(z.string()),
  known: z.boolean(),
  packages: count,
  affected: count,
  fixable: count,
  critical: count,
  high: count,
  unknown: count,
  workloads: count,
  pods: count,
  clusters: count,
  firstSeenAtMs: msOrNull,
  lastSeenAtMs: msOrNull,
  running: z.boolean(),
})
const imageSummary = exactly<answers.ImageSummary>()(imageSummaryFields.openapi('ImageSummary'))
export const imagePage = page(imageSummary).openapi('ImagePage')

const imagePackage = z
  .object({
    purl: z.string(),
    name: z.string(),
    version: z.string(),
    ecosystem: z.string(),
    source: z.string(),
    locator: z.string(),
    state: z.enum(['affected', 'clean', 'unknown']),
    why: z.string(),
  })
  .openapi('ImagePackage')
export const packagePage = page(imagePackage).openapi('PackagePage')

export const imageAnswer = exactly<answers.ImageAnswer>()(
  imageSummaryFields
    .extend({
      sentence: z.string(),
      atMs: ms,
      version: z.number(),
      distro: z.string().nullable(),
      documents: z.array(
        z.object({
          sha256: z.string(),
          format: z.string(),
          specVersion: z.string(),
          tools: z.array(z.string()),
          createdAtMs: msOrNull,
          importedAtMs: ms,
          packages: count,
          leftOut,
        }),
      ),
      layers: z
        .object({
          total: count,
          files: count,
          packages: count,
          bases: z.array(z.string()).openapi({ description: 'Images whose layers are its lowest ones.' }),
          readAtMs: ms,
        })
        .nullable()
        .openapi({ description: 'What was read of its layers; `null` when they were not.' }),
      findings: page(finding),
      packageList: packagePage,
      unknownPackages,
      runs: page(affectedWorkload),
    })
    .openapi('ImageAnswer'),
)

const packageKey = exactly<PackageKey>()(
  z
    .object({
      ecosystem: z.string(),
      type: z.string(),
      name: z.string(),
      version: z.string(),
      sourceName: z.string(),
      sourceVersion: z.string(),
      module: z.string(),
    })
    .openapi('PackageKey'),
)

const explanation = exactly<Explanation>()(
  z
    .object({
      advisory: z.string(),
      vulnerability: z.string(),
      package: z.object({
        purl: z.string().nullable(),
        key: packageKey,
        evidence: z.object({ document: z.string(), locator: z.string(), tool: z.string() }).nullable(),
      }),
      verdict: findingState,
      steps: z.array(z.object({ rule: z.string(), text: z.string() })),
      alsoConsidered: z.array(z.string()).openapi({
        description: 'Other entries of the advisory for this package, which did not decide.',
      }),
      vex: z.array(
        z.object({
          author: z.string(),
          status: z.enum(['not_affected', 'affected', 'fixed', 'under_investigation']),
          statement: z.string().nullable(),
          documentId: z.string(),
        }),
      ),
      severity,
    })
    .openapi('Explanation'),
)

export const explainAnswer = exactly<answers.ExplainAnswer>()(
  z
    .object({
      image: z.string(),
      vulnerability: z.string(),
      verdict: findingState,
      sentence: z.string(),
      explanations: z.array(explanation),
    })
    .openapi('ExplainAnswer'),
)

const clusterSummary = exactly<answers.ClusterSummary>()(
  z
    .object({
      name: z.string(),
      source: z.string(),
      lastSeenAtMs: msOrNull,
      nodes: count,
      workloads: count,
      pods: count,
      images: count,
      imagesKnown: count,
      affectedWorkloads: count,
      watch: z
        .object({
          kind: z.enum(['kubeconfig', 'copy', 'in-cluster', 'agent']),
          context: z.string().nullable(),
          sight,
          reason: z.string().nullable(),
          seenAtMs: ms.nullable(),
          resources: count,
          missing: count,
        })
        .nullable()
        .openapi({ description: 'How it is watched; null when it is known from manifests only.' }),
    })
    .openapi('ClusterSummary'),
)
export const clusterRows = z.object({ rows: z.array(clusterSummary) }).openapi('Clusters')

export const statusAnswer = exactly<answers.StatusAnswer>()(
  z
    .object({
      version: z.string(),
      atMs: ms,
      dataDirectory: z.string(),
      engine: z.enum(['sqlite', 'postgres']),
      example: z.boolean(),
      sentence: z.string(),
      counts: z.object({
        clusters: count,
        nodes: count,
        namespaces: count,
        workloads: count,
        pods: count,
        images: count,
        imagesKnown: count,
        packageVersions: count,
        advisories: count,
        findings: count,
        vulnerabilities: count,
      }),
      coverage,
      next: z.array(z.object({ title: z.string(), command: z.string() })),
      index: z.object({ builtInMs: z.number(), bytes: z.number(), version: z.number() }),
    })
    .openapi('StatusAnswer'),
)

export const homeAnswer = exactly<answers.HomeAnswer>()(
  z
    .object({
      status: statusAnswer,
      worst: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          severity,
          kev: z.boolean(),
          epss: z.number().nullable(),
          images: count,
          workloads: count,
          pods: count,
          clusters: count,
          fixable: z.boolean(),
        }),
      ),
      clusters: z.array(clusterSummary),
      changes: z.array(changeRow),
    })
    .openapi('HomeAnswer'),
)

export const importReport = exactly<answers.ImportReport>()(
  z
    .object({
      kind: z.enum(['advisories', 'sbom', 'manifests', 'kev', 'epss', 'ssvc', 'vex']),
      added: count,
      changed: count,
      unchanged: count,
      removed: count,
      refused: z.array(z.object({ source: z.string(), code: z.string(), reason: z.string() })),
      refusedTotal: count,
      leftOut,
      findingsAdded: count,
      findingsWithdrawn: count,
      tookMs: z.number(),
      bytes: z.number(),
      notes: z.array(z.string()),
    })
    .openapi('ImportReport'),
)

export const syncReport = exactly<SyncReport>()(
  z
    .object({
      baseUrl: z.string(),
      feeds: z.array(
        z.object({
          ecosystem: z.string(),
          action: z.enum(['full', 'delta', 'unchanged', 'failed']),
          bytes: z.number().nullable(),
          records: count,
          reason: z.string().nullable(),
        }),
      ),
      imported: importReport.nullable(),
    })
    .openapi('SyncReport'),
)

export const provisionalInput = z
  .object({
    id: z.string().max(200).optional(),
    package: z.string().min(1),
    range: z.string().min(1),
    title: z.string().min(1),
    severity: z.enum(['critical', 'high', 'medium', 'low']).optional(),
    vector: z.string().optional(),
  })
  .openapi('ProvisionalAdvisory', {
    example: {
      package: 'pkg:maven/org.example/lib',
      range: '>=1.0 <1.4.2',
      title: 'Remote code execution in lib',
      severity: 'critical',
    },
  })

export const provisionalAnswer = z
  .object({ advisory: advisorySummary, answer: cveAnswer })
  .openapi('ProvisionalAnswer')
