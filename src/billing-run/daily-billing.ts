import { addDays, dayInZone } from '../core/dates.ts'
import { billingInstant, DAILY_BILLING } from '../organizations/organization.ts'
import { lockOrganization } from '../organizations/organization-store.ts'
import type { Ctx } from '../platform/context.ts'
import { dateWork, dropWork } from '../platform/due-work.ts'
import { insertStartedRun } from './start-run.ts'

/**
 * The scheduler's run of one organization and day, at its own hour. That there is only one is the database's to see to; after
 * days without a server there is one run, of today: older periods wait to be chosen.
 */
export async function billDaily(ctx: Ctx, organizationId: number): Promise<void> {
  await ctx.transact(async tx => {
    const organization = await lockOrganization(tx, organizationId)
    if (!organization || organization.archivedAt !== null) return dropWork(tx, DAILY_BILLING, organizationId)
    const today = dayInZone(ctx.clock.now(), organization.timeZone)
    await insertStartedRun(tx, ctx, { day: today, organizationId, cause: 'scheduler' })
    await dateWork(tx, DAILY_BILLING, organizationId, billingInstant(organization, addDays(today, 1)))
  })
}
