import type { Instant } from '../core/dates.ts'
import type { Tx } from '../platform/db/db.ts'
import { erasePayloads, type HistoryEntry } from '../platform/history.ts'
import { deleteComments } from './comment-store.ts'
import { eraseScheduleTexts, saveSchedule, schedulesOfCustomer } from './schedule-store.ts'

/**
 * Erases what people wrote of what a customer was going to owe (LGPD), where it stands and in the history; amounts and days stay. Answers
 * what the history is to tell of that.
 */
export async function eraseSchedules(tx: Tx, customerId: number, at: Instant): Promise<HistoryEntry[]> {
  const schedules = await schedulesOfCustomer(tx, customerId)
  const ids = schedules.map(({ id }) => id)
  await eraseScheduleTexts(tx, ids)
  await deleteComments(tx, ids)
  const entries: HistoryEntry[] = []
  for (const before of schedules) {
    const after = { ...before, version: before.version + 1 }
    await saveSchedule(tx, after)
    await erasePayloads(tx, 'schedule', after.id, at)
    const subject = { noun: 'schedule', id: after.id, version: after.version } as const
    entries.push({ action: 'erase', event: 'erase', subject, after })
  }
  return entries
}
