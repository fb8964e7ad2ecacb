import { isIP } from 'node:net'
import { AllclearError } from '../errors.ts'
import { blockList, classOfAddress, depthOf, type AddressClass } from './addresses.ts'

/** What may be called from here, beyond the rule of `addresses.ts`. Entries are host names, addresses or networks. */
export interface OutboundPolicy {
  /** Called although the rule forbids it. */
  allow: readonly string[]
  /** Not called although the rule allows it; stronger than `allow`. */
  deny: readonly string[]
}

export const defaultOutboundPolicy: OutboundPolicy = { allow: [], deny: [] }

/** ALLCLEAR_OUTBOUND_ALLOW and ALLCLEAR_OUTBOUND_DENY, separated by commas. */
export function readOutboundPolicy(env: NodeJS.ProcessEnv = process.env): OutboundPolicy {
  const policy = { allow: listOf(env.ALLCLEAR_OUTBOUND_ALLOW), deny: listOf(env.ALLCLEAR_OUTBOUND_DENY) }
  for (const entry of [...policy.allow, ...policy.deny])
    if (!isNetwork(entry) && !/^[a-z0-9.-]+$/i.test(entry))
      throw new AllclearError('usage', {
        message: `"${entry.slice(0, 200)}" is neither a host name, an address nor a network.`,
        next: 'Correct ALLCLEAR_OUTBOUND_ALLOW or ALLCLEAR_OUTBOUND_DENY: `registry.example.org,10.0.0.0/8`.',
      })
  return policy
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
}

function isNetwork(entry: string): boolean {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry)
  if (!match) return false
  const family = isIP(match[1])
  return family !== 0 && (match[2] === undefined || Number(match[2]) <= (family === 4 ? 32 : 128))
}

/**
 * Decides by host name and address whether a request may go there. `from` is the class of whoever named the place: of
 * the server that redirected, or null when a person or the configuration did, whom only the rule on forbidden addresses
 * binds. Returns the class, or throws `outbound.refused`.
 */
export function checkPlace(
  host: string,
  address: string,
  from: AddressClass | null,
  policy: OutboundPolicy,
): AddressClass {
  const found = classOfAddress(address)
  if (matches(policy.deny, host, address))
    throw refused(host, address, 'it is denied by ALLCLEAR_OUTBOUND_DENY')
  if (matches(policy.allow, host, address)) return found
  if (found === 'forbidden')
    throw refused(host, address, 'it is link-local, a metadata service, or names nobody')
  if (from !== null && depthOf[found] > depthOf[from])
    throw refused(host, address, `a ${from} server sent us to this ${found} address`)
  return found
}

function matches(entries: readonly string[], host: string, address: string): boolean {
  if (entries.includes(host.toLowerCase())) return true
  const networks = entries.filter(isNetwork)
  const family = isIP(address)
  return (
    networks.length > 0 && family !== 0 && blockList(networks).check(address, family === 6 ? 'ipv6' : 'ipv4')
  )
}

function refused(host: string, address: string, why: string): AllclearError {
  return new AllclearError('outbound.refused', {
    message: `${host}${host === address ? '' : ` (${address})`} is not called: ${why}.`,
    next: 'If it is meant, put it into ALLCLEAR_OUTBOUND_ALLOW; see docs/explanation/outbound.md.',
    where: host,
  })
}
