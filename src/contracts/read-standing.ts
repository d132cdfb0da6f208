import type { CivilDate } from '../core/dates.ts'
import type { Reader } from '../platform/db/db.ts'
import type { Contract } from './contract.ts'
import { contractFactsOf } from './contract-facts-store.ts'
import type { ContractTies } from './contract-ties.ts'
import { openPartsOf } from './events/event-store.ts'
import { ledgerOf, openPeriodsOf } from './ledger/coverage-store.ts'
import { nextBillingOn } from './ledger/next-billing.ts'
import { rulesOfContracts } from './rules/rule-store.ts'
import { termsOf } from './rules/terms-store.ts'
import { type RuleStanding, type StandingNote, standingNotes, unservedFrom } from './standing-notes.ts'

/** When each living rule of the contracts is truly billed next: a handful of statements, however many contracts. */
export async function nextBillings(tx: Reader, contractIds: readonly number[]): Promise<Map<number, CivilDate | null>> {
  const facts = await contractFactsOf(tx, contractIds)
  const rules = [...(await rulesOfContracts(tx, contractIds)).values()].flat().filter(({ archivedAt }) => archivedAt === null)
  // Only a suspension, or an end, lets a period pass that a run looks at: of all others the rule's head says the day.
  const uncertain = rules.filter(({ contractId, nextDueOn }) => {
    const contract = facts.get(contractId)
    return nextDueOn !== null && contract !== undefined && (contract.suspensions.length > 0 || contract.validity?.endsOn !== null)
  })
  const ids = uncertain.map(({ id }) => id)
  const terms = await termsOf(tx, ids)
  const open = await openPeriodsOf(tx, ids)
  const days = new Map(rules.map(({ id, nextDueOn }) => [id, nextDueOn]))
  for (const { id, contractId, coveredUntil } of uncertain) {
    const { validity = null, suspensions = [] } = facts.get(contractId) ?? {}
    days.set(id, nextBillingOn(terms.get(id) ?? [], coveredUntil, validity, suspensions, open.get(id) ?? []))
  }
  return days
}

/** The earliest of a contract's rules; null: nothing of it will be billed, or nothing before somebody resumes it. */
export async function nextBillingOfContracts(
  tx: Reader,
  contractIds: readonly number[],
): Promise<(contractId: number) => CivilDate | null> {
  const days = await nextBillings(tx, contractIds)
  const rules = await rulesOfContracts(tx, contractIds)
  return id =>
    (rules.get(id) ?? [])
      .flatMap(rule => days.get(rule.id) ?? [])
      .reduce<CivilDate | null>((first, day) => (first === null || day < first ? day : first), null)
}

/** Rows beyond the day that are looked at: a contract is cancelled or suspended some periods back at most. */
const MOST_ROWS = 200

/** What a cancelled or suspended contract leaves to know; nothing of one that is served. */
export async function notesOf(tx: Reader, ties: ContractTies, contract: Contract): Promise<StandingNote[]> {
  const facts = (await contractFactsOf(tx, [contract.id])).get(contract.id)
  if (facts === undefined || facts.validity === null || contract.archivedAt !== null) return []
  const from = unservedFrom(contract, facts.suspensions)
  if (from === null) return []
  const rules = ((await rulesOfContracts(tx, [contract.id])).get(contract.id) ?? []).filter(rule => rule.archivedAt === null)
  const ids = rules.map(({ id }) => id)
  const terms = await termsOf(tx, ids)
  const open = await openPeriodsOf(tx, ids)
  const parts = await openPartsOf(tx, ids)
  const days = await nextBillings(tx, [contract.id])
  const standings: RuleStanding[] = []
  for (const rule of rules) {
    standings.push({
      rule,
      versions: terms.get(rule.id) ?? [],
      beyond: await ledgerOf(tx, rule.id, from, MOST_ROWS),
      open: open.get(rule.id) ?? [],
      parts: parts.get(rule.id) ?? [],
      nextBillingOn: days.get(rule.id) ?? null,
    })
  }
  const invoices = standings.flatMap(({ beyond }) => beyond.flatMap(({ invoiceId }) => invoiceId ?? []))
  const { validity, suspensions } = facts
  return standingNotes(contract, { validity, suspensions }, from, standings, await ties.standingAmounts(tx, invoices))
}
