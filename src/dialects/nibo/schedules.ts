import { showId } from '../../core/ids.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import type { ForeignAnswer } from '../../platform/http/foreign-route.ts'
import { receivableOf } from '../../receivables/receivable-store.ts'
import { undoReceipt } from '../../receivables/undo-receipt.ts'
import { createSchedule } from '../../schedules/create-schedule.ts'
import { deleteOccurrences } from '../../schedules/delete-occurrences.ts'
import { editSchedule } from '../../schedules/edit-schedule.ts'
import { occurrencesOf } from '../../schedules/occurrence-store.ts'
import type { NewScheduleInput } from '../../schedules/said-schedule.ts'
import type { Operation } from '../dialect.ts'
import { Form } from './form.ts'
import { fromGuid, toGuid } from './guid.ts'
import { held, ownOrganization, receiveOn, standing } from './known-schedule.ts'
import { readPayment } from './receipt-form.ts'
import { scheduleFacts } from './schedule-facts.ts'
import { readNewSchedule, readReplacement } from './schedule-form.ts'
import { showSchedule, withoutPlace } from './schedule-view.ts'
import { receiptNotFound, refuseWith, scheduleNotFound, type Words } from './words.ts'

const at = '/empresas/v1/schedules/credit' as const
const writes = { needs: ['receivables:write'], words: { notFound: scheduleNotFound } } as const

export const scheduleOperations: readonly Operation<Words>[] = [
  {
    ...writes,
    name: 'create-schedule',
    says: 'Agenda um recebimento e responde o seu id',
    at: [`POST ${at}`],
    run: (ctx, { body }) => create(ctx, body, async (_, id, about) => asText(toGuid('receivable', id), about)),
  },
  {
    ...writes,
    // The answer shows the customer.
    needs: ['receivables:write', 'receivables:read', 'customers:read'],
    name: 'create-schedule-whole',
    says: 'Agenda um recebimento e responde o agendamento criado',
    at: [`POST ${at}/FormatType=json`],
    run: (ctx, { body }) => create(ctx, body, async (tx, id, about) => ({ ...(await show(tx, ctx, id)), about })),
  },
  {
    needs: ['receivables:read', 'customers:read'],
    reads: true,
    words: writes.words,
    name: 'show-schedule',
    says: 'Mostra um agendamento',
    at: [`GET ${at}/:id`],
    run: (ctx, { params }) => ctx.transact(async tx => show(tx, ctx, (await standing(tx, ctx, params.id)).receivableId)),
  },
  {
    ...writes,
    words: { ...writes.words, isReplacing: true },
    name: 'replace-schedule',
    says: 'Substitui um agendamento por inteiro',
    at: [`PUT ${at}/:id`],
    run: (ctx, { params, body }) =>
      ctx.transact(async tx => {
        const { number, schedule, receivableId } = await held(tx, ctx, params.id)
        const change = readReplacement(Form.of(body), schedule.customerId)
        const place = (await receivableOf(tx, receivableId)) ?? refuseWith(scheduleNotFound)
        const description = change.description == null ? null : withoutPlace(change.description, schedule, place)
        await editSchedule(ctx, { scheduleId: schedule.id, number, scope: 'one' }, schedule.version, { ...change, description })
        return { status: 204, wakes: true }
      }),
  },
  {
    ...writes,
    name: 'delete-schedule',
    says: 'Exclui um agendamento',
    at: [`DELETE ${at}/:id`],
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const { number, schedule } = await held(tx, ctx, params.id)
        await deleteOccurrences(ctx, { scheduleId: schedule.id, number, scope: 'one' }, schedule.version)
        return { status: 204, wakes: true }
      }),
  },
  {
    ...writes,
    name: 'receive-schedule',
    says: 'Dá baixa, inteira ou em parte, em um agendamento',
    at: [`POST ${at}/:id/receipts`],
    run: (ctx, { params, body }) =>
      ctx.transact(async tx => {
        const { receivableId } = await standing(tx, ctx, params.id)
        const receipt = await receiveOn(ctx, { receivableId, ...readPayment(Form.of(body)) })
        return asText(toGuid('receipt', receipt.id))
      }),
  },
  {
    ...writes,
    name: 'undo-receipt',
    says: 'Desfaz uma baixa de um agendamento',
    at: [`DELETE ${at}/:id/receipts/:entry`],
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const { receivableId } = await standing(tx, ctx, params.id)
        const receiptId = fromGuid('receipt', params.entry ?? '') ?? refuseWith(receiptNotFound)
        await undoReceipt(ctx, { receivableId, receiptId })
        return { status: 204, wakes: true }
      }),
  },
]

type Told = (tx: Tx, receivableId: number, about: string) => Promise<ForeignAnswer>

function create(ctx: Ctx, body: unknown, tell: Told): Promise<ForeignAnswer> {
  return ctx.transact(async tx => {
    const input = readNewSchedule(Form.of(body), await ownOrganization(tx, ctx))
    const receivableId = await makeSchedule(tx, ctx, input)
    return { ...(await tell(tx, receivableId, showId('customer', input.customerId))), wakes: true }
  })
}

/** Answers the first of what was made, as theirs. */
export async function makeSchedule(tx: Tx, ctx: Ctx, input: NewScheduleInput): Promise<number> {
  const { id } = await createSchedule(ctx, input)
  const [first] = await occurrencesOf(tx, id, 1, 1)
  if (first === undefined) throw new Error(`schedule ${id} has no occurrence`)
  return first.receivableId
}

async function show(tx: Tx, ctx: Ctx, receivableId: number): Promise<ForeignAnswer> {
  const [facts] = await scheduleFacts(tx, ctx, [receivableId])
  if (facts === undefined) return refuseWith(scheduleNotFound)
  return { status: 200, body: showSchedule(facts), about: showId('customer', facts.customer.id) }
}

/** A body that is one JSON text. */
export function asText(text: string, about?: string): ForeignAnswer {
  return { status: 200, body: { toJSON: () => text }, ...(about !== undefined && { about }) }
}
