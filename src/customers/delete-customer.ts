import { unchangedSince } from '../core/current.ts'
import type { Ctx } from '../platform/context.ts'
import { replaceExternalIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { orInUse } from '../platform/in-use.ts'
import { deleteCustomerRow } from './customer-store.ts'
import { holdLeavingCustomer } from './read-customer.ts'

/** Only while nothing hangs on it; its history stays. */
export function deleteCustomer(ctx: Ctx, id: number, expectedVersion: number): Promise<void> {
  return ctx.transact(async tx => {
    const before = unchangedSince(await holdLeavingCustomer(tx, id), expectedVersion)
    await replaceExternalIds(tx, 'customer', id, [])
    await orInUse(() => deleteCustomerRow(tx, id), 'Há contratos, faturas ou crédito deste cliente; arquive-o.')
    await record(tx, ctx, [
      { action: 'delete', event: 'delete', subject: { noun: 'customer', id, version: before.version + 1 }, before, after: null },
    ])
  })
}
