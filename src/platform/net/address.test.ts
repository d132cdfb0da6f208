import { describe, expect, it } from 'vitest'
import { reachOf } from './address.ts'

const reached: Record<string, readonly string[]> = {
  public: [
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::1',
  ],
  loopback: [
    '127.0.0.1',
    '127.255.255.254',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ],
  private: [
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
    ...['192.0.0.1', '192.0.2.1', '192.168.1.1', '198.18.0.1', '203.0.113.9', '224.0.0.1', '239.1.1.1', '255.255.255.255'],
    // Unspecified, ULA, link-local, site-local, multicast, documentation, Teredo, IPv4-compatible, local NAT64.
    ...[
      '::',
      'fc00::1',
      'fd12:3456::1',
      'fe80::1',
      'fec0::1',
      'ff02::1',
      '2001:db8::1',
      '2001::1',
      '::7f00:1',
      '::8.8.8.8',
      '64:ff9b:1::1',
    ],
    ...['::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '64:ff9b::10.0.0.1', '2002:a00:1::1', '2002:c0a8:101::', '::ffff:0:127.0.0.1'],
  ],
}

describe('an IP address', () => {
  it.each(Object.entries(reached).flatMap(([reach, addresses]) => addresses.map(address => [address, reach])))(
    '%s is %s',
    (address, reach) => {
      expect(reachOf(address)).toBe(reach)
    },
  )

  it('is nothing else', () => {
    expect(['example.com', '127.1', '0x7f.1', '2130706433', 'fe80::1%eth0', ''].map(reachOf)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ])
  })
})
