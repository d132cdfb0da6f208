import { bindServiceItems } from '../../catalog/service-item-store.ts'
import { unchangedSince } from '../../core/current.ts'
import { addDays, type CivilDate, maxDate, minDate } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { dropWork } from '../../platform/due-work.ts'
import { record } from '../../platform/history.ts'
import { servicesOfRule } from './create-readjustment.ts'
import { APPLY_READJUSTMENT, dateClause } from './date-readjustments.ts'
import { changed, holdLivingReadjustment, holdReadjustment } from './held-readjustment.ts'
import { type ReadjustmentInput, readReadjustment } from './read-readjustment.ts'
import { countedFrom, firstNumberFrom, movedTo, type Readjustment } from './readjustment.ts'
import { lastStanding, livingReadjustments, saveReadjustment } from './readjustment-store.ts'

/** What is absent stays; a service of null is the whole rule. */
export type ReadjustmentChange = Partial<ReadjustmentInput>

/**
 * Changes a clause for the dates to come; what was applied stays. Other dates are counted anew, from the first on or after today that
 * lies after the last one applied; where a date has come and waits, from that day on: whoever wants none of it passes it over.
 */
export function updateReadjustment(
  ctx: Ctx,
  id: number,
  expectedVersion: number,
  change: ReadjustmentChange,
): Promise<Readjustment> {
  return ctx.transact(async tx => {
    const { held, rule, clause: before } = await holdLivingReadjustment(tx, ctx, id)
    unchangedSince(before, expectedVersion)
    const all = (await livingReadjustments(tx, [rule.id])).get(rule.id) ?? []
    const faults = new Faults()
    // A lag that was the usual one of the index before becomes the usual one of the new index.
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
    const services = (await servicesOfRule(tx, rule.id)).add(before.serviceItemId ?? 0)
    const others = all.filter(clause => clause.id !== id)
    const lag = change.index !== undefined && change.index !== before.index ? { lagMonths: undefined } : {}
    const data = readReadjustment({ ...before, ...lag, ...given }, services, others, faults)
    faults.refuseIfAny()
    if (data.serviceItemId !== null && data.serviceItemId !== before.serviceItemId)
      await bindServiceItems(tx, [data.serviceItemId])
    const moves = data.startsOn !== before.startsOn || data.everyMonths !== before.everyMonths
    const counted = { ...before, ...data }
    const moved = moves
      ? countedFrom(counted, firstNumberFrom(counted, await earliestOf(tx, before, held.today)))
      : movedTo(counted, before.nextNumber)
    const after = { ...keptWaiting(before, moved), version: before.version + 1 }
    await saveReadjustment(tx, after)
    if (held.facts.validity !== null) await dateClause(tx, after, held.timeZone)
    await record(tx, ctx, [changed('update', before, after)])
    return after
  })
}

async function earliestOf(tx: Tx, { id, nextOn }: Readjustment, today: CivilDate): Promise<CivilDate> {
  const last = await lastStanding(tx, id)
  const open = minDate(today, nextOn)
  return last === null ? open : maxDate(open, addDays(last.dueOn, 1))
}

/** One that was undone waits for a person whatever is changed in it, as long as its date is the same. */
function keptWaiting(before: Readjustment, after: Readjustment): Readjustment {
  const isSameDate = before.nextOn === after.nextOn
  return isSameDate && before.waitsFor === 'approval' ? { ...after, waitsFor: 'approval' } : after
}

/** Takes a clause out: nothing waits for it any more. What it applied stays in the prices, and its history to be read. */
export function archiveReadjustment(ctx: Ctx, id: number, expectedVersion: number): Promise<void> {
  return ctx.transact(async tx => {
    const { held, clause: before } = await holdReadjustment(tx, ctx, id)
    if (before.archivedAt !== null) return
    unchangedSince(before, expectedVersion)
    const after = { ...before, archivedAt: held.now, version: before.version + 1 }
    await saveReadjustment(tx, after)
    await dropWork(tx, APPLY_READJUSTMENT, id)
    await record(tx, ctx, [changed('archive', before, after)])
  })
}
