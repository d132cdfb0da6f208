import { Type } from 'typebox'
import { registerReferenceRoutes } from '../catalog/references/reference-routes.ts'
import { showId } from '../core/ids.ts'
import type { Ctx } from '../platform/context.ts'
import { IdOf, OneOf, Text } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { cancelSubscription } from './cancel-subscription.ts'
import { changePlan, previewPlanChange } from './change-plan.ts'
import { createSubscription } from './create-subscription.ts'
import { plans } from './plan.ts'
import { getSubscription, searchSubscriptions, subscriptionByToken } from './read-subscription.ts'
import { subscriptionStatuses } from './subscription.ts'
import {
  AtSubscription,
  AtToken,
  NewPlan,
  NewSubscription,
  PlanChangeAnswer,
  SubscriptionAnswer,
  SubscriptionCancellation,
  SubscriptionDetailAnswer,
  showPlanChange,
  showSubscription,
  showSubscriptionDetail,
} from './wire.ts'

const reads = { access: 'contracts:read' } as const
const writes = { access: 'contracts:write' } as const

export function registerSubscriptionRoutes(app: App): void {
  registerReferenceRoutes(app, plans)
  registerReading(app)
  registerVerbs(app)
  registerHistoryRoute(app, '/v1/subscriptions', 'subscription', reads.access)
}

function registerReading(app: App): void {
  route(
    app,
    'GET /v1/subscriptions',
    {
      ...reads,
      summary: 'Lista as assinaturas.',
      query: PageQuery({
        q: Type.Optional(Text(200, { description: 'Parte do nome.' })),
        status: Type.Optional(OneOf(subscriptionStatuses)),
        planId: Type.Optional(IdOf('plan')),
        organizationId: Type.Optional(IdOf('organization')),
        customerId: Type.Optional(IdOf('customer')),
      }),
      answer: PageOf(SubscriptionAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const { q, status, planId, organizationId, customerId } = query
      const search = { q, status, planId, organizationId, customerId }
      const rows = await searchSubscriptions(ctx, search, page.after?.[0] ?? 0, page.limit)
      return { body: toPage(rows, page, row => [row.contractId], showSubscription) }
    },
  )

  route(
    app,
    'GET /v1/subscriptions/:id',
    {
      ...reads,
      summary: 'Mostra uma assinatura com suas trocas de plano.',
      params: AtSubscription,
      answer: SubscriptionDetailAnswer,
    },
    async (ctx, { params }) => show(ctx, params.id),
  )

  route(
    app,
    'GET /v1/subscriptions/token/:token',
    { ...reads, summary: 'Mostra a assinatura que tem este token.', params: AtToken, answer: SubscriptionDetailAnswer },
    async (ctx, { params }) => {
      const found = await subscriptionByToken(ctx, params.token)
      return { body: showSubscriptionDetail(found), version: found.version }
    },
  )
}

function registerVerbs(app: App): void {
  route(
    app,
    'POST /v1/subscriptions',
    {
      ...writes,
      summary: 'Assina um plano: o contrato, com a regra que o fatura.',
      body: NewSubscription,
      answer: SubscriptionDetailAnswer,
      status: 201,
    },
    async (ctx, { body }) => {
      const { contractId } = await createSubscription(ctx, body)
      return { ...(await show(ctx, contractId)), location: `/v1/subscriptions/${showId('subscription', contractId)}` }
    },
  )

  route(
    app,
    'POST /v1/subscriptions/:id/cancel',
    {
      ...writes,
      summary: 'Cancela uma assinatura: a vigência termina nesse dia, e o que foi pago adiantado continua válido.',
      params: AtSubscription,
      body: SubscriptionCancellation,
      answer: SubscriptionDetailAnswer,
    },
    async (ctx, { params, body }) => {
      await cancelSubscription(ctx, params.id, { on: body.on, reason: body.reason ?? '' })
      return show(ctx, params.id)
    },
  )

  route(
    app,
    'POST /v1/subscriptions/:id/change-plan/preview',
    {
      ...writes,
      summary: 'Mostra o que uma troca de plano hoje devolveria e cobraria; nada muda.',
      params: AtSubscription,
      body: NewPlan,
      answer: PlanChangeAnswer,
      repeatable: true,
    },
    async (ctx, { params, body }) => ({ body: showPlanChange(await previewPlanChange(ctx, params.id, body.planId)) }),
  )

  route(
    app,
    'POST /v1/subscriptions/:id/change-plan',
    {
      ...writes,
      summary: 'Troca de plano hoje: os dias restantes do período em curso mudam de preço, com o próximo faturamento.',
      params: AtSubscription,
      body: NewPlan,
      answer: PlanChangeAnswer,
    },
    async (ctx, { params, body }) => ({ body: showPlanChange(await changePlan(ctx, params.id, body.planId)) }),
  )
}

async function show(ctx: Ctx, id: number) {
  const subscription = await getSubscription(ctx, id)
  return { body: showSubscriptionDetail(subscription), version: subscription.version }
}
