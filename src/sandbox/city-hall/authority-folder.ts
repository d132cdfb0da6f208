// The test authority and what it has signed: made when a city hall starts for the first time, read again afterwards.

import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addMillis, type Instant } from '../../core/dates.ts'
import { type Authority, type Issued, makeAuthority, openAuthority } from '../../nfse/certificates/test-authority.ts'

/** The first client's company: invented, with right digits. */
export const firstCompany = '11222333000181'
export const passwordOfClients = 'bordero'

export interface Credentials {
  readonly authority: Authority
  readonly serverKeyPem: string
  /** The server's certificate and its authority's. */
  readonly serverChainPem: string
}

const day = 86_400_000
const validity = (now: Instant, years: number) => ({
  notBefore: addMillis(now, -day),
  notAfter: addMillis(now, years * 366 * day),
})

const hosts = ['localhost', '127.0.0.1']

/** Of a company, as its authority would deliver it. */
export function certificateOf(authority: Authority, now: Instant, taxId: string, name?: string): Issued {
  const owner = taxId.length === 14 ? { cnpj: taxId } : { cpf: taxId }
  return authority.issue({ ...validity(now, 1), ...owner, ...(name !== undefined && { name }) })
}

export function makeCredentials(now: Instant): Credentials {
  const authority = makeAuthority({ ...validity(now, 10), name: 'AC de teste da prefeitura de brinquedo' })
  const server = authority.issue({ ...validity(now, 9), name: 'sefin.localhost', usage: 'server', hosts })
  return { authority, serverKeyPem: server.privateKeyPem, serverChainPem: server.chainPem }
}

/** Files that an operator hands to a client; only the owner reads the keys. */
export const files = {
  authority: 'authority.pem',
  authorityKey: 'authority.key.pem',
  server: 'server.pem',
  serverKey: 'server.key.pem',
  client: 'client.pem',
  clientKey: 'client.key.pem',
  clientPkcs12: 'client.p12',
} as const

export function openFolder(folder: string, now: Instant): Credentials {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const at = (name: string) => join(folder, name)
  if (Object.values(files).every(name => existsSync(at(name)))) {
    const read = (name: string) => readFileSync(at(name), 'utf8')
    const authority = openAuthority({ certificatePem: read(files.authority), privateKeyPem: read(files.authorityKey) })
    return { authority, serverKeyPem: read(files.serverKey), serverChainPem: read(files.server) }
  }
  const made = makeCredentials(now)
  const client = certificateOf(made.authority, now, firstCompany, 'EMPRESA FICTICIA LTDA')
  const write = (name: string, content: string | Buffer) => writeFileSync(at(name), content, { mode: 0o600 })
  write(files.authorityKey, made.authority.privateKeyPem)
  write(files.server, made.serverChainPem)
  write(files.serverKey, made.serverKeyPem)
  write(files.client, client.chainPem)
  write(files.clientKey, client.privateKeyPem)
  write(files.clientPkcs12, client.pkcs12(passwordOfClients))
  // Last: a folder without it was not finished, and is made anew.
  write(files.authority, made.authority.certificatePem)
  return made
}

export const x509 = (pem: string) => new X509Certificate(pem)
