// Money that came in: a list of what schedules brought, and money that makes its schedule along with it.

import { financialAccounts } from '../../catalog/collection/financial-account.ts'
import { referencesOf } from '../../catalog/references/reference-store.ts'
import { showId } from '../../core/ids.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import type { ForeignAnswer } from '../../platform/http/foreign-route.ts'
import type { Receipt } from '../../receivables/receipt.ts'
import { receiptsById } from '../../receivables/receipt-store.ts'
import type { Operation } from '../dialect.ts'
import { Form } from './form.ts'
import { toGuid } from './guid.ts'
import { ownOrganization, receiveOn, standing } from './known-schedule.ts'
import { listOf } from './lists.ts'
import { odataQuery } from './odata/query.ts'
import { readNewReceipt, readPayment, readScheduleReceived } from './receipt-form.ts'
import { showReceipt } from './receipt-view.ts'
import { receiptsListed } from './resources-store.ts'
import { scheduleFacts } from './schedule-facts.ts'
import { asText, makeSchedule } from './schedules.ts'
import type { Words } from './words.ts'

const at = '/empresas/v1/receipts' as const

export const receiptOperations: readonly Operation<Words>[] = [
  {
    needs: ['receivables:read', 'customers:read', 'organizations:read'],
    reads: true,
    words: {},
    name: 'list-receipts',
    query: odataQuery,
    says: 'Lista os recebimentos',
    at: [`GET ${at}`],
    run: listOf(receiptsListed, async (tx, ctx, ids) => {
      const known = new Map((await receiptsById(tx, ids)).map(receipt => [receipt.id, receipt]))
      return showReceipts(
        tx,
        ctx,
        ids.flatMap(id => known.get(id) ?? []),
      )
    }),
  },
  {
    needs: ['receivables:write'],
    words: {},
    name: 'create-receipt',
    says: 'Registra um recebimento, com o agendamento dele, e responde o id do agendamento',
    at: [`POST ${at}`],
    run: (ctx, { body }) =>
      ctx.transact(async tx => {
        const { receivableId, about } = await receive(tx, ctx, Form.of(body))
        return { ...asText(toGuid('receivable', receivableId), about), wakes: true }
      }),
  },
  {
    needs: ['receivables:write', 'receivables:read', 'customers:read', 'organizations:read'],
    words: {},
    name: 'create-receipt-whole',
    says: 'Registra um recebimento, com o agendamento dele, e responde o recebimento',
    at: [`POST ${at}/FormatType=json`],
    run: (ctx, { body }) =>
      ctx.transact(async (tx): Promise<ForeignAnswer> => {
        const { receivableId, receipt, about } = await receive(tx, ctx, Form.of(body))
        if (receipt === null) return { ...asText(toGuid('receivable', receivableId), about), wakes: true }
        const [shown] = await showReceipts(tx, ctx, [receipt])
        return { status: 200, body: shown, ...(about !== undefined && { about }), wakes: true }
      }),
  },
]

interface Received {
  readonly receivableId: number
  /** Null: the schedule alone was made. */
  readonly receipt: Receipt | null
  readonly about?: string
}

/** Of a schedule that is named, on that one: none is made beside it. */
async function receive(tx: Tx, ctx: Ctx, form: Form): Promise<Received> {
  if (form.has('scheduleId')) {
    readScheduleReceived(form)
    const payment = readPayment(form)
    const { receivableId } = await standing(tx, ctx, form.text('scheduleId', 100) ?? undefined)
    return { receivableId, receipt: await receiveOn(ctx, { receivableId, ...payment }) }
  }
  const { schedule, payment } = readNewReceipt(form, await ownOrganization(tx, ctx))
  const receivableId = await makeSchedule(tx, ctx, schedule)
  const about = showId('customer', schedule.customerId)
  return { receivableId, receipt: payment && (await receiveOn(ctx, { receivableId, ...payment })), about }
}

async function showReceipts(tx: Tx, ctx: Ctx, receipts: readonly Receipt[]) {
  const ids = [...new Set(receipts.map(({ receivableId }) => receivableId))]
  const facts = new Map((await scheduleFacts(tx, ctx, ids)).map(it => [it.known.receivable.id, it]))
  const accounts = await referencesOf(tx, financialAccounts, [
    ...new Set(receipts.flatMap(({ financialAccountId }) => financialAccountId ?? [])),
  ])
  return receipts.flatMap(receipt => {
    const of = facts.get(receipt.receivableId)
    return of === undefined ? [] : [showReceipt(receipt, of, accounts.get(receipt.financialAccountId ?? 0)?.name ?? null)]
  })
}
