import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { IdOf, OneOf } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { performRenegotiation, simulateRenegotiation } from './perform-renegotiation.ts'
import { getRenegotiation, type RenegotiationDetail, searchRenegotiations } from './read-renegotiation.ts'
import { renegotiationStates } from './renegotiation.ts'
import { undoRenegotiation } from './undo-renegotiation.ts'
import {
  AtRenegotiation,
  NewRenegotiation,
  PerformedRenegotiationAnswer,
  RenegotiationAnswer,
  RenegotiationDetailAnswer,
  RenegotiationPreviewAnswer,
  showPerformed,
  showRenegotiation,
  showRenegotiationDetail,
  showSimulation,
  toInput,
  Undoing,
} from './wire.ts'

const reads = { access: 'receivables:read' } as const
const writes = { access: 'receivables:write' } as const

export function registerRenegotiationRoutes(app: App): void {
  registerReading(app)
  registerVerbs(app)
  registerHistoryRoute(app, '/v1/renegotiations', 'renegotiation', reads.access)
}

function registerReading(app: App): void {
  route(
    app,
    'GET /v1/renegotiations',
    {
      ...reads,
      summary: 'Lista as renegociações, a mais nova primeiro.',
      query: PageQuery({
        organization: Type.Optional(IdOf('organization')),
        customer: Type.Optional(IdOf('customer')),
        receivable: Type.Optional(IdOf('receivable', { description: 'As que substituíram ou criaram esta parcela.' })),
        state: Type.Optional(OneOf(renegotiationStates)),
      }),
      answer: PageOf(RenegotiationAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const { organization, customer, receivable, state } = query
      const filter = { organizationId: organization, customerId: customer, receivableId: receivable, state }
      const rows = await searchRenegotiations(ctx, filter, page.after?.[0] ?? null, page.limit)
      return { body: toPage(rows, page, row => [row.renegotiation.id], showRenegotiation) }
    },
  )

  route(
    app,
    'GET /v1/renegotiations/:id',
    {
      ...reads,
      summary: 'Mostra uma renegociação, com o que ela substituiu e o que criou.',
      params: AtRenegotiation,
      answer: RenegotiationDetailAnswer,
    },
    async (ctx, { params }) => answer(await getRenegotiation(ctx, params.id)),
  )
}

function registerVerbs(app: App): void {
  route(
    app,
    'POST /v1/renegotiations/preview',
    {
      ...reads,
      summary: 'Simula uma renegociação, sem guardar nada.',
      body: NewRenegotiation,
      answer: RenegotiationPreviewAnswer,
      repeatable: true,
    },
    async (ctx, { body }) => ({ body: showSimulation(await simulateRenegotiation(ctx, toInput(body))) }),
  )

  route(
    app,
    'POST /v1/renegotiations',
    {
      ...writes,
      summary: 'Efetiva uma renegociação: as parcelas dela substituem as que se deviam.',
      body: NewRenegotiation,
      answer: PerformedRenegotiationAnswer,
      status: 201,
    },
    async (ctx, { body }) => {
      const performed = await performRenegotiation(ctx, toInput(body))
      const location = `/v1/renegotiations/${showId('renegotiation', performed.renegotiation.id)}`
      return { ...answer(performed), body: showPerformed(performed), location }
    },
  )

  route(
    app,
    'POST /v1/renegotiations/:id/undo',
    {
      ...writes,
      summary: 'Desfaz uma renegociação de que nada foi recebido: volta-se a dever o que ela substituiu.',
      params: AtRenegotiation,
      body: Undoing,
      answer: RenegotiationDetailAnswer,
    },
    async (ctx, { params, body }) => answer(await undoRenegotiation(ctx, params.id, body.reason ?? null)),
  )
}

function answer(detail: RenegotiationDetail) {
  const { version, customerId } = detail.renegotiation
  return { body: showRenegotiationDetail(detail), version, about: showId('customer', customerId) }
}
