import { claimCustomer } from '../../invoices/claim.ts'
import { bindKnownCustomer } from '../../invoices/require-parties.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import type { Receipt } from '../../receivables/receipt.ts'
import { type PaymentInput, receivePayment } from '../../receivables/receive-payment.ts'
import { occurrencesOf } from '../../schedules/occurrence-store.ts'
import { occurrenceOfReceivable } from '../../schedules/read-schedule.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import { lockSchedule, scheduleOf } from '../../schedules/schedule-store.ts'
import { organizationForNew, spokenOrganization } from '../spoken-organization.ts'
import { fromGuid } from './guid.ts'
import { refuseWith, scheduleNotFound } from './words.ts'

export interface Place {
  readonly receivableId: number
  readonly scheduleId: number
  readonly number: number
}

/** By the id that they know; what was deleted is not there, nor what is another organization's than the key's. */
export async function standing(tx: Tx, ctx: Ctx, guid: string | undefined): Promise<Place> {
  const receivableId = fromGuid('receivable', guid ?? '')
  const at = receivableId === null ? null : await occurrenceOfReceivable(ctx, receivableId)
  if (receivableId === null || at === null) return refuseWith(scheduleNotFound)
  await requireSpoken(tx, ctx, at.scheduleId)
  const [row] = await occurrencesOf(tx, at.scheduleId, at.number, at.number)
  return row?.disposition === 'billed' ? { receivableId, ...at } : refuseWith(scheduleNotFound)
}

async function requireSpoken(tx: Tx, ctx: Ctx, scheduleId: number): Promise<void> {
  const spoken = await spokenOrganization(tx, ctx)
  if (spoken === null) return
  const schedule = await scheduleOf(tx, scheduleId)
  if (schedule?.organizationId !== spoken) refuseWith(scheduleNotFound)
}

/** Their clients send no version: it is held, in the order that everybody keeps, and the one that stands there is meant. */
export async function held(tx: Tx, ctx: Ctx, guid: string | undefined): Promise<Place & { schedule: Schedule }> {
  const place = await standing(tx, ctx, guid)
  const known = (await scheduleOf(tx, place.scheduleId)) ?? refuseWith(scheduleNotFound)
  await bindKnownCustomer(tx, known.customerId)
  await claimCustomer(tx, ctx, known, [])
  const schedule = (await lockSchedule(tx, place.scheduleId)) ?? refuseWith(scheduleNotFound)
  return { ...place, schedule }
}

/** For whom what they make is. */
export async function ownOrganization(tx: Tx, ctx: Ctx): Promise<number> {
  return (await organizationForNew(tx, ctx)) ?? refuseWith('Cadastre antes a empresa (organização) que recebe.')
}

/** Answers what was made of it. */
export async function receiveOn(ctx: Ctx, input: PaymentInput): Promise<Receipt> {
  const { receipts } = await receivePayment(ctx, input)
  const receipt = receipts.at(-1)
  if (receipt === undefined) throw new Error(`nothing was received of ${input.receivableId}`)
  return receipt
}
