import { unchangedSince } from '../core/current.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { dateOfWork, dateWork } from '../platform/due-work.ts'
import { type ExternalId, replaceExternalIds, tidyIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { DAILY_BILLING, movedBillingAt, type Organization, type OrganizationInput, readOrganization } from './organization.ts'
import { saveOrganization } from './organization-store.ts'
import { holdOrganization, type KnownOrganization } from './read-organization.ts'

/** What is absent stays, what is null is cleared. */
export type OrganizationChange = Partial<OrganizationInput> & { externalIds?: ExternalId[] }

export function updateOrganization(
  ctx: Ctx,
  id: number,
  expectedVersion: number,
  change: OrganizationChange,
): Promise<KnownOrganization> {
  return ctx.transact(async tx => {
    const before = unchangedSince(await holdOrganization(tx, id), expectedVersion)
    const after = {
      ...before,
      ...readOrganization({ ...before, ...change }),
      externalIds: tidyIds(change.externalIds ?? before.externalIds),
      version: before.version + 1,
    }
    await saveOrganization(tx, after)
    if (change.externalIds) await replaceExternalIds(tx, 'organization', id, after.externalIds)
    await moveDailyBilling(tx, before, after)
    await record(tx, ctx, [
      { action: 'update', event: 'update', subject: { noun: 'organization', id, version: after.version }, before, after },
    ])
    return after
  })
}

async function moveDailyBilling(tx: Tx, before: Organization, after: Organization): Promise<void> {
  if (before.billingHour === after.billingHour && before.timeZone === after.timeZone) return
  const pendingAt = await dateOfWork(tx, DAILY_BILLING, after.id)
  if (pendingAt !== null) await dateWork(tx, DAILY_BILLING, after.id, movedBillingAt(before, after, pendingAt))
}
