import { type Cnpj, formatCnpj, parseCnpj } from './cnpj.ts'
import { type Cpf, formatCpf, parseCpf } from './cpf.ts'

export type TaxId = { kind: 'company'; taxId: Cnpj } | { kind: 'person'; taxId: Cpf }

/** A company has fourteen places and a person eleven, so a text is never both. Lost leading zeros are not guessed back. */
export function parseTaxId(text: string): TaxId | null {
  const cnpj = parseCnpj(text)
  if (cnpj !== null) return { kind: 'company', taxId: cnpj }
  const cpf = parseCpf(text)
  return cpf === null ? null : { kind: 'person', taxId: cpf }
}

export function formatTaxId(id: TaxId): string {
  return id.kind === 'company' ? formatCnpj(id.taxId) : formatCpf(id.taxId)
}
