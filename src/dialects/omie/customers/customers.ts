import { formatTaxId, parseTaxId } from '../../../core/brazil/tax-id.ts'
import { showId } from '../../../core/ids.ts'
import { createCustomer } from '../../../customers/create-customer.ts'
import type { Customer } from '../../../customers/customer.ts'
import { customerOf, customersByTaxId, customersOf } from '../../../customers/customer-store.ts'
import type { CustomerTies } from '../../../customers/customer-ties.ts'
import { deleteCustomer } from '../../../customers/delete-customer.ts'
import { holdLeavingCustomer } from '../../../customers/read-customer.ts'
import { updateCustomer } from '../../../customers/update-customer.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { type ExternalId, externalIdsOf, subjectOfExternalId } from '../../../platform/external-ids.ts'
import type { ForeignRequest } from '../../../platform/http/foreign-route.ts'
import { forgetKept } from '../../kept-store.ts'
import { timeZoneOf } from '../../time-zone.ts'
import { lastChangesOf } from '../changes-store.ts'
import { movedIn } from '../days-asked.ts'
import { fault, missingTag, wrongValue } from '../fault.ts'
import { fieldsOf } from '../fields.ts'
import { keepSent, keptSent, shownAs } from '../kept.ts'
import { dayAndHour } from '../moments.ts'
import { type Method, type Result, sentOf } from '../operation.ts'
import { pageAsked, pageHead, snake } from '../paging.ts'
import { listIn, type Param, partIn, textIn, textUpTo, wholeIn } from '../read-param.ts'
import type { Words } from '../words.ts'
import { readCustomerForm } from './customer-form.ts'
import { type CustomerPageFilter, pageOfCustomers } from './customer-list-store.ts'

const service = 'geral/clientes'
const { types } = fieldsOf(service)
const words: Words = {
  tags: {
    '/name': 'razao_social',
    '/taxId': 'cnpj_cpf',
    '/externalIds': 'codigo_cliente_integracao',
    '/billingEmails/*': 'email',
    '/addresses/*/uf': 'estado',
    '/addresses/*/municipio': 'cidade_ibge',
    '/addresses/*/zipCode': 'cep',
    '/contacts/*/name': 'contato',
  },
}
const reads = { service, needs: ['customers:read'], reads: true, words } as const
const writes = { service, needs: ['customers:write'], words } as const

export function customerMethods(ties: Pick<CustomerTies, 'isBilledByItself'>): readonly Method[] {
  return [
    {
      ...writes,
      name: 'create-customer',
      call: 'IncluirCliente',
      run: (ctx, param, asked) => ctx.transact(tx => include(tx, ctx, param, asked)),
    },
    {
      ...writes,
      name: 'update-customer',
      call: 'AlterarCliente',
      run: (ctx, param, asked) => ctx.transact(async tx => change(tx, ctx, ties, await idNamed(tx, param), param, asked)),
    },
    {
      ...writes,
      name: 'upsert-customer',
      call: 'UpsertCliente',
      run: (ctx, param, asked) =>
        ctx.transact(async tx => {
          const known = await idOf(tx, param)
          return known === null ? include(tx, ctx, param, asked) : change(tx, ctx, ties, known, param, asked)
        }),
    },
    {
      ...writes,
      name: 'upsert-customer-by-tax-id',
      call: 'UpsertClienteCpfCnpj',
      run: (ctx, param, asked) =>
        ctx.transact(async tx => {
          const known = await idOfTaxId(tx, param)
          return known === null ? include(tx, ctx, param, asked) : change(tx, ctx, ties, known, param, asked)
        }),
    },
    {
      ...writes,
      name: 'delete-customer',
      call: 'ExcluirCliente',
      run: (ctx, param) => ctx.transact(tx => remove(tx, ctx, param)),
    },
    {
      ...writes,
      name: 'name-customer',
      call: 'AssociarCodIntCliente',
      run: (ctx, param) => ctx.transact(tx => giveCode(tx, ctx, ties, param)),
    },
    {
      ...reads,
      name: 'show-customer',
      call: 'ConsultarCliente',
      run: (ctx, param) =>
        ctx.transact(async tx => {
          const [shown] = await showCustomers(tx, [await idNamed(tx, param)], false)
          return { body: shown ?? {} }
        }),
    },
    {
      ...reads,
      name: 'list-customers',
      call: 'ListarClientes',
      run: (ctx, param) => ctx.transact(tx => listPage(tx, param, 'clientes_cadastro', ids => showCustomers(tx, ids, true))),
    },
    {
      ...reads,
      name: 'list-customers-briefly',
      call: 'ListarClientesResumido',
      run: (ctx, param) => ctx.transact(tx => listPage(tx, param, 'clientes_cadastro_resumido', ids => showBriefly(tx, ids))),
    },
  ]
}

async function include(tx: Tx, ctx: Ctx, param: Param, asked: ForeignRequest): Promise<Result> {
  if (!textIn(param, 'razao_social')?.trim()) throw missingTag('razao_social')
  const code = codeIn(param)
  const { id } = await createCustomer(ctx, {
    ...readCustomerForm(param, null),
    externalIds: code === undefined ? [] : [{ system: 'omie', id: code }],
  })
  await keepSent(tx, 'customer', id, sentOf(asked))
  return told(id, code ?? '', 'Cliente cadastrado com sucesso.')
}

async function change(
  tx: Tx,
  ctx: Ctx,
  ties: Pick<CustomerTies, 'isBilledByItself'>,
  id: number,
  param: Param,
  asked: ForeignRequest,
): Promise<Result> {
  const before = await holdLeavingCustomer(tx, id)
  const code = codeIn(param)
  await updateCustomer(ctx, ties, id, before.version, {
    ...readCustomerForm(param, before),
    ...(code !== undefined && { externalIds: withCode(before.externalIds, code) }),
  })
  await keepSent(tx, 'customer', id, sentOf(asked))
  return told(id, code ?? codeAmong(before.externalIds), 'Cliente alterado com sucesso.')
}

/** Only while nothing hangs on it; what was kept of it goes along. */
async function remove(tx: Tx, ctx: Ctx, param: Param): Promise<Result> {
  const id = await idNamed(tx, param)
  const before = await holdLeavingCustomer(tx, id)
  await deleteCustomer(ctx, id, before.version)
  await forgetKept(tx, 'customer', id)
  return told(id, codeAmong(before.externalIds), 'Cliente excluído com sucesso.')
}

/** The code by which its client is going to know it. */
async function giveCode(tx: Tx, ctx: Ctx, ties: Pick<CustomerTies, 'isBilledByItself'>, param: Param): Promise<Result> {
  const code = codeIn(param)
  if (code === undefined) throw missingTag('codigo_cliente_integracao')
  if (!wholeIn(param, 'codigo_cliente_omie')) throw missingTag('codigo_cliente_omie')
  const id = await idNamed(tx, param)
  const before = await holdLeavingCustomer(tx, id)
  await updateCustomer(ctx, ties, id, before.version, { externalIds: withCode(before.externalIds, code) })
  return told(id, code, 'Código de integração associado com sucesso.')
}

function withCode(known: readonly ExternalId[], code: string): ExternalId[] {
  return [...known.filter(({ system }) => system !== 'omie'), { system: 'omie', id: code }]
}

function codeAmong(known: readonly ExternalId[]): string {
  return known.find(({ system }) => system === 'omie')?.id ?? ''
}

function told(id: number, code: string, descricao_status: string): Result {
  const body = { codigo_cliente_omie: id, codigo_cliente_integracao: code, codigo_status: '0', descricao_status }
  return { body, about: showId('customer', id) }
}

function codeIn(param: Param): string | undefined {
  return textUpTo(param, 'codigo_cliente_integracao', 60)?.trim() || undefined
}

// --- Finding ---

/** By our number, or else by the code that they brought along; null: nobody has it. */
async function idOf(tx: Reader, param: Param): Promise<number | null> {
  const id = wholeIn(param, 'codigo_cliente_omie') || undefined
  const code = codeIn(param)
  if (id !== undefined) return (await customerOf(tx, id))?.archivedAt === null ? id : null
  return code === undefined ? null : subjectOfExternalId(tx, 'customer', { system: 'omie', id: code })
}

/** The one in use that has their CPF or CNPJ; null: nobody has it. */
async function idOfTaxId(tx: Reader, param: Param): Promise<number | null> {
  const text = textUpTo(param, 'cnpj_cpf', 20)?.trim()
  if (!text) throw missingTag('cnpj_cpf')
  const taxId = parseTaxId(text)
  if (taxId === null) throw wrongValue('cnpj_cpf', 'informe um CPF ou CNPJ válido.')
  return (await customersByTaxId(tx, [taxId.taxId])).get(taxId.taxId)?.id ?? null
}

async function idNamed(tx: Reader, param: Param): Promise<number> {
  const id = await idOf(tx, param)
  if (id !== null) return id
  const code = codeIn(param)
  const number = wholeIn(param, 'codigo_cliente_omie') || undefined
  if (number !== undefined) throw fault(105, `Cliente não cadastrado para o Código [${number}] !`)
  if (code !== undefined) throw fault(103, `Cliente não cadastrado para o Código de Integração [${code}] !`)
  throw missingTag('codigo_cliente_omie', 'codigo_cliente_integracao')
}

// --- Lists ---

const filters = ['codigo_cliente_omie', 'codigo_cliente_integracao', 'cnpj_cpf', 'razao_social', 'nome_fantasia', 'inativo']

async function listPage(
  tx: Reader,
  param: Param,
  name: string,
  show: (ids: readonly number[]) => Promise<object[]>,
): Promise<Result> {
  const page = pageAsked(param, snake)
  const { ids, all } = await pageOfCustomers(tx, await filterOf(tx, param), page)
  const head = pageHead(snake, page, ids.length, all)
  return { body: { ...head, [name]: await show(ids) } }
}

async function filterOf(tx: Reader, param: Param): Promise<CustomerPageFilter> {
  const filter = partIn(param, 'clientesFiltro')
  const unknown = Object.keys(filter).find(tag => !filters.includes(tag))
  // To answer as if it were not there would show the wrong ones.
  if (unknown !== undefined) throw wrongValue(unknown, 'este filtro ainda não é atendido.')
  const inactive = textIn(filter, 'inativo')
  return {
    ids: await idsAsked(tx, filter, listIn(param, 'clientesPorCodigo')),
    taxId:
      textIn(filter, 'cnpj_cpf')
        ?.replace(/[.\-/\s]/g, '')
        .toUpperCase() || undefined,
    name: textIn(filter, 'razao_social') || undefined,
    tradeName: textIn(filter, 'nome_fantasia') || undefined,
    archived: inactive === 'S',
    moved: movedIn(param, await timeZoneOf(tx)),
  }
}

async function idsAsked(tx: Reader, filter: Param, byCode: readonly Param[]): Promise<number[] | undefined> {
  const named = [...byCode, filter].filter(each => wholeIn(each, 'codigo_cliente_omie') || codeIn(each))
  if (named.length === 0) return undefined
  const ids: number[] = []
  for (const each of named) ids.push((await idOf(tx, each)) ?? 0)
  return ids
}

// --- Showing ---

async function showCustomers(tx: Reader, ids: readonly number[], filled: boolean): Promise<object[]> {
  const customers = await customersOf(tx, ids)
  const codes = await externalIdsOf(tx, 'customer', ids)
  const kept = await keptSent(tx, 'customer', ids)
  const changed = await lastChangesOf(tx, 'customer', ids)
  const timeZone = await timeZoneOf(tx)
  return ids.flatMap(id => {
    const customer = customers.get(id)
    if (customer === undefined) return []
    const [dInc, hInc] = dayAndHour(customer.createdAt, timeZone)
    const [dAlt, hAlt] = dayAndHour(changed.get(id) ?? customer.createdAt, timeZone)
    const ours = { ...oursOf(customer, codeAmong(codes.get(id) ?? [])), info: { dInc, hInc, dAlt, hAlt } }
    return [shownAs(types, 'clientes_cadastro', ours, kept(id), filled)]
  })
}

async function showBriefly(tx: Reader, ids: readonly number[]): Promise<object[]> {
  const customers = await customersOf(tx, ids)
  const codes = await externalIdsOf(tx, 'customer', ids)
  return ids.flatMap(id => {
    const customer = customers.get(id)
    if (customer === undefined) return []
    const { codigo_cliente_omie, codigo_cliente_integracao, razao_social, nome_fantasia, cnpj_cpf } = oursOf(
      customer,
      codeAmong(codes.get(id) ?? []),
    )
    return [{ codigo_cliente: codigo_cliente_omie, codigo_cliente_integracao, razao_social, nome_fantasia, cnpj_cpf }]
  })
}

function oursOf(customer: Customer, code: string) {
  const main = customer.addresses.find(({ purpose }) => purpose === 'main')
  const taxId = parseTaxId(customer.taxId ?? '')
  return {
    codigo_cliente_omie: customer.id,
    codigo_cliente_integracao: code,
    razao_social: customer.name,
    nome_fantasia: customer.tradeName ?? '',
    cnpj_cpf: taxId === null ? '' : formatTaxId(taxId),
    email: customer.billingEmails.join(','),
    inscricao_municipal: customer.municipalRegistration ?? '',
    endereco: main?.street ?? '',
    endereco_numero: main?.number ?? '',
    complemento: main?.complement ?? '',
    bairro: main?.district ?? '',
    cidade: main?.city ?? '',
    cidade_ibge: main?.municipio ?? '',
    estado: main?.uf ?? '',
    cep: main?.zipCode ?? '',
    observacao: customer.notes ?? '',
    pessoa_fisica: customer.kind === 'person' ? 'S' : 'N',
    inativo: customer.archivedAt === null ? 'N' : 'S',
  }
}
