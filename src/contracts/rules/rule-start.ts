import type { CivilDate } from '../../core/dates.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { LedgerStart, TakenOver, Validity } from '../ledger/coverage.ts'
import { type InvoiceRule, leftBy, type Replaced, startOfLedger } from './invoice-rule.ts'
import { replacedLedger, ruleOf } from './rule-store.ts'
import { type Terms, termsAt } from './terms.ts'
import { termsOf } from './terms-store.ts'

/** Where the ledger of a rule begins by what is known now; `madeOn` is the day since which the rule could have billed. */
export async function seedOf(
  tx: Reader,
  rule: Pick<InvoiceRule, 'id' | 'billedThrough' | 'replacesRuleId' | 'createdAt'>,
  versions: readonly Terms[],
  validity: Validity,
  madeOn: CivilDate,
  takenOver: TakenOver | null = null,
): Promise<LedgerStart & { ruleId: number }> {
  const replaced = rule.replacesRuleId === null ? null : await replacedBy(tx, rule, rule.replacesRuleId, validity, madeOn)
  const start = startOfLedger(termsAt(versions, validity.startsOn), validity, madeOn, rule.billedThrough, replaced, takenOver)
  return { ruleId: rule.id, ...start }
}

/** One that was archived before it was replaced had ended: what it did not bill was waived then, or was never its own. */
async function replacedBy(
  tx: Reader,
  { createdAt }: Pick<InvoiceRule, 'createdAt'>,
  id: number,
  validity: Validity,
  madeOn: CivilDate,
): Promise<Replaced> {
  const { billedUntil, closedUntil, hasClosed } = await replacedLedger(tx, id)
  const replaced = await ruleOf(tx, id)
  const lived = replaced !== null && (replaced.archivedAt === null || replaced.archivedAt === createdAt)
  if (!lived) return { closedUntil: billedUntil, leftFrom: null }
  const goesOn = hasClosed || (await goesOnFrom(tx, replaced.replacesRuleId, closedUntil))
  return leftBy((await termsOf(tx, [id])).get(id) ?? [], { closedUntil, hasClosed: goesOn }, validity, madeOn)
}

/** Whether a rule that closed nothing had itself taken the place of one that did until that day, or of one that had in its turn. */
async function goesOnFrom(tx: Reader, replacedId: number | null, day: CivilDate | null): Promise<boolean> {
  if (replacedId === null) return false
  const { closedUntil, hasClosed } = await replacedLedger(tx, replacedId)
  if (closedUntil !== day) return false
  return hasClosed || goesOnFrom(tx, (await ruleOf(tx, replacedId))?.replacesRuleId ?? null, day)
}
