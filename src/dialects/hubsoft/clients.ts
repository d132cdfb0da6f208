import { parseCnpj } from '../../core/brazil/cnpj.ts'
import { parseCpf } from '../../core/brazil/cpf.ts'
import { customersOf } from '../../customers/customer-store.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Operation } from '../dialect.ts'
import { timeZoneOf } from '../time-zone.ts'
import { servicesOf } from './client-services.ts'
import { type ClientSearch, findClients } from './client-store.ts'
import { showClient } from './client-view.ts'
import { Form } from './form.ts'
import { clientServiceOf } from './numbers.ts'
import { readPage, showPage } from './paging.ts'
import { readWhole } from './values.ts'
import type { Words } from './words.ts'

const reads = { needs: ['customers:read', 'contracts:read'], reads: true } as const

/** By what a client may be looked for; of what stands after the line break ours keeps nothing. */
const searches = [
  ...['nome_razaosocial', 'nome_fantasia', 'cpf_cnpj', 'codigo_cliente', 'id_cliente', 'id_cliente_servico', 'telefone'],
  ...['login_radius', 'ipv4', 'mac', 'uuid_cliente', 'uuid_cliente_servico'],
] as const

const directions = ['asc', 'desc'] as const

export const clientOperations: readonly Operation<Words>[] = [
  {
    ...reads,
    name: 'search-clients',
    says: 'Busca clientes, com os serviços que contratam',
    at: ['GET /api/v1/integracao/cliente'],
    run: (ctx, { query }) =>
      ctx.transact(async tx => {
        const form = Form.ofQuery(query)
        form.need('busca', 'termo_busca')
        const search = readSearch(form, searches)
        const perPage = form.whole('limit', 1, 100) ?? 5
        const { cancelledToo, order } = readShown(form)
        form.refuseIfAny()
        const timeZone = await timeZoneOf(tx)
        const { ids } = await findClients(tx, { search, timeZone, order }, { page: 0, perPage })
        const clientes = await show(tx, ids, cancelledToo, timeZone)
        return { status: 200, body: { status: 'success', msg: 'Dados consultados com sucesso', clientes } }
      }),
  },
  {
    ...reads,
    name: 'list-clients',
    says: 'Lista todos os clientes, página por página',
    at: ['GET /api/v1/integracao/cliente/todos'],
    run: (ctx, { query }) =>
      ctx.transact(async tx => {
        const form = Form.ofQuery(query)
        form.need('pagina', 'itens_por_pagina')
        const page = readPage(form)
        const [from, to] = [form.anyDay('data_inicio'), form.anyDay('data_fim')]
        if (from !== null && to !== null && to < from) form.wrong('O campo data_fim deve ser maior ou igual a data_inicio.')
        const { cancelledToo, order } = readShown(form)
        form.refuseIfAny()
        const timeZone = await timeZoneOf(tx)
        const { ids, total } = await findClients(tx, { from, to, timeZone, order }, page)
        const clientes = await show(tx, ids, cancelledToo, timeZone)
        const paginacao = showPage(page, total)
        return { status: 200, body: { status: 'success', msg: 'Dados consultados com sucesso', paginacao, clientes } }
      }),
  },
]

function readShown(form: Form) {
  const cancelledToo = form.raw('cancelado') === 'todos' || form.yesOrNo('cancelado')
  // Each of them is by when a client was made: its code is given then too.
  form.oneOf('order_by', ['data_cadastro', 'data_fechamento', 'codigo_cliente'])
  return { cancelledToo, order: form.oneOf('order_type', directions) ?? 'asc' }
}

/** What busca and termo_busca ask for together; undefined where nothing is looked for, or it could not be read. */
export function readSearch(form: Form, known: readonly string[]): ClientSearch | undefined {
  const by = form.oneOf('busca', known)
  const term = form.text('termo_busca', 255)
  if (by === null || term === null) return undefined
  switch (by) {
    case 'nome_razaosocial':
      return { by: 'name', text: term }
    case 'nome_fantasia':
      return { by: 'trade_name', text: term }
    case 'cpf_cnpj': {
      const taxId = parseCnpj(term) ?? parseCpf(term)
      return taxId === null ? { by: 'none' } : { by: 'tax_id', taxId }
    }
    case 'telefone': {
      const digits = term.replace(/\D/g, '')
      return digits === '' ? { by: 'none' } : { by: 'phone', digits }
    }
    case 'tipo_pessoa':
      if (term === 'pj' || term === 'pf') return { by: 'kind', kind: term === 'pj' ? 'company' : 'person' }
      form.wrong('O campo termo_busca deve ser um destes: pj, pf.')
      return undefined
    case 'id_cliente':
    case 'codigo_cliente': {
      const id = readWhole(term)
      return id === null ? { by: 'none' } : { by: 'id', id }
    }
    case 'id_cliente_servico': {
      const service = clientServiceOf(readWhole(term) ?? 0)
      return service === null ? { by: 'none' } : { by: 'rule', ruleId: service.ruleId }
    }
    default:
      return { by: 'none' }
  }
}

async function show(tx: Reader, ids: readonly number[], cancelledToo: boolean, timeZone: string) {
  const customers = await customersOf(tx, ids)
  const services = await servicesOf(tx, ids, { cancelledToo })
  return ids.flatMap(id => {
    const customer = customers.get(id)
    return customer === undefined ? [] : showClient(customer, services.get(id) ?? [], timeZone)
  })
}
