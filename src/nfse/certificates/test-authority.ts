// A certificate authority for tests and for the sandbox: companies' certificates as ICP-Brasil shapes them, and a server's. Nobody outside trusts it.

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import forge from 'node-forge'
import { type Instant, toDate } from '../../core/dates.ts'
import { OID_CNPJ, OID_CPF, writeAlternativeNames } from './other-names.ts'

export interface Authority {
  certificatePem: string
  privateKeyPem: string
  issue(wish: IssueWish): Issued
}

export interface IssueWish {
  notBefore: Instant
  notAfter: Instant
  /** Whose it is; a server has neither. */
  cnpj?: string
  cpf?: string
  name?: string
  /** 'company' signs and is a client of TLS; 'server' answers TLS and signs. */
  usage?: 'company' | 'server'
  /** Names and addresses of a server. */
  hosts?: readonly string[]
  /** Made wrong on purpose. */
  wrong?: 'no_digital_signature' | 'no_non_repudiation' | 'is_authority' | 'no_owner'
  /** A pair that exists: making one costs a tenth of a second. */
  privateKeyPem?: string
}

export interface Issued {
  certificatePem: string
  /** The certificate and its authority's, one after the other. */
  chainPem: string
  privateKeyPem: string
  /** 'new' is AES, as current tools write; 'old' is 3DES, which Node's TLS no longer opens. With another's key: as a hasty export joins them. */
  pkcs12(password: string, form?: 'new' | 'old', keyOfAnotherPem?: string): Buffer
}

/** A root of its own, with a new pair of keys. */
export function makeAuthority({
  notBefore,
  notAfter,
  name,
}: {
  notBefore: Instant
  notAfter: Instant
  name?: string
}): Authority {
  const keys = keyPair(undefined)
  const root = forge.pki.createCertificate()
  fill(root, keys, subjectOf(name ?? 'AC de teste'), { notBefore, notAfter })
  root.setIssuer(root.subject.attributes)
  root.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ])
  root.sign(keys.privateKey, forge.md.sha256.create())
  return openAuthority({ certificatePem: forge.pki.certificateToPem(root), privateKeyPem: keys.pem })
}

/** One that was made before, of the two texts that it was kept as. */
export function openAuthority({ certificatePem, privateKeyPem }: Pick<Authority, 'certificatePem' | 'privateKeyPem'>): Authority {
  const root = forge.pki.certificateFromPem(certificatePem)
  const key = keyPair(privateKeyPem).privateKey
  return { certificatePem, privateKeyPem, issue: wish => issue(root, key, wish) }
}

function issue(root: forge.pki.Certificate, rootKey: forge.pki.rsa.PrivateKey, wish: IssueWish): Issued {
  const keys = keyPair(wish.privateKeyPem)
  const certificate = forge.pki.createCertificate()
  const owner = wish.cnpj ?? wish.cpf
  fill(certificate, keys, subjectOf(wish.name ?? (owner === undefined ? 'servidor.teste' : `EMPRESA DE TESTE:${owner}`)), wish)
  certificate.setIssuer(root.subject.attributes)
  certificate.setExtensions(extensionsOf(wish))
  certificate.sign(rootKey, forge.md.sha256.create())
  const certificatePem = forge.pki.certificateToPem(certificate)
  return {
    certificatePem,
    chainPem: certificatePem + forge.pki.certificateToPem(root),
    privateKeyPem: keys.pem,
    pkcs12: (password, form = 'new', keyOfAnotherPem) => {
      const algorithm = form === 'new' ? 'aes256' : '3des'
      const key = keyOfAnotherPem === undefined ? keys.privateKey : forge.pki.privateKeyFromPem(keyOfAnotherPem)
      const file = forge.pkcs12.toPkcs12Asn1(key, [certificate, root], password, { algorithm, count: 2048 })
      return Buffer.from(forge.asn1.toDer(file).getBytes(), 'binary')
    },
  }
}

function extensionsOf({ usage = 'company', wrong, cnpj, cpf, hosts = [] }: IssueWish): object[] {
  const otherNames: Record<string, string> = {}
  if (cnpj !== undefined && wrong !== 'no_owner') otherNames[OID_CNPJ] = cnpj
  // Birth date, CPF, and places for NIS and identity card that are zero where they are not told.
  if (cpf !== undefined && wrong !== 'no_owner') otherNames[OID_CPF] = `01011990${cpf}${'0'.repeat(26)}`
  const signs = { digitalSignature: wrong !== 'no_digital_signature', nonRepudiation: wrong !== 'no_non_repudiation' }
  return [
    { name: 'basicConstraints', cA: wrong === 'is_authority' },
    { name: 'keyUsage', ...signs, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', ...(usage === 'server' ? { serverAuth: true } : { clientAuth: true, emailProtection: true }) },
    { id: '2.5.29.17', critical: false, value: writeAlternativeNames(otherNames, hosts) },
  ]
}

function fill(
  certificate: forge.pki.Certificate,
  keys: KeyPair,
  subject: forge.pki.CertificateField[],
  validity: { notBefore: Instant; notAfter: Instant },
): void {
  certificate.publicKey = keys.publicKey
  // A serial number is positive: its first bit is zero.
  certificate.serialNumber = `0${randomBytes(15).toString('hex').slice(1)}`
  certificate.validity.notBefore = toDate(validity.notBefore)
  certificate.validity.notAfter = toDate(validity.notAfter)
  certificate.setSubject(subject)
}

function subjectOf(name: string): forge.pki.CertificateField[] {
  return [
    { name: 'countryName', value: 'BR' },
    { name: 'organizationName', value: 'ICP-Brasil de teste' },
    { name: 'commonName', value: name },
  ]
}

interface KeyPair {
  pem: string
  privateKey: forge.pki.rsa.PrivateKey
  publicKey: forge.pki.rsa.PublicKey
}

/** Made by Node: forge needs seconds for a pair. */
function keyPair(existing: string | undefined): KeyPair {
  const pem =
    existing ?? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const privateKey = forge.pki.privateKeyFromPem(pem)
  return { pem, privateKey, publicKey: forge.pki.setRsaPublicKey(privateKey.n, privateKey.e) }
}
