import { Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { Ctx } from '../../platform/context.ts'
import { Day, Flag, IdOf, OneOf } from '../../platform/http/fields.ts'
import { registerHistoryRoute } from '../../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../../platform/http/paging.ts'
import { type App, route } from '../../platform/http/route.ts'
import { AtRule } from '../rules/rule-wire.ts'
import { approveReadjustments } from './approve-readjustments.ts'
import { createReadjustment } from './create-readjustment.ts'
import { getReadjustment, type PreviewedReadjustment, searchReadjustments } from './read-readjustments.ts'
import type { ReadjustmentFilter } from './readjustment-store.ts'
import {
  ApprovedAnswer,
  AtReadjustment,
  NewApproval,
  NewReadjustment,
  ReadjustmentAnswer,
  ReadjustmentDetailAnswer,
  ReadjustmentPatch,
  showApproved,
  showReadjustment,
  showReadjustmentDetail,
  WithReason,
} from './readjustment-wire.ts'
import { skipReadjustment, undoReadjustment } from './undo-readjustment.ts'
import { archiveReadjustment, updateReadjustment } from './update-readjustment.ts'

const reads = { access: 'contracts:read' } as const
const writes = { access: 'contracts:write' } as const

export function registerReadjustmentRoutes(app: App): void {
  registerClauses(app)
  registerDates(app)
  registerHistoryRoute(app, '/v1/readjustments', 'readjustment', reads.access)
}

function registerClauses(app: App): void {
  route(
    app,
    'POST /v1/invoice-rules/:id/readjustments',
    {
      ...writes,
      summary: 'Acrescenta a uma regra o reajuste dos preços por um índice.',
      params: AtRule,
      body: NewReadjustment,
      answer: ReadjustmentDetailAnswer,
      status: 201,
    },
    async (ctx, { params, body }) => {
      const { id } = await createReadjustment(ctx, params.id, body)
      return { ...(await show(ctx, id)), location: `/v1/readjustments/${showId('readjustment', id)}`, wakes: true }
    },
  )

  route(
    app,
    'GET /v1/invoice-rules/:id/readjustments',
    {
      ...reads,
      summary: 'Lista os reajustes de uma regra.',
      params: AtRule,
      query: PageQuery({ archived: Type.Optional(Flag({ description: 'true: só os excluídos.' })) }),
      answer: PageOf(ReadjustmentAnswer),
    },
    async (ctx, { params, query }) => ({
      body: await page(ctx, { archived: query.archived ?? false, ruleId: params.id }, query),
    }),
  )

  route(
    app,
    'GET /v1/readjustments/:id',
    {
      ...reads,
      summary: 'Mostra um reajuste, o que a próxima data faria e o que foi aplicado.',
      description:
        'A prévia vai pelo que foi publicado até hoje, também numa conta de teste: o relógio dela não esconde os meses publicados depois.',
      params: AtReadjustment,
      answer: ReadjustmentDetailAnswer,
    },
    async (ctx, { params }) => show(ctx, params.id),
  )

  route(
    app,
    'PATCH /v1/readjustments/:id',
    {
      ...writes,
      summary: 'Altera um reajuste para as datas que vêm; o que foi aplicado fica.',
      params: AtReadjustment,
      body: ReadjustmentPatch,
      answer: ReadjustmentDetailAnswer,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) => {
      await updateReadjustment(ctx, params.id, expectedVersion, body)
      return { ...(await show(ctx, params.id)), wakes: true }
    },
  )

  route(
    app,
    'DELETE /v1/readjustments/:id',
    { ...writes, summary: 'Exclui um reajuste; os preços ficam como estão.', params: AtReadjustment, ifMatch: true },
    async (ctx, { params, expectedVersion }) => {
      await archiveReadjustment(ctx, params.id, expectedVersion)
      return {}
    },
  )
}

function registerDates(app: App): void {
  route(
    app,
    'GET /v1/readjustments',
    {
      ...reads,
      summary: 'Lista os reajustes pela próxima data, com os valores de antes e de depois ou os meses que faltam.',
      query: PageQuery({
        from: Type.Optional(Day({ description: 'A próxima data, a partir deste dia.' })),
        to: Type.Optional(Day({ description: 'Até este dia, contado.' })),
        ruleId: Type.Optional(IdOf('invoice_rule')),
        contractId: Type.Optional(IdOf('contract')),
        waitsFor: Type.Optional(OneOf(['index_missing', 'readjustment_unapproved'])),
        over: Type.Optional(
          Flag({ description: 'false: sem os de contratos que terminam antes da próxima data; true: só eles.' }),
        ),
        archived: Type.Optional(Flag({ description: 'true: só os excluídos.' })),
      }),
      answer: PageOf(ReadjustmentAnswer),
    },
    async (ctx, { query: { archived = false, over: isOver, waitsFor, limit, cursor, ...filter } }) => {
      const waits = waitsFor === undefined ? undefined : waitsFor === 'index_missing' ? ('index' as const) : ('approval' as const)
      return { body: await page(ctx, { ...filter, archived, isOver, waitsFor: waits }, { limit, cursor }) }
    },
  )

  route(
    app,
    'POST /v1/readjustments/approve',
    {
      ...writes,
      summary: 'Aprova a próxima data de muitos reajustes: os informados, ou todos os de um intervalo que querem aprovação.',
      description:
        'Responde os que esperavam, com o fator que se aprovou. Cada um é aplicado sozinho, na sua data, ou em seguida se ela já chegou; se até lá o índice for revisto, espera de novo. Sem o intervalo, um id aprova a data que espera, ou a que vem quando seus meses já são conhecidos.',
      body: NewApproval,
      answer: ApprovedAnswer,
    },
    async (ctx, { body: { ids, from, to } }) => {
      const window = from !== undefined && to !== undefined ? { from, to } : undefined
      const isHalf = window === undefined && (from !== undefined || to !== undefined)
      const approval = ids !== undefined ? { ids, window } : window && { window }
      if (approval === undefined || isHalf) {
        return refuse('ids_or_window', 'Informe os ids, as duas datas do intervalo, ou ambos.', { status: 422 })
      }
      return { body: { data: (await approveReadjustments(ctx, approval)).map(showApproved) }, wakes: true }
    },
  )

  route(
    app,
    'POST /v1/readjustments/:id/skip',
    {
      ...writes,
      summary: 'Dispensa a próxima data: os preços ficam como estão até a seguinte.',
      params: AtReadjustment,
      body: WithReason,
      answer: ReadjustmentDetailAnswer,
    },
    async (ctx, { params, body }) => {
      await skipReadjustment(ctx, params.id, body.reason ?? null)
      return { ...(await show(ctx, params.id)), wakes: true }
    },
  )

  route(
    app,
    'POST /v1/readjustments/:id/undo',
    {
      ...writes,
      summary: 'Desfaz o último reajuste, enquanto nenhum período foi faturado com ele; a data volta a esperar a aprovação.',
      params: AtReadjustment,
      body: WithReason,
      answer: ReadjustmentDetailAnswer,
    },
    async (ctx, { params, body }) => {
      await undoReadjustment(ctx, params.id, body.reason ?? null)
      return show(ctx, params.id)
    },
  )
}

async function show(ctx: Ctx, id: number) {
  const detail = await getReadjustment(ctx, id)
  return { body: showReadjustmentDetail(detail), version: detail.clause.version }
}

async function page(ctx: Ctx, filter: ReadjustmentFilter, query: { limit?: number | undefined; cursor?: string | undefined }) {
  const { limit, cursor } = query
  const at = readPage({ ...(limit === undefined ? {} : { limit }), ...(cursor === undefined ? {} : { cursor }) }, [
    'date',
    'integer',
  ])
  const after = at.after && { nextOn: at.after[0], id: at.after[1] }
  const rows = await searchReadjustments(ctx, filter, after, at.limit)
  return toPage(rows, at, ({ clause }: PreviewedReadjustment) => [clause.nextOn, clause.id], showReadjustment)
}
