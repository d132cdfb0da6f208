import { addMillis, type Instant } from '../core/dates.ts'
import type { Db } from '../platform/db/db.ts'
import { KEPT_DAYS } from './delivery.ts'
import { deleteOld } from './delivery-store.ts'

const AT_ONCE = 500

/**
 * Deletes an account's deliveries that were kept long enough, in short transactions. `now` is the machine's, as for the keeping: a sandbox
 * clock may stand still for ever.
 */
export async function forgetOldDeliveries(db: Db, account: number, now: Instant, signal?: AbortSignal): Promise<number> {
  const before = addMillis(now, -KEPT_DAYS * 86_400_000)
  let forgotten = 0
  while (signal?.aborted !== true) {
    const deleted = await db.transact({ account }, tx => deleteOld(tx, before, AT_ONCE), { priority: 'background' })
    forgotten += deleted
    if (deleted < AT_ONCE) break
  }
  return forgotten
}
