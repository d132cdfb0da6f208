// What a company signs its notes with, and what may be wrong with it. The codes of the Sefin are those of annex I; its check of revocation cannot be made here.

import type { TaxId } from '../../core/brazil/tax-id.ts'
import { type Instant, millisOf } from '../../core/dates.ts'
import type { OfficialFault } from '../fault.ts'

/** A certificate as it was read. It holds no key: who keeps one keeps it encrypted, beside. */
export interface Certificate {
  /** PEM of the certificate alone. */
  pem: string
  /** The common name, for people. */
  name: string
  issuerName: string
  serialNumber: string
  /** SHA-256 of the certificate, hexadecimal: what tells two apart in a list. */
  fingerprint: string
  /** Whose it is, by the otherName of ICP-Brasil; null where it does not say. */
  owner: TaxId | null
  notBefore: Instant
  notAfter: Instant
  version: number
  isAuthority: boolean
  digitalSignature: boolean
  nonRepudiation: boolean
  /** Of its key of RSA; 0 of any other kind. */
  keyBits: number
}

const MS_PER_DAY = 86_400_000
const LEAST_KEY_BITS = 2048

/** Why notes of an issuer cannot be signed with it at this instant; empty: they can. All reasons at once. */
export function judgeCertificate(certificate: Certificate, issuer: TaxId, at: Instant): OfficialFault[] {
  const faults: OfficialFault[] = []
  const add = (code: string, official: string, message: string) => faults.push({ path: '/certificate', code, official, message })
  const { owner } = certificate
  if (at > certificate.notAfter) {
    add(
      'certificate_expired',
      'E0715',
      `O certificado ${certificate.name} venceu em ${shown(certificate.notAfter)}. Envie um certificado válido.`,
    )
  }
  if (at < certificate.notBefore) {
    add(
      'certificate_not_yet_valid',
      'E0715',
      `O certificado ${certificate.name} só vale a partir de ${shown(certificate.notBefore)}.`,
    )
  }
  if (certificate.version !== 3 || certificate.isAuthority || !certificate.digitalSignature || !certificate.nonRepudiation) {
    add(
      'certificate_usage',
      'E0716',
      `O certificado ${certificate.name} não serve para assinar notas (assinatura digital e não repúdio, e não ser de autoridade). Use um e-CNPJ ou e-CPF A1 da ICP-Brasil.`,
    )
  }
  if (certificate.keyBits < LEAST_KEY_BITS) {
    add(
      'certificate_key',
      'E0716',
      `A chave do certificado ${certificate.name} não é RSA de ao menos ${LEAST_KEY_BITS} bits. Use um A1 da ICP-Brasil.`,
    )
  }
  if (owner === null) {
    add(
      'certificate_without_owner',
      'E0716',
      `O certificado ${certificate.name} não traz CNPJ nem CPF. Use um e-CNPJ ou e-CPF A1 da ICP-Brasil.`,
    )
  } else if (!isOfSame(owner, issuer)) {
    add(
      'certificate_of_another',
      'E0718',
      `O certificado é de ${owner.taxId}, e quem emite é ${issuer.taxId}. Envie o certificado de quem emite.`,
    )
  }
  return faults
}

/**
 * What an issuer should know although it can sign: the certificate ends soon, or is of another branch. Which certificate may sign for
 * a branch is not settled (the rule says the emitter's, events compare roots only), so it is told and not refused.
 */
export function warnOfCertificate(certificate: Certificate, issuer: TaxId, at: Instant): OfficialFault[] {
  const warnings: OfficialFault[] = []
  const left = daysLeft(certificate, at)
  if (left >= 0 && left <= WARNS_DAYS_BEFORE) {
    const when = left === 0 ? 'hoje' : left === 1 ? 'amanhã' : `em ${left} dias`
    warnings.push({
      path: '/certificate',
      code: 'certificate_expires_soon',
      official: null,
      message: `O certificado ${certificate.name} vence ${when} (${shown(certificate.notAfter)}). Renove-o antes disso.`,
    })
  }
  if (certificate.owner !== null && isOfSame(certificate.owner, issuer) && certificate.owner.taxId !== issuer.taxId) {
    warnings.push({
      path: '/certificate',
      code: 'certificate_of_branch',
      official: 'E0718',
      message: `O certificado é de ${certificate.owner.taxId}, outro estabelecimento da mesma empresa. Se a prefeitura o recusar, use o de ${issuer.taxId}.`,
    })
  }
  return warnings
}

const WARNS_DAYS_BEFORE = 30

/** Whole days until it ends; negative once it has. */
export function daysLeft(certificate: Certificate, at: Instant): number {
  return Math.floor((millisOf(certificate.notAfter) - millisOf(at)) / MS_PER_DAY)
}

/** Companies are one by the root of their CNPJ, people by their CPF. */
function isOfSame(owner: TaxId, issuer: TaxId): boolean {
  if (owner.kind !== issuer.kind) return false
  return owner.kind === 'company' ? owner.taxId.slice(0, 8) === issuer.taxId.slice(0, 8) : owner.taxId === issuer.taxId
}

function shown(at: Instant): string {
  return `${at.slice(8, 10)}/${at.slice(5, 7)}/${at.slice(0, 4)}`
}
