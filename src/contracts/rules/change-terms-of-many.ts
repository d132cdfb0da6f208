import { bindServiceItems } from '../../catalog/service-item-store.ts'
import { found } from '../../core/current.ts'
import { type CivilDate, dayInZone } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import { refuse } from '../../core/refusal.ts'
import { given } from '../../core/text.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { type HistoryEntry, record } from '../../platform/history.ts'
import type { Contract } from '../contract.ts'
import { type ContractFacts, contractFactsOf } from '../contract-facts-store.ts'
import { lockContracts } from '../contract-store.ts'
import { timeZoneOf } from '../held-contract.ts'
import { lockRuleIds, openPeriodsOf, refreshNextDue } from '../ledger/coverage-store.ts'
import { type ChangeTermsInput, changeTermsUnasked, checkDay } from './change-terms.ts'
import type { InvoiceRule } from './invoice-rule.ts'
import { readTermsChange, type Services } from './read-terms.ts'
import { termsChanged } from './rule-history.ts'
import { rulesOf, rulesOfContracts, saveRules } from './rule-store.ts'
import { changedVersions, firstDayOf } from './rule-versions.ts'
import { type Terms, termsAt } from './terms.ts'
import { insertTerms, termsOf } from './terms-store.ts'

export interface RuleTermsChange extends ChangeTermsInput {
  ruleId: number
}

/**
 * As `changeTerms` of each rule, all or none. A change that only says what the periods to come are to cost, or say, is made with all
 * others like it in a handful of statements; one that touches what stands in the ledger, or what other rules bill, is made by itself.
 */
export function changeTermsOfMany(ctx: Ctx, changes: readonly RuleTermsChange[]): Promise<void> {
  return ctx.transact(async tx => {
    const held = await holdRules(
      tx,
      changes.map(({ ruleId }) => ruleId),
    )
    const plain = changes.filter(change => isPlain(held, change))
    await changePlainly(tx, ctx, held, plain)
    const done = new Set(plain)
    const questions = []
    for (const change of changes) {
      const { ruleId, ...input } = change
      if (!done.has(change)) questions.push((await changeTermsUnasked(ctx, ruleId, input)).refuseServices)
    }
    for (const refuseServices of questions) await refuseServices(tx)
  })
}

// --- Holding ---

interface Held {
  contracts: Map<number, Contract>
  facts: Map<number, ContractFacts>
  /** How many rules each contract has, archived ones too. */
  ruleCounts: Map<number, number>
  rules: Map<number, InvoiceRule>
  terms: Map<number, readonly Terms[]>
  withOpenPeriods: Set<number>
  /** How often each rule is to be changed. */
  times: Map<number, number>
}

/** As everyone holds them: contracts, then all their rules, each in order of id. */
async function holdRules(tx: Tx, ruleIds: readonly number[]): Promise<Held> {
  const distinct = [...new Set(ruleIds)]
  // Which contract a rule belongs to never changes, so it may be asked before anything is held.
  const unheld = await rulesOf(tx, distinct)
  const contractIds = [...new Set([...unheld.values()].map(({ contractId }) => contractId))]
  const contracts = await lockContracts(tx, contractIds)
  const siblings = await rulesOfContracts(tx, contractIds)
  await lockRuleIds(
    tx,
    [...siblings.values()].flatMap(rules => rules.map(({ id }) => id)),
  )
  const open = await openPeriodsOf(tx, distinct)
  return {
    contracts: new Map(contracts.map(contract => [contract.id, contract])),
    facts: await contractFactsOf(tx, contractIds),
    ruleCounts: new Map([...siblings].map(([contractId, rules]) => [contractId, rules.length])),
    rules: await rulesOf(tx, distinct),
    terms: await termsOf(tx, distinct),
    withOpenPeriods: new Set(open.keys()),
    times: new Map([...Map.groupBy(ruleIds, id => id)].map(([id, each]) => [id, each.length])),
  }
}

/**
 * Nothing but versions is added: no template of notes, of which withholdings are taken; no other rhythm, which cuts periods anew or begins a rule elsewhere; no other end, which gives days back
 * or takes them; nothing open, which would be cut;
 * no price that is divided within a period, which asks for a difference; and no other rule that may bill the same services.
 */
function isPlain({ rules, terms, ruleCounts, withOpenPeriods, times }: Held, change: RuleTermsChange): boolean {
  const { ruleId, recurrence, timing, endsOn, priceChange } = change
  const contractId = rules.get(ruleId)?.contractId
  return (
    times.get(ruleId) === 1 &&
    recurrence === undefined &&
    timing === undefined &&
    endsOn === undefined &&
    change.withholdingTemplateId === undefined &&
    priceChange !== 'prorate' &&
    !(terms.get(ruleId) ?? []).some(version => version.priceChange === 'prorate') &&
    !withOpenPeriods.has(ruleId) &&
    contractId !== undefined &&
    ruleCounts.get(contractId) === 1
  )
}

// --- Changing ---

interface Changed {
  rule: InvoiceRule
  after: InvoiceRule
  before: Terms
  added: Terms[]
  cause: string
}

async function changePlainly(tx: Tx, ctx: Ctx, held: Held, changes: readonly RuleTermsChange[]): Promise<void> {
  if (changes.length === 0) return
  const now = ctx.clock.now()
  const todays = await todaysOf(tx, ctx, held)
  const services = await bindServiceItems(tx, [
    ...new Set(changes.flatMap(({ lines }) => (lines ?? []).map(line => line.serviceItemId))),
  ])
  const changed = changes.map(change => decide(held, change, todays, services))
  await insertTerms(
    tx,
    changed.flatMap(({ rule, added, cause }) => added.map(terms => ({ ruleId: rule.id, knownAt: now, cause, terms }))),
  )
  await saveRules(
    tx,
    changed.map(({ after }) => after),
  )
  await refreshNextDue(
    tx,
    changed.map(({ rule }) => rule.id),
  )
  await record(tx, ctx, changed.map(entryOf))
}

/** The day of each organization that bills one of the contracts. */
async function todaysOf(tx: Tx, ctx: Ctx, { contracts }: Held): Promise<Map<number, CivilDate>> {
  const todays = new Map<number, CivilDate>()
  for (const organizationId of new Set([...contracts.values()].map(contract => contract.organizationId))) {
    todays.set(organizationId, dayInZone(ctx.clock.now(), await timeZoneOf(tx, organizationId)))
  }
  return todays
}

function decide(
  held: Held,
  { ruleId, validFrom, cause, ...change }: RuleTermsChange,
  todays: ReadonlyMap<number, CivilDate>,
  services: Services,
): Changed {
  const rule = found(held.rules.get(ruleId) ?? null, 'Regra de faturamento não encontrada.')
  if (rule.archivedAt !== null) refuse('rule_archived', 'A regra de faturamento foi arquivada.', { status: 409 })
  const known = held.terms.get(ruleId) ?? []
  const isDraft = held.facts.get(rule.contractId)?.validity == null
  const today = isDraft ? undefined : todays.get(rule.organizationId)
  const day = validFrom ?? today ?? firstDayOf(known)
  const faults = new Faults()
  checkDay(day, faults)
  const before = termsAt(known, day)
  const apply = readTermsChange(change, before, services, faults)
  faults.refuseIfAny()
  const added = changedVersions(known, day, apply)
  const latest = added.reduce((highest, { version }) => Math.max(highest, version), 0)
  return {
    rule,
    after: { ...rule, termsVersion: latest, version: rule.version + 1 },
    before,
    added,
    cause: given(cause) ?? 'change',
  }
}

function entryOf({ rule, after, before, added }: Changed): HistoryEntry {
  return termsChanged(rule, before, after, added)
}
