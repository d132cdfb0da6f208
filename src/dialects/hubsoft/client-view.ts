import type { Address } from '../../core/brazil/address.ts'
import type { AddressPurpose, Customer } from '../../customers/customer.ts'
import { type ClientService, statuses } from './client-services.ts'
import { asNumber, asStamp } from './values.ts'

/** Keys in the order of their document, its slips of the pen included (`data_nascmento`). What we keep nothing of is null. */
export function showClient(it: Customer, services: readonly ClientService[], timeZone: string) {
  return {
    ...showPerson(it),
    rg: null,
    rg_emissao: null,
    inscricao_municipal: it.municipalRegistration,
    inscricao_estadual: null,
    data_cadastro: asStamp(it.createdAt, timeZone),
    data_nascmento: null,
    alerta: false,
    alerta_mensagens: [],
    servicos: services.map((service, i) => showService(it, service, i + 1)),
  }
}

/** Who it is: what every answer tells of a client. */
export function showPerson(it: Customer) {
  const phones = it.contacts.flatMap(({ phone }) => phone ?? [])
  const emails = [...it.billingEmails, ...it.contacts.flatMap(({ email }) => email ?? [])]
  return {
    id_cliente: it.id,
    codigo_cliente: it.id,
    nome_razaosocial: it.name,
    nome_fantasia: it.tradeName,
    tipo_pessoa: it.kind === 'company' ? 'pj' : 'pf',
    cpf_cnpj: it.taxId,
    telefone_primario: phones[0] ?? null,
    telefone_secundario: phones[1] ?? null,
    telefone_terciario: phones[2] ?? null,
    email_principal: emails[0] ?? null,
    email_secundario: emails[1] ?? null,
  }
}

function showService(customer: Customer, { id, serviceItemId, description, netCents, status }: ClientService, place: number) {
  return {
    id_cliente_servico: id,
    id_servico: serviceItemId,
    numero_plano: place,
    nome: description,
    valor: asNumber(netCents),
    status: statuses[status],
    status_prefixo: status,
    tecnologia: null,
    login: null,
    senha: null,
    ipv4: null,
    ipv6: null,
    ultima_conexao: [],
    endereco_cadastral: showAddress(customer, 'main'),
    endereco_instalacao: showAddress(customer, 'service'),
    endereco_fiscal: showAddress(customer, 'main'),
    endereco_cobranca: showAddress(customer, 'billing'),
  }
}

/** Where there is none of that purpose, the main one. */
function showAddress({ addresses }: Customer, purpose: AddressPurpose) {
  const address = addresses.find(one => one.purpose === purpose) ?? addresses.find(one => one.purpose === 'main')
  if (address === undefined) return null
  const { street, number, complement, district, zipCode, uf, city } = address
  return {
    completo: whole(address),
    logradouro: null,
    endereco: street,
    numero: number,
    complemento: complement,
    bairro: district,
    cep: zipCode?.replace(/^(\d{5})(\d{3})$/, '$1-$2') ?? null,
    estado: uf,
    uf,
    cidade: city,
  }
}

/** 'RUA GOIAS, 86 - PORTO VELHO, DIVINÓPOLIS/MG - APTO 101' */
function whole({ street, number, district, city, uf, complement }: Address): string {
  const first = [street, number].filter(part => part !== null).join(', ')
  const place = [district, city === null ? null : uf === null ? city : `${city}/${uf}`].filter(part => part !== null).join(', ')
  return [first, place, complement].filter(part => part !== null && part !== '').join(' - ')
}
