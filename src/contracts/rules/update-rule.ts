import { unchangedSince } from '../../core/current.ts'
import { maxDate } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import { given } from '../../core/text.ts'
import type { Ctx } from '../../platform/context.ts'
import { record } from '../../platform/history.ts'
import type { DetailsInput } from '../details/billing-details.ts'
import { detailsBehind, judgeDetails, sayAnew } from '../details/say-details.ts'
import { holdLivingRule } from './held-rule.ts'
import type { InvoiceRule } from './invoice-rule.ts'
import { ruleChanged } from './rule-history.ts'
import { saveRule } from './rule-store.ts'
import { termsAt } from './terms.ts'
import { termsOf } from './terms-store.ts'

/** What is absent stays. */
export interface RuleChange {
  title?: string | undefined
  /** What the next invoices get beside their amounts; null: nothing any more. */
  details?: DetailsInput | null | undefined
}

/** What a rule is called, and what goes along with what it bills. What it bills is changed by a new version of its terms. */
export function updateRule(ctx: Ctx, id: number, expectedVersion: number, change: RuleChange): Promise<InvoiceRule> {
  return ctx.transact(async tx => {
    const { held, rule } = await holdLivingRule(tx, ctx, id)
    const before = unchangedSince(rule, expectedVersion)
    const faults = new Faults()
    const title = change.title === undefined ? before.title : given(change.title)
    if (title === null) faults.add('/title', 'blank', 'Informe o título da regra.')
    const said = await detailsBehind(tx, before.detailsId)
    // A period that waits is no reason to ask what was said before today.
    const on = maxDate(before.coveredUntil ?? held.today, held.today)
    const { paymentMethod } = termsAt((await termsOf(tx, [id])).get(id) ?? [], on)
    const saying = { organizationId: before.organizationId, before: said, input: change.details, paymentMethod }
    const judged = await judgeDetails(tx, saying, '/details', faults)
    if (title === null) return faults.refuse()
    faults.refuseIfAny()
    const details = await sayAnew(tx, ctx, said, judged)
    const after = { ...before, title, detailsId: details?.id ?? null, version: before.version + 1 }
    await saveRule(tx, after)
    const told = (rule: InvoiceRule, said: object | null) => (change.details === undefined ? rule : { ...rule, details: said })
    await record(tx, ctx, [ruleChanged('update', told(before, said), after, told(after, details))])
    return after
  })
}
