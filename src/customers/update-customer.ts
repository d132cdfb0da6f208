import { changesNothing, unchangedSince } from '../core/current.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import { type ExternalId, replaceExternalIds, tidyIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { type CustomerInput, readCustomer } from './customer.ts'
import { saveCustomers } from './customer-store.ts'
import type { CustomerTies } from './customer-ties.ts'
import { holdCustomer, holdLeavingCustomer, type KnownCustomer } from './read-customer.ts'

/** What is absent stays, what is null is cleared. */
export type CustomerChange = Partial<CustomerInput> & { externalIds?: ExternalId[] }

/**
 * What changes nothing is not written, unless something that others keep beside it changed: `isToldAnyway`.
 */
export function updateCustomer(
  ctx: Ctx,
  ties: Pick<CustomerTies, 'isBilledByItself'>,
  id: number,
  expectedVersion: number,
  change: CustomerChange,
  isToldAnyway = false,
): Promise<KnownCustomer> {
  return ctx.transact(async tx => {
    // A contract that is being made with it has judged the tax id that it has now.
    const hold = change.taxId === undefined ? holdCustomer : holdLeavingCustomer
    const before = unchangedSince(await hold(tx, id), expectedVersion)
    const after = {
      ...before,
      ...readCustomer({ ...before, ...change }),
      externalIds: tidyIds(change.externalIds ?? before.externalIds),
      version: before.version + 1,
    }
    if (!isToldAnyway && changesNothing(before, after)) return before
    if (after.taxId !== null && after.taxId !== before.taxId && (await ties.isBilledByItself(tx, id, after.taxId))) {
      refuse('customer_is_supplier', 'Este CNPJ é o da organização que tem contratos vigentes com o cliente; encerre-os antes.', {
        path: '/taxId',
      })
    }
    await saveCustomers(tx, [after])
    if (change.externalIds) await replaceExternalIds(tx, 'customer', id, after.externalIds)
    await record(tx, ctx, [
      { action: 'update', event: 'update', subject: { noun: 'customer', id, version: after.version }, before, after },
    ])
    return after
  })
}
