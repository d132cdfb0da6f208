import type { Instant } from '../../core/dates.ts'
import type { Tx } from '../../platform/db/db.ts'
import { takeAddressesAway } from '../../platform/file-address-store.ts'
import { erasePayloads, type HistoryEntry } from '../../platform/history.ts'
import { forgetAnswersAbout } from '../../platform/http/idempotency-store.ts'
import { attachmentsOfCustomer, deleteAttachments, everAttached } from './attachment-store.ts'

/**
 * LGPD: what was attached to a customer's invoices and schedules goes with the customer, and what the history tells of what was taken off before: the
 * law obliges to keep the invoice, not the copy of an identity card. Answers an entry for each, by which `verify` knows why it is gone.
 */
export async function eraseAttachments(tx: Tx, customerId: number, at: Instant): Promise<HistoryEntry[]> {
  const ids = await everAttached(tx, customerId)
  await takeAddressesAway(tx, 'attachment', ids)
  await deleteAttachments(tx, await attachmentsOfCustomer(tx, customerId))
  await forgetAnswersAbout(tx, 'attachment', ids)
  for (const id of ids) await erasePayloads(tx, 'attachment', id, at)
  return ids.map(id => ({ action: 'erase', subject: { noun: 'attachment', id, version: 3 }, after: { customerId } }))
}
