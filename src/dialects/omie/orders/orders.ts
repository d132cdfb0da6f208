import { type CivilDate, parseBrazilianDate } from '../../../core/dates.ts'
import { showId } from '../../../core/ids.ts'
import { faturaAddresses } from '../../../invoices/pdf/fatura-address.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { subjectOfExternalId } from '../../../platform/external-ids.ts'
import type { ForeignRequest } from '../../../platform/http/foreign-route.ts'
import { publicPath } from '../../../platform/http/public-files.ts'
import { spokenOrganization } from '../../spoken-organization.ts'
import { timeZoneOf } from '../../time-zone.ts'
import type { Within } from '../changes-store.ts'
import { daysBounds, movedIn } from '../days-asked.ts'
import { fault, missingTag, wrongValue } from '../fault.ts'
import type { Method, Result } from '../operation.ts'
import { pageAsked, pageHead, snake } from '../paging.ts'
import { listIn, type Param, textIn, wholeIn } from '../read-param.ts'
import { type OrderListFilter, pageOfOrders } from './order-list-store.ts'
import { type OrderFacts, orderFacts, showOrder, showOrderStatus } from './order-view.ts'

// An *ordem de serviço* is an invoice of ours: what billing made, and what waits for it.

const service = 'servicos/os'
const reads = { service, needs: ['invoices:read', 'customers:read', 'contracts:read'], reads: true } as const

export const orderMethods: readonly Method[] = [
  { ...reads, name: 'list-orders', call: 'ListarOS', run: (ctx, param) => ctx.transact(tx => listPage(tx, ctx, param)) },
  {
    ...reads,
    name: 'show-order',
    call: 'ConsultarOS',
    run: (ctx, param) => ctx.transact(async tx => ({ body: showOrder(await orderNamed(tx, param), false) })),
  },
  {
    ...reads,
    name: 'show-order-status',
    call: 'StatusOS',
    run: (ctx, param, asked) => ctx.transact(tx => showStatus(tx, ctx, param, asked)),
  },
]

async function showStatus(tx: Tx, ctx: Ctx, param: Param, { origin }: ForeignRequest): Promise<Result> {
  const order = await orderNamed(tx, param)
  const { id, issueOn, customerId } = order.invoice
  const token =
    param.lPdfRecibo === true && issueOn !== null ? (await faturaAddresses(tx, [id], ctx.clock.now())).get(id) : undefined
  const pdf = token === undefined ? '' : `${origin}${publicPath(token)}`
  return { body: showOrderStatus(order, pdf), about: showId('customer', customerId) }
}

// --- Finding ---

const ONE = { offset: 0, size: 1 }

async function orderNamed(tx: Reader, param: Param): Promise<OrderFacts> {
  const id = wholeIn(param, 'nCodOS') || undefined
  const code = textIn(param, 'cCodIntOS')?.trim() || undefined
  const number = textIn(param, 'cNumOS')?.trim() || undefined
  if (id === undefined && code === undefined && number === undefined) throw missingTag('nCodOS', 'cCodIntOS')
  const filter = await filterNaming(tx, id, code, number)
  const { ids } = filter === null ? { ids: [] } : await pageOfOrders(tx, filter, false, ONE)
  const [order] = await orderFacts(tx, ids)
  if (order !== undefined) return order
  if (id !== undefined) throw fault(105, `Ordem de Serviço não cadastrada para o Código [${id}] !`)
  if (code !== undefined) throw fault(103, `Ordem de Serviço não cadastrada para o Código de Integração [${code}] !`)
  throw fault(103, `Ordem de Serviço não cadastrada para o Número [${number}] !`)
}

async function filterNaming(
  tx: Reader,
  id: number | undefined,
  code: string | undefined,
  number: string | undefined,
): Promise<OrderListFilter | null> {
  if (id !== undefined) return { ids: [id] }
  if (code !== undefined) {
    const found = await subjectOfExternalId(tx, 'invoice', { system: 'omie', id: code })
    return found === null ? null : { ids: [found] }
  }
  // Theirs is padded with zeros.
  return number !== undefined && /^\d{1,15}$/.test(number) ? { number: Number(number) } : null
}

// --- Lists ---

async function listPage(tx: Reader, ctx: Ctx, param: Param): Promise<Result> {
  const page = pageAsked(param, snake)
  const descending = [textIn(param, 'ordem_decrescente'), textIn(param, 'ordem_descrescente')].includes('S')
  const filter = await readFilter(tx, ctx, param)
  const organizationId = (await spokenOrganization(tx, ctx)) ?? undefined
  const { ids, all } = await pageOfOrders(tx, { ...filter, organizationId }, descending, page)
  const head = pageHead(snake, page, ids.length, all)
  return { body: { ...head, osCadastro: (await orderFacts(tx, ids)).map(order => showOrder(order, true)) } }
}

async function readFilter(tx: Reader, ctx: Ctx, param: Param): Promise<OrderListFilter> {
  const timeZone = await timeZoneOf(tx)
  // To answer as if it were not there would show the wrong ones.
  if (textIn(param, 'cTipoFat')) throw wrongValue('cTipoFat', 'este filtro ainda não é atendido.')
  const status = textIn(param, 'filtrar_por_status')?.trim().toUpperCase() || undefined
  if (status !== undefined && status !== 'F' && status !== 'C') {
    throw wrongValue('filtrar_por_status', 'use F (faturada) ou C (cancelada).')
  }
  const stage = textIn(param, 'filtrar_por_etapa')?.trim() || undefined
  if (stage !== undefined && stage !== '50' && stage !== '60') {
    throw wrongValue('filtrar_por_etapa', 'use 50 (faturar) ou 60 (faturada).')
  }
  const isIssued = status === 'F' ? true : stage === undefined ? undefined : stage === '60'
  return {
    ids: await idsAsked(tx, listIn(param, 'filtrar_por_codigo')),
    customerId: wholeIn(param, 'filtrar_por_cliente') || undefined,
    moved: movedIn(param, timeZone, ctx.clock.now()),
    foreseenFrom: spelledDay(param, 'filtrar_por_data_previsao_de'),
    foreseenUntil: spelledDay(param, 'filtrar_por_data_previsao_ate'),
    issuedFrom: spelledDay(param, 'filtrar_por_data_faturamento_de'),
    issuedUntil: spelledDay(param, 'filtrar_por_data_faturamento_ate'),
    cancelled: cancelledWithin(param, timeZone),
    isIssued,
    isCancelled: status === undefined ? undefined : status === 'C',
  }
}

function cancelledWithin(param: Param, timeZone: string): Within | undefined {
  const from = spelledDay(param, 'filtrar_por_data_cancelamento_de')
  const until = spelledDay(param, 'filtrar_por_data_cancelamento_ate')
  return daysBounds(from, until, timeZone)
}

/** Their type calls these days texts. */
function spelledDay(param: Param, tag: string): CivilDate | undefined {
  const text = textIn(param, tag)?.trim()
  if (!text) return undefined
  const day = parseBrazilianDate(text)
  if (day === null) throw wrongValue(tag, 'informe um dia que existe, como dd/mm/aaaa.')
  return day
}

async function idsAsked(tx: Reader, named: readonly Param[]): Promise<number[] | undefined> {
  if (named.length === 0) return undefined
  const ids: number[] = []
  for (const each of named) {
    const id = wholeIn(each, 'nCodOS') || undefined
    const code = textIn(each, 'cCodIntOS')?.trim() || undefined
    const found = id ?? (code === undefined ? null : await subjectOfExternalId(tx, 'invoice', { system: 'omie', id: code }))
    ids.push(found ?? 0)
  }
  return ids
}
