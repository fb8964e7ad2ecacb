/**
 * Every bound of the program, with the reason for its number. `allclear config limits` lists them; each can be
 * overridden by the environment variable `ALLCLEAR_LIMIT_<NAME>` (upper snake case of the key), so that nobody
 * has to patch a constant during an incident.
 */
interface Limit {
  readonly value: number
  readonly unit: 'bytes' | 'count' | 'ms' | 'ratio' | 'levels' | 'characters'
  readonly why: string
}

const limits = {
  documentBytes: {
    value: 256 * 1024 * 1024,
    unit: 'bytes',
    why: 'The largest SBOMs seen in public are below 100 MB; JSON.parse of 256 MiB stays below 2 GiB of heap.',
  },
  jsonDepth: {
    value: 128,
    unit: 'levels',
    why: 'CycloneDX nests components; the deepest real document seen has 12 levels.',
  },
  jsonValues: {
    value: 40_000_000,
    unit: 'count',
    why: 'Objects, arrays and commas of one document; real ones have one for 20 bytes. It bounds the heap: 256 MiB of empty objects would take 5 GB.',
  },
  jsonObjectKeys: {
    value: 1_000_000,
    unit: 'count',
    why: 'Keys of one object; the largest lock files have about 10,000.',
  },
  xmlElements: {
    value: 4_000_000,
    unit: 'count',
    why: 'Elements of one document; a CycloneDX component takes about 15 of them.',
  },
  archiveEntries: {
    value: 2_000_000,
    unit: 'count',
    why: 'The whole public OSV export has about 700,000 records.',
  },
  archiveEntryBytes: {
    value: 512 * 1024 * 1024,
    unit: 'bytes',
    why: 'One entry of an archive; twice the largest document that is read.',
  },
  archiveTotalBytes: {
    value: 16 * 1024 * 1024 * 1024,
    unit: 'bytes',
    why: 'Sum of what one archive may unpack to; the public OSV export unpacks to about 3 GB.',
  },
  archiveRatio: {
    value: 1_000,
    unit: 'ratio',
    why: 'Real JSON reaches 100:1 with zstd; deflate cannot exceed 1,032:1, which is what bombs do.',
  },
  archiveDepth: {
    value: 4,
    unit: 'levels',
    why: 'Each compression and each archive within an archive is one: a zip of .tar.gz of .gz is the deepest that anybody ships.',
  },
  yamlAliases: {
    value: 1_000,
    unit: 'count',
    why: 'Alias expansions in one YAML document; real manifests use a few dozen.',
  },
  yamlDocumentBytes: {
    value: 32 * 1024 * 1024,
    unit: 'bytes',
    why: 'One YAML document; the largest rendered CRD bundles are about 8 MB.',
  },
  checklistBytes: {
    value: 256 * 1024,
    unit: 'bytes',
    why: 'One checklist; the longest of ours has 20 kB, and one that nobody can read in 90 seconds is none.',
  },
  checklistItems: {
    value: 200,
    unit: 'count',
    why: 'Items of one checklist; a page holds about 30, whole catalogues of controls have more and belong elsewhere.',
  },
  checklistFiles: {
    value: 500,
    unit: 'count',
    why: 'Checklists of one folder; each is read at the start.',
  },
  versionCharacters: {
    value: 1_024,
    unit: 'characters',
    why: 'Go pseudo-versions and snapshot versions stay below 200; longer text is refused as a version.',
  },
  purlCharacters: {
    value: 8_192,
    unit: 'characters',
    why: 'The longest purl of the public suite has 300; qualifiers with download URLs reach 2,000.',
  },
  cvssVectorCharacters: {
    value: 512,
    unit: 'characters',
    why: 'The longest vector that CVSS v4.0 can write has 219; longer text is refused as a vector.',
  },
  selectorValues: {
    value: 10_000,
    unit: 'count',
    why: 'Keys and values of one label selector; real ones have below 20.',
  },
  reachConnections: {
    value: 2_000_000,
    unit: 'count',
    why: 'Connections that one list names; 1,400 workloads that may all reach each other make so many.',
  },
  roleRules: {
    value: 250_000,
    unit: 'count',
    why: 'Rules of one role; the largest generated ones seen have some 10,000, and etcd takes no object above 1.5 MB.',
  },
  packagesPerDocument: {
    value: 1_000_000,
    unit: 'count',
    why: 'The largest monorepo SBOM reported publicly has about 200,000 components.',
  },
  requestBytes: {
    value: 512 * 1024 * 1024,
    unit: 'bytes',
    why: 'One upload through the API: an SBOM archive or an advisory export.',
  },
  listRows: {
    value: 10_000,
    unit: 'count',
    why: 'Rows one API answer may carry; more is paged.',
  },
  batchLines: {
    value: 10_000,
    unit: 'count',
    why: 'Lines of a batch form (version compare, purl parse) that one request carries.',
  },
  backupLineCharacters: {
    value: 256 * 1024 * 1024,
    unit: 'characters',
    why: 'One row of a table in a backup; the largest, packed records, are below 1 MB.',
  },
  batchLineBytes: {
    value: 1024 * 1024,
    unit: 'bytes',
    why: 'One line of a batch form; longer than any two versions or purl, and answered as unreadable.',
  },
  batchBytes: {
    value: 8 * 1024 * 1024,
    unit: 'bytes',
    why: 'Lines of a batch form that one request carries, whatever their number.',
  },
  storeCacheBytes: {
    value: 8 * 1024 * 1024,
    unit: 'bytes',
    why: 'Pages that each SQLite connection keeps, and the most that a commit still has to write; the operating system keeps the rest of the file.',
  },
  storeLockMs: {
    value: 60_000,
    unit: 'ms',
    why: 'How long a writer waits for another; the largest import of one archive takes a few seconds.',
  },
  postgresConnections: {
    value: 10,
    unit: 'count',
    why: 'Connections of one process; PostgreSQL accepts 100 by default, for ten replicas.',
  },
  jobLeaseMs: {
    value: 60_000,
    unit: 'ms',
    why: 'A job whose process died is taken over after this; long enough for a stalled event loop to recover.',
  },
  jobPollMs: {
    value: 1_000,
    unit: 'ms',
    why: 'How often a process looks for due jobs; one indexed lookup.',
  },
  workThreads: {
    value: 4,
    unit: 'count',
    why: 'Threads that read documents, at most one less than there are processors: what they read, one thread writes.',
  },
  workWaiting: {
    value: 1_024,
    unit: 'count',
    why: 'Pieces of work that wait for a thread; an import draws its own one by one, so only very many requests come here.',
  },
  workHeapBytes: {
    value: 2 * 1024 * 1024 * 1024,
    unit: 'bytes',
    why: 'Heap of one thread, enough for the largest document (see documentBytes); above it the input fails, not the process.',
  },
  workNurseryBytes: {
    value: 8 * 1024 * 1024,
    unit: 'bytes',
    why: 'Young generation of a thread: twice as much is no faster and stays resident.',
  },
  workIdleMs: {
    value: 10_000,
    unit: 'ms',
    why: 'A thread without work ends after this; starting one takes 30 ms.',
  },
  recordBatchBytes: {
    value: 768 * 1024,
    unit: 'bytes',
    why: 'Advisory records, unpacked, that go to a thread together: 15 ms of work, against which the way there costs little.',
  },
  feedTimeoutMs: {
    value: 10 * 60 * 1000,
    unit: 'ms',
    why: 'One request to a feed, body included; the largest export has about 300 MB.',
  },
  feedDeltaRecords: {
    value: 2_000,
    unit: 'count',
    why: 'Up to so many changed records are fetched one by one; above it the whole export is cheaper.',
  },
  importErrors: {
    value: 1_000,
    unit: 'count',
    why: 'Refused records that one import lists by name; the rest are counted.',
  },
  layerEntries: {
    value: 2_000_000,
    unit: 'count',
    why: 'Entries of one layer; the largest image seen in public has about 700,000 files in all.',
  },
  layerBytes: {
    value: 64 * 1024 * 1024 * 1024,
    unit: 'bytes',
    why: 'What one layer may unpack to; model images reach 40 GB. Nothing of it is written to the disk.',
  },
  layerHeaderBytes: {
    value: 1024 * 1024,
    unit: 'bytes',
    why: 'A long name or extended header of one entry; paths end at 4,096 bytes, extended attributes at 64 KiB each.',
  },
  layerFileBytes: {
    value: 192 * 1024 * 1024,
    unit: 'bytes',
    why: 'A file that is held in memory to be catalogued; the largest Go programs have about 150 MB, and an image is to be read in 300 MiB.',
  },
  layerPackages: {
    value: 500_000,
    unit: 'count',
    why: 'Packages found in one layer; monorepo images with all of node_modules have about 60,000.',
  },
  jarDepth: {
    value: 8,
    unit: 'levels',
    why: 'Archives within a jar; an ear of wars of shaded jars has four levels.',
  },
  jarEntries: {
    value: 200_000,
    unit: 'count',
    why: 'Entries of a jar with all that is nested in it; the largest seen has about 90,000 classes.',
  },
  jarBytes: {
    value: 8 * 1024 * 1024 * 1024,
    unit: 'bytes',
    why: 'What all entries of a jar with its nested ones would unpack to; only descriptors and nested archives are.',
  },
  imageLayers: {
    value: 1_024,
    unit: 'count',
    why: 'Layers of one image; container runtimes mount at most 127.',
  },
  imageBlobs: {
    value: 100_000,
    unit: 'count',
    why: 'Entries of an image archive; a registry exported whole has a few thousand.',
  },
  attachedDocuments: {
    value: 20,
    unit: 'count',
    why: 'SBOMs and attestations beside one image; builders attach two or three for each platform.',
  },
  runningImagesAtOnce: {
    value: 2,
    unit: 'count',
    why: 'Running images that are read from their registries at the same time, so that neither registry nor network feels it.',
  },
  runningImagesEveryMs: {
    value: 60_000,
    unit: 'ms',
    why: 'How often a server looks for running images that nobody read; one query when there are none.',
  },
  registryPauseMs: {
    value: 250,
    unit: 'ms',
    why: 'Pause between two running images: at most four a second are begun, below what public registries refuse.',
  },
  unreadRetryMs: {
    value: 6 * 60 * 60 * 1000,
    unit: 'ms',
    why: 'A running image that could not be read is tried again after this, doubled with each attempt up to a week.',
  },
  outboundIdleMs: {
    value: 30_000,
    unit: 'ms',
    why: 'How long a server may say nothing before its connection is given up; a registry that scans on pull took 20 s.',
  },
  registryBackoffMs: {
    value: 500,
    unit: 'ms',
    why: 'Wait before the second attempt at a registry; each further one waits twice as long.',
  },
  registryWaitMs: {
    value: 120_000,
    unit: 'ms',
    why: 'The longest wait that a registry may ask for with Retry-After; asked for more, the image is tried again later.',
  },
  imageUploadBytes: {
    value: 8 * 1024 * 1024 * 1024,
    unit: 'bytes',
    why: 'One image archive through the API; it is spooled to a file while it is read.',
  },
  imageManifestBytes: {
    value: 4 * 1024 * 1024,
    unit: 'bytes',
    why: 'A manifest, index or configuration; the distribution specification asks registries to take 4 MiB.',
  },
  kubeObjectBytes: {
    value: 4 * 1024 * 1024,
    unit: 'bytes',
    why: 'One object of an API server; etcd refuses more than 1.5 MiB, aggregated API servers may have other stores.',
  },
  kubeFrameBytes: {
    value: 1024 * 1024,
    unit: 'bytes',
    why: 'A list without its items: kind, versions and a continue token of a few hundred bytes.',
  },
  kubeSkippedBytes: {
    value: 64 * 1024 * 1024,
    unit: 'bytes',
    why: 'A too large object is passed over up to here; what has not ended then never will.',
  },
  kubePageObjects: {
    value: 500,
    unit: 'count',
    why: 'Objects of one page of a list, as kubectl asks for; 500 pods are about 3 MB.',
  },
  kubeListPages: {
    value: 10_000,
    unit: 'count',
    why: 'Pages of one list: five million objects, where the largest clusters have 150,000 pods.',
  },
  kubeRequestMs: {
    value: 60_000,
    unit: 'ms',
    why: 'One page or one review; API servers themselves give up after a minute.',
  },
  kubeWatchMs: {
    value: 5 * 60_000,
    unit: 'ms',
    why: 'A watch is asked to end after once to twice this, as client-go does, so that load balancers can move it.',
  },
  kubeWatchSilenceMs: {
    value: 3 * 60_000,
    unit: 'ms',
    why: 'A watch without an event and without a bookmark, which come about once a minute, is a dead connection.',
  },
  kubeBackoffMs: {
    value: 30_000,
    unit: 'ms',
    why: 'Longest wait between tries, as in client-go: a cluster that is back is seen again within half a minute.',
  },
  kubeCredentialMs: {
    value: 60_000,
    unit: 'ms',
    why: 'A credential plugin of a kubeconfig; some sign in over the network.',
  },
  kubeContainers: {
    value: 4_096,
    unit: 'count',
    why: 'Containers of one pod; an object of 1.5 MiB holds at most about as many. What is beyond is counted.',
  },
  kubeListsAtOnce: {
    value: 16,
    unit: 'count',
    why: 'Lists that one process reads at the same time; a hundred clusters at once would hold a page of each.',
  },
  kubeProbeMs: {
    value: 10_000,
    unit: 'ms',
    why: 'How often a cluster is asked whether it lives; a quiet watch says so only once a minute.',
  },
  liveCheckpointMs: {
    value: 120_000,
    unit: 'ms',
    why: 'How often is kept what a watch can go on from after a restart; API servers forget versions after five minutes.',
  },
  watchLeaseMs: {
    value: 30_000,
    unit: 'ms',
    why: 'How long a hub that died keeps others from its clusters; it is renewed with every probe, three times within it.',
  },
  liveFlushMs: {
    value: 50,
    unit: 'ms',
    why: 'Changes of a cluster that come within this are written together; people do not see the difference.',
  },
  liveSilentMs: {
    value: 60_000,
    unit: 'ms',
    why: 'A watched cluster that was not seen for longer is named in answers: six probes failed.',
  },
  agentBufferBytes: {
    value: 32 * 1024 * 1024,
    unit: 'bytes',
    why: 'What waits in an agent while its hub is away; beyond it the steps are given up and whole resources follow.',
  },
  agentBatchBytes: {
    value: 1024 * 1024,
    unit: 'bytes',
    why: 'Frames that an agent tells at once; about a thousand pods.',
  },
  agentRequestBytes: {
    value: 16 * 1024 * 1024,
    unit: 'bytes',
    why: 'One message of an agent: a batch, and one object of the largest size beyond it.',
  },
  compactionMs: {
    value: 60 * 60_000,
    unit: 'ms',
    why: 'How often history that is older than the retention is removed; a day of it is a thirtieth.',
  },
  liveShapes: {
    value: 20_000,
    unit: 'count',
    why: 'Distinct pod shapes of one cluster whose texts are shared; 25,000 pods of real clusters have below 2,000.',
  },
  postureClusters: {
    value: 64,
    unit: 'count',
    why: 'Clusters whose policies and roles stay in memory as they were read; what follows for each workload stays of all.',
  },
  exposureChanges: {
    value: 6,
    unit: 'count',
    why: 'Facts whose change would move a workload in the order that one row names; more are no help to decide.',
  },
  exposureReasons: {
    value: 3,
    unit: 'count',
    why: 'Ways in, or means of escalation, that the reasons of a rank name one by one; the rest is a number.',
  },
  kubeProblems: {
    value: 50,
    unit: 'count',
    why: 'Unbelievable objects that a cluster page names; the others are counted.',
  },
  kubeAnnotationCharacters: {
    value: 1_024,
    unit: 'characters',
    why: 'A longer annotation is data of some tool and not a word for people; it is left out.',
  },
  passwordCost: {
    value: 131_072,
    unit: 'count',
    why: 'N of scrypt with r = 8 for passwords (OWASP): 128 MiB and a third of a second for each guess.',
  },
  passwordsAtOnce: {
    value: 2,
    unit: 'count',
    why: 'Passwords that are checked at the same time; each takes 128 MiB.',
  },
  passwordsWaiting: {
    value: 32,
    unit: 'count',
    why: 'Sign-ins that wait for their turn, ten seconds at most; more are asked to come again.',
  },
  signInFailures: {
    value: 10,
    unit: 'count',
    why: 'Sign-ins that may fail for one name from one address within a window; people need three.',
  },
  signInFailuresOfAddress: {
    value: 50,
    unit: 'count',
    why: 'Sign-ins that may fail from one address within a window, whatever the names; an office shares one.',
  },
  signInFailuresOfName: {
    value: 200,
    unit: 'count',
    why: 'Sign-ins that may fail for one name from all addresses within a window: 20,000 guesses a day, none of which finds a password of four words.',
  },
  signInWindowMs: {
    value: 15 * 60_000,
    unit: 'ms',
    why: 'Failed sign-ins are forgotten this long after the first of them.',
  },
  signInCounts: {
    value: 10_000,
    unit: 'count',
    why: 'Names and addresses whose failures are counted; the oldest are forgotten first.',
  },
  sessionIdleMs: {
    value: 12 * 60 * 60_000,
    unit: 'ms',
    why: 'A session that nobody uses ends after this; people who watch an incident through the night stay signed in.',
  },
  sessionMs: {
    value: 3 * 24 * 60 * 60_000,
    unit: 'ms',
    why: 'Every session ends after this, however busy; the first days of an incident are three.',
  },
  sessionSecretMs: {
    value: 60 * 60_000,
    unit: 'ms',
    why: 'The secret of a session is replaced this often, so that a copy is of use, or noticed, within the hour.',
  },
  probeTimeoutMs: {
    value: 10_000,
    unit: 'ms',
    why: 'A probe of a fleet of a million pods answers within a second; what takes ten waits for something that does not come.',
  },
  probeSamples: {
    value: 20,
    unit: 'count',
    why: 'Examples that an answer of a probe names of each kind; the count is always whole.',
  },
  probesAtOnce: {
    value: 4,
    unit: 'count',
    why: 'Probes that are asked at one time: they count in memory, and answers to people come between.',
  },
  probeQuestions: {
    value: 10_000,
    unit: 'count',
    why: 'Questions whose last answer is remembered: 20 open incidents of 60 items are 1,200.',
  },
  probeHistoryMs: {
    value: 400 * 24 * 60 * 60_000,
    unit: 'ms',
    why: 'Answers are kept this long after they were given last: a year, and the weeks in which somebody asks about it.',
  },
  probeHistoryRows: {
    value: 200,
    unit: 'count',
    why: 'Answers of one question that are shown; a verdict that turns more often says that somebody fights.',
  },
  timelineEntries: {
    value: 100_000,
    unit: 'count',
    why: 'Entries of one timeline. An incident of a week with 20 people writes about 5,000; each is read to show it.',
  },
  incidentText: {
    value: 4_000,
    unit: 'characters',
    why: 'A reason, a note or a decision; more is a document and belongs into one.',
  },
  keyCommandMs: {
    value: 10_000,
    unit: 'ms',
    why: 'One call of a key management service; they answer within a second.',
  },
  openBoxes: {
    value: 500,
    unit: 'count',
    why: 'Data keys of encrypted contents that are held in the clear; four for each of the incidents that people look at.',
  },
  embargoMs: {
    value: 180 * 24 * 60 * 60_000,
    unit: 'ms',
    why: 'The longest embargo that can be agreed; what is kept longer than two of the usual 90 days is known by then.',
  },
  accessAskMs: {
    value: 15 * 60_000,
    unit: 'ms',
    why: 'Somebody who may not see an incident can ask once in this time, whether there is one or not.',
  },
  compartmentNotes: {
    value: 10_000,
    unit: 'count',
    why: 'Notes in the compartments of one incident; each is read to show it.',
  },
  oidcMs: {
    value: 10 * 60_000,
    unit: 'ms',
    why: 'From going to the sign-in provider to coming back; long enough for a second factor.',
  },
  oidcBegun: {
    value: 1_000,
    unit: 'count',
    why: 'Sign-ins at the provider that have been begun; the oldest are forgotten first.',
  },
  oidcRequestMs: {
    value: 10_000,
    unit: 'ms',
    why: 'One request to the sign-in provider, while somebody waits.',
  },
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof limits

/** The value in force. Throws nothing: an unusable override is ignored and shown as such by `listLimits`. */
export function limit(name: LimitName): number {
  let value = inForce.get(name)
  if (value === undefined) {
    value = overrideOf(name) ?? limits[name].value
    inForce.set(name, value)
  }
  return value
}

/** Read once: looking into the environment costs more than parsing a purl. */
const inForce = new Map<LimitName, number>()

/** Puts other values in force until the returned function is called; tests show with it what happens at a bound. */
export function overrideLimits(values: Partial<Record<LimitName, number>>): () => void {
  const names = Object.keys(values) as LimitName[]
  for (const name of names) inForce.set(name, values[name] as number)
  return () => {
    for (const name of names) inForce.delete(name)
  }
}

/** All limits as `config limits` prints them. `source` is `default`, `environment` or `ignored` (not a positive number). */
export function listLimits() {
  return (Object.keys(limits) as LimitName[]).map((name) => {
    const text = process.env[variableOf(name)]
    const override = overrideOf(name)
    return {
      name,
      value: override ?? limits[name].value,
      unit: limits[name].unit,
      default: limits[name].value,
      source: override !== undefined ? 'environment' : text !== undefined ? 'ignored' : 'default',
      variable: variableOf(name),
      why: limits[name].why,
    }
  })
}

/** The environment variable that overrides a limit. */
export function variableOf(name: LimitName): string {
  return `ALLCLEAR_LIMIT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

function overrideOf(name: LimitName): number | undefined {
  const text = process.env[variableOf(name)]
  if (text === undefined) return undefined
  const value = Number(text)
  return Number.isFinite(value) && value > 0 ? value : undefined
}
