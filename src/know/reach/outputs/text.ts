import type { NetworkSection, ReachAnswer } from '../analyse.ts'
import type { Connection } from '../connection.ts'

/**
 * The text form: `source => destination : ports`, a line each, ordered. Where there are more networks than the pod network,
 * a section for each and then the networks of each workload.
 */
export function writeText({ sections, networks }: ReachAnswer): string {
  const lines = sections.flatMap(({ connections }) => connections).map(line)
  if (networks.length === 0) return lines.join('')
  return [
    ...(sections.length === 1 ? [lines.join('')] : sections.map(sectionText)),
    `Workload-to-Networks Mapping:\n${networks.map(mappingText).join('')}`,
  ].join('\n')
}

function line({ source, destination, ports }: Connection): string {
  return `${source} => ${destination} : ${ports}\n`
}

function sectionText(section: NetworkSection): string {
  const { network, workloads, connections } = section
  const title =
    network === null
      ? 'Permitted connectivity analyzed in Pod network:\n'
      : `Permitted connectivity analyzed in ${network.kind === 'NAD' ? 'secondary' : 'primary'} ${network.kind} ${network.name}:\n`
  if (connections.length > 0) return title + connections.map(line).join('')
  if (network !== null) return `${title}All connections are not allowed for the workloads in the network\n`
  return workloads.length === 0
    ? `${title}all input workloads are configured with (C)UDN as their primary network interface\n`
    : `${title}All connections are not allowed for the workloads in the pod-network\n`
}

function mappingText({ workload, primary, secondary }: ReachAnswer['networks'][number]): string {
  const more = secondary.length === 0 ? '' : `\tSecondary Networks: ${secondary.join(',')}\n`
  return `${workload}: \n\tPrimary Network: ${primary}\n${more}`
}
