import { count, duration, flag, share, word, words } from '../parameters.ts'
import { describe } from './row.ts'

const perPod = { level: word.optional(), allow: words.optional(), namespaces: words.optional() }

export const prepareProbes = [
  ...describe(
    'prepare',
    {
      inputs: ['audit-policy', 'audit-events'],
      cost: 'periodic',
      parameters: { questions: words.optional() },
    },
    {
      'audit.policy-effect': [
        'Would every request that matters be recorded, on every API server?',
        'Contradicted when the simulated policy ends too low for one of the questions.',
      ],
      'audit.exec-visible': [
        'Are exec, attach, port-forward and debug containers recorded?',
        'Contradicted when a form of them ends below request level.',
      ],
    },
  ),
  ...describe(
    'prepare',
    { inputs: ['incident', 'test'], cost: 'periodic', parameters: { max: duration.optional() } },
    {
      'plan.offline-copy': [
        'Do checklists and templates open when the clusters are down?',
        'Contradicted by a copy that is too old or does not open.',
      ],
      'drill.schedule': ['Is every signal drilled within its period?', 'Contradicted by a lapsed drill.'],
      'gameday.recent': [
        'Was a whole incident rehearsed lately?',
        'Contradicted when none was, or when its follow-ups are overdue.',
      ],
    },
  ),
  ...describe(
    'prepare',
    { inputs: ['objects', 'audit-events'], cost: 'demand', parameters: { run: word.optional() } },
    {
      'drill.clean': [
        'Is nothing left of the drill?',
        'Contradicted by a labelled object, a grant or an open alert that is left.',
      ],
    },
  ),
  ...describe(
    'prepare',
    {
      inputs: ['objects', 'audit-events'],
      cost: 'periodic',
      parameters: { window: duration.optional(), critical: word.optional(), keep: words.optional() },
    },
    {
      'rbac.unused-permissions': [
        'Do critical identities hold only the rights that they use?',
        'Contradicted by a rule without an allowed use in the window.',
      ],
      'rbac.granularity': [
        'Has each component an account and a role of its own?',
        'Contradicted by an account that unlike workloads share, or a wildcard.',
      ],
      'identity.token-mounts': [
        'Are API tokens mounted only where the API is called?',
        'Contradicted by a mounted token without a request in the window.',
      ],
    },
  ),
  ...describe(
    'prepare',
    {
      inputs: ['objects'],
      cost: 'continuous',
      parameters: { targets: words.optional(), keep: words.optional() },
    },
    {
      'rbac.escalation-paths': [
        'Can no ordinary identity promote itself?',
        'Contradicted by a path from a workload to cluster-wide rights or to secrets.',
      ],
    },
  ),
  ...describe(
    'prepare',
    {
      inputs: ['objects', 'audit-events', 'declared'],
      cost: 'periodic',
      parameters: { maxLife: duration.optional() },
    },
    {
      'identity.admin-credentials': [
        'Is every administrator credential known and short-lived?',
        'Contradicted by an unregistered or long-lived one.',
      ],
    },
  ),
  ...describe(
    'prepare',
    {
      inputs: ['objects', 'image-bytes', 'test'],
      cost: 'drill',
      parameters: { fixtures: words.optional(), trusted: words.optional() },
    },
    {
      'admission.bites': [
        'Is a known bad object refused, everywhere?',
        'Contradicted by one that passes a dry run.',
      ],
      'api.anonymous': [
        'Are anonymous requests refused?',
        'Contradicted by one that is answered beyond health.',
      ],
      'img.provenance': [
        'Do only signed images of known origin start?',
        'Contradicted by an unsigned one that passes a dry run.',
      ],
      'img.registry-allow': [
        'Do images come from known registries only?',
        'Contradicted by an image from elsewhere.',
      ],
    },
  ),
  ...describe(
    'prepare',
    {
      inputs: ['objects', 'audit-policy', 'node-data'],
      cost: 'continuous',
      parameters: { profile: word.optional(), level: word.optional(), tenants: words.optional() },
    },
    {
      'posture.cis': [
        'Does every control of the benchmark pass, or have an owned exception?',
        'Contradicted by a failed control without one.',
      ],
      'pss.level': [
        'Do namespaces enforce the wanted pod security level?',
        'Contradicted by a namespace below it.',
      ],
      'tenancy.isolation': [
        'Are tenants kept apart?',
        'Contradicted by a binding, flow or node that two of them share.',
      ],
      'secrets.at-rest': [
        'Are secrets encrypted at rest?',
        'Contradicted by a server without a provider for them.',
      ],
    },
  ),
  ...describe(
    'prepare',
    {
      inputs: ['objects', 'node-data', 'infrastructure'],
      cost: 'periodic',
      parameters: { age: duration.optional(), pool: word.optional() },
    },
    {
      'upgrade.blockers': [
        'Would nothing stop a patch upgrade?',
        'Contradicted by an API in use that the next version removes.',
      ],
      'upgrade.supported': [
        'Are clusters on supported, recently patched versions?',
        'Contradicted by an unsupported or old one.',
      ],
      'node.patch-age': [
        'Are kernels and operating systems of nodes patched in time?',
        'Contradicted by a known fix that is older than allowed.',
      ],
      'node.cpu-mitigations': [
        'Are processor mitigations on, on every node?',
        'Contradicted by a kernel that reports itself vulnerable.',
      ],
      'node.replaceable': [
        'Can every node be replaced by its machine API?',
        'Contradicted by an unmanaged or drifted node.',
      ],
    },
  ),
  ...describe(
    'prepare',
    { inputs: ['objects', 'contents'], cost: 'continuous', parameters: perPod },
    {
      'pod.run-as-root': ['Does no container run as root?', 'Contradicted by an effective user id of 0.'],
      'pod.distinct-uid': [
        'Has each workload a numeric user of its own?',
        'Contradicted by unlike workloads that share one.',
      ],
      'pod.capabilities': [
        'Are default capabilities dropped?',
        'Contradicted by a container that does not drop all, or adds one without leave.',
      ],
      'pod.no-new-privs': [
        'Is privilege escalation forbidden?',
        'Contradicted by a container that does not forbid it.',
      ],
      'pod.kernel-confinement': [
        'Is every container confined by seccomp?',
        'Contradicted by a container without a profile.',
      ],
      'pod.host-access': [
        'Does nothing share the host?',
        'Contradicted by a privileged container, a host namespace or a writable host path.',
      ],
      'pod.host-network': [
        'Is host networking used only with leave?',
        'Contradicted by a pod that uses it without an exception.',
      ],
      'pod.readonly-rootfs': [
        'Are root file systems read-only?',
        'Contradicted by a writable one without an exception.',
      ],
      'pod.limits': ['Can no pod starve others?', 'Contradicted by a container without a memory limit.'],
      'pod.runtime-class': [
        'Do the most sensitive workloads run in a sandboxed runtime?',
        'Contradicted by a tagged workload on the default runtime.',
      ],
    },
  ),
  ...describe(
    'prepare',
    {
      inputs: ['objects', 'declared', 'flows'],
      cost: 'periodic',
      parameters: { age: duration.optional(), staged: duration.optional() },
    },
    {
      'net.expected-flows': [
        'Is it recorded and approved which components talk?',
        'Contradicted by a critical workload without an approved set.',
      ],
      'net.egress': [
        'Is egress refused by default?',
        'Contradicted by a workload that may reach any outside address.',
      ],
      'net.mtls': ['Is traffic between services encrypted?', 'Contradicted by an expected flow in clear.'],
      'net.staged-replay': [
        'Was every policy watched before it was enforced?',
        'Contradicted by one that was staged too short.',
      ],
    },
  ),
  ...describe(
    'prepare',
    { inputs: ['objects'], cost: 'continuous', parameters: { namespaces: words.optional() } },
    {
      'net.policy-gap': [
        'Is every pod under a network policy, in both directions?',
        'Contradicted by a pod that no policy selects.',
      ],
    },
  ),
  ...describe(
    'prepare',
    {
      inputs: ['objects', 'test'],
      cost: 'drill',
      parameters: { protocols: words.optional(), ports: words.optional(), perNode: flag.optional() },
    },
    {
      'net.enforcement': [
        'Does the network plugin enforce policy on each node?',
        'Contradicted by a barred canary that connects.',
      ],
      'net.control-ports': [
        'Are ports of the control plane closed to pods?',
        'Contradicted by a canary that connects.',
      ],
    },
  ),
  ...describe(
    'prepare',
    {
      inputs: ['objects', 'image-bytes', 'contents'],
      cost: 'continuous',
      parameters: { names: words.optional(), patterns: words.optional() },
    },
    {
      'img.no-shell': [
        'Is there no shell in running images?',
        'Contradicted by a running image with an executable shell.',
      ],
      'img.interpreters': [
        'Is every interpreter in running images watched?',
        'Contradicted by one without a rule for its children.',
      ],
      'img.secrets': [
        'Are there no secrets in layers or environment?',
        'Contradicted by content that is shaped like a credential.',
      ],
      'img.anomalies': [
        'Has every file of an image an origin?',
        'Contradicted by a file that neither a package nor a build step owns.',
      ],
    },
  ),
  ...describe(
    'prepare',
    { inputs: ['objects'], cost: 'continuous' },
    {
      'img.digest-pinned': [
        'Is everything deployed by digest?',
        'Contradicted by a workload that names an image by tag only.',
      ],
    },
  ),
  ...describe(
    'prepare',
    { inputs: ['source', 'declared'], cost: 'demand', parameters: { builds: count.optional() } },
    {
      'img.reproducible': [
        'Do two builds of one source give one digest?',
        'Contradicted by two digests, or a missing lock file.',
      ],
      'build.isolation': [
        'Do builders hold no fleet credentials?',
        'Contradicted by a builder with cluster rights.',
      ],
    },
  ),
  ...describe(
    'prepare',
    {
      inputs: ['objects', 'audit-events', 'declared', 'incident'],
      cost: 'periodic',
      parameters: { period: duration.optional(), share: share.optional() },
    },
    {
      'register.reduced': [
        'Are unneeded vendor privileges cut?',
        'Contradicted by an unused right that is kept.',
      ],
      'register.exit': [
        'Is the removal of each vendor rehearsed?',
        'Contradicted when it was not within the period.',
      ],
    },
  ),
]
