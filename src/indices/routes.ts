import { Type } from 'typebox'
import { addToMonth, yearMonth } from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import { Fields, Month } from '../platform/http/fields.ts'
import { historyPage, historySpec } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { enterValue, withdrawValue } from './enter-value.ts'
import type { AskSource, IndexTies } from './index-ties.ts'
import { getEntered, getMonth, listIndices, searchMonths } from './read-index.ts'
import {
  AtIndex,
  AtMonth,
  EnteredAnswer,
  IndexAnswer,
  MonthAnswer,
  MonthDetailAnswer,
  NewValue,
  RefreshAnswer,
  SpanField,
  showEntered,
  showIndex,
  showMonth,
  showMonthDetail,
  spanOf,
} from './wire.ts'

const reads = { access: 'contracts:read' } as const
const writes = { access: 'contracts:write' } as const
const OfSpan = Fields({ span: Type.Optional(SpanField) })

export function registerIndexRoutes(app: App, ties: IndexTies, askSource: AskSource): void {
  route(
    app,
    'GET /v1/indices',
    {
      ...reads,
      summary: 'Lista os índices de reajuste e o último mês publicado.',
      answer: Type.Object({ data: Type.Array(IndexAnswer) }),
    },
    async ctx => ({ body: { data: (await listIndices(ctx)).map(showIndex) } }),
  )

  route(
    app,
    'GET /v1/indices/:index',
    {
      ...reads,
      summary: 'Lista os meses conhecidos de um índice, em ordem.',
      params: AtIndex,
      query: PageQuery({ from: Type.Optional(Month()), to: Type.Optional(Month()), span: Type.Optional(SpanField) }),
      answer: PageOf(MonthAnswer),
    },
    async (ctx, { params, query }) => {
      const page = readPage(query, ['date'])
      const after = page.after === null ? undefined : addToMonth(yearMonth(page.after[0].slice(0, 7)), 1)
      const from = after !== undefined && (query.from === undefined || after > query.from) ? after : query.from
      const rows = await searchMonths(ctx, params.index, { months: spanOf(query.span), from, to: query.to }, page.limit)
      return { body: toPage(rows, page, ({ value }) => [`${value.month}-01`], showMonth) }
    },
  )

  route(
    app,
    'GET /v1/indices/:index/:month',
    {
      ...reads,
      summary: 'Mostra um mês de um índice, com tudo o que já foi publicado dele.',
      params: AtMonth,
      query: OfSpan,
      answer: MonthDetailAnswer,
    },
    async (ctx, { params, query }) => ({ body: showMonthDetail(await getMonth(ctx, { ...params, months: spanOf(query.span) })) }),
  )

  route(
    app,
    'PUT /v1/indices/:index/:month',
    {
      ...writes,
      summary: 'Informa à mão, com a fonte, o valor de um mês que ainda não foi publicado.',
      description:
        'Os reajustes que esperavam por ele são aplicados em seguida. O mês tem de ter terminado no relógio da conta (do IGP-M, o dia 20 dele). Numa conta de teste o valor fica marcado como simulated. O valor oficial, quando publicado, toma o lugar deste.',
      params: AtMonth,
      body: NewValue,
      answer: EnteredAnswer,
    },
    async (ctx, { params, body: { span, ...value } }) => {
      const entered = await enterValue(ctx, ties, { ...params, months: spanOf(span) }, value)
      return { body: showEntered(entered), wakes: true }
    },
  )

  route(
    app,
    'DELETE /v1/indices/:index/:month',
    { ...writes, summary: 'Retira o valor informado à mão de um mês.', params: AtMonth, query: OfSpan },
    async (ctx, { params, query }) => {
      await withdrawValue(ctx, ties, { ...params, months: spanOf(query.span) })
      return {}
    },
  )

  route(
    app,
    'GET /v1/indices/:index/:month/history',
    {
      ...historySpec,
      ...reads,
      summary: 'Mostra quem informou o mês à mão, e quando.',
      params: AtMonth,
      query: Fields({ ...historySpec.query.properties, span: Type.Optional(SpanField) }),
    },
    async (ctx, { params, query: { span, ...query } }) => {
      const { id } = await getEntered(ctx, { ...params, months: spanOf(span) })
      return { body: await historyPage(ctx, 'index_value', id, query) }
    },
  )

  route(
    app,
    'POST /v1/indices/refresh',
    {
      access: 'operator',
      summary: 'Busca agora, no Banco Central, os meses novos e os revistos dos índices, para todas as contas.',
      answer: RefreshAnswer,
      repeatable: true,
    },
    async () => {
      if (askSource === null) {
        return refuse('indices_not_configured', 'Este servidor não busca índices: configure BORDERO_INDICES_URL.', {
          status: 409,
        })
      }
      return { body: { data: await askSource() } }
    },
  )
}
