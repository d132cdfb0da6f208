import { parseCpf } from '../../../core/brazil/cpf.ts'
import { municipioNamed } from '../../../core/brazil/municipio.ts'
import { parseUf } from '../../../core/brazil/states.ts'
import type { ContactInput, Customer, CustomerAddressInput, CustomerInput } from '../../../customers/customer.ts'
import { type Param, textIn, textUpTo } from '../read-param.ts'

/** What of their client our customer has; what is not sent stays as it was. */
export function readCustomerForm(param: Param, before: Customer | null): CustomerInput {
  const taxId = textUpTo(param, 'cnpj_cpf', 20) ?? before?.taxId ?? null
  const email = textUpTo(param, 'email', 500)
  return {
    kind: kindOf(param, taxId, before),
    name: textUpTo(param, 'razao_social', 200) ?? before?.name ?? '',
    tradeName: textUpTo(param, 'nome_fantasia', 200) ?? before?.tradeName ?? null,
    taxId,
    municipalRegistration: textUpTo(param, 'inscricao_municipal', 30) ?? before?.municipalRegistration ?? null,
    billingEmails: email === undefined ? (before?.billingEmails ?? []) : emailsOf(email),
    addresses: addressesOf(param, before),
    contacts: contactsOf(param, before),
    notes: textUpTo(param, 'observacao', 5000) ?? before?.notes ?? null,
  }
}

function kindOf(param: Param, taxId: string | null, before: Customer | null): CustomerInput['kind'] {
  const said = textIn(param, 'pessoa_fisica')
  if (said !== undefined) return said === 'S' ? 'person' : 'company'
  if (taxId !== null && taxId !== before?.taxId) return parseCpf(taxId) === null ? 'company' : 'person'
  return before?.kind ?? 'company'
}

/** Several are sent in one field. */
function emailsOf(text: string): string[] {
  return text
    .split(/[,;\s]+/)
    .filter(part => part !== '')
    .slice(0, 20)
}

const addressTags = ['endereco', 'endereco_numero', 'complemento', 'bairro', 'cidade', 'cidade_ibge', 'estado', 'cep'] as const

/** The one address that theirs have is our main one. */
function addressesOf(param: Param, before: Customer | null): CustomerAddressInput[] {
  const known = before?.addresses ?? []
  if (!addressTags.some(tag => param[tag] !== undefined)) return known
  const main = known.find(({ purpose }) => purpose === 'main')
  const uf = textUpTo(param, 'estado', 2) ?? main?.uf ?? null
  const named = textUpTo(param, 'cidade', 100)
  // Theirs is 'SÃO PAULO (SP)'.
  const city = named?.replace(/\s*\([A-Za-z]{2}\)\s*$/, '')
  const state = uf === null ? null : parseUf(uf)
  const municipio =
    textUpTo(param, 'cidade_ibge', 7) || (city === undefined || state === null ? undefined : municipioNamed(city, state)?.code)
  const isMoved = city !== undefined || municipio !== undefined
  const changed = {
    purpose: 'main' as const,
    street: textUpTo(param, 'endereco', 200) ?? main?.street ?? null,
    number: textUpTo(param, 'endereco_numero', 20) ?? main?.number ?? null,
    complement: textUpTo(param, 'complemento', 100) ?? main?.complement ?? null,
    district: textUpTo(param, 'bairro', 100) ?? main?.district ?? null,
    municipio: municipio ?? (isMoved ? null : (main?.municipio ?? null)),
    city: city ?? main?.city ?? null,
    uf,
    zipCode: textUpTo(param, 'cep', 10) ?? main?.zipCode ?? null,
  }
  return [changed, ...known.filter(address => address !== main)]
}

function contactsOf(param: Param, before: Customer | null): ContactInput[] {
  const name = textUpTo(param, 'contato', 100)
  const area = textUpTo(param, 'telefone1_ddd', 5)
  const number = textUpTo(param, 'telefone1_numero', 20)
  const [first, ...others] = before?.contacts ?? []
  if (name === undefined && number === undefined) return before?.contacts ?? []
  const phone = number === undefined ? (first?.phone ?? null) : area ? `(${area}) ${number}` : number
  const shown = name || first?.name || textIn(param, 'razao_social') || before?.name || ''
  return [{ name: shown, phone: phone || null, email: first?.email ?? null, role: first?.role ?? null }, ...others]
}
