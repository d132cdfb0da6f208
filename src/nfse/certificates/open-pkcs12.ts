// Opens the file that a certificate authority delivers (A1: PKCS#12, .pfx or .p12). Authorities still write RC2 and 3DES, which Node's own TLS
// refuses; forge reads those and the new ones. What comes out is PEM, opened once: whoever keeps the key encrypts it.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import type { Certificate } from './certificate.ts'
import { readCertificate } from './read-certificate.ts'

export interface OpenedPkcs12 {
  certificate: Certificate
  /** PKCS#8 in PEM, not encrypted. Never logged, never stored as it is. */
  privateKeyPem: string
  /** The certificates that came along, in PEM: what TLS sends to be believed. */
  authoritiesPem: string[]
}

export type Pkcs12FaultCode =
  | 'too_large'
  | 'not_pkcs12'
  | 'wrong_password'
  | 'without_certificate'
  | 'without_key'
  | 'key_of_another'
  | 'unreadable'

export type Pkcs12Opening = { ok: true; opened: OpenedPkcs12 } | { ok: false; code: Pkcs12FaultCode; message: string }

const MOST_BYTES = 256 * 1024

const sentences: Record<Pkcs12FaultCode, string> = {
  too_large: 'O arquivo é grande demais para ser um certificado A1. Envie o arquivo .pfx ou .p12 que a certificadora entregou.',
  not_pkcs12: 'O arquivo não é um certificado A1 (PKCS#12). Envie o arquivo .pfx ou .p12 que a certificadora entregou.',
  wrong_password: 'A senha do certificado está errada. Confira a senha escolhida quando o arquivo foi gerado.',
  without_certificate: 'O arquivo não traz nenhum certificado. Exporte-o de novo, com o certificado e a chave privada.',
  without_key: 'O arquivo não traz a chave privada. Exporte o certificado de novo, com a chave privada.',
  key_of_another:
    'A chave privada do arquivo não é do certificado que veio com ela. Exporte o certificado de novo, com a sua chave.',
  unreadable: 'O arquivo usa uma cifra ou uma chave que não é lida aqui. Exporte-o de novo com AES-256 ou 3DES e chave RSA.',
}

const no = (code: Pkcs12FaultCode): Pkcs12Opening => ({ ok: false, code, message: sentences[code] })

/** About a tenth of a second of the processor, most of it the file's own hardening of its password. */
export function openPkcs12(file: Uint8Array, password: string): Pkcs12Opening {
  if (file.byteLength > MOST_BYTES) return no('too_large')
  let outer: forge.asn1.Asn1
  try {
    outer = forge.asn1.fromDer(Buffer.from(file).toString('binary'))
  } catch {
    return no('not_pkcs12')
  }
  if (!looksLikePkcs12(outer)) return no('not_pkcs12')
  try {
    return sorted(
      boundedly(() => {
        spend(macIterations(outer))
        return forge.pkcs12.pkcs12FromAsn1(outer, false, password)
      }),
    )
  } catch (error) {
    return no(isAboutThePassword(error, hasMac(outer)) ? 'wrong_password' : 'unreadable')
  }
}

/** Of several keys and certificates, the certificate of the one key that belongs to it; authorities have none in such a file. */
function sorted(file: forge.pkcs12.Pkcs12Pfx): Pkcs12Opening {
  const { oids } = forge.pki
  const bags = (type: string | undefined) => (type === undefined ? [] : (file.getBags({ bagType: type })[type] ?? []))
  const certificates = bags(oids.certBag).flatMap(bag => {
    const der = bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1
    const read = readCertificate(Buffer.from(forge.asn1.toDer(der).getBytes(), 'binary'))
    return read === null ? [] : [read]
  })
  const keyBags = [...bags(oids.pkcs8ShroudedKeyBag), ...bags(oids.keyBag)]
  const keys = keyBags.flatMap(bag => (bag.key ? [forge.pki.privateKeyToPem(bag.key)] : []))
  if (certificates.length === 0) return no('without_certificate')
  if (keyBags.length === 0) return no('without_key')
  if (keys.length === 0) return no('unreadable')
  for (const pem of keys) {
    const key = createPrivateKey(pem)
    const certificate = certificates.find(one => new X509Certificate(one.pem).checkPrivateKey(key))
    if (certificate === undefined) continue
    return {
      ok: true,
      opened: {
        certificate,
        privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
        authoritiesPem: certificates.filter(one => one !== certificate).map(one => one.pem),
      },
    }
  }
  return no('key_of_another')
}

const PKCS12_VERSION = 3

/** SEQUENCE of version 3, contents, and what proves them whole. */
function looksLikePkcs12(outer: forge.asn1.Asn1): boolean {
  const [version, contents] = childrenOf(outer)
  return typeof version?.value === 'string' && version.value.charCodeAt(0) === PKCS12_VERSION && childrenOf(contents).length === 2
}

/**
 * How often a password is hashed stands in the file, for its MAC and for each of its parts, and the file comes from outside: in all beyond this, a second
 * of the processor, it would keep everybody waiting. Known tools write 1 to 51,200 for each, and three of them.
 */
const MOST_ITERATIONS = 300_000

/** Of the file that is being opened. */
let iterationsLeft = 0

function spend(iterations: number): void {
  iterationsLeft -= iterations
  if (iterationsLeft < 0) throw new TooManyIterations()
}

class TooManyIterations extends Error {}

/** forge's types leave it out. */
const { pbe } = forge.pki as unknown as { pbe: { getCipher: GetCipher } }
const { getCipher } = pbe

type GetCipher = (oid: string, params: forge.asn1.Asn1, password: string) => unknown

/** forge's own door is ours while a file is opened, and nothing waits in between. */
function boundedly<T>(open: () => T): T {
  iterationsLeft = MOST_ITERATIONS
  pbe.getCipher = boundedGetCipher
  try {
    return open()
  } finally {
    pbe.getCipher = getCipher
  }
}

/** forge goes through this door for whatever it deciphers, also for what lies inside of something deciphered. */
const boundedGetCipher: GetCipher = (oid, params, password) => {
  const isNew = oid === forge.pki.oids.pkcs5PBES2
  spend(mostIterations(params))
  // PBES2 takes the password's bytes as they are, and everybody writes UTF-8; the older way takes its characters.
  return getCipher(oid, params, isNew ? forge.util.encodeUtf8(password) : password)
}

/** The largest number anywhere in the parameters: salts are octets, so the rest are iterations and lengths of keys. */
function mostIterations(params: forge.asn1.Asn1): number {
  if (params.type === forge.asn1.Type.INTEGER && typeof params.value === 'string') return integerOf(params.value)
  return Math.max(0, ...childrenOf(params).map(mostIterations))
}

function hasMac(outer: forge.asn1.Asn1): boolean {
  return childrenOf(outer).length > 2
}

/** One, where none are said. */
function macIterations(outer: forge.asn1.Asn1): number {
  const [, , iterations] = childrenOf(childrenOf(outer)[2])
  return typeof iterations?.value === 'string' ? integerOf(iterations.value) : 1
}

function integerOf(bytes: string): number {
  if (bytes.length === 0 || bytes.length > 6) return Number.MAX_SAFE_INTEGER
  return Buffer.from(bytes, 'binary').readUIntBE(0, bytes.length)
}

/** With a MAC forge says so itself. Without one, rubbish stands where keys and certificates should be, and that says something each time else. */
function isAboutThePassword(error: unknown, hasMac: boolean): boolean {
  if (!(error instanceof Error) || error instanceof TooManyIterations) return false
  return hasMac ? /Invalid password/.test(error.message) : !/unsupported/i.test(error.message)
}

function childrenOf(node: forge.asn1.Asn1 | undefined): forge.asn1.Asn1[] {
  return Array.isArray(node?.value) ? node.value : []
}
