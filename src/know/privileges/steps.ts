/** One way to gain more than one has. */
export interface Step {
  id: string
  title: string
  /** Why it escalates. */
  why: string
  links: readonly string[]
}

const good = 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/'
const standards = 'https://kubernetes.io/docs/concepts/security/pod-security-standards/'

function step(id: string, title: string, why: string, ...links: string[]): Step {
  return { id, title, why, links: links.length === 0 ? [good] : links }
}

/** Every step that the graph knows, in the order of the API, then of the pod, then of the node. */
export const steps = {
  clusterAdmin: step('cluster-admin', 'may do everything', 'All verbs on all resources of the cluster.'),
  namespaceAdmin: step(
    'namespace-admin',
    'may do everything in a namespace',
    'Its secrets, its pods and its service accounts are all within reach.',
  ),
  identity: step(
    'identity-assume',
    'uses its service account',
    'The token is mounted into the pod; whoever runs code there can use it.',
    'https://kubernetes.io/docs/concepts/security/service-accounts/',
  ),
  secretsList: step(
    'secrets-list',
    'lists secrets',
    'List and watch answer with the contents, whatever names a rule allows.',
  ),
  secretsGet: step('secrets-get', 'reads secrets by name', 'Names are known from workloads, or guessed.'),
  secretsTokens: step(
    'secrets-tokens',
    'finds tokens in secrets',
    'Token secrets of service accounts lie among the secrets of their namespace.',
    'https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets',
  ),
  secretsIssue: step(
    'secrets-issue',
    'has a token written into a secret',
    'The controller fills a new token secret of any service account of the namespace; who can read it has the account.',
    'https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets',
  ),
  workloadsCreate: step(
    'pods-create',
    'creates pods',
    'A pod may run as any service account of its namespace and mount any secret there.',
  ),
  workloadsHost: step(
    'pods-create-host',
    'creates pods with host access',
    'Nothing in the namespace keeps a pod from being privileged or mounting the host.',
    standards,
  ),
  podsPatch: step('pods-patch', 'changes running pods', "A pod's image can be replaced by one's own."),
  podsExec: step(
    'pods-exec',
    'runs commands in pods',
    'The command runs as the container, with its token and its secrets.',
  ),
  podsAttach: step('pods-attach', 'attaches to pods', "What a container's process reads can be typed to it."),
  podsDebug: step(
    'pods-ephemeral',
    'adds debug containers to pods',
    'An ephemeral container runs any image within the pod.',
  ),
  nodesProxy: step(
    'nodes-proxy',
    "speaks to the kubelet's API",
    'Commands run in every pod of the node, past admission and audit; with websockets a right to get is enough.',
  ),
  tokenRequest: step(
    'token-request',
    'requests tokens',
    'A token of the service account is issued on request.',
  ),
  impersonate: step(
    'impersonate',
    'acts as others',
    'Requests count as those of any user or group, system:masters among them.',
  ),
  impersonateAccount: step(
    'impersonate-serviceaccount',
    'acts as service accounts',
    'Requests count as those of the service account.',
  ),
  bind: step(
    'role-bind',
    'binds roles it does not have',
    'The verb bind lifts the check that nobody gives what he does not have.',
  ),
  escalate: step(
    'role-escalate',
    'writes rules it does not have',
    'The verb escalate lifts the same check for roles.',
  ),
  certificates: step(
    'csr-approve',
    'signs client certificates',
    'A certificate of the API server names any user and group, and cannot be revoked.',
  ),
  webhooksMutating: step(
    'webhook-mutating',
    'changes what others create',
    'A mutating webhook sees and rewrites every object that it registers for.',
  ),
  webhooksValidating: step(
    'webhook-validating',
    'reads what others create',
    'A validating webhook is sent every object that it registers for, secrets among them.',
  ),
  volumesCreate: step(
    'pv-create',
    'creates persistent volumes',
    'A volume of type hostPath is the file system of a node.',
  ),
  privileged: step(
    'ce-priv-mount',
    'mounts the disk of its node',
    'A privileged container sees all devices of the node.',
    standards,
  ),
  nsenter: step(
    'ce-nsenter',
    'enters the namespaces of its node',
    'Privileged and with the processes of the node in sight, it enters those of process 1.',
    standards,
  ),
  ptrace: step(
    'ce-sys-ptrace',
    'takes over a process of its node',
    'With the processes of the node in sight, SYS_PTRACE writes into their memory.',
    standards,
  ),
  moduleLoad: step(
    'ce-module-load',
    'loads a kernel module',
    'The kernel is the one of the node.',
    standards,
  ),
  capability: step(
    'ce-capability',
    'has capabilities of an administrator of the node',
    'The capability is not confined to the container.',
    standards,
  ),
  corePattern: step(
    'ce-umh-core-pattern',
    'has the kernel run a program',
    'The kernel runs what core_pattern names, as root of the node, when a process crashes.',
    standards,
  ),
  varLog: step(
    'ce-var-log-symlink',
    'reads files of its node through logs',
    "A link in the node's log folder is followed by the kubelet when logs are asked for.",
    standards,
  ),
  hostWrite: step(
    'exploit-host-write',
    'writes files of its node',
    'Keys, jobs and static pods in these folders run as root of the node.',
    standards,
  ),
  hostRead: step(
    'exploit-host-read',
    'reads credentials of its node',
    'The folder holds keys or configuration with credentials.',
    standards,
  ),
  hostTraverse: step(
    'exploit-host-traverse',
    'reads tokens of pods on its node',
    'The kubelet keeps the volumes of all pods of the node there, tokens included.',
    standards,
  ),
  containerSocket: step(
    'exploit-container-socket',
    'speaks to the container runtime',
    'The runtime starts privileged containers for whoever asks.',
    standards,
  ),
  networkCapture: step(
    'ce-net-mitm',
    'sees the traffic of its node',
    'On the network of the node it can read and redirect what other pods send.',
    standards,
  ),
  sharedProcesses: step(
    'share-ps-namespace',
    'sees the processes of its other containers',
    'Their memory and files are reachable through /proc.',
    'https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/',
  ),
  endpoint: step(
    'endpoint-exploit',
    'is reached through a port',
    'Whoever can send to the port can try what listens there.',
    'https://kubernetes.io/docs/concepts/services-networking/service/',
  ),
  podAttach: step(
    'pod-attach',
    'controls the pods on it',
    'The node runs them: their memory, files and tokens are its own.',
    'https://kubernetes.io/docs/reference/access-authn-authz/node/',
  ),
  nodeIdentity: step(
    'identity-assume-node',
    "has the kubelet's identity",
    "The kubelet's certificate lies on the node and is of the group system:nodes.",
    'https://kubernetes.io/docs/reference/access-authn-authz/node/',
  ),
  member: step('member', 'is one of them', 'What holds for all holds for each.'),
} as const satisfies Record<string, Step>

export type StepName = keyof typeof steps

const titles = new Map<string, string>(Object.values(steps).map(({ id, title }) => [id, title]))

/** What a step means, to be said of whoever takes it: `reads secrets by name`. */
export function stepTitle(id: string): string {
  return titles.get(id) ?? id
}
