import { unchangedSince } from '../../core/current.ts'
import { Faults } from '../../core/faults.ts'
import { given } from '../../core/text.ts'
import type { Ctx } from '../../platform/context.ts'
import { record } from '../../platform/history.ts'
import { holdLivingRule } from './held-rule.ts'
import type { InvoiceRule } from './invoice-rule.ts'
import { ruleChanged } from './rule-history.ts'
import { saveRule } from './rule-store.ts'

/** What a rule is called. What it says is changed by a new version of its terms. */
export function updateRule(
  ctx: Ctx,
  id: number,
  expectedVersion: number,
  change: { title?: string | undefined },
): Promise<InvoiceRule> {
  return ctx.transact(async tx => {
    const { rule } = await holdLivingRule(tx, ctx, id)
    const before = unchangedSince(rule, expectedVersion)
    const title = change.title === undefined ? before.title : (given(change.title) ?? '')
    if (title === '') {
      const faults = new Faults()
      faults.add('/title', 'blank', 'Informe o título da regra.')
      faults.refuseIfAny()
    }
    const after = { ...before, title, version: before.version + 1 }
    await saveRule(tx, after)
    await record(tx, ctx, [ruleChanged('update', before, after)])
    return after
  })
}
