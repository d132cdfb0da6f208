import { isIPv4, isIPv6 } from 'node:net'

/** Whom an IP address reaches: anybody's machine, this one, or something that only this house sees. */
export type Reach = 'public' | 'loopback' | 'private'

/** Of IPv4, by the registry of special-purpose addresses (RFC 6890 and its successors) and multicast (RFC 5771). */
const privateV4 = [
  '0.0.0.0/8', // this network; 0.0.0.0 is this machine on many systems
  '10.0.0.0/8',
  '100.64.0.0/10', // CGNAT
  '169.254.0.0/16', // link-local, where clouds answer with credentials
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
].map(network)

const loopbackV4 = network('127.0.0.0/8')
const loopbackV6 = network('::1/128')

/** Of IPv6 only what is given out to networks (RFC 4291), without what is not theirs. */
const givenOutV6 = network('2000::/3')
const privateV6 = [
  '2001::/23', // protocols, Teredo among them
  '2001:db8::/32',
  '3fff::/20',
].map(network)

/** IPv4 in the clothes of IPv6, and where in the address it stands: what it reaches is what the IPv4 address reaches. */
const disguises = [
  { network: network('::ffff:0:0/96'), at: 12 }, // IPv4-mapped
  { network: network('64:ff9b::/96'), at: 12 }, // NAT64
  { network: network('2002::/16'), at: 2 }, // 6to4
]

/** Null for what is no IP address. */
export function reachOf(address: string): Reach | null {
  const bytes = bytesOf(address)
  return bytes === null ? null : reachOfBytes(bytes)
}

function reachOfBytes(bytes: readonly number[]): Reach {
  if (bytes.length === 4) {
    if (isIn(bytes, loopbackV4)) return 'loopback'
    return privateV4.some(range => isIn(bytes, range)) ? 'private' : 'public'
  }
  const disguise = disguises.find(one => isIn(bytes, one.network))
  if (disguise) return reachOfBytes(bytes.slice(disguise.at, disguise.at + 4))
  if (isIn(bytes, loopbackV6)) return 'loopback'
  return isIn(bytes, givenOutV6) && !privateV6.some(range => isIn(bytes, range)) ? 'public' : 'private'
}

interface Network {
  bytes: readonly number[]
  bits: number
}

function network(text: string): Network {
  const [address = '', bits] = text.split('/')
  const bytes = bytesOf(address)
  if (bytes === null) throw new TypeError(`not a network: ${text}`)
  return { bytes, bits: Number(bits) }
}

function isIn(bytes: readonly number[], range: Network): boolean {
  if (bytes.length !== range.bytes.length) return false
  return bytes.every((byte, i) => {
    const bits = Math.min(8, Math.max(0, range.bits - i * 8))
    const mask = (0xff00 >> bits) & 0xff
    return (byte & mask) === ((range.bytes[i] ?? 0) & mask)
  })
}

/** 4 or 16 bytes. One with a zone (fe80::1%eth0) is none: it means something to one machine only. */
function bytesOf(address: string): number[] | null {
  if (isIPv4(address)) return address.split('.').map(Number)
  if (!isIPv6(address) || address.includes('%')) return null
  const [head = '', tail] = address.split('::')
  const front = groupsOf(head)
  const back = tail === undefined ? [] : groupsOf(tail)
  return [...front, ...Array.from({ length: 16 - front.length - back.length }, () => 0), ...back]
}

function groupsOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap(group => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}
