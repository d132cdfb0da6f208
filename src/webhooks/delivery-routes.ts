import { Type } from 'typebox'
import { type Noun, readShownId } from '../core/ids.ts'
import { refuse } from '../core/refusal.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { getDelivery, searchDeliveries } from './read-webhooks.ts'
import { MOST_REPLAYED, replayDelivery, replayWindow } from './replay.ts'
import {
  AtDelivery,
  DeliveryAnswer,
  DeliveryDetailAnswer,
  deliveryFilter,
  ReplayWindow,
  showDelivery,
  showDeliveryDetail,
} from './wire.ts'

/** What was sent to whom, and how that ended. */
export function registerDeliveryRoutes(app: App): void {
  route(
    app,
    'GET /v1/webhook-deliveries',
    {
      access: 'webhooks:read',
      summary: 'Lista os avisos, do mais recente ao mais antigo; são guardados por 30 dias.',
      query: PageQuery(deliveryFilter),
      answer: PageOf(DeliveryAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const { endpointId, state, event, from, until } = query
      const filter = { endpointId, state, event, from, until, subject: readSubject(query.subjectId) }
      const rows = await searchDeliveries(ctx, filter, page.after?.[0] ?? null, page.limit)
      return { body: toPage(rows, page, row => [row.id], showDelivery) }
    },
  )

  route(
    app,
    'GET /v1/webhook-deliveries/:id',
    {
      access: 'webhooks:read',
      summary: 'Mostra um aviso: o que foi enviado e o que foi respondido, a cada tentativa.',
      params: AtDelivery,
      answer: DeliveryDetailAnswer,
    },
    async (ctx, { params }) => ({ body: showDeliveryDetail(await getDelivery(ctx, params.id)) }),
  )

  route(
    app,
    'POST /v1/webhook-deliveries/:id/replay',
    {
      access: 'webhooks:write',
      summary: 'Envia um aviso outra vez: os mesmos bytes, sob o mesmo identificador.',
      params: AtDelivery,
      answer: DeliveryDetailAnswer,
      status: 202,
    },
    async (ctx, { params }) => ({ body: showDeliveryDetail(await replayDelivery(ctx, params.id)), wakes: true }),
  )

  route(
    app,
    'POST /v1/webhook-deliveries/replay',
    {
      access: 'webhooks:write',
      summary: `Envia outra vez os avisos de um período, do mais antigo em diante, até ${MOST_REPLAYED} por pedido.`,
      body: ReplayWindow,
      answer: Type.Object({ replayed: Type.Integer() }),
      status: 202,
    },
    async (ctx, { body }) => ({
      body: { replayed: await replayWindow(ctx, { ...body, state: body.state ?? 'given_up' }) },
      wakes: true,
    }),
  )
}

function readSubject(text: string | undefined): { noun: Noun; id: number } | undefined {
  if (text === undefined) return undefined
  return (
    readShownId(text) ??
    refuse('invalid_input', 'Informe um identificador como inv_12.', { status: 400, path: '/query/subjectId' })
  )
}
