import { Type } from 'typebox'
import { civilDate } from '../core/dates.ts'
import { Day, Flag, IdOf, OneOf } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { abateReceivable } from './abate-receivable.ts'
import { changeDueDate } from './change-due-date.ts'
import { getReceivable, type ReceivableDetail, searchReceipts, searchReceivables } from './read-receivable.ts'
import { receiptKinds } from './receipt.ts'
import { allReceivableStates } from './receivable.ts'
import { receivePayment } from './receive-payment.ts'
import { undoReceipt } from './undo-receipt.ts'
import {
  AtReceipt,
  AtReceivable,
  KnownReceiptAnswer,
  NewAbatement,
  NewDueDate,
  NewPayment,
  ReceivableAnswer,
  ReceivableDetailAnswer,
  showKnownReceipt,
  showReceivable,
  showReceivableDetail,
  WithReason,
} from './wire.ts'

const reads = { access: 'receivables:read' } as const
const writes = { access: 'receivables:write', answer: ReceivableDetailAnswer } as const

export function registerReceivableRoutes(app: App): void {
  route(
    app,
    'GET /v1/receivables',
    {
      ...reads,
      summary: 'Lista as parcelas por vencimento.',
      query: PageQuery({
        state: Type.Optional(OneOf(allReceivableStates)),
        organization: Type.Optional(IdOf('organization')),
        customer: Type.Optional(IdOf('customer')),
        contract: Type.Optional(IdOf('contract')),
        invoice: Type.Optional(IdOf('invoice')),
        schedule: Type.Optional(IdOf('schedule')),
        renegotiation: Type.Optional(IdOf('renegotiation', { description: 'Só as que esta renegociação criou.' })),
        dueFrom: Type.Optional(Day()),
        dueUntil: Type.Optional(Day()),
        receivedFrom: Type.Optional(Day()),
        receivedUntil: Type.Optional(Day()),
        late: Type.Optional(Flag({ description: 'true: só as vencidas e não recebidas.' })),
      }),
      answer: PageOf(ReceivableAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['date', 'integer'])
      const after = page.after && { dueOn: civilDate(page.after[0]), id: page.after[1] }
      const { organization, customer, contract, invoice, schedule, renegotiation, ...same } = query
      const named = {
        organizationId: organization,
        customerId: customer,
        contractId: contract,
        invoiceId: invoice,
        scheduleId: schedule,
        renegotiationId: renegotiation,
      }
      const filter = { ...same, ...named }
      const rows = await searchReceivables(ctx, filter, after, page.limit)
      return { body: toPage(rows, page, row => [row.dueOn, row.id], showReceivable) }
    },
  )

  route(
    app,
    'GET /v1/receipts',
    {
      ...reads,
      summary: 'Lista as baixas que valem, por dia: pagamentos, crédito usado e abatimentos.',
      query: PageQuery({
        receivedFrom: Type.Optional(Day()),
        receivedUntil: Type.Optional(Day()),
        kind: Type.Optional(OneOf(receiptKinds)),
        financialAccount: Type.Optional(IdOf('financial_account')),
      }),
      answer: PageOf(KnownReceiptAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['date', 'integer'])
      const after = page.after && { receivedOn: civilDate(page.after[0]), id: page.after[1] }
      const { receivedFrom, receivedUntil, kind, financialAccount: financialAccountId } = query
      const rows = await searchReceipts(ctx, { receivedFrom, receivedUntil, kind, financialAccountId }, after, page.limit)
      return { body: toPage(rows, page, row => [row.receivedOn, row.id], showKnownReceipt) }
    },
  )

  route(
    app,
    'GET /v1/receivables/:id',
    { ...reads, summary: 'Mostra uma parcela com as suas baixas.', params: AtReceivable, answer: ReceivableDetailAnswer },
    async (ctx, { params }) => answer(await getReceivable(ctx, params.id)),
  )

  route(
    app,
    'PATCH /v1/receivables/:id',
    { ...writes, summary: 'Muda o vencimento do que está em aberto.', params: AtReceivable, body: NewDueDate, ifMatch: true },
    async (ctx, { params, body, expectedVersion }) => answer(await changeDueDate(ctx, params.id, expectedVersion, body)),
  )

  route(
    app,
    'POST /v1/receivables/:id/receive',
    { ...writes, summary: 'Registra um pagamento, no todo ou em parte.', params: AtReceivable, body: NewPayment },
    async (ctx, { params, body }) => answer(await receivePayment(ctx, { ...body, receivableId: params.id })),
  )

  route(
    app,
    'POST /v1/receivables/:id/abate',
    { ...writes, summary: 'Abate parte do que está em aberto.', params: AtReceivable, body: NewAbatement },
    async (ctx, { params, body }) => answer(await abateReceivable(ctx, { ...body, receivableId: params.id })),
  )

  route(
    app,
    'POST /v1/receivables/:id/receipts/:receipt/undo',
    { ...writes, summary: 'Desfaz uma baixa: pagamento, abatimento ou crédito usado.', params: AtReceipt, body: WithReason },
    async (ctx, { params, body }) =>
      answer(await undoReceipt(ctx, { receivableId: params.id, receiptId: params.receipt, reason: body.reason })),
  )

  registerHistoryRoute(app, '/v1/receivables', 'receivable', reads.access)
}

function answer(receivable: ReceivableDetail) {
  return { body: showReceivableDetail(receivable), version: receivable.version }
}
