import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import { record } from '../platform/history.ts'
import { saveCustomers } from './customer-store.ts'
import type { CustomerTies } from './customer-ties.ts'
import { holdCustomer, holdLeavingCustomer, type KnownCustomer } from './read-customer.ts'

/** Out of lists and of new contracts, still shown by its id. Not while contracts live. */
export function archiveCustomer(ctx: Ctx, ties: CustomerTies, id: number): Promise<KnownCustomer> {
  return ctx.transact(async tx => {
    const before = await holdLeavingCustomer(tx, id)
    if (before.archivedAt !== null) return before
    if (await ties.hasLiveContracts(tx, id)) refuse('in_use', 'O cliente tem contratos vigentes; encerre-os antes de arquivá-lo.')
    if (await ties.hasLiveSchedules(tx, id)) {
      refuse('in_use', 'O cliente tem agendamentos que ainda se repetem; encerre-os antes de arquivá-lo.')
    }
    const after = { ...before, archivedAt: ctx.clock.now(), version: before.version + 1 }
    await saveCustomers(tx, [after])
    await record(tx, ctx, [
      { action: 'archive', event: 'archive', subject: { noun: 'customer', id, version: after.version }, before, after },
    ])
    return after
  })
}

/** Into use again. Refused when its tax id has been given to another. */
export function unarchiveCustomer(ctx: Ctx, id: number): Promise<KnownCustomer> {
  return ctx.transact(async tx => {
    const before = await holdCustomer(tx, id)
    if (before.archivedAt === null) return before
    const after = { ...before, archivedAt: null, version: before.version + 1 }
    await saveCustomers(tx, [after])
    await record(tx, ctx, [
      { action: 'unarchive', event: 'unarchive', subject: { noun: 'customer', id, version: after.version }, before, after },
    ])
    return after
  })
}
