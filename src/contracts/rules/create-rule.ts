import { bindServiceItems } from '../../catalog/service-item-store.ts'
import { Faults } from '../../core/faults.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { record } from '../../platform/history.ts'
import { takeIds } from '../../platform/ids.ts'
import { refuseState } from '../contract.ts'
import { type HeldContract, holdLivingContract } from '../held-contract.ts'
import type { LedgerStart } from '../ledger/coverage.ts'
import { refreshNextDue, seedLedgers } from '../ledger/coverage-store.ts'
import { archiveRule } from './delete-rule.ts'
import { type InvoiceRule, newRule, type RuleInput, readRule } from './invoice-rule.ts'
import { refuseServicesBilled, refuseServicesToBill, toBill } from './refuse-services.ts'
import { ruleMade } from './rule-history.ts'
import { seedOf } from './rule-start.ts'
import { insertRules, RULE_REPLACED, rulesOfContract } from './rule-store.ts'
import { daysTakenOn } from './services-once.ts'
import { insertTerms } from './terms-store.ts'

/**
 * Adds a rule to a contract. One that names the rule it replaces takes over where that one's billed coverage ends; the other is
 * archived, if it is not yet. Without naming one, a service that another rule has billed, or will bill, for the same days is refused.
 */
export function createRule(ctx: Ctx, contractId: number, input: RuleInput): Promise<InvoiceRule> {
  return ctx.transact(async tx => {
    const held = await holdLivingContract(tx, ctx, contractId)
    const { contract, facts, today, now } = held
    if (contract.state === 'ended' || contract.state === 'cancelled') refuseState(contract.state, 'add_rule')
    const services = await bindServiceItems(
      tx,
      input.lines.map(line => line.serviceItemId),
    )
    const others = await rulesOfContract(tx, contractId)
    const faults = new Faults()
    const data = readRule(input, services, '', faults)
    const replaced = others.find(rule => rule.id === data.replacesRuleId) ?? null
    if (data.replacesRuleId !== null && replaced === null) {
      faults.add('/replacesRuleId', 'unknown_rule', 'A regra a substituir não é deste contrato.')
    }
    faults.refuseIfAny()

    const id = await takeIds(tx, 'invoice_rule')
    const rule = newRule(id, contract, data, now)
    const start = facts.validity && (await seedOf(tx, rule, [data.terms], facts.validity, today, data.takenOver))
    const beside = others.filter(other => other !== replaced)
    const own = toBill([data.terms], start && (start.billedElsewhereUntil ?? start.seed), start?.open ?? [])
    if (start) await refuseServicesBilled(tx, beside, daysTakenOn(null, own))
    await refuseServicesToBill(tx, beside, own)

    const entries = replaced === null || replaced.archivedAt !== null ? [] : await archiveRule(tx, held, replaced, RULE_REPLACED)
    await insertRules(tx, [rule])
    await insertTerms(tx, [{ ruleId: id, knownAt: now, cause: 'create', terms: data.terms }])
    await begin(tx, held, rule, start)
    await record(tx, ctx, [...entries, ruleMade(rule, data.terms)])
    return rule
  })
}

async function begin(
  tx: Tx,
  held: HeldContract,
  rule: InvoiceRule,
  start: (LedgerStart & { ruleId: number }) | null,
): Promise<void> {
  if (start === null) return
  await seedLedgers(tx, [start], held.now)
  await refreshNextDue(tx, [...held.ruleIds, rule.id])
}
