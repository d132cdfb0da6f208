import { changesNothing, unchangedSince } from '../core/current.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { dateOfWork, dateWork } from '../platform/due-work.ts'
import { type ExternalId, replaceExternalIds, tidyIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { DAILY_BILLING, movedBillingAt, type Organization, type OrganizationInput, readOrganization } from './organization.ts'
import { saveOrganization } from './organization-store.ts'
import type { OrganizationTies } from './organization-ties.ts'
import { holdLeavingOrganization, holdOrganization, type KnownOrganization } from './read-organization.ts'

/** What is absent stays, what is null is cleared. */
export type OrganizationChange = Partial<OrganizationInput> & { externalIds?: ExternalId[] }

/**
 * What changes nothing is not written, unless something that others keep beside it changed: `isToldAnyway`.
 */
export function updateOrganization(
  ctx: Ctx,
  ties: Pick<OrganizationTies, 'wouldBillItself'>,
  id: number,
  expectedVersion: number,
  change: OrganizationChange,
  isToldAnyway = false,
): Promise<KnownOrganization> {
  return ctx.transact(async tx => {
    // A contract that is being made with it has judged the CNPJ that it has now.
    const hold = change.cnpj === undefined ? holdOrganization : holdLeavingOrganization
    const before = unchangedSince(await hold(tx, id), expectedVersion)
    const after = {
      ...before,
      ...readOrganization({ ...before, ...change }),
      externalIds: tidyIds(change.externalIds ?? before.externalIds),
      version: before.version + 1,
    }
    if (!isToldAnyway && changesNothing(before, after)) return before
    if (after.cnpj !== before.cnpj && (await ties.wouldBillItself(tx, id, after.cnpj))) {
      refuse('customer_is_supplier', 'Um cliente com contratos vigentes desta organização tem este CNPJ; encerre-os antes.', {
        path: '/cnpj',
      })
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
