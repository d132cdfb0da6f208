import type { Tx } from '../../platform/db/db.ts'
import type { HistoryEntry } from '../../platform/history.ts'
import type { ContractFacts } from '../contract-facts-store.ts'
import { ruleChanged } from '../rules/rule-history.ts'
import { ruleOf, saveRule } from '../rules/rule-store.ts'
import { termsAt } from '../rules/terms.ts'
import { termsOf } from '../rules/terms-store.ts'
import { chargeOf, storedPeriod, validityOfRule } from './coverage.ts'
import { cutOpenAnew, reopenUncharged, unchargedPeriodsOf } from './coverage-store.ts'

/**
 * Opens again what was closed without charge, where neither validity nor suspension says so any more: the end was moved, the
 * cancellation or a part of the suspension was taken back. Called by whoever changed one of them, with the rule held and before its
 * head is told anew; answers what the history is to hold.
 */
export async function chargeAgain(tx: Tx, ruleId: number, { validity, suspensions }: ContractFacts): Promise<HistoryEntry[]> {
  const uncharged = await unchargedPeriodsOf(tx, ruleId)
  const rule = uncharged.length === 0 ? null : await ruleOf(tx, ruleId)
  // What an archived rule had left was waived; what opened again would never be billed.
  if (validity === null || rule === null || rule.archivedAt !== null) return []
  const versions = (await termsOf(tx, [ruleId])).get(ruleId) ?? []
  const ofRule = validityOfRule(versions, validity)
  const back = uncharged.filter(
    row => chargeOf(storedPeriod(versions, row), termsAt(versions, row.startsOn), ofRule, suspensions).charged !== false,
  )
  if (back.length === 0) return []
  await reopenUncharged(tx, ruleId, back)
  await cutOpenAnew(tx, ruleId)
  const after = { ...rule, version: rule.version + 1 }
  await saveRule(tx, after)
  const periods = (disposition: 'uncharged' | 'open') => back.map(({ startsOn }) => ({ startsOn, disposition }))
  return [ruleChanged('reopen_periods', { periods: periods('uncharged') }, after, { periods: periods('open') })]
}
