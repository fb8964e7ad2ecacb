import { describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { readZip } from '../../../test/zip.ts'
import { readObjects } from '../fleet/index.ts'
import { analyseReach, diffReach, modelOf, writeText } from './index.ts'
import type { ReachModel } from './index.ts'

/**
 * Topologies with the connections that another analyser found. It applies policies to pods on the host network, which the
 * API leaves open; that rule is asked for here, and what the other rule changes is counted below.
 */
describe.skipIf(!hasTestData)('published topologies (needs the data packs)', () => {
  const pack = hasTestData ? readZip(testData('policy/netpol-connectivity.zip')) : null
  const names = pack?.names() ?? []
  const topologies = [...new Set(names.flatMap((name) => /^tests\/([^/]+)\/./.exec(name)?.[1] ?? []))]

  async function load(topology: string): Promise<ReachModel> {
    async function* inputs() {
      for (const name of names)
        if (name.startsWith(`tests/${topology}/`) && /\.(?:ya?ml|json)$/.test(name))
          yield { source: name, sizeBytes: null, read: async () => pack!.read(name) }
    }
    const { objects } = await readObjects(inputs())
    return modelOf(objects)
  }
  const linesOf = (text: string): string[] =>
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '')

  /** Lists of connections; those of an exposure analysis begin with the same list. */
  const lists = topologies.flatMap((topology) =>
    ['connlist', 'exposure'].flatMap((kind) => {
      const name = `test_outputs/connlist/${topology}_${kind}_output.txt`
      return names.includes(name) ? [{ topology, name }] : []
    }),
  )

  it('has 110 lists', () => {
    expect(lists).toHaveLength(110)
  })

  it.each(lists)('$name', async ({ topology, name }) => {
    const text = pack!
      .read(name)
      .toString('utf8')
      .split(/^Exposure Analysis Result:/m)[0]
    const answer = analyseReach(await load(topology), { hostNetwork: 'pods' })
    expect(linesOf(writeText(answer))).toEqual(linesOf(text))
  })

  it('the other rule for the host network changes eight lists', async () => {
    const changed: string[] = []
    for (const { topology, name } of lists) {
      const model = await load(topology)
      const [pods, nodes] = (['pods', 'nodes'] as const).map((hostNetwork) =>
        writeText(analyseReach(model, { hostNetwork })),
      )
      if (pods === nodes) continue
      changed.push(name)
      // Nothing but pods on the host network is on the lines that differ.
      const hosts = model.workloads.filter(({ hostNetwork }) => hostNetwork)
      const lines = new Set(linesOf(pods))
      for (const line of linesOf(nodes))
        if (!lines.has(line))
          expect(
            hosts.some(({ namespace, name: own }) => line.includes(`${namespace}/${own}[`)),
            line,
          ).toBe(true)
    }
    expect(changed).toHaveLength(8)
  })

  const diffs = names.flatMap((name) => {
    const body = /^test_outputs\/diff\/diff_between_(.+)\.txt$/.exec(name)?.[1]
    if (body === undefined) return []
    const after = topologies.find(
      (one) => body.startsWith(`${one}_and_`) && topologies.includes(body.slice(one.length + 5)),
    )
    return after === undefined ? [] : [{ name, before: body.slice(after.length + 5), after }]
  })

  it('has 6 differences of which both sides are there', () => {
    expect(diffs).toHaveLength(6)
  })

  it.each(diffs)('$name', async ({ name, before, after }) => {
    const { changes } = diffReach(await load(before), await load(after), { hostNetwork: 'pods' })
    const lines = changes.map(
      (change) =>
        `diff-type: ${change.kind}, source: ${change.source}, destination: ${change.destination}, ref1: ${change.before}, ref2: ${change.after}` +
        (change.workload === null ? '' : `, workloads-diff-info: ${change.workload}`),
    )
    const expected = linesOf(pack!.read(name).toString('utf8')).filter((line) => line.startsWith('diff-type'))
    expect(lines.toSorted()).toEqual(expected.toSorted())
  })

  it.each([
    ['anp_bad_path_test_4', 'spec.subject', 'needs exactly one of namespaces, pods; it has none'],
    [
      'anp_bad_path_test_5',
      'spec.subject',
      'needs exactly one of namespaces, pods; it has namespaces and pods',
    ],
    ['anp_bad_path_test_6', 'spec.egress[0].to', 'needs at least one peer'],
    ['anp_bad_path_test_10', 'spec.egress[0].to', 'needs at least one peer'],
    ['anp_bad_path_test_12', 'spec.egress[0].action', 'nothing is none of Allow, Deny, Pass'],
    ['anp_bad_path_test_20', 'spec.priority', 'is not a whole number from 0 to 1000'],
    [
      'anp_test_with_empty_port_range',
      'spec.ingress[0].ports[0].portRange',
      'ends at 1, before it starts at 10',
    ],
    ['np_test_with_empty_port_range', 'spec.egress[0].ports[1].endPort', '1 is below port 10'],
    ['banp_bad_path_test_2', 'metadata.name', 'a BaselineAdminNetworkPolicy is named default'],
    ['banp_bad_path_test_14', 'spec.ingress[0].action', '"Pass" is none of Allow, Deny'],
    ['banp_bad_path_test_15', 'spec.egress[0].to[0].networks[0]', '"zc00::/8" is no CIDR block'],
    ['udn_bad_path_test_1', 'spec.topology', '"Layer4" is none of Layer2, Layer3, Localnet'],
    ['udn_bad_path_test_3', 'spec.layer3.role', '"Admin" is neither Primary nor Secondary'],
  ])('%s is refused at %s', async (topology, place, reason) => {
    const { refused } = await load(topology)
    expect(refused.map((one) => `${one.source.split(': ').at(-1)}: ${one.reason}`)).toContain(
      `${place}: ${reason}`,
    )
  })
})
