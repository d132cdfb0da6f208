import { found, unchangedSince } from '../core/current.ts'
import { type CustomerClaim, claimCustomer } from '../invoices/claim.ts'
import { bindKnownCustomer } from '../invoices/require-parties.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { requireStanding, type Schedule } from './schedule.ts'
import { lockSchedule, scheduleOf, termsOfSchedules } from './schedule-store.ts'
import type { Terms } from './terms.ts'

export interface ScheduleClaim {
  readonly schedule: Schedule
  readonly versions: readonly Terms[]
}

/** Holds a schedule, its customer first: nobody erases it before what is made of the schedule stands. Null where there is none. */
export async function claimSchedule(tx: Tx, id: number): Promise<ScheduleClaim | null> {
  const known = await scheduleOf(tx, id)
  if (known === null) return null
  await bindKnownCustomer(tx, known.customerId)
  return held(tx, id)
}

/** For a change: in the order that everyone keeps, the customer with what is held for it, the schedule, and then its receivables. */
export async function claimForChange(
  tx: Tx,
  ctx: Ctx,
  id: number,
  expectedVersion: number,
): Promise<ScheduleClaim & { readonly customer: CustomerClaim }> {
  const known = found(await scheduleOf(tx, id), notFound)
  await bindKnownCustomer(tx, known.customerId)
  const { claim } = await claimCustomer(tx, ctx, known, [])
  const { schedule, versions } = await held(tx, id)
  requireStanding(schedule)
  return { schedule: unchangedSince(schedule, expectedVersion), versions, customer: claim }
}

async function held(tx: Tx, id: number): Promise<ScheduleClaim> {
  const schedule = found(await lockSchedule(tx, id), notFound)
  return { schedule, versions: (await termsOfSchedules(tx, [id])).get(id) ?? [] }
}

export const notFound = 'Agendamento não encontrado.'
