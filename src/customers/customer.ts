import { type Address, type AddressInput, readAddress } from '../core/brazil/address.ts'
import { parseCnpj } from '../core/brazil/cnpj.ts'
import { parseCpf } from '../core/brazil/cpf.ts'
import type { TaxId } from '../core/brazil/tax-id.ts'
import type { Instant } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { given, isEmail } from '../core/text.ts'

/** Who pays. A company is known by its CNPJ, a person by a CPF. */
export interface Customer extends CustomerData {
  id: number
  version: number
  createdAt: Instant
  archivedAt: Instant | null
}

export interface CustomerData {
  kind: CustomerKind
  name: string
  tradeName: string | null
  /** Null until known: nothing is billed to the customer before. */
  taxId: TaxId['taxId'] | null
  municipalRegistration: string | null
  billingEmails: string[]
  addresses: CustomerAddress[]
  contacts: Contact[]
  notes: string | null
}

export type CustomerKind = TaxId['kind']
export const customerKinds = ['company', 'person'] as const satisfies readonly CustomerKind[]

export interface CustomerAddress extends Address {
  purpose: AddressPurpose
}
export const addressPurposes = ['main', 'billing', 'service'] as const
export type AddressPurpose = (typeof addressPurposes)[number]

export interface Contact {
  name: string
  email: string | null
  phone: string | null
  role: string | null
}

/** As it was sent: shapes are right, meanings are not checked yet. */
export interface CustomerInput {
  kind: CustomerKind
  name: string
  tradeName?: string | null
  taxId?: string | null
  municipalRegistration?: string | null
  billingEmails?: readonly string[]
  addresses?: readonly CustomerAddressInput[]
  contacts?: readonly ContactInput[]
  notes?: string | null
}
export type CustomerAddressInput = AddressInput & { purpose?: AddressPurpose }
export type ContactInput = { name: string; email?: string | null; phone?: string | null; role?: string | null }

/** Throws a Refusal that names every fault. */
export function readCustomer(input: CustomerInput): CustomerData {
  const faults = new Faults()
  const name = given(input.name) ?? faults.add('/name', 'blank', 'Informe o nome.')
  const taxId = readTaxId(input.kind, input.taxId, faults)
  const billingEmails = (input.billingEmails ?? []).map((text, i) => readEmail(text, `/billingEmails/${i}`, faults) ?? '')
  const addresses = (input.addresses ?? []).map((address, i) => ({
    purpose: address.purpose ?? 'main',
    ...readAddress(address, `/addresses/${i}`, faults),
  }))
  const contacts = (input.contacts ?? []).map((contact, i) => readContact(contact, `/contacts/${i}`, faults))
  if (name === null) return faults.refuse()
  faults.refuseIfAny()
  return {
    kind: input.kind,
    name,
    tradeName: given(input.tradeName),
    taxId,
    municipalRegistration: given(input.municipalRegistration),
    billingEmails: [...new Set(billingEmails)],
    addresses,
    contacts,
    notes: given(input.notes),
  }
}

function readTaxId(kind: CustomerKind, text: string | null | undefined, faults: Faults): CustomerData['taxId'] {
  const shown = given(text)
  if (shown === null) return null
  const other = kind === 'company' ? parseCpf(shown) : parseCnpj(shown)
  if (other !== null) {
    return kind === 'company'
      ? faults.add('/taxId', 'tax_id_of_other_kind', 'Isto é um CPF; uma empresa tem CNPJ.')
      : faults.add('/taxId', 'tax_id_of_other_kind', 'Isto é um CNPJ; uma pessoa tem CPF.')
  }
  return kind === 'company'
    ? (parseCnpj(shown) ??
        faults.add('/taxId', 'invalid_tax_id', 'CNPJ inválido: confira os caracteres e os dígitos verificadores.'))
    : (parseCpf(shown) ?? faults.add('/taxId', 'invalid_tax_id', 'CPF inválido: confira os dígitos.'))
}

function readContact(input: ContactInput, path: string, faults: Faults): Contact {
  const email = given(input.email)
  return {
    name: given(input.name) ?? faults.add(`${path}/name`, 'blank', 'Informe o nome do contato.') ?? '',
    email: email === null ? null : readEmail(email, `${path}/email`, faults),
    phone: given(input.phone),
    role: given(input.role),
  }
}

function readEmail(text: string, path: string, faults: Faults): string | null {
  const email = text.trim()
  return isEmail(email) ? email : faults.add(path, 'invalid_email', 'Endereço de e-mail inválido.')
}

const ERASED_NAME = 'Dados apagados (LGPD)'

/** Whether nothing is left of it by which anybody could be billed. Not to be undone, so its name tells for good. */
export function isErased({ name }: Pick<CustomerData, 'name'>): boolean {
  return name === ERASED_NAME
}

/**
 * What is left of a person whose data was erased (LGPD, Lei 13.709/2018, art. 18 VI). The tax id stays while the law
 * obliges us to keep the fiscal record that names it (art. 16 I).
 */
export function erasedCustomer(customer: CustomerData, keep: { taxId: boolean }): CustomerData {
  return {
    kind: customer.kind,
    name: ERASED_NAME,
    tradeName: null,
    taxId: keep.taxId ? customer.taxId : null,
    municipalRegistration: null,
    billingEmails: [],
    addresses: [],
    contacts: [],
    notes: null,
  }
}
