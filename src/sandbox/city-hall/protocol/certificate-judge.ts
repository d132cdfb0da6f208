import type { X509Certificate } from 'node:crypto'
import { type Instant, millisOf } from '../../../core/dates.ts'
import type { Certificate } from '../../../nfse/certificates/certificate.ts'
import { readCertificate } from '../../../nfse/certificates/read-certificate.ts'

/** What may be wrong with a certificate, in the order in which it is looked at. */
export type CertificateFault = 'shape' | 'period' | 'chain' | 'revoked' | 'root' | 'owner'

export interface JudgedCertificate {
  readonly faults: readonly CertificateFault[]
  /** CNPJ or CPF by the otherName of ICP-Brasil; '' where it tells none. */
  readonly taxId: string
}

/** Whom this city hall believes. */
export interface Trust {
  readonly authority: X509Certificate
  readonly now: Instant
  /** Serial numbers in upper case, as X.509 writes them. */
  readonly revoked: readonly string[]
}

/** `ICP-Brasil` stands as organization in every certificate below its root, those of the test authority included. */
const rootName = /O=ICP-Brasil/

export function judgeCertificate(certificate: X509Certificate, trust: Trust): JudgedCertificate {
  const { read, isOurs } = knownOf(certificate, trust.authority)
  const faults: CertificateFault[] = []
  if (read === null || read.version !== 3 || read.isAuthority || !read.digitalSignature || !read.nonRepudiation)
    faults.push('shape')
  const now = millisOf(trust.now)
  if (now < certificate.validFromDate.getTime() || now > certificate.validToDate.getTime()) faults.push('period')
  if (!isOurs) faults.push('chain')
  if (trust.revoked.includes(certificate.serialNumber.toUpperCase())) faults.push('revoked')
  if (!rootName.test(certificate.issuer)) faults.push('root')
  if (read?.owner == null) faults.push('owner')
  return { faults, taxId: read?.owner?.taxId ?? '' }
}

interface Known {
  readonly read: Certificate | null
  readonly isOurs: boolean
}

/** A billing run signs thousands of notes with one certificate, and reading it costs as much as judging the note. */
const known = new WeakMap<X509Certificate, Map<string, Known>>()
const mostKnown = 1000

/** What never changes about a certificate: what it says, and whether this authority signed it. */
function knownOf(certificate: X509Certificate, authority: X509Certificate): Known {
  const ofAuthority = known.get(authority) ?? new Map<string, Known>()
  known.set(authority, ofAuthority)
  const before = ofAuthority.get(certificate.fingerprint256)
  if (before !== undefined) return before
  if (ofAuthority.size >= mostKnown) ofAuthority.clear()
  const found = {
    read: readCertificate(certificate.raw),
    isOurs: certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
  }
  ofAuthority.set(certificate.fingerprint256, found)
  return found
}

/** Who sends, by the certificate of the connection. */
export const transportCodes: Readonly<Record<CertificateFault, readonly [code: string, says: string]>> = {
  shape: ['E1200', 'O certificado de quem transmite não serve para isso.'],
  period: ['E1203', 'O certificado de quem transmite está fora da validade.'],
  chain: ['E1205', 'O certificado de quem transmite não é de autoridade conhecida.'],
  revoked: ['E1207', 'O certificado de quem transmite foi revogado.'],
  root: ['E1208', 'A raiz do certificado de quem transmite não é a ICP-Brasil.'],
  owner: ['E1209', 'O certificado de quem transmite não traz CNPJ nem CPF.'],
}

/** Nobody showed a certificate at all. */
export const noCertificate = ['E1200', 'A conexão não apresentou certificado de cliente.'] as const

/** Of who signs, the same faults come under two codes: what may pass with time or another authority, and what never will. */
export const isPassing = (fault: CertificateFault) => fault === 'period' || fault === 'chain' || fault === 'revoked'
