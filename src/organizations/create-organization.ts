import type { Ctx } from '../platform/context.ts'
import { dateWork } from '../platform/due-work.ts'
import { type ExternalId, replaceExternalIds, tidyIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { DAILY_BILLING, firstBillingAt, type OrganizationInput, readOrganization } from './organization.ts'
import { insertOrganization } from './organization-store.ts'
import type { KnownOrganization } from './read-organization.ts'

/** Makes an organization and dates the first day on which the scheduler bills for it. */
export function createOrganization(
  ctx: Ctx,
  { externalIds: ids = [], ...input }: OrganizationInput & { externalIds?: ExternalId[] },
): Promise<KnownOrganization> {
  const data = readOrganization(input)
  const externalIds = tidyIds(ids)
  return ctx.transact(async tx => {
    const id = await takeIds(tx, 'organization')
    const organization = { ...data, id, version: 1, createdAt: ctx.clock.now(), archivedAt: null }
    await insertOrganization(tx, organization)
    await replaceExternalIds(tx, 'organization', id, externalIds)
    await dateWork(tx, DAILY_BILLING, id, firstBillingAt(organization, ctx.clock.now()))
    const made = { ...organization, externalIds }
    await record(tx, ctx, [{ action: 'create', event: 'create', subject: { noun: 'organization', id, version: 1 }, after: made }])
    return made
  })
}
