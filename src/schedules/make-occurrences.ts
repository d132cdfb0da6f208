import { type CivilDate, dayInZone } from '../core/dates.ts'
import { billingInstant, type Organization } from '../organizations/organization.ts'
import { organizationOf } from '../organizations/organization-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { dateWork, dropWork, type WorkHandlers } from '../platform/due-work.ts'
import { enterReceivables } from '../receivables/enter-receivables.ts'
import { restoreOccurrences } from './change-occurrences.ts'
import { claimSchedule } from './claim-schedule.ts'
import { insertOccurrences, occurrencesOf } from './occurrence-store.ts'
import {
  billedOccurrence,
  EXTEND_SCHEDULE,
  entersHorizonOn,
  horizonOf,
  madeWithin,
  nextOccurrence,
  type Occurrence,
  occurrencesToMake,
  type Planned,
  type Schedule,
  withMade,
} from './schedule.ts'
import { saveSchedule } from './schedule-store.ts'
import type { Terms } from './terms.ts'

/** To one transaction. What a recurrence from long ago has beyond that is made by due work, at once. */
const AT_ONCE = 400

/**
 * Makes what is to be made by now: each occurrence a row of the ledger and its receivable, in one transaction, and dates what follows. One
 * that was there before, and too far ahead, is asked for again. The schedule is held. Killed before its end it never was; called twice, the second time it finds nothing to make; and an occurrence that
 * somebody made all the same is refused by the ledger's keys. Answers the schedule as it is by then, saved.
 */
export async function makeOccurrences(
  tx: Tx,
  ctx: Ctx,
  schedule: Schedule,
  versions: readonly Terms[],
  organization: Organization,
): Promise<Schedule> {
  const today = dayInZone(ctx.clock.now(), organization.timeZone)
  const planned = occurrencesToMake(schedule, versions, today, AT_ONCE)
  const there = new Map((await occurrencesOf(tx, schedule.id, schedule.madeUntil + 1, null)).map(row => [row.number, row]))
  const restored = planned.flatMap(it => {
    const before = there.get(it.number)
    return before?.reason === 'not_yet' ? [{ before, after: billedOccurrence(before, it) }] : []
  })
  await restoreOccurrences(tx, ctx, schedule.id, restored, versions, today)
  const anew = planned.filter(({ number }) => !there.has(number))
  await insertMade(tx, ctx, schedule, anew, today)
  const after = withMade(schedule, versions, beyondWaived(schedule.madeUntil + planned.length, there))
  await saveSchedule(tx, after)
  await dateNext(tx, ctx, after, versions, organization, today)
  return after
}

/** What was deleted, or has ended, is not waited for. */
function beyondWaived(madeUntil: number, there: ReadonlyMap<number, Occurrence>): number {
  let last = madeUntil
  for (let next = there.get(last + 1); next !== undefined && next.reason !== 'not_yet'; next = there.get(last + 1)) last++
  return last
}

async function insertMade(
  tx: Tx,
  ctx: Ctx,
  { id, kind, organizationId, customerId, lastNumber }: Schedule,
  planned: readonly Planned[],
  today: CivilDate,
): Promise<void> {
  const receivables = await enterReceivables(
    tx,
    ctx,
    planned.map(({ number, dueOn, amountCents }) => ({
      organizationId,
      customerId,
      contractId: null,
      scheduleId: id,
      // Each occurrence of a recurrence is owed by itself; nobody knows how many there will be.
      ...(kind === 'installments' && lastNumber !== null && { installment: number, installments: lastNumber }),
      dueOn,
      amountCents,
    })),
  )
  const made = receivables.map((receivable, i) => {
    const occurrence = planned[i]
    if (occurrence === undefined) throw new Error('a receivable of no occurrence')
    const { amountCents: _, ...own } = occurrence
    return { ...own, scheduleId: id, disposition: 'billed', reason: null, receivableId: receivable.id, saidOn: today } as const
  })
  await insertOccurrences(tx, ctx.account, made, ctx.clock.now())
}

/** On the day on which the next one comes within the horizon, at the hour at which its organization bills; at once where it is there. */
async function dateNext(
  tx: Tx,
  ctx: Ctx,
  schedule: Schedule,
  versions: readonly Terms[],
  organization: Organization,
  today: CivilDate,
): Promise<void> {
  const next = nextOccurrence(schedule, versions)
  if (next === null) return dropWork(tx, EXTEND_SCHEDULE, schedule.id)
  const dueOn = madeWithin(schedule.kind, versions, next.number)
  const isThere = dueOn === null || dueOn <= horizonOf(today)
  const at = isThere ? ctx.clock.now() : billingInstant(organization, entersHorizonOn(dueOn))
  await dateWork(tx, EXTEND_SCHEDULE, schedule.id, at)
}

/** What happens by itself. */
export const scheduleWork: WorkHandlers = { [EXTEND_SCHEDULE]: extendSchedule }

/** Makes what has come within the horizon, one transaction after the other, until nothing has. */
export async function extendSchedule(ctx: Ctx, id: number, until?: AbortSignal): Promise<void> {
  for (let isMore = true; isMore && until?.aborted !== true; ) {
    isMore = await ctx.transact(async tx => {
      const claim = await claimSchedule(tx, id)
      if (claim === null || claim.schedule.state !== 'active') {
        await dropWork(tx, EXTEND_SCHEDULE, id)
        return false
      }
      const { schedule, versions } = claim
      const after = await makeOccurrences(tx, ctx, schedule, versions, await organizationOfSchedule(tx, schedule))
      return after.madeUntil - schedule.madeUntil >= AT_ONCE
    })
  }
}

export async function organizationOfSchedule(tx: Tx, { organizationId }: Schedule): Promise<Organization> {
  const organization = await organizationOf(tx, organizationId)
  if (organization === null) throw new Error(`no organization ${organizationId}, although a schedule is here`)
  return organization
}
