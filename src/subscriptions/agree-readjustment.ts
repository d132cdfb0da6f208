import { createReadjustment } from '../contracts/readjustment/create-readjustment.ts'
import { livingReadjustments } from '../contracts/readjustment/readjustment-store.ts'
import { archiveReadjustment } from '../contracts/readjustment/update-readjustment.ts'
import { addMonths, type CivilDate } from '../core/dates.ts'
import type { Ctx } from '../platform/context.ts'
import type { Plan } from './plan.ts'

/**
 * The readjustment that the plan promises, as a clause of the subscription's rule, in place of those of the plan before: the price is the
 * plan's of today, so the first date is a whole interval after `from`.
 */
export function agreeReadjustment(ctx: Ctx, ruleId: number, plan: Plan, from: CivilDate): Promise<void> {
  return ctx.transact(async tx => {
    const before = (await livingReadjustments(tx, [ruleId])).get(ruleId) ?? []
    for (const { id, version } of before) await archiveReadjustment(ctx, id, version)
    const { readjustmentIndex: index, readjustmentMonths: everyMonths, readjustmentNoticeDays: noticeDays } = plan
    if (index === null || everyMonths === null) return
    await createReadjustment(ctx, ruleId, { index, everyMonths, noticeDays, startsOn: addMonths(from, everyMonths) })
  })
}
