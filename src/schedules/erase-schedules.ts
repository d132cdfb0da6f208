import type { Instant } from '../core/dates.ts'
import type { Tx } from '../platform/db/db.ts'
import { erasePayloads, type HistoryEntry } from '../platform/history.ts'
import { eraseScheduleTexts, saveSchedule, schedulesOfCustomer } from './schedule-store.ts'

/**
 * Erases what people wrote of what a customer was going to owe (LGPD), where it stands and in the history; amounts and days stay. Answers
 * what the history is to tell of that.
 */
export async function eraseSchedules(tx: Tx, customerId: number, at: Instant): Promise<HistoryEntry[]> {
  const schedules = await schedulesOfCustomer(tx, customerId)
  await eraseScheduleTexts(
    tx,
    schedules.map(({ id }) => id),
  )
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
