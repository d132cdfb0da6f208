import { found } from '../core/current.ts'
import { bindKnownCustomer } from '../invoices/require-parties.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { notFound } from './claim-schedule.ts'
import { occurrencesOf } from './occurrence-store.ts'
import type { Occurrence, Schedule } from './schedule.ts'
import { lockSchedule, scheduleOf } from './schedule-store.ts'

export interface OccurrencePlace {
  readonly scheduleId: number
  readonly number: number
}

/** For what people put beside an occurrence, in whatever state it is: nobody erases its customer before that stands. */
export async function holdOccurrence(tx: Tx, { scheduleId, number }: OccurrencePlace): Promise<Schedule> {
  const { customerId } = found(await scheduleOf(tx, scheduleId), notFound)
  await bindKnownCustomer(tx, customerId)
  const schedule = found(await lockSchedule(tx, scheduleId), notFound)
  await requireOccurrence(tx, { scheduleId, number })
  return schedule
}

/** One that was made, or 404: what is not to come yet is not there. */
export async function requireOccurrence(tx: Reader, { scheduleId, number }: OccurrencePlace): Promise<Occurrence> {
  const [row] = await occurrencesOf(tx, scheduleId, number, number)
  return found(row?.reason === 'not_yet' ? null : row, occurrenceNotFound)
}

export const occurrenceNotFound = 'Ocorrência não encontrada.'
