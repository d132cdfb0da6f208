import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import { Day, Fields, Flag, IdOf, OneOf, Text } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { allowRunItem, billPreview, cancelRun, pauseRun, resumeRun, retryRun } from './control-run.ts'
import { listItems, talliesOf, tallyOf } from './item-store.ts'
import { registerKanbanRoutes } from './kanban/kanban-routes.ts'
import { ExplanationAnswer, explainContract } from './plan/explain.ts'
import { listRuns, type Run, runById } from './run-store.ts'
import { startRun } from './start-run.ts'
import {
  AtItem,
  AtRun,
  ItemAnswer,
  itemKinds,
  NewRun,
  outcomeClasses,
  outcomeCodes,
  RunAnswer,
  runStateNames,
  showItem,
  showRun,
} from './wire.ts'

const reads = { access: 'billing:read' } as const
const writes = { access: 'billing:write' } as const

export function registerBillingRunRoutes(app: App): void {
  registerKanbanRoutes(app)
  route(
    app,
    'POST /v1/billing-runs',
    {
      ...writes,
      summary: 'Fatura o que está vencido num dia, ou mostra antes o que seria faturado.',
      body: NewRun,
      answer: RunAnswer,
      status: 202,
    },
    async (ctx, { body }) => {
      const { organization, ...asked } = body
      const run = await startRun(ctx, { ...asked, organizationId: organization })
      return { ...(await answer(ctx, run)), location: `/v1/billing-runs/${showId('billing_run', run.id)}`, wakes: true }
    },
  )

  route(
    app,
    'GET /v1/billing-runs',
    {
      ...reads,
      summary: 'Lista as execuções, da mais nova à mais antiga.',
      query: PageQuery({ state: Type.Optional(OneOf(runStateNames)) }),
      answer: PageOf(RunAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const shown = await ctx.transact(async tx => {
        const runs = await listRuns(tx, page.after?.[0] ?? null, page.limit + 1, query.state ?? null)
        const tallies = await talliesOf(
          tx,
          runs.map(run => run.id),
        )
        return runs.map(run => ({ run, tally: tallies.get(run.id) ?? [] }))
      })
      return {
        body: toPage(
          shown,
          page,
          row => [row.run.id],
          row => showRun(row.run, row.tally),
        ),
      }
    },
  )

  route(
    app,
    'GET /v1/billing-runs/:id',
    { ...reads, summary: 'Mostra uma execução e o seu andamento.', params: AtRun, answer: RunAnswer },
    async (ctx, { params }) => answer(ctx, await getRun(ctx, params.id)),
  )

  route(
    app,
    'GET /v1/billing-runs/:id/items',
    {
      ...reads,
      summary: 'Lista os itens de uma execução, cada um com o seu plano ou o seu motivo.',
      params: AtRun,
      query: PageQuery({
        kind: Type.Optional(OneOf(itemKinds, { description: 'bill: períodos a faturar; emit: faturas que já existiam.' })),
        class: Type.Optional(OneOf(outcomeClasses)),
        outcome: Type.Optional(OneOf(outcomeCodes)),
        contract: Type.Optional(IdOf('contract')),
        unusual: Type.Optional(Flag({ description: 'true: só os que fogem do costume.' })),
        waits: Type.Optional(
          Flag({
            description: 'Das faturas que já existiam e ainda não foram decididas: false, as que sairiam; true, as que esperam.',
          }),
        ),
      }),
      answer: PageOf(ItemAnswer),
    },
    async (ctx, { params, query }) => {
      await getRun(ctx, params.id)
      const page = readPage(query, ['integer'])
      const { kind, class: outcomeClass, outcome, contract: contractId, unusual, waits } = query
      const filter = { kind, outcomeClass, outcome, contractId, unusual, waits }
      const items = await ctx.transact(tx => listItems(tx, params.id, filter, page.after?.[0] ?? 0, page.limit + 1))
      return { body: toPage(items, page, item => [item.item], showItem) }
    },
  )

  route(
    app,
    'POST /v1/billing-runs/:id/bill',
    {
      ...writes,
      summary: 'Fatura exatamente o que a prévia mostrou.',
      params: AtRun,
      body: Fields({ planHash: Type.Optional(Text(100, { description: 'O código conferido; se mudou, nada é faturado.' })) }),
      answer: RunAnswer,
      status: 202,
    },
    async (ctx, { params, body }) => ({ ...(await answer(ctx, await billPreview(ctx, params.id, body.planHash))), wakes: true }),
  )

  const verbs = [
    ['pause', pauseRun, 'Pausa depois do que está sendo gravado.'],
    ['resume', resumeRun, 'Continua uma execução pausada; se parou no limite da organização, libera.'],
    ['cancel', cancelRun, 'Cancela o que ainda não foi faturado; os períodos continuam em aberto.'],
    ['retry', retryRun, 'Tenta de novo só o que não foi faturado.'],
  ] as const
  for (const [name, verb, summary] of verbs) {
    route(
      app,
      `POST /v1/billing-runs/:id/${name}`,
      { ...writes, summary, params: AtRun, answer: RunAnswer, status: 202 },
      async (ctx, { params }) => ({
        ...(await answer(ctx, await verb(ctx, params.id))),
        wakes: true,
      }),
    )
  }

  route(
    app,
    'POST /v1/billing-runs/:id/items/:item/allow',
    {
      ...writes,
      summary: 'Libera um item parado pelo limite de segurança e fatura só ele.',
      params: AtItem,
      answer: RunAnswer,
      status: 202,
    },
    async (ctx, { params }) => ({ ...(await answer(ctx, await allowRunItem(ctx, params.id, params.item))), wakes: true }),
  )

  route(
    app,
    'GET /v1/contracts/:id/explain',
    {
      ...reads,
      summary: 'Conta, em frases, o que seria faturado do contrato num dia e por quê.',
      params: Fields({ id: IdOf('contract') }),
      query: Fields({ day: Type.Optional(Day()) }),
      answer: ExplanationAnswer,
    },
    async (ctx, { params, query }) => ({ body: await explainContract(ctx, params.id, query.day) }),
  )

  registerHistoryRoute(app, '/v1/billing-runs', 'billing_run', 'billing:read')
}

async function getRun(ctx: Ctx, id: number): Promise<Run> {
  return (await ctx.transact(tx => runById(tx, id))) ?? refuse('not_found', 'Execução não encontrada.', { status: 404 })
}

async function answer(ctx: Ctx, run: Run) {
  const tally = await ctx.transact(tx => tallyOf(tx, run.id))
  return { body: showRun(run, tally), version: run.version }
}
