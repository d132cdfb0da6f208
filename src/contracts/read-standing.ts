import type { CivilDate } from '../core/dates.ts'
import type { Reader } from '../platform/db/db.ts'
import { contractFactsOf } from './contract-facts-store.ts'
import type { ContractTies } from './contract-ties.ts'
import { openPartsOf } from './events/event-store.ts'
import { ledgerOf, openPeriodsOf } from './ledger/coverage-store.ts'
import { nextBillingOn } from './ledger/next-billing.ts'
import type { ContractDetail } from './read-contract.ts'
import type { InvoiceRule } from './rules/invoice-rule.ts'
import { rulesOfContracts } from './rules/rule-store.ts'
import { termsOf } from './rules/terms-store.ts'
import { type RuleStanding, type StandingNote, standingNotes, unservedFrom } from './standing-notes.ts'

export interface NextBillings {
  /** Of each living rule; null: nothing of it will be billed, or nothing before somebody resumes it. */
  readonly ofRule: ReadonlyMap<number, CivilDate | null>
  /** The earliest of a contract's rules. */
  ofContract(contractId: number): CivilDate | null
}

/** When the contracts are truly billed next: a handful of statements, however many contracts. `rulesOf` are all their rules, where they are known. */
export async function nextBillings(
  tx: Reader,
  contractIds: readonly number[],
  rulesOf?: ReadonlyMap<number, readonly InvoiceRule[]>,
): Promise<NextBillings> {
  const all = rulesOf ?? (await rulesOfContracts(tx, contractIds))
  const rules = [...all.values()].flat().filter(({ archivedAt }) => archivedAt === null)
  const days = await daysOf(tx, contractIds, rules)
  const ofContract = (id: number) =>
    (all.get(id) ?? [])
      .flatMap(rule => days.get(rule.id) ?? [])
      .reduce<CivilDate | null>((first, day) => (first === null || day < first ? day : first), null)
  return { ofRule: days, ofContract }
}

async function daysOf(tx: Reader, contractIds: readonly number[], rules: readonly InvoiceRule[]) {
  const days = new Map(rules.map(({ id, nextDueOn }) => [id, nextDueOn]))
  const facts = await contractFactsOf(tx, contractIds)
  // Only a suspension, or an end, lets a period pass that a run looks at: of all others the rule's head says the day.
  const uncertain = rules.filter(({ contractId, nextDueOn }) => {
    const contract = facts.get(contractId)
    return nextDueOn !== null && contract !== undefined && (contract.suspensions.length > 0 || contract.validity?.endsOn !== null)
  })
  if (uncertain.length === 0) return days
  const ids = uncertain.map(({ id }) => id)
  const terms = await termsOf(tx, ids)
  const open = await openPeriodsOf(tx, ids)
  for (const { id, contractId, coveredUntil } of uncertain) {
    const { validity = null, suspensions = [] } = facts.get(contractId) ?? {}
    days.set(id, nextBillingOn(terms.get(id) ?? [], coveredUntil, validity, suspensions, open.get(id) ?? []))
  }
  return days
}

/** Rows beyond the day that are looked at: a contract is cancelled or suspended some periods back at most. */
const MOST_ROWS = 200

/** What a cancelled or suspended contract leaves to know; nothing, and nothing is read, of one that is served. */
export async function notesOf(tx: Reader, ties: ContractTies, contract: ContractDetail): Promise<StandingNote[]> {
  const from = unservedFrom(contract, contract.suspensions)
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
      nextBillingOn: contract.nextBillings.get(rule.id) ?? null,
    })
  }
  const invoices = standings.flatMap(({ beyond }) => beyond.flatMap(({ invoiceId }) => invoiceId ?? []))
  const { validity, suspensions } = facts
  return standingNotes(contract, { validity, suspensions }, from, standings, await ties.standingAmounts(tx, invoices))
}
