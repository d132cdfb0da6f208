import type { HistoryEntry } from '../platform/history.ts'
import type { Schedule } from './schedule.ts'
import type { Terms } from './terms.ts'

/** What a person said, and of which occurrences; what comes within the horizon by itself is told by its receivables. */
export function scheduleEntry(
  action: 'create' | 'update' | 'delete_occurrences' | 'cancel',
  before: Schedule | null,
  after: Schedule,
  told: { terms?: readonly Terms[]; fromNumber?: number; untilNumber?: number | null } = {},
): HistoryEntry {
  return {
    action,
    event: action === 'delete_occurrences' ? 'update' : action,
    subject: { noun: 'schedule', id: after.id, version: after.version },
    before,
    after: { ...after, ...told },
  }
}
