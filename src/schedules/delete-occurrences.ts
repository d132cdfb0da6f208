import { nextState } from '../core/states.ts'
import type { Ctx } from '../platform/context.ts'
import { changeOccurrences } from './change-occurrences.ts'
import { claimForChange } from './claim-schedule.ts'
import { type OccurrenceAt, refuseWaived, requireMade } from './edit-schedule.ts'
import { makeOccurrences, organizationOfSchedule } from './make-occurrences.ts'
import { occurrencesOf } from './occurrence-store.ts'
import { type Occurrence, restated, type Schedule, scheduleStates } from './schedule.ts'
import { scheduleEntry } from './schedule-history.ts'

/**
 * Gives up an occurrence, or all from one on, made or yet to come. Refused for any of which something was received. What is deleted does
 * not come back; from the first one on, it is the schedule that is deleted.
 */
export function deleteOccurrences(ctx: Ctx, at: OccurrenceAt, expectedVersion: number): Promise<Schedule> {
  return ctx.transact(async tx => {
    const { schedule, versions, customer } = await claimForChange(tx, ctx, at.scheduleId, expectedVersion)
    requireMade(schedule, at.number)
    if (at.scope === 'one') {
      const [row] = await occurrencesOf(tx, schedule.id, at.number, at.number)
      if (row?.disposition !== 'billed') refuseWaived(at.number)
    }
    const after = withoutThem(schedule, at, ctx)
    const until = at.scope === 'one' ? at.number : null
    await changeOccurrences(tx, ctx, {
      schedule,
      versions,
      customer,
      from: at.number,
      until,
      settle: deleted,
      entry: scheduleEntry(after.state === 'cancelled' ? 'cancel' : 'delete_occurrences', schedule, after, {
        fromNumber: at.number,
        untilNumber: until,
      }),
    })
    return makeOccurrences(tx, ctx, restated(after, versions), versions, await organizationOfSchedule(tx, schedule))
  })
}

function withoutThem(schedule: Schedule, { scope, number }: OccurrenceAt, ctx: Ctx): Schedule {
  const version = schedule.version + 1
  if (scope === 'one') return { ...schedule, version }
  const ended = { ...schedule, version, lastNumber: number - 1 }
  if (number > 1) return ended
  const state = nextState(scheduleStates, schedule.state, 'cancel') ?? schedule.state
  return { ...ended, state, cancelledAt: ctx.clock.now() }
}

/** What was not to be made yet never comes: the schedule ends before it. */
function deleted(row: Occurrence): Occurrence {
  if (row.reason === 'not_yet') return { ...row, reason: 'ended' }
  return row.disposition === 'waived' ? row : { ...row, disposition: 'waived', reason: 'deleted' }
}
