import { type CivilDate, formatDate } from '../../core/dates.ts'
import { refuse } from '../../core/refusal.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { record } from '../../platform/history.ts'
import { settleDifferences } from '../events/settle-differences.ts'
import type { HeldContract } from '../held-contract.ts'
import { holdLivingRule } from '../rules/held-rule.ts'
import type { InvoiceRule } from '../rules/invoice-rule.ts'
import { ruleChanged } from '../rules/rule-history.ts'
import { saveRule } from '../rules/rule-store.ts'
import { termsOf } from '../rules/terms-store.ts'
import { beginsWithin, nextPeriod, validityOfRule } from './coverage.ts'
import { closePeriods, type OpenPeriod, openPeriodsOf, refreshNextDue, waivePeriod } from './coverage-store.ts'

/**
 * Closes a period for good without billing it: one that stands open, or the very next one to come. A later one would leave a gap
 * before it.
 */
export function waiveOnePeriod(ctx: Ctx, ruleId: number, startsOn: CivilDate, reason: string): Promise<void> {
  return ctx.transact(async tx => {
    const { held, rule } = await holdLivingRule(tx, ctx, ruleId)
    const isWaived =
      (await waivePeriod(tx, ruleId, startsOn, reason, held.now)) || (await waiveNext(tx, held, rule, startsOn, reason))
    if (!isWaived) {
      const open = (await openPeriodsOf(tx, [ruleId])).get(ruleId) ?? []
      refuse('period_not_open', `Não há período em aberto que comece em ${formatDate(startsOn)}: ${whichAre(open, rule)}.`, {
        status: 409,
        details: { coveredUntil: rule.coveredUntil },
      })
    }
    await refreshNextDue(tx, [ruleId])
    const after = { ...rule, version: rule.version + 1 }
    await saveRule(tx, after)
    await record(tx, ctx, [
      ruleChanged('waive_period', { startsOn, disposition: 'open' }, after, { startsOn, disposition: 'waived', reason }),
      ...(await settleDifferences(tx, ruleId, held.now)).entries,
    ])
  })
}

/** Which ones could be waived, by their first day. */
function whichAre(open: readonly OpenPeriod[], { coveredUntil }: InvoiceRule): string {
  const days = open.map(period => formatDate(period.startsOn))
  const next = coveredUntil === null ? [] : [`o próximo, que começa em ${formatDate(coveredUntil)}`]
  const known =
    days.length === 0 ? [] : [days.length === 1 ? `o que começa em ${days[0]}` : `os que começam em ${days.join(', ')}`]
  const all = [...known, ...next]
  return all.length === 0 ? 'a regra não tem período a dispensar' : `dispensa-se ${all.join(', ou ')}`
}

async function waiveNext(
  tx: Tx,
  { facts, now }: HeldContract,
  rule: InvoiceRule,
  startsOn: CivilDate,
  reason: string,
): Promise<boolean> {
  if (facts.validity === null || rule.coveredUntil !== startsOn) return false
  const versions = (await termsOf(tx, [rule.id])).get(rule.id) ?? []
  if (!beginsWithin(validityOfRule(versions, facts.validity), startsOn)) return false
  const { endsOn, scheduledOn } = nextPeriod(versions, startsOn)
  const waived = { stored: false, disposition: 'waived', reason, termsVersion: null, invoiceId: null } as const
  await closePeriods(tx, [{ ruleId: rule.id, startsOn, endsOn, scheduledOn, ...waived }], now)
  return true
}
