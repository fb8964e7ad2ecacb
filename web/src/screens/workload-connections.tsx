import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import type { ClusterReach, Workload } from '../api/schema.generated.ts'
import { grouped } from '../format.ts'
import { Asked } from '../parts/asked.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure } from '../parts/ledger.tsx'
import { Doubts, doubtsOf } from './attack-path.tsx'
import { WorkloadLink } from './identity.tsx'
import { portsInWords } from './ways.ts'

/** Peers that a page names one by one; the command line lists all. */
const peersShown = 8

interface Peers {
  ports: string
  /** Workloads of the cluster. */
  inside: string[]
  /** Address ranges and proxies outside. */
  outside: string[]
}

/** Who may connect to a workload, and where it may connect to, by what policies and ways in allow. */
export function WorkloadConnections({ workload: { id, cluster } }: { workload: Workload }) {
  const into = useQuery(queries.reach({ to: id }))
  const from = useQuery(queries.reach({ from: id }))
  return (
    <>
      <Figure title="Who can reach it" note="ways in from outside, and what policies let through">
        <Asked result={into} what="who can reach it">
          {(answer) => (
            <>
              {answer.entries.length > 0 && (
                <DataTable
                  caption="Ways in from outside"
                  rows={answer.entries}
                  keyOf={(entry) => JSON.stringify(entry)}
                  columns={entryColumns}
                />
              )}
              <PeerTable
                caption="What may connect to it"
                peers={peersOf(answer, 'source')}
                cluster={cluster}
                none="Nothing may connect to it"
                isSeen={doubtsOf(answer, undefined).length === 0}
              />
              <Doubts said={[]} unknown={doubtsOf(answer, undefined)} />
            </>
          )}
        </Asked>
      </Figure>
      <Figure title="What it can reach" note="where code in it may connect to">
        <Asked result={from} what="what it can reach">
          {(answer) => (
            <PeerTable
              caption="Where it may connect to"
              peers={peersOf(answer, 'destination')}
              cluster={cluster}
              none="It may connect to nothing"
              isSeen={doubtsOf(answer, undefined).length === 0}
            />
          )}
        </Asked>
      </Figure>
    </>
  )
}

function peersOf({ sections }: ClusterReach, end: 'source' | 'destination'): Peers[] {
  const byPorts = new Map<string, Peers>()
  for (const { connections } of sections)
    for (const connection of connections) {
      const ports = portsInWords(connection.ports)
      const peers = byPorts.get(ports) ?? { ports, inside: [], outside: [] }
      byPorts.set(ports, peers)
      const peer = connection[end]
      peers[/\[External\]$|^\{/.test(peer) ? 'outside' : 'inside'].push(peer)
    }
  return [...byPorts.values()].sort((a, b) => size(b) - size(a))
}

function size({ inside, outside }: Peers): number {
  return inside.length + outside.length
}

function PeerTable({
  caption,
  peers,
  cluster,
  none,
  isSeen,
}: {
  caption: string
  peers: readonly Peers[]
  cluster: string
  none: string
  isSeen: boolean
}) {
  if (peers.length === 0) return <Empty kind={isSeen ? 'proven' : 'matches'} title={none} />
  return (
    <DataTable
      caption={caption}
      rows={peers.map((one) => ({ ...one, cluster }))}
      keyOf={({ ports }) => ports}
      columns={peerColumns}
    />
  )
}

const peerColumns: readonly Column<Peers & { cluster: string }>[] = [
  {
    title: 'Ports',
    phone: 'line',
    cell: ({ ports }) => (
      <b className={ports.length < 16 ? 'nowrap' : undefined}>
        <Inert text={ports} max={300} />
      </b>
    ),
  },
  {
    title: 'Outside of the cluster',
    cell: ({ outside }) =>
      outside.length === 0 ? (
        <span className="soft">nothing</span>
      ) : (
        <Inert text={outside.map(outsideInWords).join(', ')} max={300} />
      ),
  },
  {
    title: 'Workloads of the cluster',
    phone: 'line',
    cell: ({ inside, cluster }) => <Inside peers={inside} cluster={cluster} />,
  },
  { title: 'In all', number: true, cell: (row) => grouped(size(row)) },
]

function Inside({ peers, cluster }: { peers: readonly string[]; cluster: string }) {
  if (peers.length === 0) return <span className="soft">none</span>
  const names = (ids: readonly string[]) => ids.map((id) => id.replace(/\[\w+\]$/, '')).join(', ')
  if (peers.length === 1) return <WorkloadLink id={peers[0]} cluster={cluster} />
  const rest = peers.slice(peersShown)
  return (
    <>
      <Inert text={names(peers.slice(0, peersShown))} max={600} />
      {rest.length > 0 && (
        <details>
          <summary>and {grouped(rest.length)} more</summary>
          <Inert text={names(rest)} />
        </details>
      )}
    </>
  )
}

function outsideInWords(peer: string): string {
  if (peer === '0.0.0.0-255.255.255.255[External]') return 'every IPv4 address'
  if (peer === '{ingress-controller}') return 'the proxy of its Ingress'
  return peer.replace('[External]', '')
}

const entryColumns: readonly Column<ClusterReach['entries'][number]>[] = [
  {
    title: 'Way in',
    phone: 'line',
    cell: ({ via, at }) => (
      <>
        <b>
          <Inert text={via} max={200} />
        </b>
        <Second>
          <Inert text={at.join(', ')} max={200} />
        </Second>
      </>
    ),
  },
  {
    title: 'From',
    cell: ({ reach }) => (reach === 'internet' ? 'the internet' : 'the network of its nodes'),
  },
  { title: 'Leads to', cell: ({ ports }) => <Inert text={portsInWords(ports)} max={120} /> },
  {
    title: 'Of which policies allow',
    cell: ({ allowed }) =>
      allowed === '' || allowed === 'No Connections' ? (
        'nothing'
      ) : (
        <Inert text={portsInWords(allowed)} max={120} />
      ),
  },
]
