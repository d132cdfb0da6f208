import { Type } from 'typebox'
import { IdOf } from '../../platform/http/fields.ts'
import { PageOf, PageQuery, readPage, toPage } from '../../platform/http/paging.ts'
import { type App, route } from '../../platform/http/route.ts'
import { AtColumn, BoardAnswer, BoardQuery, CardAnswer, showBoard, showCard } from './kanban-wire.ts'
import { readBoard, readColumn } from './read-kanban.ts'

export function registerKanbanRoutes(app: App): void {
  route(
    app,
    'GET /v1/contracts/kanban',
    {
      access: 'billing:read',
      summary:
        'Conta os contratos em cada coluna do quadro: faturar hoje, vence em 90 dias, faturado no mês, suspenso, encerrado.',
      query: BoardQuery,
      answer: BoardAnswer,
    },
    async (ctx, { query }) => ({ body: showBoard(await readBoard(ctx, query.organization ?? null)) }),
  )

  route(
    app,
    'GET /v1/contracts/kanban/:column',
    {
      access: 'billing:read',
      summary: 'Lista os contratos de uma coluna do quadro, cada um com o motivo de estar nela.',
      params: AtColumn,
      query: PageQuery({ organization: Type.Optional(IdOf('organization')) }),
      answer: PageOf(CardAnswer),
    },
    async (ctx, { params, query }) => {
      const page = readPage(query, ['integer'])
      const of = { column: params.column, organizationId: query.organization ?? null }
      const cards = await readColumn(ctx, of, page.after?.[0] ?? 0, page.limit)
      return {
        body: toPage(
          cards,
          page,
          card => [card.contract.id],
          card => showCard(params.column, card),
        ),
      }
    },
  )
}
