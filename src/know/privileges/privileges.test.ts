import { describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { readZip } from '../../../test/zip.ts'
import { readObjects } from '../fleet/index.ts'
import type { ManifestObject } from '../fleet/index.ts'
import { analysePrivileges } from './index.ts'
import type { PrivilegesAnswer } from './index.ts'

function object(kind: string, name: string, more: Record<string, unknown> = {}): ManifestObject {
  const { namespace, labels, ...rest } = more
  return { kind, metadata: { name, namespace, labels } as ManifestObject['metadata'], ...rest }
}

function analyse(...objects: ManifestObject[]): PrivilegesAnswer {
  return analysePrivileges(objects.map((one) => ({ object: one, where: `${one.kind} ${one.metadata.name}` })))
}

const account = (name: string, namespace = 'shop') => ({ kind: 'ServiceAccount', name, namespace })
const rule = (verbs: string[], resources: string[], apiGroups = [''], more: object = {}) => ({
  verbs,
  resources,
  apiGroups,
  ...more,
})
const reference = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name })

/** A service account `shop/x` with these rules, in its namespace or cluster-wide. */
function having(
  rules: object[],
  where: 'namespace' | 'cluster',
  ...more: ManifestObject[]
): PrivilegesAnswer {
  return analyse(
    object('Namespace', 'shop', { labels: {} }),
    object('ClusterRole', 'r', { rules }),
    where === 'cluster'
      ? object('ClusterRoleBinding', 'b', {
          roleRef: reference('ClusterRole', 'r'),
          subjects: [account('x')],
        })
      : object('RoleBinding', 'b', {
          namespace: 'shop',
          roleRef: reference('ClusterRole', 'r'),
          subjects: [account('x')],
        }),
    ...more,
  )
}

function stepsOf(answer: PrivilegesAnswer, from = 'ServiceAccount shop/x'): string[] {
  return answer.steps.filter((step) => step.from === from).map(({ step, to }) => `${step} → ${to}`)
}

describe('effective RBAC', () => {
  it.each([
    ['list secrets', [rule(['list'], ['secrets'])], 'namespace', ['secrets-list → secrets of shop']],
    [
      'get one secret',
      [rule(['get'], ['secrets'], [''], { resourceNames: ['db'] })],
      'namespace',
      ['secrets-get → secret shop/db'],
    ],
    [
      'a wildcard verb',
      [rule(['*'], ['secrets'])],
      'cluster',
      [
        'secrets-list → secrets of every namespace',
        'secrets-get → secrets of every namespace',
        'secrets-issue → service accounts of every namespace',
      ],
    ],
    ['pods is not pods/exec', [rule(['create'], ['pods/exec'])], 'namespace', ['pods-exec → pods of shop']],
    ['a wildcard subresource', [rule(['create'], ['*/exec'])], 'namespace', ['pods-exec → pods of shop']],
    ['exec by GET', [rule(['get'], ['pods/exec'])], 'namespace', ['pods-exec → pods of shop']],
    ['another group has another resource', [rule(['list'], ['secrets'], ['apps'])], 'namespace', []],
    [
      'create with names allows nothing',
      [rule(['create'], ['pods'], [''], { resourceNames: ['a'] })],
      'namespace',
      [],
    ],
    [
      'deployments',
      [rule(['patch'], ['deployments'], ['apps'])],
      'namespace',
      ['pods-create → service accounts of shop', 'pods-create → secrets of shop', 'pods-create-host → nodes'],
    ],
    [
      'nodes/proxy with only get',
      [rule(['get'], ['nodes/proxy'])],
      'cluster',
      ['nodes-proxy → nodes', 'nodes-proxy → pods of every namespace'],
    ],
    ['nodes/proxy in a namespace', [rule(['get'], ['nodes/proxy'])], 'namespace', []],
    [
      'tokens',
      [rule(['create'], ['serviceaccounts/token'], [''], { resourceNames: ['ci'] })],
      'namespace',
      ['token-request → ServiceAccount shop/ci'],
    ],
    ['impersonate users', [rule(['impersonate'], ['users'])], 'cluster', ['impersonate → cluster-admin']],
    [
      'impersonate one group',
      [rule(['impersonate'], ['groups'], [''], { resourceNames: ['dev'] })],
      'cluster',
      ['impersonate → Group dev'],
    ],
    ['bind alone', [rule(['bind'], ['clusterroles'], ['rbac.authorization.k8s.io'])], 'cluster', []],
    [
      'bind and bindings',
      [
        rule(['bind'], ['clusterroles'], ['rbac.authorization.k8s.io']),
        rule(['create'], ['clusterrolebindings'], ['rbac.authorization.k8s.io']),
      ],
      'cluster',
      ['role-bind → cluster-admin'],
    ],
    [
      'bindings in a namespace',
      [
        rule(['bind'], ['clusterroles'], ['rbac.authorization.k8s.io']),
        rule(['create'], ['rolebindings'], ['rbac.authorization.k8s.io']),
      ],
      'namespace',
      ['role-bind → namespace shop'],
    ],
    [
      'roles are not bound cluster-wide',
      [
        rule(['bind'], ['roles'], ['rbac.authorization.k8s.io']),
        rule(['create'], ['clusterrolebindings'], ['rbac.authorization.k8s.io']),
      ],
      'cluster',
      [],
    ],
    [
      'escalate',
      [rule(['escalate', 'update'], ['clusterroles'], ['rbac.authorization.k8s.io'])],
      'cluster',
      ['role-escalate → cluster-admin'],
    ],
    [
      'write roles without escalate',
      [rule(['update'], ['clusterroles'], ['rbac.authorization.k8s.io'])],
      'cluster',
      [],
    ],
    [
      'certificates',
      [
        rule(['create'], ['certificatesigningrequests'], ['certificates.k8s.io']),
        rule(['update'], ['certificatesigningrequests/approval'], ['certificates.k8s.io']),
        rule(['approve'], ['signers'], ['certificates.k8s.io'], {
          resourceNames: ['kubernetes.io/kube-apiserver-client'],
        }),
      ],
      'cluster',
      ['csr-approve → cluster-admin'],
    ],
    [
      'certificates of another signer',
      [
        rule(['create'], ['certificatesigningrequests'], ['certificates.k8s.io']),
        rule(['update'], ['certificatesigningrequests/approval'], ['certificates.k8s.io']),
        rule(['approve'], ['signers'], ['certificates.k8s.io'], { resourceNames: ['example.org/x'] }),
      ],
      'cluster',
      [],
    ],
    [
      'webhooks',
      [rule(['patch'], ['validatingwebhookconfigurations'], ['admissionregistration.k8s.io'])],
      'cluster',
      ['webhook-validating → secrets of every namespace'],
    ],
  ] as const)('%s', (_, rules, where, expected) => {
    expect(stepsOf(having([...rules], where))).toEqual(expected)
  })

  it('everything is cluster-admin', () => {
    expect(stepsOf(having([rule(['*'], ['*'], ['*'])], 'cluster'))[0]).toBe('cluster-admin → cluster-admin')
    expect(stepsOf(having([rule(['*'], ['*'], ['*'])], 'namespace'))[0]).toBe(
      'namespace-admin → namespace shop',
    )
  })

  it('Pod Security keeps pods from the nodes', () => {
    const create = [rule(['create'], ['pods'])]
    const guarded = object('Namespace', 'shop', {
      labels: { 'pod-security.kubernetes.io/enforce': 'baseline' },
    })
    expect(stepsOf(having(create, 'namespace', guarded))).toEqual([
      'pods-create → service accounts of shop',
      'pods-create → secrets of shop',
    ])
  })

  it('aggregated roles have the rules of all that they select, through circles', () => {
    const aggregate = (name: string, key: string, labels: object) =>
      object('ClusterRole', name, {
        labels,
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [key]: 'true' } }] },
      })
    const answer = analyse(
      aggregate('a', 'to-a', { 'to-b': 'true' }),
      aggregate('b', 'to-b', { 'to-a': 'true' }),
      object('ClusterRole', 'c', { labels: { 'to-b': 'true' }, rules: [rule(['list'], ['secrets'])] }),
      object('ClusterRoleBinding', 'x', { roleRef: reference('ClusterRole', 'a'), subjects: [account('x')] }),
    )
    expect(stepsOf(answer)).toEqual(['secrets-list → secrets of every namespace'])
  })

  it.each([
    ['view', []],
    [
      'edit',
      [
        'secrets-list → secrets of shop',
        'pods-create → service accounts of shop',
        'pods-exec → pods of shop',
        'impersonate-serviceaccount → service accounts of shop',
      ],
    ],
    ['cluster-admin', ['namespace-admin → namespace shop']],
  ])('every cluster has the role %s', (name, expected) => {
    const answer = analyse(
      object('RoleBinding', 'b', {
        namespace: 'shop',
        roleRef: reference('ClusterRole', name),
        subjects: [account('x')],
      }),
    )
    expect(answer.notes).toEqual([])
    expect(stepsOf(answer)).toEqual(expect.arrayContaining(expected))
    if (expected.length === 0) expect(stepsOf(answer)).toEqual([])
  })

  it('groups of service accounts count for each of them', () => {
    const answer = analyse(
      object('ServiceAccount', 'x', { namespace: 'shop' }),
      object('ClusterRole', 'r', { rules: [rule(['list'], ['secrets'])] }),
      object('RoleBinding', 'b', {
        namespace: 'shop',
        roleRef: reference('ClusterRole', 'r'),
        subjects: [{ kind: 'Group', name: 'system:serviceaccounts:shop' }],
      }),
    )
    expect(stepsOf(answer)).toContain('secrets-list → secrets of shop')
  })

  it('says what grants nothing, and refuses what the API server would', () => {
    const answer = analyse(
      object('RoleBinding', 'absent', {
        namespace: 'shop',
        roleRef: reference('Role', 'gone'),
        subjects: [account('x')],
      }),
      object('ClusterRoleBinding', 'role', { roleRef: reference('Role', 'r'), subjects: [account('x')] }),
      object('ClusterRoleBinding', 'subject', {
        roleRef: reference('ClusterRole', 'r'),
        subjects: [{ kind: 'ServiceAccount', name: 'x' }],
      }),
      object('Role', 'r', { namespace: 'shop', rules: [{ verbs: 'get' }] }),
      object('ClusterRole', 'r', { rules: [rule(['impersonate'], ['users'])] }),
      object('RoleBinding', 'idle', {
        namespace: 'shop',
        roleRef: reference('ClusterRole', 'r'),
        subjects: [account('x')],
      }),
    )
    expect(answer.notes).toEqual([
      'RoleBinding shop/absent is of Role shop/gone, which is not among the objects: it grants nothing that is known',
      'RoleBinding shop/idle of ClusterRole r grants nothing of users: those are in no namespace',
    ])
    expect(answer.refused.map(({ source, reason }) => `${source}: ${reason}`)).toEqual([
      'Role r: Role shop/r: rules[0].verbs: must name at least one verb',
      'ClusterRoleBinding role: ClusterRoleBinding role: roleRef: a ClusterRoleBinding cannot refer to a Role',
      'ClusterRoleBinding subject: ClusterRoleBinding subject: subjects[0]: names no user, group or service account with its namespace',
    ])
  })

  it('reads a role of 100,000 rules', () => {
    const rules = Array.from({ length: 100_000 }, (_, index) =>
      rule(['get'], ['configmaps'], [''], { resourceNames: [`c${index}`] }),
    )
    const answer = having([...rules, rule(['list'], ['secrets'])], 'namespace')
    expect(stepsOf(answer)).toEqual(['secrets-list → secrets of shop'])
  })
})

describe('pods', () => {
  const pod = (spec: object, more: object = {}) =>
    object('Pod', 'p', {
      namespace: 'shop',
      spec: { containers: [{ name: 'c', image: 'i', ...more }], ...spec },
    })
  const accessOf = (spec: object, more: object = {}): string[] =>
    analyse(pod(spec, more)).workloads[0].hostAccess.map(({ step }) => step)
  const mount = (path: string, readOnly = false) => ({
    volumes: [{ name: 'v', hostPath: { path } }],
    mounts: { volumeMounts: [{ name: 'v', mountPath: '/m', readOnly }] },
  })

  it.each([
    ['/var/run/docker.sock', false, ['exploit-container-socket', 'exploit-host-write']],
    ['/etc/kubernetes/', true, ['exploit-host-read']],
    ['/var/lib/kubelet/pods', true, ['exploit-host-traverse']],
    ['/proc', false, ['ce-umh-core-pattern', 'exploit-host-read']],
    ['/', true, ['exploit-host-read', 'exploit-host-traverse']],
    ['/data/cache', false, []],
  ])('hostPath %s, read-only %s', (path, readOnly, expected) => {
    const { volumes, mounts } = mount(path, readOnly)
    expect(accessOf({ volumes }, mounts).toSorted()).toEqual(expected.toSorted())
  })

  it('capabilities count with or without CAP_', () => {
    expect(accessOf({}, { securityContext: { capabilities: { add: ['CAP_SYS_ADMIN'] } } })).toEqual([
      'ce-capability',
    ])
    expect(accessOf({}, { securityContext: { capabilities: { add: ['NET_BIND_SERVICE'] } } })).toEqual([])
  })

  it.each([
    [{}, true],
    [{ automountServiceAccountToken: false }, false],
    [
      {
        automountServiceAccountToken: false,
        volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }],
      },
      true,
    ],
  ])('token of %o is mounted: %s', (spec, mounted) => {
    expect(analyse(pod(spec)).workloads[0].tokenMounted).toBe(mounted)
  })

  it("the account's word counts where the pod has none", () => {
    const silent = object('ServiceAccount', 'default', {
      namespace: 'shop',
      automountServiceAccountToken: false,
    })
    expect(analyse(silent, pod({})).workloads[0].tokenMounted).toBe(false)
    expect(analyse(silent, pod({ automountServiceAccountToken: true })).workloads[0].tokenMounted).toBe(true)
  })

  it('the shortest way is told step by step, with the rule and the reason', () => {
    const answer = having(
      [rule(['create'], ['pods/exec'])],
      'namespace',
      pod({ serviceAccountName: 'x' }),
      object('Pod', 'q', {
        namespace: 'shop',
        spec: {
          nodeName: 'n1',
          containers: [{ name: 'c', image: 'i', securityContext: { privileged: true } }],
        },
      }),
    )
    expect(answer.workloads.find(({ id }) => id === 'shop/p[Pod]')?.ways.nodes).toMatchObject([
      { step: 'identity-assume', to: 'ServiceAccount shop/x', via: 'serviceAccountName x' },
      { step: 'pods-exec', to: 'pods of shop', via: 'RoleBinding shop/b of ClusterRole r' },
      { step: 'member', to: 'workload shop/q[Pod]' },
      { step: 'ce-priv-mount', to: 'node n1', via: 'container c: securityContext.privileged' },
    ])
  })
})

describe.skipIf(!hasTestData)('a cluster with planted attacks (needs the data packs)', () => {
  const pack = hasTestData ? readZip(testData('policy/kubehound-test-cluster.zip')) : null
  const names = (pack?.names() ?? []).filter((name) => /\/attacks\/.+\.yaml$/.test(name))

  async function load(): Promise<PrivilegesAnswer> {
    async function* inputs() {
      for (const name of names) yield { source: name, sizeBytes: null, read: async () => pack!.read(name) }
      // Three nodes, as its cluster.yaml asks for.
      for (const node of ['control-plane', 'worker', 'worker2'])
        yield {
          source: node,
          sizeBytes: null,
          read: async () =>
            Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: node } })),
        }
    }
    return analysePrivileges((await readObjects(inputs())).objects)
  }

  it('has 24 files, all understood', async () => {
    expect(names).toHaveLength(24)
    expect((await load()).refused).toEqual([])
  })

  const node = 'the node that it runs on'
  it.each([
    ['CE_MODULE_LOAD', 'workload default/modload-pod[Pod]', 'ce-module-load', node],
    ['CE_NET_MITM', 'workload default/netadmin-pod[Pod]', 'ce-net-mitm', `traffic on ${node}`],
    ['CE_NSENTER', 'workload default/nsenter-pod[Pod]', 'ce-nsenter', node],
    ['CE_PRIV_MOUNT', 'workload default/priv-pod[Pod]', 'ce-priv-mount', node],
    ['CE_SYS_PTRACE', 'workload default/sys-ptrace-pod[Pod]', 'ce-sys-ptrace', node],
    ['CE_UMH_CORE_PATTERN', 'workload default/umh-core-pod[Pod]', 'ce-umh-core-pattern', node],
    ['CE_VAR_LOG_SYMLINK', 'workload default/varlog-pod[Pod]', 'ce-var-log-symlink', node],
    [
      'ENDPOINT_EXPLOIT',
      'ports of default/endpoints-pod[Pod]',
      'endpoint-exploit',
      'workload default/endpoints-pod[Pod]',
    ],
    ['EXPLOIT_HOST_READ', 'workload default/host-read-exploit-pod[Pod]', 'exploit-host-read', node],
    [
      'EXPLOIT_HOST_TRAVERSE',
      'workload default/host-read-exploit-pod[Pod]',
      'exploit-host-traverse',
      `tokens on ${node}`,
    ],
    ['EXPLOIT_HOST_WRITE', 'workload default/host-write-exploit-pod[Pod]', 'exploit-host-write', node],
    ['IDENTITY_ASSUME, of nodes', 'node worker', 'identity-assume-node', 'Group system:nodes'],
    [
      'IDENTITY_ASSUME, of containers',
      'workload default/tokenget-pod[Pod]',
      'identity-assume',
      'ServiceAccount default/tokenget-sa',
    ],
    ['POD_CREATE', 'ServiceAccount default/pod-create-sa', 'pods-create-host', 'nodes'],
    ['POD_EXEC', 'ServiceAccount default/pod-exec-sa', 'pods-exec', 'pods of default'],
    ['POD_PATCH', 'ServiceAccount default/pod-patch-sa', 'pods-patch', 'pods of default'],
    [
      'ROLE_BIND, ClusterRole by ClusterRoleBinding',
      'ServiceAccount default/rolebind-sa-crb-cr-crb-cr',
      'role-bind',
      'cluster-admin',
    ],
    [
      'ROLE_BIND, ClusterRole by RoleBinding anywhere',
      'ServiceAccount default/rolebind-sa-crb-cr-rb-cr',
      'role-bind',
      'cluster-admin',
    ],
    [
      'ROLE_BIND, Role by RoleBinding anywhere',
      'ServiceAccount default/rolebind-sa-crb-cr-rb-r',
      'role-bind',
      'namespace vault',
    ],
    [
      'ROLE_BIND, ClusterRole in the namespace',
      'ServiceAccount default/rolebind-sa-rb-cr-rb-cr',
      'role-bind',
      'namespace default',
    ],
    [
      'ROLE_BIND, Role in the namespace',
      'ServiceAccount default/rolebind-sa-rb-cr-rb-r',
      'role-bind',
      'namespace default',
    ],
    [
      'ROLE_BIND, by a Role',
      'ServiceAccount default/rolebind-sa-rb-r-rb-r',
      'role-bind',
      'namespace default',
    ],
    [
      'ROLE_BIND, ClusterRole by a Role',
      'ServiceAccount default/rolebind-sa-rb-r-rb-crb',
      'role-bind',
      'namespace default',
    ],
    ['ROLE_BIND, of a user', 'User user-rb-r-rb-r', 'role-bind', 'namespace default'],
    ['ROLE_BIND, of a group', 'Group group-rb-r-rb-r', 'role-bind', 'namespace default'],
    [
      'SHARE_PS_NAMESPACE',
      'workload default/sharedps-pod1[Pod]',
      'share-ps-namespace',
      'workload default/sharedps-pod1[Pod]',
    ],
    [
      'SHARE_PS_NAMESPACE, the other pod',
      'workload default/sharedps-pod2[Pod]',
      'share-ps-namespace',
      'workload default/sharedps-pod2[Pod]',
    ],
    ['TOKEN_BRUTEFORCE', 'ServiceAccount default/tokenget-sa', 'secrets-get', 'secrets of default'],
    ['TOKEN_LIST', 'ServiceAccount default/tokenlist-sa', 'secrets-list', 'secrets of default'],
    [
      'TOKEN_STEAL, TOKEN_LIST on accounts',
      'secrets of default',
      'secrets-tokens',
      'service accounts of default',
    ],
  ])('%s', async (_, from, step, to) => {
    const { steps } = await load()
    expect(steps.some((one) => one.from === from && one.step === step && one.to === to)).toBe(true)
  })

  it('IDENTITY_IMPERSONATE is planted by a Role, which grants nothing of users and groups', async () => {
    const { notes, steps } = await load()
    expect(notes).toContain(
      'RoleBinding default/pod-impersonate of Role default/impersonate grants nothing of users: those are in no namespace',
    )
    expect(
      steps.some(
        ({ from, step }) => from === 'ServiceAccount default/impersonate-sa' && step === 'impersonate',
      ),
    ).toBe(false)
  })

  it.each(['crb-cr-crb-r-fail', 'rb-cr-crb-cr-fail', 'rb-r-crb-cr-fail'])(
    '%s is planted to fail',
    async (name) => {
      const { steps } = await load()
      expect(steps.filter(({ from, step }) => from.endsWith(`-${name}`) && step === 'role-bind')).toEqual([])
    },
  )

  it('the control pod has nothing', async () => {
    const control = (await load()).workloads.find(({ id }) => id === 'default/control-pod[Pod]')
    expect(control).toMatchObject({
      hostAccess: [],
      ways: { secrets: null, nodes: null, clusterAdmin: null },
    })
  })
})
