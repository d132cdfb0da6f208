import { Type } from 'typebox'
import { civilDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import type { Ctx } from '../../platform/context.ts'
import { Day, Flag, IdOf } from '../../platform/http/fields.ts'
import { registerHistoryRoute } from '../../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../../platform/http/paging.ts'
import { type App, route } from '../../platform/http/route.ts'
import { waiveOnePeriod } from '../ledger/waive-period.ts'
import { clausesOfRule } from '../readjustment/read-readjustments.ts'
import { WarningsAnswer } from '../readjustment/readjustment-wire.ts'
import { warningsOfAll } from '../readjustment/readjustment-words.ts'
import { asRuleWish, NewRuleOfContract } from '../templates/override-wire.ts'
import { AtContract } from '../wire.ts'
import { changeTerms } from './change-terms.ts'
import { createRule } from './create-rule.ts'
import { deleteRule } from './delete-rule.ts'
import { getRule, periodsOfRule, searchRules } from './read-rule.ts'
import {
  AtPeriod,
  AtRule,
  asTermsChange,
  ChangedTermsAnswer,
  NewTerms,
  PeriodsAnswer,
  RuleAnswer,
  RuleChange,
  showForecast,
  showPeriod,
  showRule,
  Waiver,
} from './rule-wire.ts'
import { updateRule } from './update-rule.ts'

const MadeRuleAnswer = Type.Object({ ...RuleAnswer.properties, warnings: WarningsAnswer }, { title: 'MadeInvoiceRule' })

const reads = { access: 'contracts:read' } as const
const writes = { access: 'contracts:write' } as const

export function registerRuleRoutes(app: App): void {
  route(
    app,
    'POST /v1/contracts/:id/invoice-rules',
    {
      ...writes,
      summary: 'Cria uma regra de faturamento no contrato, por inteiro ou de um modelo.',
      params: AtContract,
      body: NewRuleOfContract,
      answer: MadeRuleAnswer,
      status: 201,
    },
    async (ctx, { params, body }) => {
      const rule = await createRule(ctx, params.id, asRuleWish(body))
      const location = `/v1/invoice-rules/${showId('invoice_rule', rule.id)}`
      const made = await show(ctx, rule.id)
      const warnings = warningsOfAll(await clausesOfRule(ctx, rule.id))
      return { ...made, body: { ...made.body, warnings }, location, wakes: true }
    },
  )

  route(
    app,
    'GET /v1/invoice-rules',
    {
      ...reads,
      summary: 'Lista as regras de faturamento.',
      query: PageQuery({
        contractId: Type.Optional(IdOf('contract')),
        customerId: Type.Optional(IdOf('customer')),
        organizationId: Type.Optional(IdOf('organization')),
        dueBy: Type.Optional(Day({ description: 'Só as que podem ter algo a faturar até este dia.' })),
        archived: Type.Optional(Flag({ description: 'true: só as arquivadas.' })),
      }),
      answer: PageOf(RuleAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const { contractId, customerId, organizationId, dueBy, archived = false } = query
      const filter = { archived, contractId, customerId, organizationId, dueBy }
      const rows = await searchRules(ctx, filter, page.after?.[0] ?? 0, page.limit)
      return { body: toPage(rows, page, ({ rule }) => [rule.id], showRule) }
    },
  )

  route(
    app,
    'GET /v1/invoice-rules/:id',
    { ...reads, summary: 'Mostra uma regra com todas as versões dos seus termos.', params: AtRule, answer: RuleAnswer },
    async (ctx, { params }) => show(ctx, params.id),
  )

  route(
    app,
    'PATCH /v1/invoice-rules/:id',
    {
      ...writes,
      summary: 'Altera o título de uma regra e o que acompanha suas faturas; os termos mudam por nova versão.',
      params: AtRule,
      body: RuleChange,
      answer: RuleAnswer,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) => {
      await updateRule(ctx, params.id, expectedVersion, body)
      return show(ctx, params.id)
    },
  )

  route(
    app,
    'DELETE /v1/invoice-rules/:id',
    {
      ...writes,
      summary: 'Arquiva uma regra: o que tinha em aberto é dispensado, as faturas ficam.',
      params: AtRule,
      ifMatch: true,
    },
    async (ctx, { params, expectedVersion }) => {
      await deleteRule(ctx, params.id, expectedVersion)
      return {}
    },
  )

  route(
    app,
    'POST /v1/invoice-rules/:id/terms',
    {
      ...writes,
      summary: 'Muda os termos de uma regra a partir de um dia.',
      params: AtRule,
      body: NewTerms,
      answer: ChangedTermsAnswer,
      status: 201,
    },
    async (ctx, { params, body }) => {
      const { effectiveOn, differenceCents, eventId } = await changeTerms(ctx, params.id, asTermsChange(body))
      const { body: rule, version } = await show(ctx, params.id)
      return {
        body: { rule, effectiveOn, differenceCents, eventId: eventId === null ? null : showId('billing_event', eventId) },
        version,
      }
    },
  )

  route(
    app,
    'GET /v1/invoice-rules/:id/periods',
    {
      ...reads,
      summary: 'Mostra os períodos de uma regra, e os próximos por vir.',
      params: AtRule,
      query: PageQuery({}),
      answer: PeriodsAnswer,
    },
    async (ctx, { params, query }) => {
      const page = readPage(query, ['date'])
      const { rows, forecast } = await periodsOfRule(
        ctx,
        params.id,
        page.after === null ? null : civilDate(page.after[0]),
        page.limit,
      )
      return { body: { ...toPage(rows, page, row => [row.endsOn], showPeriod), forecast: forecast.map(showForecast) } }
    },
  )

  route(
    app,
    'POST /v1/invoice-rules/:id/periods/:startsOn/waive',
    {
      ...writes,
      summary: 'Dispensa um período em aberto, ou o próximo: não será faturado.',
      params: AtPeriod,
      body: Waiver,
      answer: RuleAnswer,
    },
    async (ctx, { params, body }) => {
      await waiveOnePeriod(ctx, params.id, params.startsOn, body.reason)
      return show(ctx, params.id)
    },
  )

  registerHistoryRoute(app, '/v1/invoice-rules', 'invoice_rule', reads.access)
}

async function show(ctx: Ctx, id: number) {
  const detail = await getRule(ctx, id)
  return { body: showRule(detail), version: detail.rule.version }
}
