import { sql } from 'kysely'
import type { CivilDate, Instant } from '../core/dates.ts'
import { account } from '../platform/account.ts'
import { eachOf, keepsPlan, rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { ContractKind, ContractState } from './contract.ts'
import type { Suspension, Validity } from './ledger/coverage.ts'

// The dated facts of a contract that decide periods: its validity and its suspensions. Facts are only added to; ending a
// suspension is a fact of its own with its own place in the order.

/** What of a contract decides a period of its rules, as known now. */
export interface ContractFacts {
  kind: ContractKind
  state: ContractState
  billWhileOverdue: boolean
  /** Null while it is a draft. */
  validity: Validity | null
  /** In order of their first day; those of no day at all included. */
  suspensions: Suspension[]
}

/** Of many contracts at once: two statements. A contract that does not exist is absent. */
export async function contractFactsOf(tx: Reader, contractIds: readonly number[]): Promise<Map<number, ContractFacts>> {
  const facts = new Map<number, ContractFacts>()
  if (contractIds.length === 0) return facts
  const contracts = await sql<FactsRow>`${keepsPlan}
    select c.id, c.kind, c.state, c.bill_while_overdue as "billWhileOverdue", v.starts_on as "startsOn", v.ends_on as "endsOn"
    from ${eachOf(contractIds)}
    cross join lateral (select * from contract where account_id = ${account} and id = k.id offset 0) as c
    left join lateral (
      select starts_on, ends_on from contract_validity f
      where f.account_id = c.account_id and f.contract_id = c.id order by f.known_seq desc limit 1
    ) v on true`.execute(tx)
  for (const { id, kind, state, billWhileOverdue, startsOn, endsOn } of contracts.rows) {
    const validity = startsOn === null ? null : { startsOn, endsOn }
    facts.set(id, { kind, state, billWhileOverdue, validity, suspensions: [] })
  }
  for (const { contractId, fromOn, untilOn, chargeLater } of await suspensionRows(tx, contractIds)) {
    facts.get(contractId)?.suspensions.push({ fromOn, untilOn, chargeLater })
  }
  return facts
}

/** A suspension as people read it. */
export interface SuspensionRecord extends Suspension {
  reason: string | null
  knownAt: Instant
}

export async function suspensionsOf(tx: Reader, contractId: number): Promise<SuspensionRecord[]> {
  const rows = await suspensionRows(tx, [contractId])
  return rows.map(({ fromOn, untilOn, chargeLater, reason, knownAt }) => ({ fromOn, untilOn, chargeLater, reason, knownAt }))
}

export interface ValidityFact extends Validity {
  contractId: number
  cause: string
}

export async function addValidities(tx: Tx, facts: readonly ValidityFact[], at: Instant): Promise<void> {
  if (facts.length === 0) return
  const rows = facts.map(fact => ({
    contract_id: fact.contractId,
    starts_on: fact.startsOn,
    ends_on: fact.endsOn,
    cause: fact.cause,
  }))
  await sql`
    insert into contract_validity (account_id, contract_id, known_at, starts_on, ends_on, cause)
    select ${account}, contract_id, cast(${at} as timestamptz), starts_on, ends_on, cause
    from ${rowsOf({ contract_id: 'bigint', starts_on: 'date', ends_on: 'date', cause: 'text' }, rows)} as f`.execute(tx)
}

/** The validity that was known before the latest one: what a cancellation cut short. Null when there was none before. */
export async function validityBeforeLast(tx: Reader, contractId: number): Promise<Validity | null> {
  const { rows } = await sql<Validity>`
    select starts_on as "startsOn", ends_on as "endsOn" from contract_validity
    where account_id = ${account} and contract_id = ${contractId} order by known_seq desc offset 1 limit 1`.execute(tx)
  return rows[0] ?? null
}

/** When the contract first had a validity: it was made active, or activated. Null while it is a draft. */
export async function activatedAt(tx: Reader, contractId: number): Promise<Instant | null> {
  const { rows } = await sql<{ at: Instant }>`
    select known_at as at from contract_validity
    where account_id = ${account} and contract_id = ${contractId} order by known_seq limit 1`.execute(tx)
  return rows[0]?.at ?? null
}

/** With an end it is known whole at once; without one it stays open until `endSuspension`. */
export async function addSuspension(
  tx: Tx,
  contractId: number,
  fact: Suspension & { reason: string | null; at: Instant },
): Promise<void> {
  await sql`
    insert into contract_suspension (account_id, contract_id, from_on, until_on, charge_later, reason, known_at, until_known_seq, until_known_at)
    select ${account}, ${contractId}, cast(${fact.fromOn} as date), until_on, ${fact.chargeLater}, ${fact.reason}, cast(${fact.at} as timestamptz),
           case when until_on is not null then nextval('fact_seq') end, case when until_on is not null then cast(${fact.at} as timestamptz) end
    from (select cast(${fact.untilOn} as date) as until_on) as u`.execute(tx)
}

/** Ends the open suspension; before it began, it becomes one of no day. False when none is open. */
export async function endSuspension(tx: Tx, contractId: number, on: CivilDate, at: Instant): Promise<boolean> {
  const ended = await sql`
    update contract_suspension
    set until_on = greatest(from_on, cast(${on} as date)), until_known_seq = nextval('fact_seq'), until_known_at = ${at}
    where account_id = ${account} and contract_id = ${contractId} and until_on is null`.execute(tx)
  return ended.numAffectedRows === 1n
}

/**
 * Days between a cancellation and the day from which it was taken back: the suspension that the reactivation added, for which nobody
 * could suspend the contract in between.
 */
export async function gapsOf(tx: Reader, contractId: number): Promise<{ from: CivilDate; until: CivilDate }[]> {
  const { rows } = await sql<{ from: CivilDate; until: CivilDate }>`
    select s.from_on as "from", s.until_on as "until" from contract_suspension s
    cross join lateral (
      select cause, ends_on from contract_validity
      where account_id = s.account_id and contract_id = s.contract_id and known_seq < s.known_seq order by known_seq desc limit 1
    ) before
    where s.account_id = ${account} and s.contract_id = ${contractId} and s.until_on is not null
      and before.cause = 'cancel' and before.ends_on = s.from_on - 1
    order by s.from_on`.execute(tx)
  return rows
}

interface FactsRow {
  id: number
  kind: ContractKind
  state: ContractState
  billWhileOverdue: boolean
  startsOn: CivilDate | null
  endsOn: CivilDate | null
}

async function suspensionRows(
  tx: Reader,
  contractIds: readonly number[],
): Promise<(SuspensionRecord & { contractId: number })[]> {
  const { rows } = await sql<SuspensionRecord & { contractId: number }>`${keepsPlan}
    select contract_id as "contractId", from_on as "fromOn", until_on as "untilOn", charge_later as "chargeLater", reason,
           known_at as "knownAt"
    from ${eachOf(contractIds)}
    cross join lateral (select * from contract_suspension where account_id = ${account} and contract_id = k.id offset 0) as s
    order by contract_id, from_on, known_seq`.execute(tx)
  return rows
}
