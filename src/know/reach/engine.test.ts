import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ManifestObject } from '../fleet/index.ts'
import { formatAddress, formatRange, parseAddress, parseCidr } from './addresses.ts'
import { parseAdminPolicy, parseClusterPolicy } from './admin-policies.ts'
import { changedPairs } from './change.ts'
import { ConnectionTable } from './connections.ts'
import { ReachEngine } from './engine.ts'
import { parseNetworkPolicy } from './policies.ts'
import { selects } from './selectors.ts'
import type { Policy, Rule, Workload } from './types.ts'

function workload(
  namespace: string,
  name: string,
  labels: Record<string, string>,
  more: Partial<Workload> = {},
): Workload {
  return {
    namespace,
    kind: 'Deployment',
    name,
    labels: new Map(Object.entries(labels)),
    ports: [],
    hostNetwork: false,
    network: null,
    attachments: [],
    pods: 1,
    ...more,
  }
}

function networkPolicy(namespace: string, spec: object, name = 'policy'): Policy {
  return parseNetworkPolicy({
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: spec as ManifestObject['spec'],
  })
}

const web = workload(
  'shop',
  'web',
  { app: 'web' },
  { ports: [{ name: 'http', protocol: 'TCP', port: 8080, hostPort: null }] },
)
const cart = workload('shop', 'cart', { app: 'cart' })
const db = workload('data', 'db', { app: 'db' })
const agent = workload('kube-system', 'agent', { app: 'agent' }, { hostNetwork: true })

function passes(policies: Policy[], hostNetwork: 'nodes' | 'pods' = 'nodes') {
  const workloads = [web, cart, db, agent]
  const engine = new ReachEngine({ workloads, namespaces: new Map(), policies, hostNetwork })
  return (from: Workload | string, to: Workload | string): string => {
    const peer = (one: Workload | string): number => {
      if (typeof one !== 'string') return engine.peerOfClass(engine.classOf[workloads.indexOf(one)])
      const address = parseAddress(one)!
      return engine.addresses.findIndex(
        ({ family, first, last }) =>
          family === address.family && first <= address.value && address.value <= last,
      )
    }
    return engine.table.text(engine.connections(peer(from), peer(to)))
  }
}

describe('NetworkPolicy', () => {
  it('without policies everything passes', () => {
    const between = passes([])
    expect(between(web, db)).toBe('All Connections')
    expect(between('1.2.3.4', db)).toBe('All Connections')
  })

  it('selecting isolates: only what a rule allows passes, from both sides', () => {
    const between = passes([
      networkPolicy('shop', { podSelector: {}, policyTypes: ['Egress'] }),
      networkPolicy('data', {
        podSelector: {},
        ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 5432 }] }],
      }),
    ])
    expect(between(web, db)).toBe('No Connections')
    expect(between(db, web)).toBe('All Connections')
    expect(between('1.2.3.4', db)).toBe('No Connections')
    expect(between(agent, db)).toBe('No Connections')
  })

  it('policies add up', () => {
    const between = passes([
      networkPolicy('data', { podSelector: {}, ingress: [{ ports: [{ port: 5432 }] }] }, 'a'),
      networkPolicy(
        'data',
        { podSelector: {}, ingress: [{ ports: [{ port: 5430, endPort: 5431 }, { protocol: 'UDP' }] }] },
        'b',
      ),
    ])
    expect(between(web, db)).toBe('TCP 5430-5432,UDP 1-65535')
  })

  it('a podSelector alone is about the own namespace; with a namespaceSelector both hold', () => {
    const alone = passes([networkPolicy('shop', { ingress: [{ from: [{ podSelector: {} }] }] })])
    expect([alone(cart, web), alone(db, web)]).toEqual(['All Connections', 'No Connections'])
    const both = passes([
      networkPolicy('shop', {
        ingress: [
          {
            from: [
              {
                podSelector: { matchLabels: { app: 'db' } },
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } },
              },
            ],
          },
        ],
      }),
    ])
    expect([both(cart, web), both(db, web)]).toEqual(['No Connections', 'All Connections'])
  })

  it('without policyTypes, Egress counts when there are egress rules', () => {
    expect(passes([networkPolicy('shop', { egress: [] })])(web, db)).toBe('All Connections')
    expect(passes([networkPolicy('shop', { egress: [{ to: [{ podSelector: {} }] }] })])(web, db)).toBe(
      'No Connections',
    )
  })

  it('a named port is the one of the pod that is connected to, with its protocol', () => {
    const named = (port: object) => passes([networkPolicy('shop', { ingress: [{ ports: [port] }] })])
    expect(named({ port: 'http' })(db, web)).toBe('TCP 8080')
    expect(named({ port: 'http', protocol: 'UDP' })(db, web)).toBe('No Connections')
    expect(named({ port: 'http' })(db, cart)).toBe('No Connections')
    const leaving = passes([networkPolicy('data', { egress: [{ ports: [{ port: 'http' }] }] })])
    expect([leaving(db, web), leaving(db, '1.2.3.4')]).toEqual(['TCP 8080', 'No Connections'])
  })

  it('an ipBlock is about addresses outside, without its exceptions; families stay apart', () => {
    const between = passes([
      networkPolicy('data', {
        ingress: [
          {
            from: [
              { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
              { ipBlock: { cidr: '2001:db8::/32' } },
            ],
          },
        ],
      }),
    ])
    expect(between('10.2.0.1', db)).toBe('All Connections')
    expect(between('10.1.255.255', db)).toBe('No Connections')
    expect(between('2001:db8::1', db)).toBe('All Connections')
    expect(between('2001:db9::1', db)).toBe('No Connections')
    expect(between(web, db)).toBe('No Connections')
  })

  it('pods on the network of their node are not selected, unless the plug-in can', () => {
    const policies = [networkPolicy('kube-system', { podSelector: {} })]
    expect(passes(policies)(web, agent)).toBe('All Connections')
    expect(passes(policies, 'pods')(web, agent)).toBe('No Connections')
  })
})

describe('cluster-wide policies', () => {
  const cluster = (priority: number, action: string, more: object = {}): Policy =>
    parseAdminPolicy({
      kind: 'AdminNetworkPolicy',
      metadata: { name: `p${priority}` },
      spec: {
        priority,
        subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } } },
        ingress: [{ action, from: [{ namespaces: {} }], ...more }],
      },
    })
  const baseline = parseAdminPolicy({
    kind: 'BaselineAdminNetworkPolicy',
    metadata: { name: 'default' },
    spec: { subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }] },
  })

  it('the lower priority decides, before any NetworkPolicy', () => {
    const open = networkPolicy('data', { ingress: [{}] })
    expect(passes([cluster(5, 'Deny'), cluster(9, 'Allow'), open])(web, db)).toBe('No Connections')
    expect(
      passes([
        cluster(9, 'Deny'),
        cluster(5, 'Allow', { ports: [{ portNumber: { protocol: 'TCP', port: 80 } }] }),
        open,
      ])(web, db),
    ).toBe('TCP 80')
  })

  it('what passes is for NetworkPolicies, and for the baseline where none selects the pod', () => {
    const shut = networkPolicy('data', {})
    expect(passes([cluster(1, 'Pass'), cluster(2, 'Deny'), shut])(web, db)).toBe('No Connections')
    expect(passes([cluster(1, 'Pass'), cluster(2, 'Deny')])(web, db)).toBe('All Connections')
    expect(passes([cluster(1, 'Pass'), baseline])(web, db)).toBe('No Connections')
    expect(passes([networkPolicy('data', { ingress: [{}] }), baseline])(web, db)).toBe('All Connections')
  })

  it('a ClusterNetworkPolicy has tiers and protocols', () => {
    const policy = parseClusterPolicy({
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'p' },
      spec: {
        tier: 'Admin',
        priority: 3,
        subject: { namespaces: {} },
        egress: [
          {
            action: 'Accept',
            to: [{ namespaces: {} }],
            protocols: [
              { tcp: { destinationPort: { range: { start: 80, end: 90 } } } },
              { destinationNamedPort: 'http' },
            ],
          },
          {
            action: 'Deny',
            to: [{ networks: ['0.0.0.0/0'] }, { pods: { namespaceSelector: {}, podSelector: {} } }],
          },
        ],
      },
    })
    const between = passes([policy])
    expect(between(db, web)).toBe('TCP 80-90,8080')
    expect(between(db, '8.8.8.8')).toBe('No Connections')
  })
})

describe('classes', () => {
  const key = fc.constantFrom('a', 'b')
  const value = fc.constantFrom('x', 'y')
  const labels = fc.dictionary(key, value, { maxKeys: 2 })
  const selector = fc.record({
    matchLabels: labels,
    matchExpressions: fc.array(
      fc.oneof(
        fc.record({
          key,
          operator: fc.constantFrom('In', 'NotIn'),
          values: fc.array(value, { minLength: 1, maxLength: 2 }),
        }),
        fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
      ),
      { maxLength: 1 },
    ),
  })
  const peer = fc.oneof(
    fc.record({ podSelector: selector }),
    fc.record({ namespaceSelector: selector, podSelector: selector }),
    fc.record({
      ipBlock: fc.constantFrom(
        { cidr: '10.0.0.0/8' },
        { cidr: '10.0.0.0/9' },
        { cidr: '0.0.0.0/0', except: ['10.0.0.0/10'] },
      ),
    }),
  )
  const port = fc.constantFrom({ port: 80 }, { port: 'http' }, { port: 79, endPort: 90 }, { protocol: 'UDP' })
  const rule = (side: 'from' | 'to') =>
    fc.record({ [side]: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) })
  const namespace = fc.constantFrom('n', 'm')
  const policy = fc
    .record({
      namespace,
      podSelector: selector,
      ingress: fc.array(rule('from'), { maxLength: 2 }),
      egress: fc.array(rule('to'), { maxLength: 2 }),
    })
    .map(({ namespace: own, ...spec }) => networkPolicy(own, spec))
  const pods = fc.array(
    fc
      .record({ namespace, labels, named: fc.boolean() })
      .map(({ namespace: own, labels: ownLabels, named }) =>
        workload(own, 'w', ownLabels, {
          ports: named ? [{ name: 'http', protocol: 'TCP', port: 8080, hostPort: null }] : [],
        }),
      ),
    { minLength: 1, maxLength: 8 },
  )
  const namespaces = new Map([['n', new Map([['a', 'x']])]])

  /** One port of one protocol between two pods, read off the policies as their text says it. */
  function allowed(
    policies: readonly Policy[],
    from: Workload,
    to: Workload,
    protocol: string,
    number: number,
  ): boolean {
    const matches = (rules: readonly Rule[] | null, other: Workload): boolean =>
      (rules ?? []).some(
        ({ peers, ports }) =>
          (peers === null ||
            peers.some(
              (one) =>
                one.kind === 'pods' &&
                (one.namespace === null
                  ? selects(one.namespaces, new Map([...(namespaces.get(other.namespace) ?? [])]))
                  : one.namespace === other.namespace) &&
                selects(one.pods, other.labels),
            )) &&
          (ports === null ||
            ports.some((one) =>
              one.kind === 'ports'
                ? one.protocol === protocol && one.first <= number && number <= one.last
                : to.ports.some(
                    (own) =>
                      own.name === one.name &&
                      own.protocol === protocol &&
                      own.protocol === one.protocol &&
                      own.port === number,
                  ),
            )),
      )
    const side = (self: Workload, other: Workload, direction: 'ingress' | 'egress'): boolean => {
      const own = policies.filter(
        ({ subject, [direction]: rules }) =>
          rules !== null && subject.namespace === self.namespace && selects(subject.pods, self.labels),
      )
      return own.length === 0 || own.some((one) => matches(one[direction], other))
    }
    return side(from, to, 'egress') && side(to, from, 'ingress')
  }

  it('say of every pair of pods what the policies say', () => {
    fc.assert(
      fc.property(pods, fc.array(policy, { maxLength: 4 }), (workloads, policies) => {
        const engine = new ReachEngine({ workloads, namespaces, policies, hostNetwork: 'nodes' })
        workloads.forEach((from, source) =>
          workloads.forEach((to, destination) => {
            const peerOf = (index: number): number => engine.peerOfClass(engine.classOf[index])
            const ranges = engine.table.ranges(engine.connections(peerOf(source), peerOf(destination)))
            for (const [protocol, number] of [
              ['TCP', 80],
              ['TCP', 79],
              ['TCP', 8080],
              ['UDP', 80],
              ['SCTP', 1],
            ] as const)
              expect(
                (ranges[protocol] ?? []).some(([first, last]) => first <= number && number <= last),
                `${protocol} ${number}`,
              ).toBe(allowed(policies, from, to, protocol, number))
          }),
        )
      }),
      { numRuns: 400 },
    )
  })

  it('a change of policies on top of an earlier state is the same as a new computation', () => {
    fc.assert(
      fc.property(
        pods,
        fc.array(policy, { maxLength: 3 }),
        fc.array(policy, { maxLength: 3 }),
        (workloads, before, after) => {
          const input = { workloads, namespaces, hostNetwork: 'nodes' as const }
          const changed = new ReachEngine({ ...input, policies: before }).withPolicies(after)
          const fresh = new ReachEngine({ ...input, policies: after, edges: changed.addresses })
          const table = (engine: ReachEngine): string[] => {
            const peers = [
              ...engine.addresses.keys(),
              ...workloads.map((_, index) => engine.peerOfClass(engine.classOf[index])),
            ]
            return peers.flatMap((from) => peers.map((to) => engine.table.text(engine.connections(from, to))))
          }
          expect(table(changed)).toEqual(table(fresh))
          // Looking only at what the policies select finds every pair that differs.
          const earlier = new ReachEngine({ ...input, policies: before })
          const later = earlier.withPolicies(after)
          const found = changedPairs(earlier, later, [...before, ...after]).map(
            ({ source, destination }) => source * later.peers + destination,
          )
          const pieceOf = (peer: number): number =>
            later.isAddress(peer)
              ? earlier.addresses.findIndex(({ family, first, last }) => {
                  const own = later.addresses[peer]
                  return family === own.family && first <= own.first && own.last <= last
                })
              : earlier.peerOfClass(earlier.classOf[later.classes[peer - later.addresses.length][0]])
          const all = Array.from({ length: later.peers ** 2 }, (_, pair) => pair).filter((pair) => {
            const [source, destination] = [Math.floor(pair / later.peers), pair % later.peers]
            return (
              later.connections(source, destination) !==
              earlier.connections(pieceOf(source), pieceOf(destination))
            )
          })
          expect(found.toSorted((a, b) => a - b)).toEqual(all)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('a first policy only takes, a further one only gives', () => {
    fc.assert(
      fc.property(pods, policy, policy, (workloads, first, second) => {
        const input = { workloads, namespaces, hostNetwork: 'nodes' as const }
        const none = new ReachEngine({ ...input, policies: [] })
        const one = none.withPolicies([first])
        const both = one.withPolicies([
          first,
          {
            ...second,
            subject: first.subject,
            ingress: first.ingress && (second.ingress ?? []),
            egress: first.egress && (second.egress ?? []),
          },
        ])
        const at = (engine: ReachEngine, from: number, to: number): number =>
          engine.connections(engine.peerOfClass(engine.classOf[from]), engine.peerOfClass(engine.classOf[to]))
        workloads.forEach((_, from) =>
          workloads.forEach((__, to) => {
            expect(one.table.subtract(at(one, from, to), at(none, from, to))).toBe(0)
            expect(both.table.subtract(at(one, from, to), at(both, from, to))).toBe(0)
          }),
        )
      }),
      { numRuns: 200 },
    )
  })
})

describe('connection sets', () => {
  it('obey the laws of sets', () => {
    const range = fc.tuple(
      fc.constantFrom('TCP', 'UDP', 'SCTP'),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 0, max: 20 }),
    )
    fc.assert(
      fc.property(fc.array(range, { maxLength: 4 }), fc.array(range, { maxLength: 4 }), (left, right) => {
        const table = new ConnectionTable()
        const setOf = (ranges: typeof left): number =>
          ranges.reduce(
            (sum, [protocol, first, size]) => table.union(sum, table.ports(protocol, first, first + size)),
            0,
          )
        const [a, b] = [setOf(left), setOf(right)]
        expect(table.union(table.subtract(a, b), table.intersect(a, b))).toBe(a)
        expect(table.subtract(table.union(a, b), b)).toBe(table.subtract(a, b))
        expect(table.intersect(table.subtract(a, b), b)).toBe(0)
        expect(table.subtract(1, table.subtract(1, a))).toBe(a)
      }),
    )
  })
})

describe('addresses', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0-10.255.255.255'],
    ['10.1.2.3/16', '10.1.0.0-10.1.255.255'],
    ['0.0.0.0/0', '0.0.0.0-255.255.255.255'],
    ['::/0', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:db8::/127', '2001:db8::-2001:db8::1'],
    ['::ffff:1.2.3.4/128', '::ffff:102:304-::ffff:102:304'],
  ])('%s', (text, range) => {
    expect(formatRange(parseCidr(text, 'cidr'))).toBe(range)
  })

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/08',
    'A',
    '::/129',
    '1::2::3/64',
    ':/8',
    '10.0.0.256/8',
  ])('%s is no block', (text) => {
    expect(() => parseCidr(text, 'cidr')).toThrow('is no CIDR block')
  })

  it('are read back as they are written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.nat(127), (value, zeros) => {
        const address = (value >> BigInt(zeros)) << BigInt(zeros >> 1)
        expect(parseAddress(formatAddress(6, address))).toEqual({ family: 6, value: address })
      }),
    )
  })
})
