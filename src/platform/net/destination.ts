import { isIP } from 'node:net'
import { reachOf } from './address.ts'

export type DestinationFault =
  | 'invalid_address'
  | 'https_required'
  | 'userinfo_not_allowed'
  | 'port_not_allowed'
  | 'host_not_allowed'
  | 'address_not_public'

/** Where something of ours may be sent, as somebody else wrote it. */
export interface Destination {
  /** As WHATWG writes it: hosts like 2130706433, 0x7f.1 or 0177.0.0.1 are dotted addresses here. */
  url: URL
  /** Without brackets. */
  host: string
  port: number
  isSecure: boolean
}

/** Ports below 1024 belong to known protocols that are not ours to talk to. */
const firstFreePort = 1024

/**
 * Judges what can be judged without asking anybody: the names that it holds are resolved, and judged, when something is sent.
 * `allowLoopback` is for sandboxes: their receivers may run on this machine, without TLS.
 */
export function readDestination(text: string, allowLoopback: boolean): Destination | DestinationFault {
  // What the parser would forgive (spaces, tabs, backslashes) is not what anybody means by an address.
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return 'invalid_address'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#]*@/i.test(text)) return 'userinfo_not_allowed'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const isSecure = url.protocol === 'https:'
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
  const reach = reachOf(host)
  const isLocal = reach === 'loopback' || (reach === null && isLocalName(host))
  if (!isSecure && !(allowLoopback && isLocal)) return 'https_required'
  if (port < firstFreePort && port !== (isSecure ? 443 : 80)) return 'port_not_allowed'
  if (isLocal) return allowLoopback ? { url, host, port, isSecure } : 'address_not_public'
  if (reach === 'private') return 'address_not_public'
  if (reach === null && !isPublicName(host)) return 'host_not_allowed'
  return { url, host, port, isSecure }
}

function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

/** A name with a dot inside and none at its end: what ends in one, or has none, can mean something else to this network. */
function isPublicName(host: string): boolean {
  return (
    isIP(host) === 0 && /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(host) && !isReserved(host)
  )
}

function isReserved(host: string): boolean {
  return /\.(?:local|localhost|internal|intranet|lan|home|corp|private|arpa|onion|invalid|test)$/.test(host)
}

/** Which of the addresses that a name has may be spoken to: none, as soon as one of them may not. */
export function allowedAddress(
  { isSecure }: Pick<Destination, 'isSecure'>,
  addresses: readonly string[],
  allowLoopback: boolean,
): string | null {
  const isAllowed = (address: string) => {
    const reach = reachOf(address)
    return reach === 'loopback' ? allowLoopback : reach === 'public' && isSecure
  }
  return addresses.every(isAllowed) ? (addresses[0] ?? null) : null
}
