import { isIPv6 } from 'node:net'

const pattern = /^(?:([a-z0-9][a-z0-9._-]{0,252})|\[([0-9a-f:.]{2,45})\])(?::(\d{1,5}))?$/i

/** Whether a name or an address stands there, with a port or without: what an address of ours may begin with. */
export function isHost(text: string): boolean {
  const [, name, address, port] = pattern.exec(text) ?? []
  if (port !== undefined && Number(port) > 65_535) return false
  return address === undefined ? name !== undefined && !name.includes('..') : isIPv6(address)
}
