import { bindReferences } from '../../catalog/references/bind-references.ts'
import { bindServiceItems } from '../../catalog/service-item-store.ts'
import { Faults } from '../../core/faults.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { record } from '../../platform/history.ts'
import { takeIds } from '../../platform/ids.ts'
import { refuseState } from '../contract.ts'
import { addDetails, judgeDetails } from '../details/say-details.ts'
import { type HeldContract, holdLivingContract } from '../held-contract.ts'
import type { LedgerStart } from '../ledger/coverage.ts'
import { refreshNextDue, seedLedgers } from '../ledger/coverage-store.ts'
import { carryReadjustments } from '../readjustment/carry-readjustments.ts'
import { beginReadjustments } from '../readjustment/create-readjustment.ts'
import { changed } from '../readjustment/held-readjustment.ts'
import { readReadjustments } from '../readjustment/read-readjustment.ts'
import { bindTemplate } from '../templates/bind-template.ts'
import { type RuleWish, ruleFromTemplate } from '../templates/rule-from-template.ts'
import { takeWithholdings } from '../withholding/take-withholdings.ts'
import { archiveRule } from './delete-rule.ts'
import { type InvoiceRule, newRule, readRule } from './invoice-rule.ts'
import { categoriesNamed } from './line-categories.ts'
import { pathOfLine, refuseServicesBilled, refuseServicesToBill, toBill } from './refuse-services.ts'
import { ruleMade } from './rule-history.ts'
import { seedOf, startAfterBilled } from './rule-start.ts'
import { insertRules, RULE_REPLACED, rulesOfContract } from './rule-store.ts'
import { daysTakenOn } from './services-once.ts'
import type { Line } from './terms.ts'
import { insertTerms } from './terms-store.ts'

/**
 * Adds a rule to a contract: whole as it was sent, or of a template and what was said in its place, with its readjustments. One that
 * names the rule it replaces takes over where that one's billed coverage ends, and its readjustments where none are said; the other is
 * archived, if it is not yet. Without naming one, a service that another rule has billed, or will bill, for the same days is refused,
 * unless it is to begin after what was billed.
 */
export function createRule(ctx: Ctx, contractId: number, wish: RuleWish): Promise<InvoiceRule> {
  return ctx.transact(async tx => {
    const held = await holdLivingContract(tx, ctx, contractId)
    const { contract, facts, today, now } = held
    if (contract.state === 'ended' || contract.state === 'cancelled') refuseState(contract.state, 'add_rule')
    const others = await rulesOfContract(tx, contractId)
    const collected = new Faults()
    const template = await bindTemplate(tx, wish.templateId, contract.organizationId, collected)
    const { input: asked, readjustments, placeOf } = ruleFromTemplate(template, wish, collected)
    const faults = collected.placedBy(placeOf)
    const input = await takeWithholdings(tx, contract, asked, '', faults)
    const services = await bindServiceItems(
      tx,
      input.lines.map(line => line.serviceItemId),
    )
    const data = readRule(input, services, '', faults)
    const named = new Set(data.terms.lines.map(line => line.serviceItemId))
    const clauses = readReadjustments(readjustments, named, faults)
    const replaced = others.find(rule => rule.id === data.replacesRuleId) ?? null
    if (data.replacesRuleId !== null && replaced === null) {
      faults.add('/replacesRuleId', 'unknown_rule', 'A regra a substituir não é deste contrato.')
    }
    const { organizationId } = contract
    const said = { organizationId, before: null, input: input.details, paymentMethod: data.terms.paymentMethod }
    const details = await judgeDetails(tx, said, '/details', faults)
    await bindReferences(tx, organizationId, categoriesNamed(data.terms.lines, '/lines'), faults)
    faults.refuseIfAny()

    const id = await takeIds(tx, 'invoice_rule')
    const [kept = null] = await addDetails(tx, ctx, [details])
    const rule = newRule(id, contract, data, now, kept?.id ?? null)
    const beside = others.filter(other => other !== replaced)
    const wished = facts.validity && (await seedOf(tx, rule, [data.terms], facts.validity, today, data.takenOver))
    const start = wished && wish.beginsAfterBilled ? await startAfterBilled(tx, beside, data.terms, wished) : wished
    const own = toBill([data.terms], start && (start.billedElsewhereUntil ?? start.seed), start?.open ?? [])
    const pathOf = (line: Line) => placeOf(pathOfLine(line)) ?? '/lines'
    if (start) await refuseServicesBilled(tx, beside, daysTakenOn(null, own), pathOf)
    await refuseServicesToBill(tx, beside, own, pathOf)

    const entries = replaced === null || replaced.archivedAt !== null ? [] : await archiveRule(tx, held, replaced, RULE_REPLACED)
    await insertRules(tx, [rule])
    await insertTerms(tx, [{ ruleId: id, knownAt: now, cause: 'create', terms: data.terms }])
    await begin(tx, held, rule, start)
    const begun = await beginReadjustments(tx, held, id, clauses)
    const made = begun.map(clause => changed('create', null, clause))
    // Said is said: also that there are none.
    const carries = replaced !== null && wish.readjustments === undefined && clauses.length === 0
    if (carries) made.push(...(await carryReadjustments(tx, held, replaced, id, named)))
    await record(tx, ctx, [...entries, ruleMade(rule, data.terms, details), ...made])
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
