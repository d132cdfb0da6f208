import { leftToBillDetails, leftToBillPhrase } from '../core/left-to-bill.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import { dateWork, dropWork } from '../platform/due-work.ts'
import { record } from '../platform/history.ts'
import { DAILY_BILLING, firstBillingAt } from './organization.ts'
import { saveOrganization } from './organization-store.ts'
import type { OrganizationTies } from './organization-ties.ts'
import { holdLeavingOrganization, holdOrganization, type KnownOrganization } from './read-organization.ts'

/**
 * Out of lists and of new contracts, still shown by its id. Not while contracts live, or those that are over have something left to
 * bill: nobody would any more.
 */
export function archiveOrganization(ctx: Ctx, ties: OrganizationTies, id: number): Promise<KnownOrganization> {
  return ctx.transact(async tx => {
    const before = await holdLeavingOrganization(tx, id)
    if (before.archivedAt !== null) return before
    if (await ties.hasLiveContracts(tx, id)) {
      refuse('in_use', 'A organização tem contratos vigentes; encerre-os antes de arquivá-la.')
    }
    if (await ties.hasLiveSchedules(tx, id)) {
      refuse('in_use', 'A organização tem agendamentos que ainda se repetem; encerre-os antes de arquivá-la.')
    }
    const left = await ties.leftToBill(tx, id)
    const phrase = leftToBillPhrase(left)
    if (phrase !== null) {
      refuse('in_use', `A organização ainda tem o que faturar: ${phrase}. Depois arquive-a.`, leftToBillDetails(left))
    }
    const after = { ...before, archivedAt: ctx.clock.now(), version: before.version + 1 }
    await saveOrganization(tx, after)
    await dropWork(tx, DAILY_BILLING, id)
    await record(tx, ctx, [
      { action: 'archive', event: 'archive', subject: { noun: 'organization', id, version: after.version }, before, after },
    ])
    return after
  })
}

/** Into use again, and billed by the scheduler from the next day on. Refused when its CNPJ has been given to another. */
export function unarchiveOrganization(ctx: Ctx, id: number): Promise<KnownOrganization> {
  return ctx.transact(async tx => {
    const before = await holdOrganization(tx, id)
    if (before.archivedAt === null) return before
    const after = { ...before, archivedAt: null, version: before.version + 1 }
    await saveOrganization(tx, after)
    await dateWork(tx, DAILY_BILLING, id, firstBillingAt(after, ctx.clock.now()))
    await record(tx, ctx, [
      { action: 'unarchive', event: 'unarchive', subject: { noun: 'organization', id, version: after.version }, before, after },
    ])
    return after
  })
}
