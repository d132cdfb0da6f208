import type { CivilDate } from '../../core/dates.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Validity } from '../ledger/coverage.ts'
import { type InvoiceRule, type LedgerStart, startOfLedger } from './invoice-rule.ts'
import { billedUntil } from './rule-store.ts'
import { type Terms, termsAt } from './terms.ts'

/** Where the ledger of a rule begins by what is known now; `madeOn` is the day since which the rule could have billed. */
export async function seedOf(
  tx: Reader,
  rule: Pick<InvoiceRule, 'id' | 'billedThrough' | 'replacesRuleId'>,
  versions: readonly Terms[],
  validity: Validity,
  madeOn: CivilDate,
): Promise<LedgerStart & { ruleId: number }> {
  const replacedUntil = rule.replacesRuleId === null ? null : await billedUntil(tx, rule.replacesRuleId)
  const start = startOfLedger(termsAt(versions, validity.startsOn), validity, madeOn, rule.billedThrough, replacedUntil)
  return { ruleId: rule.id, ...start }
}
