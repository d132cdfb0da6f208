import { Type } from 'typebox'
import { civilDate } from '../core/dates.ts'
import { showId } from '../core/ids.ts'
import { CommentAnswer, NewComment, showComment } from '../invoices/wire.ts'
import type { Ctx } from '../platform/context.ts'
import { Day, Flag, IdOf, OneOf, Text } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { registerOccurrenceAttachmentRoutes } from './attachments/attachment-routes.ts'
import { commentOccurrence } from './comment-occurrence.ts'
import { createSchedule } from './create-schedule.ts'
import { deleteOccurrences } from './delete-occurrences.ts'
import { editSchedule } from './edit-schedule.ts'
import { occurrenceStates } from './occurrence-store.ts'
import { getOccurrence, getSchedule, searchOccurrences, searchSchedules } from './read-schedule.ts'
import { allScheduleStates, scheduleKinds } from './schedule.ts'
import { withShares } from './shares-wire.ts'
import {
  AtOccurrence,
  AtSchedule,
  NewSchedule,
  OccurrenceAnswer,
  OccurrenceChange,
  OccurrenceDetailAnswer,
  ScheduleAnswer,
  ScheduleChange,
  showOccurrence,
  showOccurrenceDetail,
  showSchedule,
  WithScope,
} from './wire.ts'

const reads = { access: 'receivables:read' } as const
const writes = { access: 'receivables:write' } as const

/** All occurrences are those from the first one on. */
const ALL = { number: 1, scope: 'following' } as const

export function registerScheduleRoutes(app: App): void {
  registerReading(app)
  registerVerbs(app)
  registerOccurrences(app)
  registerOccurrenceAttachmentRoutes(app)
  registerHistoryRoute(app, '/v1/schedules', 'schedule', reads.access)
}

function registerReading(app: App): void {
  route(
    app,
    'GET /v1/schedules',
    {
      ...reads,
      summary: 'Lista os agendamentos: planos de parcelas sem contrato.',
      query: PageQuery({
        kind: Type.Optional(OneOf(scheduleKinds)),
        state: Type.Optional(OneOf(allScheduleStates)),
        organization: Type.Optional(IdOf('organization')),
        customer: Type.Optional(IdOf('customer')),
        dueFrom: Type.Optional(Day({ description: 'Com ocorrência que vence deste dia em diante.' })),
        dueUntil: Type.Optional(Day()),
        q: Type.Optional(Text(200, { description: 'Parte da descrição ou da referência.' })),
      }),
      answer: PageOf(ScheduleAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const { organization, customer, limit: _, cursor: __, ...same } = query
      const filter = { ...same, organizationId: organization, customerId: customer }
      const rows = await searchSchedules(ctx, filter, page.after?.[0] ?? 0, page.limit)
      return { body: toPage(rows, page, row => [row.id], showSchedule) }
    },
  )

  route(
    app,
    'GET /v1/schedules/:id',
    { ...reads, summary: 'Mostra um agendamento.', params: AtSchedule, answer: ScheduleAnswer },
    async (ctx, { params }) => show(ctx, params.id),
  )
}

function registerVerbs(app: App): void {
  route(
    app,
    'POST /v1/schedules',
    {
      ...writes,
      summary:
        'Cria um agendamento: uma parcela, um parcelamento ou uma recorrência. Boletos e notas passam a sair quando houver cobranças e NFS-e.',
      description:
        'Da recorrência criam-se já as ocorrências até doze meses à frente, também as que já venceram, e as outras um dia por vez, quando chegam a isso. Cada ocorrência é uma parcela a receber.',
      body: NewSchedule,
      answer: ScheduleAnswer,
      status: 201,
    },
    async (ctx, { body }) => {
      const { id } = await createSchedule(ctx, withShares(body))
      return { ...(await show(ctx, id)), location: `/v1/schedules/${showId('schedule', id)}`, wakes: true }
    },
  )

  route(
    app,
    'PATCH /v1/schedules/:id',
    {
      ...writes,
      summary:
        'Muda todas as ocorrências, enquanto de nenhuma houver baixa; para só as que vêm depois, mude a primeira delas com scope "following".',
      params: AtSchedule,
      body: ScheduleChange,
      answer: ScheduleAnswer,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) => {
      await editSchedule(ctx, { scheduleId: params.id, ...ALL }, expectedVersion, withShares(body))
      return { ...(await show(ctx, params.id)), wakes: true }
    },
  )

  route(
    app,
    'DELETE /v1/schedules/:id',
    {
      ...writes,
      summary: 'Exclui um agendamento com todas as ocorrências, enquanto de nenhuma houver baixa.',
      params: AtSchedule,
      ifMatch: true,
    },
    async (ctx, { params, expectedVersion }) => {
      await deleteOccurrences(ctx, { scheduleId: params.id, ...ALL }, expectedVersion)
      return { wakes: true }
    },
  )
}

function registerOccurrences(app: App): void {
  route(
    app,
    'GET /v1/schedules/occurrences',
    {
      ...reads,
      summary: 'Lista as ocorrências por vencimento, de todos os agendamentos ou de um.',
      query: PageQuery({
        schedule: Type.Optional(IdOf('schedule', { description: 'Só deste, com as que foram excluídas.' })),
        organization: Type.Optional(IdOf('organization')),
        customer: Type.Optional(IdOf('customer')),
        state: Type.Optional(OneOf(occurrenceStates)),
        late: Type.Optional(Flag({ description: 'true: só as vencidas e não recebidas.' })),
        flagged: Type.Optional(Flag()),
        dueFrom: Type.Optional(Day()),
        dueUntil: Type.Optional(Day()),
        scheduledFrom: Type.Optional(Day()),
        scheduledUntil: Type.Optional(Day()),
        accrualFrom: Type.Optional(Day()),
        accrualUntil: Type.Optional(Day()),
        q: Type.Optional(Text(200, { description: 'Parte da descrição ou da referência.' })),
      }),
      answer: PageOf(OccurrenceAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['date', 'integer', 'integer'])
      const after = page.after && { dueOn: civilDate(page.after[0]), scheduleId: page.after[1], number: page.after[2] }
      const { schedule, organization, customer, flagged, limit: _, cursor: __, ...same } = query
      const filter = { ...same, scheduleId: schedule, organizationId: organization, customerId: customer, isFlagged: flagged }
      const rows = await searchOccurrences(ctx, filter, after, page.limit)
      return {
        body: toPage(rows, page, ({ occurrence: it }) => [it.dueOn, it.scheduleId, it.number], showOccurrence),
      }
    },
  )

  route(
    app,
    'GET /v1/schedules/:id/occurrences/:number',
    {
      ...reads,
      summary: 'Mostra uma ocorrência com as suas baixas e comentários.',
      params: AtOccurrence,
      answer: OccurrenceDetailAnswer,
    },
    async (ctx, { params }) => showOne(ctx, params.id, params.number),
  )

  route(
    app,
    'PATCH /v1/schedules/:id/occurrences/:number',
    {
      ...writes,
      summary: 'Muda uma ocorrência, ou ela e as seguintes, enquanto delas não houver baixa.',
      params: AtOccurrence,
      body: OccurrenceChange,
      answer: OccurrenceDetailAnswer,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) => {
      const { scope = 'one', ...change } = body
      const at = { scheduleId: params.id, number: params.number, scope }
      await editSchedule(ctx, at, expectedVersion, withShares(change))
      return { ...(await showOne(ctx, params.id, params.number)), wakes: true }
    },
  )

  route(
    app,
    'DELETE /v1/schedules/:id/occurrences/:number',
    {
      ...writes,
      summary: 'Exclui uma ocorrência, ou ela e as seguintes, enquanto delas não houver baixa.',
      params: AtOccurrence,
      query: WithScope,
      ifMatch: true,
    },
    async (ctx, { params, query, expectedVersion }) => {
      const at = { scheduleId: params.id, number: params.number, scope: query.scope ?? 'one' }
      await deleteOccurrences(ctx, at, expectedVersion)
      return { wakes: true }
    },
  )

  route(
    app,
    'POST /v1/schedules/:id/occurrences/:number/comments',
    {
      ...writes,
      summary: 'Comenta uma ocorrência, em qualquer estado.',
      params: AtOccurrence,
      body: NewComment,
      answer: CommentAnswer,
      status: 201,
    },
    async (ctx, { params, body }) => {
      const at = { scheduleId: params.id, number: params.number }
      const { customerId, ...comment } = await commentOccurrence(ctx, at, body.body)
      return { body: showComment(comment), about: showId('customer', customerId) }
    },
  )
}

async function show(ctx: Ctx, id: number) {
  const schedule = await getSchedule(ctx, id)
  return { body: showSchedule(schedule), version: schedule.version }
}

/** Its version is the schedule's: whoever changes one of them has seen all. */
async function showOne(ctx: Ctx, scheduleId: number, number: number) {
  const known = await getOccurrence(ctx, scheduleId, number)
  return { body: showOccurrenceDetail(known), version: known.schedule.version }
}
