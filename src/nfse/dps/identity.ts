import { parseCnpj } from '../../core/brazil/cnpj.ts'
import { parseCpf } from '../../core/brazil/cpf.ts'
import type { TaxId } from '../../core/brazil/tax-id.ts'
import type { Identity } from './dps.ts'

/** Whether the check digits fit. A branded number has passed once, and may come from a row that somebody wrote. */
export function hasRightDigits({ kind, taxId }: TaxId): boolean {
  return (kind === 'company' ? parseCnpj(taxId) : parseCpf(taxId)) === taxId
}

export function isNational(identity: Identity): identity is TaxId {
  return identity.kind === 'company' || identity.kind === 'person'
}

/** One enterprise or one person: companies by the root of their CNPJ. */
export function isSame(one: TaxId, other: Identity): boolean {
  if (!isNational(other) || one.kind !== other.kind) return false
  return one.kind === 'company' ? one.taxId.slice(0, 8) === other.taxId.slice(0, 8) : one.taxId === other.taxId
}
