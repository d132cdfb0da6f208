import { formatTaxId, parseTaxId } from '../../../core/brazil/tax-id.ts'
import { showId } from '../../../core/ids.ts'
import { archiveCustomer, unarchiveCustomer } from '../../../customers/archive-customer.ts'
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
import { forgetKept } from '../../kept-store.ts'
import { timeZoneOf } from '../../time-zone.ts'
import { lastChangesOf } from '../changes-store.ts'
import { movedIn } from '../days-asked.ts'
import { fault, missingTag, twoNamed, wrongValue } from '../fault.ts'
import { fieldsOf } from '../fields.ts'
import { keepSent, keptSent, shownAs } from '../kept.ts'
import { dayAndHour } from '../moments.ts'
import { type Method, type Result, sentOf } from '../operation.ts'
import { pageAsked, pageHead, snake } from '../paging.ts'
import { listIn, type Param, partIn, textIn, textUpTo, wholeIn } from '../read-param.ts'
import type { Words } from '../words.ts'
import { readCustomerForm } from './customer-form.ts'
import { type CustomerPageFilter, pageOfCustomers } from './customer-list-store.ts'
import { eachOfLot } from './customer-lot.ts'

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
/** Where a client is to go, or to be inactive, and something hangs on it. */
const leaving: Words = {
  ...words,
  says: {
    in_use:
      'O cliente tem contratos ou agendamentos vigentes; cancele-os, os contratos com CancelarContrato, antes de torná-lo inativo.',
  },
}
const reads = { service, needs: ['customers:read'], reads: true, words } as const
const writes = { service, needs: ['customers:write'], words: leaving } as const

export function customerMethods(ties: CustomerTies): readonly Method[] {
  return [
    {
      ...writes,
      name: 'create-customer',
      call: 'IncluirCliente',
      run: (ctx, param, asked) => ctx.transact(tx => include(tx, ctx, ties, param, sentOf(asked))),
    },
    {
      ...writes,
      name: 'update-customer',
      call: 'AlterarCliente',
      run: (ctx, param, asked) => ctx.transact(async tx => change(tx, ctx, ties, await idNamed(tx, param), param, sentOf(asked))),
    },
    {
      ...writes,
      name: 'upsert-customer',
      call: 'UpsertCliente',
      run: (ctx, param, asked) => ctx.transact(tx => upsert(tx, ctx, ties, param, sentOf(asked))),
    },
    {
      ...writes,
      name: 'upsert-customer-by-tax-id',
      call: 'UpsertClienteCpfCnpj',
      run: (ctx, param, asked) =>
        ctx.transact(async tx => {
          const known = await idOfTaxId(tx, param)
          return known === null
            ? include(tx, ctx, ties, param, sentOf(asked))
            : change(tx, ctx, ties, known, param, sentOf(asked))
        }),
    },
    {
      ...writes,
      name: 'create-customers',
      call: 'IncluirClientesPorLote',
      run: (ctx, param, asked) =>
        ctx.transact(tx => eachOfLot(param, asked, leaving, (one, sent) => include(tx, ctx, ties, one, sent))),
    },
    {
      ...writes,
      name: 'upsert-customers',
      call: 'UpsertClientesPorLote',
      run: (ctx, param, asked) =>
        ctx.transact(tx => eachOfLot(param, asked, leaving, (one, sent) => upsert(tx, ctx, ties, one, sent))),
    },
    {
      ...writes,
      words: {
        ...words,
        says: {
          in_use:
            'Há contratos, faturas ou crédito deste cliente. Torne-o inativo com AlterarCliente, com a tag [inativo] igual a "S".',
        },
      },
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
          const [shown] = await showCustomers(tx, [await oneNamed(tx, param)], false)
          return { body: shown ?? {} }
        }),
    },
    {
      ...reads,
      name: 'list-customers',
      call: 'ListarClientes',
      run: (ctx, param) => ctx.transact(tx => listPage(tx, ctx, param, 'clientes_cadastro', ids => showCustomers(tx, ids, true))),
    },
    {
      ...reads,
      name: 'list-customers-briefly',
      call: 'ListarClientesResumido',
      run: (ctx, param) =>
        ctx.transact(tx => listPage(tx, ctx, param, 'clientes_cadastro_resumido', ids => showBriefly(tx, ids))),
    },
  ]
}

async function upsert(tx: Tx, ctx: Ctx, ties: CustomerTies, param: Param, sent: object): Promise<Result> {
  const known = await idOf(tx, param)
  return known === null ? include(tx, ctx, ties, param, sent) : change(tx, ctx, ties, known, param, sent)
}

async function include(tx: Tx, ctx: Ctx, ties: CustomerTies, param: Param, sent: object): Promise<Result> {
  refuseBlocked(param)
  if (!textIn(param, 'razao_social')?.trim()) throw missingTag('razao_social')
  const code = codeIn(param)
  const { id } = await createCustomer(ctx, {
    ...readCustomerForm(param, null),
    externalIds: code === undefined ? [] : [{ system: 'omie', id: code }],
  })
  await keepSent(tx, 'customer', id, sent)
  await useAsSaid(ctx, ties, id, param)
  return told(id, code ?? '', 'Cliente cadastrado com sucesso.')
}

async function change(tx: Tx, ctx: Ctx, ties: CustomerTies, id: number, param: Param, sent: object): Promise<Result> {
  refuseBlocked(param)
  const before = await holdLeavingCustomer(tx, id)
  const code = codeIn(param)
  await updateCustomer(ctx, ties, id, before.version, {
    ...readCustomerForm(param, before),
    ...(code !== undefined && { externalIds: withCode(before.externalIds, code) }),
  })
  await keepSent(tx, 'customer', id, sent)
  await useAsSaid(ctx, ties, id, param)
  return told(id, code ?? codeAmong(before.externalIds), 'Cliente alterado com sucesso.')
}

/** To keep it and bill all the same would be what nobody asked for: with us contracts are held back, and not whom they are with. */
function refuseBlocked(param: Param): void {
  if (textIn(param, 'bloquear_faturamento') !== 'S') return
  throw wrongValue(
    'bloquear_faturamento',
    'o cliente não é bloqueado aqui; suspenda os contratos dele com SuspenderContrato e informe N.',
  )
}

/** `inativo`: out of lists and of new contracts, and still found by its number and code. Not while contracts live. */
async function useAsSaid(ctx: Ctx, ties: CustomerTies, id: number, param: Param): Promise<void> {
  const said = textIn(param, 'inativo')
  if (said === 'S') await archiveCustomer(ctx, ties, id)
  if (said === 'N') await unarchiveCustomer(ctx, id)
}

/** Only while nothing hangs on it; what was kept of it goes along. */
async function remove(tx: Tx, ctx: Ctx, param: Param): Promise<Result> {
  const id = await oneNamed(tx, param)
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
  if (id !== undefined) return (await customerOf(tx, id)) === null ? null : id
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

/** Where the code is no new one: it may not be another's. */
async function oneNamed(tx: Reader, param: Param): Promise<number> {
  const id = await idNamed(tx, param)
  const code = codeIn(param)
  const byCode = code === undefined ? null : await subjectOfExternalId(tx, 'customer', { system: 'omie', id: code })
  if (byCode !== null && byCode !== id) throw twoNamed('codigo_cliente_omie', 'codigo_cliente_integracao')
  return id
}

// --- Lists ---

const filters = ['codigo_cliente_omie', 'codigo_cliente_integracao', 'cnpj_cpf', 'razao_social', 'nome_fantasia', 'inativo']

async function listPage(
  tx: Reader,
  ctx: Ctx,
  param: Param,
  name: string,
  show: (ids: readonly number[]) => Promise<object[]>,
): Promise<Result> {
  const page = pageAsked(param, snake)
  const { ids, all } = await pageOfCustomers(tx, await filterOf(tx, ctx, param), page)
  const head = pageHead(snake, page, ids.length, all)
  return { body: { ...head, [name]: await show(ids) } }
}

async function filterOf(tx: Reader, ctx: Ctx, param: Param): Promise<CustomerPageFilter> {
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
    moved: movedIn(param, await timeZoneOf(tx), ctx.clock.now()),
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
    const imported = Object.keys(kept(id)).length > 0 ? 'S' : 'N'
    const info = { dInc, hInc, dAlt, hAlt, cImpAPI: imported }
    const ours = { ...oursOf(customer, codeAmong(codes.get(id) ?? [])), importado_api: imported, info }
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
