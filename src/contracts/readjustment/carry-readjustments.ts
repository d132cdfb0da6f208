import { maxDate } from '../../core/dates.ts'
import type { Tx } from '../../platform/db/db.ts'
import type { HistoryEntry } from '../../platform/history.ts'
import { takeIds } from '../../platform/ids.ts'
import type { HeldContract } from '../held-contract.ts'
import type { InvoiceRule } from '../rules/invoice-rule.ts'
import { dateClause } from './date-readjustments.ts'
import { changed } from './held-readjustment.ts'
import { carriedTo } from './readjustment.ts'
import { livingReadjustments, saveReadjustment } from './readjustment-store.ts'

/**
 * The clauses of a rule that is replaced go on in the one that takes its place, on the same dates; of a service that the new rule does
 * not have none does. Answers what the history is to hold.
 */
export async function carryReadjustments(
  tx: Tx,
  held: HeldContract,
  replaced: InvoiceRule,
  ruleId: number,
  services: ReadonlySet<number>,
): Promise<HistoryEntry[]> {
  const all = (await livingReadjustments(tx, [replaced.id])).get(replaced.id) ?? []
  const going = all.filter(({ serviceItemId }) => serviceItemId === null || services.has(serviceItemId))
  if (going.length === 0) return []
  const first = await takeIds(tx, 'readjustment', going.length)
  const entries: HistoryEntry[] = []
  for (const [i, before] of going.entries()) {
    // Where the other rule had ended before, nobody waited for the dates since.
    const day = replaced.archivedAt === null ? before.nextOn : maxDate(before.nextOn, held.today)
    const made = { ...carriedTo(before, day, held.today), id: first + i, ruleId, version: 1, createdAt: held.now }
    await saveReadjustment(tx, made)
    if (held.facts.validity !== null) await dateClause(tx, made, held.timeZone)
    entries.push(changed('create', null, made, { carriedFrom: before.id }))
  }
  return entries
}
