import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import { isAmong } from '../../platform/db/bulk.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { StandingLedger, StandingReceivable } from './standing.ts'

// What an import reads of ledgers and receivables, to tell whether a file says otherwise than they began.

/** By rule; those of drafts have none. */
export async function standingLedgersOf(tx: Reader, ruleIds: readonly number[]): Promise<Map<number, StandingLedger>> {
  const { rows } = await sql<StandingLedger & { ruleId: number }>`
    select rule_id as "ruleId",
           coalesce(min(starts_on) filter (where disposition not in ('seed', 'billed_elsewhere')), max(ends_on)) as begins,
           max(ends_on) filter (where disposition <> 'open') as "closedUntil", bool_or(invoice_id is not null) as "hasInvoices"
    from coverage where account_id = ${account} and ${isAmong('rule_id', ruleIds)} group by rule_id`.execute(tx)
  return new Map(rows.map(({ ruleId, ...ledger }) => [ruleId, ledger]))
}

/** Contracts of customers that are in force or may come to be, by id. */
export async function livingContractIds(tx: Reader, customerIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from contract
    where account_id = ${account} and ${isAmong('customer_id', customerIds)} and archived_at is null and kind = 'sale'
      and state not in ('ended', 'cancelled')
    order by id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** By contract. */
export async function standingReceivablesOf(
  tx: Reader,
  contractIds: readonly number[],
): Promise<Map<number, StandingReceivable[]>> {
  const { rows } = await sql<StandingReceivable & { contractId: number }>`
    select contract_id as "contractId", due_on as "dueOn", amount_cents as "amountCents", state, invoice_id is null and renegotiation_id is null as "isTakenOver",
           amount_cents - received_cents - abated_cents as "leftCents"
    from receivable where account_id = ${account} and ${isAmong('contract_id', contractIds)}
    order by contract_id, due_on, id`.execute(tx)
  return Map.groupBy(rows, row => row.contractId)
}
