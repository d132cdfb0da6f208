import type { CivilDate } from '../core/dates.ts'
import { calendarsOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import { contractFactsOf } from './contract-facts-store.ts'
import type { ContractTies } from './contract-ties.ts'
import { openPartsOf } from './events/event-store.ts'
import { ledgerOf, openPeriodsOf } from './ledger/coverage-store.ts'
import { earliestBilling, type NextBilling, nextBilling, nothingToBill } from './ledger/next-billing.ts'
import { leftOutNotes, tellingSuspension } from './left-out-notes.ts'
import type { ContractDetail } from './read-contract.ts'
import type { InvoiceRule } from './rules/invoice-rule.ts'
import { rulesOfContracts } from './rules/rule-store.ts'
import { rulesOnRequest, termsOf } from './rules/terms-store.ts'
import { type RuleStanding, type StandingNote, standingNotes, unservedFrom } from './standing-notes.ts'

export interface NextBillings {
  /** Of each living rule. */
  readonly ofRule: ReadonlyMap<number, NextBilling>
  /** The earliest of a contract's rules. */
  ofContract(contractId: number): NextBilling
}

/** When the contracts are truly billed next: a handful of statements, however many contracts. `rulesOf` are all their rules, where they are known. */
export async function nextBillings(
  tx: Reader,
  ctx: Ctx,
  contractIds: readonly number[],
  rulesOf?: ReadonlyMap<number, readonly InvoiceRule[]>,
): Promise<NextBillings> {
  const all = rulesOf ?? (await rulesOfContracts(tx, contractIds))
  const rules = [...all.values()].flat().filter(({ archivedAt }) => archivedAt === null)
  const calendars = await calendarsOf(tx, ctx.clock.now())
  const days = await daysOf(tx, contractIds, rules, id => {
    const today = calendars.get(id)?.today
    if (today === undefined) throw new Error(`no organization ${id}, although it has rules`)
    return today
  })
  const ofContract = (id: number) => earliestBilling((all.get(id) ?? []).flatMap(rule => days.get(rule.id) ?? []))
  return { ofRule: days, ofContract }
}

async function daysOf(
  tx: Reader,
  contractIds: readonly number[],
  all: readonly InvoiceRule[],
  todayOf: (organizationId: number) => CivilDate,
): Promise<Map<number, NextBilling>> {
  const facts = await contractFactsOf(tx, contractIds)
  // Of a purchase nothing is ever billed.
  const rules = all.filter(({ contractId }) => facts.get(contractId)?.kind === 'sale')
  const days = new Map(
    rules.map(({ id, nextDueOn: on }): [number, NextBilling] => [id, { ...nothingToBill, on, byItselfOn: on }]),
  )
  const onRequest = await rulesOnRequest(
    tx,
    rules.map(({ id }) => id),
  )
  // Only a suspension, or an end, lets a period pass that a run looks at, only of what has come some can wait for somebody, and only a
  // rule that bills when asked has a day that is none of the daily run: of all others the rule's head says the day.
  const uncertain = rules.filter(({ id, contractId, organizationId, nextDueOn, coveredUntil }) => {
    const contract = facts.get(contractId)
    if (nextDueOn === null || contract === undefined) return false
    const hasCome = nextDueOn <= todayOf(organizationId) || (coveredUntil !== null && nextDueOn < coveredUntil)
    return hasCome || onRequest.has(id) || contract.suspensions.length > 0 || contract.validity?.endsOn !== null
  })
  if (uncertain.length === 0) return days
  const ids = uncertain.map(({ id }) => id)
  const terms = await termsOf(tx, ids)
  const open = await openPeriodsOf(tx, ids)
  for (const { id, contractId, organizationId, coveredUntil } of uncertain) {
    const { validity = null, suspensions = [] } = facts.get(contractId) ?? {}
    const today = todayOf(organizationId)
    days.set(id, nextBilling(terms.get(id) ?? [], coveredUntil, validity, suspensions, open.get(id) ?? [], today))
  }
  return days
}

/** Rows beyond the day that are looked at: a contract is cancelled or suspended some periods back at most. */
const MOST_ROWS = 200

/** What a cancelled, suspended or resumed contract leaves to know; nothing, and nothing is read, of one that was always served. */
export async function notesOf(tx: Reader, ties: ContractTies, contract: ContractDetail): Promise<StandingNote[]> {
  const unserved = unservedFrom(contract, contract.suspensions)
  const telling = contract.cancelledOn === null ? tellingSuspension(contract.suspensions) : null
  const from = unserved ?? telling?.fromOn ?? null
  if (from === null || contract.archivedAt !== null) return []
  const facts = (await contractFactsOf(tx, [contract.id])).get(contract.id)
  if (facts === undefined || facts.validity === null) return []
  const rules = contract.rules.filter(({ rule }) => rule.archivedAt === null)
  const ids = rules.map(({ rule }) => rule.id)
  const open = await openPeriodsOf(tx, ids)
  const parts = await openPartsOf(tx, ids)
  const standings: RuleStanding[] = []
  for (const { rule, versions } of rules) {
    standings.push({
      rule,
      versions,
      beyond: await ledgerOf(tx, rule.id, from, MOST_ROWS),
      open: open.get(rule.id) ?? [],
      parts: parts.get(rule.id) ?? [],
      nextBillingOn: (contract.nextBillings.get(rule.id) ?? nothingToBill).on,
    })
  }
  const { validity, suspensions } = facts
  const leftOut = telling === null ? [] : standings.flatMap(rule => leftOutNotes(rule, telling, { validity, suspensions }))
  if (unserved === null) return leftOut
  const invoices = standings.flatMap(({ beyond }) => beyond.flatMap(({ invoiceId }) => invoiceId ?? []))
  const amounts = await ties.standingAmounts(tx, invoices)
  return [...standingNotes(contract, { validity, suspensions }, unserved, standings, amounts), ...leftOut]
}
