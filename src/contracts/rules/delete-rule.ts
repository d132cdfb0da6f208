import { unchangedSince } from '../../core/current.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { type HistoryEntry, record } from '../../platform/history.ts'
import { settleDifferences } from '../events/settle-differences.ts'
import type { HeldContract } from '../held-contract.ts'
import { periodsToCome } from '../ledger/coverage.ts'
import { type ClosingRow, closePeriods, refreshNextDue, waiveOpenPeriods } from '../ledger/coverage-store.ts'
import { holdRule } from './held-rule.ts'
import type { InvoiceRule } from './invoice-rule.ts'
import { ruleChanged } from './rule-history.ts'
import { saveRule } from './rule-store.ts'
import { termsOf } from './terms-store.ts'

/** Archives a rule: what it still had to bill is waived, its invoices stay. Always possible, as in Fintera (F3729). */
export function deleteRule(ctx: Ctx, id: number, expectedVersion: number): Promise<void> {
  return ctx.transact(async tx => {
    const { held, rule } = await holdRule(tx, ctx, id)
    if (rule.archivedAt !== null) return
    unchangedSince(rule, expectedVersion)
    await record(tx, ctx, await archiveRule(tx, held, rule, 'rule_deleted'))
  })
}

/** The part that other verbs share. Answers what the history is to hold. */
export async function archiveRule(tx: Tx, held: HeldContract, rule: InvoiceRule, reason: string): Promise<HistoryEntry[]> {
  const archived = { ...rule, archivedAt: held.now, version: rule.version + 1 }
  await waiveOpenPeriods(tx, rule.id, reason, held.now)
  await closePeriods(tx, await begunUnlisted(tx, held, rule, reason), held.now)
  await saveRule(tx, archived)
  await refreshNextDue(tx, [rule.id])
  // What is to be given back is shown, though there is no billing of the rule any more that could.
  const { entries } = await settleDifferences(tx, rule.id, held.now)
  return [ruleChanged('archive', rule, archived), ...entries]
}

/** Periods that are due, or of which days are past, and that no run has listed yet: waived by name too, so that none vanishes. */
async function begunUnlisted(tx: Tx, { facts, today }: HeldContract, rule: InvoiceRule, reason: string): Promise<ClosingRow[]> {
  const { validity } = facts
  if (validity === null || rule.coveredUntil === null || facts.kind !== 'sale') return []
  const versions = (await termsOf(tx, [rule.id])).get(rule.id) ?? []
  const due: ClosingRow[] = []
  for (const { startsOn, endsOn, scheduledOn } of periodsToCome(versions, rule.coveredUntil, validity)) {
    if (scheduledOn > today && startsOn >= today) break
    const ended = { stored: false, disposition: 'waived', reason, termsVersion: null, invoiceId: null } as const
    due.push({ ruleId: rule.id, startsOn, endsOn, scheduledOn, ...ended })
  }
  return due
}
