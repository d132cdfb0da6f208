import { showId } from '../core/ids.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { deleteEndpoint, disableEndpoint, enableEndpoint, rotateSecret, updateEndpoint } from './change-endpoint.ts'
import { createEndpoint } from './create-endpoint.ts'
import type { WebhookMachine } from './machine.ts'
import { getDelivery, getEndpoint, searchEndpoints } from './read-webhooks.ts'
import { testEndpoint } from './test-endpoint.ts'
import {
  AtEndpoint,
  DeliveryDetailAnswer,
  DrawnEndpointAnswer,
  Enabling,
  EndpointAnswer,
  EndpointChange,
  NewSecret,
  newEndpointOf,
  showDeliveryDetail,
  showDrawn,
  showEndpoint,
} from './wire.ts'

const reads = { access: 'webhooks:read' } as const
const writes = { access: 'webhooks:write' } as const

/** Whom the account tells of what happens. */
export function registerWebhookRoutes(app: App, machine: WebhookMachine): void {
  route(
    app,
    'POST /v1/webhook-endpoints',
    {
      ...writes,
      summary: 'Registra um endereço de avisos; o segredo sorteado só é mostrado agora.',
      description:
        'Formatos que testam o endereço mandam o teste logo depois: o endereço fica registrado, e `reachable` diz o que o teste achou.',
      body: newEndpointOf([...machine.forms.keys()]),
      answer: DrawnEndpointAnswer,
      answersSecret: true,
      status: 201,
    },
    async (ctx, { body }) => {
      const made = await createEndpoint(ctx, machine, body)
      const { waiting } = await getEndpoint(ctx, made.id)
      return {
        body: showDrawn(made, waiting),
        version: made.version,
        location: `/v1/webhook-endpoints/${showId('webhook_endpoint', made.id)}`,
        wakes: true,
      }
    },
  )

  route(
    app,
    'GET /v1/webhook-endpoints',
    {
      ...reads,
      summary: 'Lista os endereços de avisos, sem seus segredos.',
      query: PageQuery({}),
      answer: PageOf(EndpointAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const rows = await searchEndpoints(ctx, page.after?.[0] ?? 0, page.limit)
      return { body: toPage(rows, page, row => [row.id], showEndpoint) }
    },
  )

  route(
    app,
    'GET /v1/webhook-endpoints/:id',
    { ...reads, summary: 'Mostra um endereço de avisos, sem seu segredo.', params: AtEndpoint, answer: EndpointAnswer },
    async (ctx, { params }) => {
      const endpoint = await getEndpoint(ctx, params.id)
      return { body: showEndpoint(endpoint), version: endpoint.version }
    },
  )

  route(
    app,
    'PATCH /v1/webhook-endpoints/:id',
    {
      ...writes,
      summary: 'Altera um endereço de avisos: o que não vier fica. O que espera vai para o endereço novo.',
      params: AtEndpoint,
      body: EndpointChange,
      answer: EndpointAnswer,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) => {
      await updateEndpoint(ctx, machine, params.id, expectedVersion, body)
      return { ...(await shown(ctx, params.id)), wakes: true }
    },
  )

  route(
    app,
    'POST /v1/webhook-endpoints/:id/rotate-secret',
    {
      ...writes,
      summary: 'Troca o segredo; o sorteado só é mostrado agora.',
      params: AtEndpoint,
      body: NewSecret,
      answer: DrawnEndpointAnswer,
      answersSecret: true,
    },
    async (ctx, { params, body }) => {
      const rotated = await rotateSecret(ctx, machine, params.id, { secret: body.secret, overlapHours: body.overlapHours ?? 24 })
      const { waiting } = await getEndpoint(ctx, params.id)
      return { body: showDrawn(rotated, waiting), version: rotated.version }
    },
  )

  route(
    app,
    'POST /v1/webhook-endpoints/:id/disable',
    { ...writes, summary: 'Desliga um endereço: os avisos esperam por ele.', params: AtEndpoint, answer: EndpointAnswer },
    async (ctx, { params }) => {
      await disableEndpoint(ctx, params.id)
      return shown(ctx, params.id)
    },
  )

  route(
    app,
    'POST /v1/webhook-endpoints/:id/enable',
    {
      ...writes,
      summary: 'Liga um endereço que estava desligado; o que esperava é enviado.',
      params: AtEndpoint,
      body: Enabling,
      answer: EndpointAnswer,
    },
    async (ctx, { params, body }) => {
      await enableEndpoint(ctx, params.id, body.waiting ?? 'send')
      return { ...(await shown(ctx, params.id)), wakes: true }
    },
  )

  route(
    app,
    'POST /v1/webhook-endpoints/:id/test',
    {
      ...writes,
      summary: 'Envia um teste; o aviso diz o que deu.',
      params: AtEndpoint,
      answer: DeliveryDetailAnswer,
      status: 202,
    },
    async (ctx, { params }) => {
      const id = await testEndpoint(ctx, machine, params.id)
      return {
        body: showDeliveryDetail(await getDelivery(ctx, id)),
        location: `/v1/webhook-deliveries/${showId('webhook_delivery', id)}`,
        wakes: true,
      }
    },
  )

  route(
    app,
    'DELETE /v1/webhook-endpoints/:id',
    {
      ...writes,
      summary: 'Apaga um endereço de avisos e seu segredo; o que lhe foi enviado ainda se lê por um tempo.',
      params: AtEndpoint,
      ifMatch: true,
    },
    async (ctx, { params, expectedVersion }) => {
      await deleteEndpoint(ctx, params.id, expectedVersion)
      return {}
    },
  )

  registerHistoryRoute(app, '/v1/webhook-endpoints', 'webhook_endpoint', reads.access)
}

async function shown(ctx: Parameters<typeof getEndpoint>[0], id: number) {
  const endpoint = await getEndpoint(ctx, id)
  return { body: showEndpoint(endpoint), version: endpoint.version }
}
