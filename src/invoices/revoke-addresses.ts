import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { addressesOf, takeAddressesAway } from '../platform/file-address-store.ts'
import { record } from '../platform/history.ts'
import { attachmentsOf } from './attachments/attachment-store.ts'

/**
 * What was handed out of an invoice that is done away with opens nothing any more: its PDF and its own attachments. Those of its rule are
 * other invoices' too, and stay. The caller holds the invoice.
 */
export async function revokeAddresses(tx: Tx, ctx: Ctx, invoiceId: number): Promise<void> {
  await takeAddressesAway(tx, 'invoice', [invoiceId])
  const own = (await attachmentsOf(tx, invoiceId)).filter(({ ruleId }) => ruleId === null)
  const known = await addressesOf(
    tx,
    'attachment',
    own.map(({ id }) => id),
  )
  const ids = [...known.keys()].sort((a, b) => a - b)
  await takeAddressesAway(tx, 'attachment', ids)
  await record(
    tx,
    ctx,
    ids.map(id => ({ action: 'revoke_address', subject: { noun: 'attachment', id, version: 1 } })),
  )
}
