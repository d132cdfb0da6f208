import { addMillis, type Instant } from '../../core/dates.ts'
import type { Db } from '../db/db.ts'
import { deleteAnswers } from './idempotency-store.ts'

/**
 * How long an answer is given again under its key. A caller that was cut off before a weekend with a holiday asks again after it; whoever
 * asks later than that has the effect a second time.
 */
export const KEPT_DAYS = 7

const AT_ONCE = 500

/**
 * Deletes an account's answers that were kept long enough, in short transactions, so that no request waits. `now` is the machine's, as
 * for the keeping: a sandbox clock may stand still for ever.
 */
export async function forgetOldAnswers(db: Db, account: number, now: Instant, signal?: AbortSignal): Promise<number> {
  const before = addMillis(now, -KEPT_DAYS * 86_400_000)
  let forgotten = 0
  while (signal?.aborted !== true) {
    const deleted = await db.transact({ account }, tx => deleteAnswers(tx, before, AT_ONCE), { priority: 'background' })
    forgotten += deleted
    if (deleted < AT_ONCE) break
  }
  return forgotten
}
