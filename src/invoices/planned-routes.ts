import { Type } from 'typebox'
import { detailsBehind } from '../contracts/details/say-details.ts'
import { calendarOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import { OneOf, OrNull } from '../platform/http/fields.ts'
import { type App, route } from '../platform/http/route.ts'
import { receivablesOfInvoices } from '../receivables/receivable-store.ts'
import { requireInvoice } from './claim.ts'
import { type PlannedAction, plannedActionKinds, plannedAfter, plannedOfInvoice } from './planned-actions.ts'
import { AtInvoice } from './wire.ts'

export const PlannedActionAnswer = Type.Object(
  {
    action: OneOf(plannedActionKinds, { description: 'charge: cobrança (boleto); email; nfse: nota fiscal de serviço.' }),
    on: OrNull(Type.String({ description: 'O dia; null: o que se espera ainda não tem dia.' })),
    after: OrNull(OneOf(plannedAfter, { description: 'O que se espera; null: só o dia.' })),
    because: Type.String(),
  },
  { title: 'PlannedAction', description: 'Passa a acontecer quando houver cobranças e NFS-e.' },
)

/** What is to happen by itself with an invoice. */
export function registerPlannedActionsRoute(app: App): void {
  route(
    app,
    'GET /v1/invoices/:id/planned-actions',
    {
      access: 'invoices:read',
      summary:
        'O que está previsto para uma fatura: cobrança, e-mail e nota, com o dia de cada um. Passa a acontecer quando houver cobranças e NFS-e.',
      params: AtInvoice,
      answer: Type.Object({ plannedActions: Type.Array(PlannedActionAnswer) }),
    },
    async (ctx, { params }) => ({ body: { plannedActions: await plannedActionsOf(ctx, params.id) } }),
  )
}

function plannedActionsOf(ctx: Ctx, id: number): Promise<PlannedAction[]> {
  return ctx.transact(async tx => {
    const invoice = await requireInvoice(tx, id)
    const details = await detailsBehind(tx, invoice.detailsId)
    const receivables = (await receivablesOfInvoices(tx, [id])).get(id) ?? []
    const { holidays } = await calendarOf(tx, ctx.clock.now(), invoice.organizationId)
    return plannedOfInvoice(invoice, details, receivables, holidays)
  })
}
