import { Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import type { Ctx } from '../../platform/context.ts'
import { Flag, IdOf, OneOf } from '../../platform/http/fields.ts'
import { registerHistoryRoute } from '../../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../../platform/http/paging.ts'
import { type App, route } from '../../platform/http/route.ts'
import { AtRule } from '../rules/rule-wire.ts'
import { eventKinds } from './billing-event.ts'
import { cancelEvent } from './cancel-event.ts'
import { createEvent } from './create-event.ts'
import { AtEvent, asEventInput, EventAnswer, NewEvent, showEvent } from './event-wire.ts'
import { getEvent, searchEvents } from './read-event.ts'

const reads = { access: 'contracts:read' } as const
const writes = { access: 'contracts:write' } as const

export function registerEventRoutes(app: App): void {
  route(
    app,
    'POST /v1/invoice-rules/:id/events',
    {
      ...writes,
      summary: 'Lança um acréscimo ou desconto nos próximos faturamentos.',
      params: AtRule,
      body: NewEvent,
      answer: EventAnswer,
      status: 201,
    },
    async (ctx, { params, body }) => {
      const event = await createEvent(ctx, params.id, asEventInput(body))
      return { ...(await show(ctx, event.id)), location: `/v1/billing-events/${showId('billing_event', event.id)}` }
    },
  )

  route(
    app,
    'GET /v1/billing-events',
    {
      ...reads,
      summary: 'Lista os eventos de faturamento.',
      query: PageQuery({
        ruleId: Type.Optional(IdOf('invoice_rule')),
        contractId: Type.Optional(IdOf('contract')),
        kind: Type.Optional(OneOf(eventKinds)),
        open: Type.Optional(Flag({ description: 'true: só os que têm parcela em aberto; false: só os que não têm.' })),
      }),
      answer: PageOf(EventAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const { ruleId, contractId, kind, open } = query
      const rows = await searchEvents(ctx, { ruleId, contractId, kind, open }, page.after?.[0] ?? 0, page.limit)
      return { body: toPage(rows, page, event => [event.id], showEvent) }
    },
  )

  route(
    app,
    'GET /v1/billing-events/:id',
    { ...reads, summary: 'Mostra um evento, suas parcelas e onde cada uma foi faturada.', params: AtEvent, answer: EventAnswer },
    async (ctx, { params }) => show(ctx, params.id),
  )

  route(
    app,
    'POST /v1/billing-events/:id/cancel',
    { ...writes, summary: 'Cancela as parcelas de um evento que ainda estão em aberto.', params: AtEvent, answer: EventAnswer },
    async (ctx, { params }) => {
      await cancelEvent(ctx, params.id)
      return show(ctx, params.id)
    },
  )

  registerHistoryRoute(app, '/v1/billing-events', 'billing_event', reads.access)
}

async function show(ctx: Ctx, id: number) {
  const event = await getEvent(ctx, id)
  return { body: showEvent(event), version: event.version }
}
