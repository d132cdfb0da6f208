import { describe, expect, it } from 'vitest'
import { allowedAddress, readDestination } from './destination.ts'

const judged = (text: string, allowLoopback = false) => {
  const read = readDestination(text, allowLoopback)
  return typeof read === 'string' ? read : `${read.isSecure ? 'tls' : 'plain'} ${read.host} ${read.port}`
}

describe('where webhooks may be sent', () => {
  it.each([
    ['https://example.com/hook?a=1', 'tls example.com 443'],
    ['https://hooks.example.com.br:8443/', 'tls hooks.example.com.br 8443'],
    ['https://8.8.8.8/', 'tls 8.8.8.8 443'],
    ['https://[2606:4700::1111]/', 'tls 2606:4700::1111 443'],
    ['https://xn--bcher-kva.example/', 'tls xn--bcher-kva.example 443'],
  ])('%s', (text, expected) => expect(judged(text)).toBe(expected))

  it.each([
    ['http://example.com/', 'https_required'],
    ['ftp://example.com/', 'invalid_address'],
    ['file:///etc/passwd', 'invalid_address'],
    ['example.com', 'invalid_address'],
    ['https://', 'invalid_address'],
    ['https://exa mple.com/', 'invalid_address'],
    ['https://example.com\\@127.0.0.1/', 'invalid_address'],
    ['https://user:pass@example.com/', 'userinfo_not_allowed'],
    ['https://@example.com/', 'userinfo_not_allowed'],
    ['https://example.com@127.0.0.1/', 'userinfo_not_allowed'],
    ['https://example.com:22/', 'port_not_allowed'],
    ['https://example.com:80/', 'port_not_allowed'],
    ['https://example.com:0/', 'port_not_allowed'],
    // Loopback, in all its spellings.
    ['https://127.0.0.1/', 'address_not_public'],
    ['https://127.1/', 'address_not_public'],
    ['https://2130706433/', 'address_not_public'],
    ['https://0x7f000001/', 'address_not_public'],
    ['https://0177.0.0.1/', 'address_not_public'],
    ['https://0x7f.0.0.1/', 'address_not_public'],
    ['https://127.0.0.1./', 'address_not_public'],
    ['https://１２７.０.０.１/', 'address_not_public'],
    ['https://127。0。0。1/', 'address_not_public'],
    ['https://[::1]/', 'address_not_public'],
    ['https://[::ffff:127.0.0.1]/', 'address_not_public'],
    ['https://[::ffff:7f00:1]/', 'address_not_public'],
    ['https://localhost/', 'address_not_public'],
    ['https://a.localhost/', 'address_not_public'],
    // What only this house sees.
    ['https://169.254.169.254/latest/meta-data', 'address_not_public'],
    ['https://2852039166/', 'address_not_public'],
    ['https://10.0.0.1/', 'address_not_public'],
    ['https://0/', 'address_not_public'],
    ['https://[fc00::1]/', 'address_not_public'],
    ['https://[fe80::1]/', 'address_not_public'],
    ['https://[64:ff9b::a00:1]/', 'address_not_public'],
    ['https://[2002:a00:1::]/', 'address_not_public'],
    ['https://localhost./', 'host_not_allowed'],
    ['https://example.com./', 'host_not_allowed'],
    ['https://intranet/', 'host_not_allowed'],
    ['https://printer.local/', 'host_not_allowed'],
    ['https://metadata.google.internal/', 'host_not_allowed'],
  ])('%s is refused: %s', (text, expected) => expect(judged(text)).toBe(expected))

  it('a sandbox may have its receiver on this machine, without TLS, and nothing else', () => {
    expect(judged('http://127.0.0.1:9000/', true)).toBe('plain 127.0.0.1 9000')
    expect(judged('http://localhost:9000/', true)).toBe('plain localhost 9000')
    expect(judged('http://[::1]:9000/', true)).toBe('plain ::1 9000')
    expect(judged('http://127.0.0.1:22/', true)).toBe('port_not_allowed')
    expect(judged('http://10.0.0.1:9000/', true)).toBe('https_required')
    expect(judged('https://10.0.0.1/', true)).toBe('address_not_public')
    expect(judged('http://example.com/', true)).toBe('https_required')
  })
})

describe('the addresses of a name', () => {
  const secure = { isSecure: true }

  it('must all be public: one that is not spoils the others', () => {
    expect(allowedAddress(secure, ['8.8.8.8', '1.1.1.1'], false)).toBe('8.8.8.8')
    for (const address of ['127.0.0.1', '10.1.1.1', '::ffff:127.0.0.1', 'fd00::1', '64:ff9b::7f00:1', 'not an address'])
      expect(allowedAddress(secure, ['8.8.8.8', address], false)).toBeNull()
    expect(allowedAddress(secure, [], false)).toBeNull()
  })

  it('may be this machine for a sandbox; without TLS they must be', () => {
    expect(allowedAddress(secure, ['127.0.0.1'], true)).toBe('127.0.0.1')
    expect(allowedAddress({ isSecure: false }, ['127.0.0.1', '::1'], true)).toBe('127.0.0.1')
    expect(allowedAddress({ isSecure: false }, ['8.8.8.8'], true)).toBeNull()
    expect(allowedAddress(secure, ['10.0.0.1'], true)).toBeNull()
  })
})
