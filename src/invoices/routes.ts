import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { Day, Flag, IdOf, OneOf, Text } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { adjustInvoice } from './adjust-invoice.ts'
import { approveInvoice, blockInvoice } from './approve-invoice.ts'
import { registerAttachmentRoutes } from './attachments/attachment-routes.ts'
import { cancelInvoice, undoCancellation } from './cancel-invoice.ts'
import { commentInvoice } from './comment-invoice.ts'
import { createInvoice } from './create-invoice.ts'
import { emitInvoice } from './emit-invoice.ts'
import { allInvoiceStates, approvals } from './invoice.ts'
import { registerPlannedActionsRoute } from './planned-routes.ts'
import { getInvoice, type InvoiceDetail, searchInvoices } from './read-invoice.ts'
import { deleteInvoice, redraftInvoice, releaseInvoice } from './release-invoice.ts'
import { rewriteInvoice } from './rewrite-invoice.ts'
import { undoEmission } from './undo-emission.ts'
import { updateInvoice } from './update-invoice.ts'
import {
  AtInvoice,
  CommentAnswer,
  ForReason,
  InvoiceAnswer,
  InvoiceDetailAnswer,
  InvoiceDraft,
  InvoicePatch,
  NewAdjustment,
  NewComment,
  NewInvoice,
  Release,
  showComment,
  showInvoice,
  showInvoiceDetail,
  WithReason,
} from './wire.ts'

const reads = { access: 'invoices:read' } as const
const writes = { access: 'invoices:write', answer: InvoiceDetailAnswer } as const

export function registerInvoiceRoutes(app: App): void {
  registerReading(app)
  registerDrafting(app)
  registerEmission(app)
  registerCancellation(app)
  registerHistoryRoute(app, '/v1/invoices', 'invoice', reads.access)
  registerAttachmentRoutes(app)
  registerPlannedActionsRoute(app)
}

function registerReading(app: App): void {
  route(
    app,
    'GET /v1/invoices',
    {
      ...reads,
      summary: 'Lista as faturas, da mais nova à mais antiga.',
      query: PageQuery({
        state: Type.Optional(OneOf(allInvoiceStates)),
        approval: Type.Optional(OneOf(approvals)),
        organization: Type.Optional(IdOf('organization')),
        customer: Type.Optional(IdOf('customer')),
        contract: Type.Optional(IdOf('contract')),
        rule: Type.Optional(IdOf('invoice_rule')),
        run: Type.Optional(IdOf('billing_run')),
        scheduledFrom: Type.Optional(Day()),
        scheduledUntil: Type.Optional(Day()),
        issueFrom: Type.Optional(Day()),
        issueUntil: Type.Optional(Day()),
        dueFrom: Type.Optional(Day({ description: 'Vencimento de alguma parcela.' })),
        dueUntil: Type.Optional(Day()),
        late: Type.Optional(Flag({ description: 'true: só as que têm parcela vencida e não recebida.' })),
        q: Type.Optional(
          Text(200, { description: 'Número; ou parte da descrição, do cliente (ou o CNPJ ou CPF dele) ou do contrato.' }),
        ),
      }),
      answer: PageOf(InvoiceAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const { organization, customer, contract, rule, run, ...same } = query
      const filter = {
        ...same,
        organizationId: organization,
        customerId: customer,
        contractId: contract,
        ruleId: rule,
        runId: run,
      }
      const rows = await searchInvoices(ctx, filter, page.after?.[0] ?? null, page.limit)
      return { body: toPage(rows, page, row => [row.invoice.id], showInvoice) }
    },
  )

  route(
    app,
    'GET /v1/invoices/:id',
    { ...reads, summary: 'Mostra uma fatura com tudo o que é dela.', params: AtInvoice, answer: InvoiceDetailAnswer },
    async (ctx, { params }) => answer(await getInvoice(ctx, params.id)),
  )
}

/** What can be done before an invoice is issued; comments at any time. */
function registerDrafting(app: App): void {
  route(
    app,
    'POST /v1/invoices',
    {
      ...writes,
      summary: 'Cria uma fatura avulsa de um contrato, sem regra: por inteiro, ou de um modelo.',
      body: NewInvoice,
      status: 201,
    },
    async (ctx, { body }) => {
      const made = await createInvoice(ctx, body)
      return { ...answer(made), location: `/v1/invoices/${showId('invoice', made.invoice.id)}` }
    },
  )

  route(
    app,
    'PATCH /v1/invoices/:id',
    { ...writes, summary: 'Altera uma fatura ainda não emitida.', params: AtInvoice, body: InvoicePatch, ifMatch: true },
    async (ctx, { params, body, expectedVersion }) => answer(await updateInvoice(ctx, params.id, expectedVersion, body)),
  )

  route(
    app,
    'PUT /v1/invoices/:id/draft',
    {
      ...writes,
      summary: 'Refaz uma fatura avulsa ainda não emitida: linhas, parcelas e previsão de emissão.',
      params: AtInvoice,
      body: InvoiceDraft,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) => answer(await rewriteInvoice(ctx, params.id, expectedVersion, body)),
  )

  route(
    app,
    'DELETE /v1/invoices/:id',
    {
      access: writes.access,
      summary: 'Exclui uma fatura ainda não emitida: o período é dispensado e os eventos voltam a ficar em aberto.',
      params: AtInvoice,
      body: WithReason,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) => {
      await deleteInvoice(ctx, params.id, expectedVersion, body.reason ?? null)
      return {}
    },
  )

  route(
    app,
    'POST /v1/invoices/:id/adjustments',
    {
      ...writes,
      summary: 'Acrescenta ou desconta um valor de uma fatura ainda não emitida.',
      params: AtInvoice,
      body: NewAdjustment,
      status: 201,
    },
    async (ctx, { params, body }) => answer(await adjustInvoice(ctx, { ...body, invoiceId: params.id })),
  )

  route(
    app,
    'POST /v1/invoices/:id/comments',
    {
      access: writes.access,
      summary: 'Comenta uma fatura.',
      params: AtInvoice,
      body: NewComment,
      answer: CommentAnswer,
      status: 201,
    },
    async (ctx, { params, body }) => ({ body: showComment(await commentInvoice(ctx, params.id, body.body)) }),
  )
}

function registerEmission(app: App): void {
  route(
    app,
    'POST /v1/invoices/:id/approve',
    { ...writes, summary: 'Aprova uma fatura; a que sai por si e já está no dia é emitida.', params: AtInvoice },
    async (ctx, { params }) => answer(await approveInvoice(ctx, params.id)),
  )

  route(
    app,
    'POST /v1/invoices/:id/block',
    { ...writes, summary: 'Bloqueia a emissão de uma fatura até que seja aprovada.', params: AtInvoice, body: WithReason },
    async (ctx, { params, body }) => answer(await blockInvoice(ctx, params.id, body.reason ?? null)),
  )

  route(
    app,
    'POST /v1/invoices/:id/emit',
    {
      ...writes,
      summary: 'Emite uma fatura hoje. Com o cliente em atraso e o contrato que não fatura assim, o motivo é obrigatório.',
      params: AtInvoice,
      body: WithReason,
    },
    async (ctx, { params, body }) => answer(await emitInvoice(ctx, { invoiceId: params.id, reason: body.reason })),
  )

  route(
    app,
    'POST /v1/invoices/:id/undo-emission',
    { ...writes, summary: 'Desfaz a emissão, enquanto nada além de crédito foi recebido.', params: AtInvoice, body: WithReason },
    async (ctx, { params, body }) => answer(await undoEmission(ctx, params.id, body.reason ?? null)),
  )
}

function registerCancellation(app: App): void {
  route(
    app,
    'POST /v1/invoices/:id/cancel',
    { ...writes, summary: 'Cancela uma fatura, enquanto nada além de crédito foi recebido.', params: AtInvoice, body: ForReason },
    async (ctx, { params, body }) => answer(await cancelInvoice(ctx, params.id, body.reason)),
  )

  route(
    app,
    'POST /v1/invoices/:id/undo-cancellation',
    { ...writes, summary: 'Desfaz o cancelamento de uma fatura que não foi liberada.', params: AtInvoice, body: WithReason },
    async (ctx, { params, body }) => answer(await undoCancellation(ctx, params.id, body.reason ?? null)),
  )

  route(
    app,
    'POST /v1/invoices/:id/release',
    {
      ...writes,
      summary: 'Libera o período e os eventos de uma fatura cancelada para serem faturados de novo, ou dispensa o período.',
      params: AtInvoice,
      body: Release,
    },
    async (ctx, { params, body }) => answer(await releaseInvoice(ctx, params.id, body.reason ?? null, body.waive)),
  )

  route(
    app,
    'POST /v1/invoices/:id/redraft',
    {
      ...writes,
      summary: 'Cancela e libera de uma vez, para faturar de novo com as condições de hoje.',
      params: AtInvoice,
      body: ForReason,
    },
    async (ctx, { params, body }) => answer(await redraftInvoice(ctx, params.id, body.reason)),
  )
}

function answer(detail: InvoiceDetail) {
  return { body: showInvoiceDetail(detail), version: detail.invoice.version }
}
