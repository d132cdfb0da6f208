import { sql } from 'kysely'
import type { CivilDate, Instant } from '../../core/dates.ts'
import { account } from '../../platform/account.ts'
import { pgArray } from '../../platform/db/array.ts'
import { eachOf, isAmong, keepsPlan, rowsOf } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { contractFactsOf } from '../contract-facts-store.ts'
import { termsOf } from '../rules/terms-store.ts'
import { cutAnew, type Disposition, firstRows, type LedgerStart, nextDueOn } from './coverage.ts'

// All SQL of the ledger. Whoever calls a function that writes holds the row of the rule (lockRules): it is the claim of
// the rule's ledger, terms and events.

/** Locks the rules in the order that everyone keeps, and answers those that are there. */
export async function lockRuleIds(tx: Tx, ruleIds: readonly number[]): Promise<number[]> {
  const rows = await sql<{ id: number }>`${keepsPlan}
    select id from invoice_rule where account_id = ${account} and ${isAmong('id', ruleIds)} order by id for no key update`.execute(
    tx,
  )
  return rows.rows.map(row => row.id)
}

export async function lockRules(tx: Tx, contractId: number): Promise<number[]> {
  const rows = await sql<{ id: number }>`
    select id from invoice_rule where account_id = ${account} and contract_id = ${contractId} order by id for no key update`.execute(
    tx,
  )
  return rows.rows.map(row => row.id)
}

/** Begins a rule's ledger: the seed, and what was billed before Bordero as one closed row. */
export async function seedLedger(
  tx: Tx,
  ruleId: number,
  start: { seed: CivilDate; billedElsewhereUntil: CivilDate | null; at: Instant },
): Promise<void> {
  await sql`
    insert into coverage (account_id, rule_id, starts_on, ends_on, disposition) values (${account}, ${ruleId}, null, ${start.seed}, 'seed')`.execute(
    tx,
  )
  if (start.billedElsewhereUntil === null) return
  await sql`
    insert into coverage (account_id, rule_id, starts_on, ends_on, scheduled_on, disposition, reason, closed_at, closed_seq)
    values (${account}, ${ruleId}, ${start.seed}, ${start.billedElsewhereUntil}, ${start.seed}, 'billed_elsewhere', 'billed_through', ${start.at}, nextval('fact_seq'))
  `.execute(tx)
}

export interface OpenPeriod {
  startsOn: CivilDate
  endsOn: CivilDate
  scheduledOn: CivilDate
}

/** Periods that were listed and not billed, or given back by a release, in order. */
export async function openPeriodsOf(tx: Reader, ruleIds: readonly number[]): Promise<Map<number, OpenPeriod[]>> {
  const { rows } = await sql<OpenPeriod & { ruleId: number }>`${keepsPlan}
    select rule_id as "ruleId", starts_on as "startsOn", ends_on as "endsOn", scheduled_on as "scheduledOn"
    from ${eachOf(ruleIds)}
    cross join lateral (select * from coverage where account_id = ${account} and rule_id = k.id and disposition = 'open' offset 0) as c
    order by rule_id, starts_on`.execute(tx)
  return Map.groupBy(rows, row => row.ruleId)
}

export interface ClosingRow {
  ruleId: number
  startsOn: CivilDate
  endsOn: CivilDate
  scheduledOn: CivilDate
  /** Whether the row stands in the ledger already, open. */
  stored: boolean
  disposition: Exclude<Disposition, 'seed'>
  reason: string | null
  termsVersion: number | null
  invoiceId: number | null
}

const closingColumns = {
  rule_id: 'bigint',
  starts_on: 'date',
  ends_on: 'date',
  scheduled_on: 'date',
  disposition: 'text',
  reason: 'text',
  terms_version: 'integer',
  invoice_id: 'bigint',
} as const

/**
 * Adds the periods that follow what is covered and closes those that stood open. The rows of a rule come in order. Throws
 * when a stored one is open no more: the claim was not held.
 */
export async function closePeriods(tx: Tx, rows: readonly ClosingRow[], at: Instant): Promise<void> {
  const shown = (row: ClosingRow) => ({
    rule_id: row.ruleId,
    starts_on: row.startsOn,
    ends_on: row.endsOn,
    scheduled_on: row.scheduledOn,
    disposition: row.disposition,
    reason: row.reason,
    terms_version: row.termsVersion,
    invoice_id: row.invoiceId,
  })
  const added = rows.filter(row => !row.stored).map(shown)
  if (added.length > 0) {
    await sql`${keepsPlan}
      insert into coverage (account_id, rule_id, starts_on, ends_on, scheduled_on, disposition, reason, terms_version, invoice_id, closed_at, closed_seq)
      select ${account}, rule_id, starts_on, ends_on, scheduled_on, disposition, reason, terms_version, invoice_id,
             case when disposition <> 'open' then cast(${at} as timestamptz) end, case when disposition <> 'open' then nextval('fact_seq') end
      from ${rowsOf(closingColumns, added)} as r`.execute(tx)
  }
  const closed = rows.filter(row => row.stored && row.disposition !== 'open').map(shown)
  if (closed.length === 0) return
  const result = await sql`
    update coverage c
    set disposition = r.disposition, reason = r.reason, terms_version = r.terms_version, invoice_id = r.invoice_id,
        closed_at = cast(${at} as timestamptz), closed_seq = nextval('fact_seq')
    from ${rowsOf(closingColumns, closed)} as r
    where c.account_id = ${account} and c.rule_id = r.rule_id and c.ends_on = r.ends_on and c.disposition = 'open'
      and ${isAmong(
        'c.rule_id',
        closed.map(row => row.rule_id),
      )}`.execute(tx)
  if (Number(result.numAffectedRows) !== closed.length)
    throw new Error('a period was closed by another although its rule was held')
}

/** Waives one open period; false when there is no such open period. */
export async function waivePeriod(tx: Tx, ruleId: number, startsOn: CivilDate, reason: string, at: Instant): Promise<boolean> {
  const result = await sql`
    update coverage set disposition = 'waived', reason = ${reason}, closed_at = ${at}, closed_seq = nextval('fact_seq')
    where account_id = ${account} and rule_id = ${ruleId} and starts_on = ${startsOn} and disposition = 'open'`.execute(tx)
  return Number(result.numAffectedRows) === 1
}

/** Waives what is still open of a rule that ends; answers how many periods that were. */
export async function waiveOpenPeriods(tx: Tx, ruleId: number, reason: string, at: Instant): Promise<number> {
  const result = await sql`
    update coverage set disposition = 'waived', reason = ${reason}, closed_at = ${at}, closed_seq = nextval('fact_seq')
    where account_id = ${account} and rule_id = ${ruleId} and disposition = 'open'`.execute(tx)
  return Number(result.numAffectedRows)
}

/** Gives the periods of an invoice another end: open again (a release), or waived. Answers the periods. */
export async function reopenPeriods(
  tx: Tx,
  invoiceId: number,
  as: { disposition: 'open' } | { disposition: 'waived'; reason: string; at: Instant },
): Promise<OpenPeriod[]> {
  const { rows } = await (as.disposition === 'open'
    ? sql<OpenPeriod>`
        update coverage set disposition = 'open', reason = 'released', invoice_id = null, terms_version = null, closed_at = null, closed_seq = null
        where account_id = ${account} and invoice_id = ${invoiceId}
        returning starts_on as "startsOn", ends_on as "endsOn", scheduled_on as "scheduledOn"`
    : sql<OpenPeriod>`
        update coverage set disposition = 'waived', reason = ${as.reason}, invoice_id = null, closed_at = ${as.at}, closed_seq = nextval('fact_seq')
        where account_id = ${account} and invoice_id = ${invoiceId}
        returning starts_on as "startsOn", ends_on as "endsOn", scheduled_on as "scheduledOn"`
  ).execute(tx)
  return rows
}

/** Periods that were closed without charge because of validity or a suspension, in order. */
export async function unchargedPeriodsOf(tx: Reader, ruleId: number): Promise<OpenPeriod[]> {
  const { rows } = await sql<OpenPeriod>`
    select starts_on as "startsOn", ends_on as "endsOn", scheduled_on as "scheduledOn" from coverage
    where account_id = ${account} and rule_id = ${ruleId} and disposition = 'uncharged'
      and reason in ('contract_suspended', 'outside_validity')
    order by starts_on`.execute(tx)
  return rows
}

/** Opens periods again that were closed without charge, by their ends. */
export async function reopenUncharged(tx: Tx, ruleId: number, periods: readonly OpenPeriod[]): Promise<void> {
  await sql`
    update coverage set disposition = 'open', reason = 'valid_again', closed_at = null, closed_seq = null
    where account_id = ${account} and rule_id = ${ruleId} and disposition = 'uncharged'
      and ends_on = any(cast(${pgArray(periods.map(period => period.endsOn))}::text as date[]))`.execute(tx)
}

/**
 * Cuts what stands open by the terms in force, for whoever changed them or opened a period again. Heads are told anew afterwards, by
 * the caller.
 */
export async function cutOpenAnew(tx: Tx, ruleId: number): Promise<void> {
  const open = (await openPeriodsOf(tx, [ruleId])).get(ruleId) ?? []
  if (open.length === 0) return
  const versions = (await termsOf(tx, [ruleId])).get(ruleId) ?? []
  for (const { gone, cut } of cutAnew(versions, open, await coveredUntilOf(tx, ruleId))) {
    // One statement, because the chain of days may be broken inside of one only; counting what is gone makes it go first.
    await sql`
      with gone as (
        delete from coverage c
        where c.account_id = ${account} and c.rule_id = ${ruleId} and c.disposition = 'open'
          and c.ends_on = any(cast(${pgArray(gone.map(row => row.endsOn))}::text as date[]))
        returning c.starts_on, c.reason
      )
      insert into coverage (account_id, rule_id, starts_on, ends_on, scheduled_on, disposition, reason)
      select ${account}, ${ruleId}, r.starts_on, r.ends_on, r.scheduled_on, 'open',
             (select g.reason from gone g where g.starts_on <= r.starts_on order by g.starts_on desc limit 1)
      from ${rowsOf({ starts_on: 'date', ends_on: 'date', scheduled_on: 'date' }, cut.map(toCutRow))} as r
      where (select count(*) from gone) = ${gone.length}`.execute(tx)
  }
}

function toCutRow({ startsOn, endsOn, scheduledOn }: OpenPeriod) {
  return { starts_on: startsOn, ends_on: endsOn, scheduled_on: scheduledOn }
}

/** The end of a rule's ledger, which its head may not tell yet. */
export async function coveredUntilOf(tx: Reader, ruleId: number): Promise<CivilDate> {
  const { rows } = await sql<{ until: CivilDate }>`
    select max(ends_on) as until from coverage where account_id = ${account} and rule_id = ${ruleId} having count(*) > 0`.execute(
    tx,
  )
  const [last] = rows
  if (!last) throw new Error(`rule ${ruleId} has open periods and no ledger`)
  return last.until
}

export interface LastBilled {
  startsOn: CivilDate
  endsOn: CivilDate
  /** Its invoice was cancelled, and nobody has released the period. */
  isCancelled: boolean
}

/** The last period of each rule that was billed, here or before Bordero. A rule that billed nothing is absent. */
export async function lastBilledOf(tx: Reader, ruleIds: readonly number[]): Promise<Map<number, LastBilled>> {
  if (ruleIds.length === 0) return new Map()
  const { rows } = await sql<LastBilled & { ruleId: number }>`${keepsPlan}
    select k.id as "ruleId", c.starts_on as "startsOn", c.ends_on as "endsOn", coalesce(i.state = 'cancelled', false) as "isCancelled"
    from ${eachOf(ruleIds)}
    cross join lateral (
      select * from coverage
      where account_id = ${account} and rule_id = k.id and disposition in ('billed', 'billed_elsewhere') order by ends_on desc limit 1
    ) as c
    left join invoice i on i.account_id = c.account_id and i.id = c.invoice_id`.execute(tx)
  return new Map(rows.map(({ ruleId, ...last }) => [ruleId, last]))
}

/** The periods that ended in an invoice, in order. */
export async function periodsBilledBy(tx: Reader, invoiceId: number): Promise<OpenPeriod[]> {
  const { rows } = await sql<OpenPeriod>`
    select starts_on as "startsOn", ends_on as "endsOn", scheduled_on as "scheduledOn" from coverage
    where account_id = ${account} and invoice_id = ${invoiceId} order by starts_on`.execute(tx)
  return rows
}

export interface LedgerPage {
  startsOn: CivilDate | null
  endsOn: CivilDate
  scheduledOn: CivilDate | null
  disposition: Disposition
  reason: string | null
  termsVersion: number | null
  invoiceId: number | null
  closedAt: Instant | null
}

/** A rule's ledger in order of days, from the row after `after`. */
export async function ledgerOf(tx: Reader, ruleId: number, after: CivilDate | null, limit: number): Promise<LedgerPage[]> {
  const { rows } = await sql<LedgerPage>`
    select starts_on as "startsOn", ends_on as "endsOn", scheduled_on as "scheduledOn", disposition, reason,
           terms_version as "termsVersion", invoice_id as "invoiceId", closed_at as "closedAt"
    from coverage where account_id = ${account} and rule_id = ${ruleId} and ends_on > coalesce(cast(${after} as date), '-infinity')
    order by ends_on limit ${limit}`.execute(tx)
  return rows
}

/** The row that holds a day of each rule, by rule; absent where the ledger ends before it. */
export async function ledgerRowsAt(
  tx: Reader,
  days: readonly { ruleId: number; day: CivilDate }[],
): Promise<Map<number, Pick<LedgerPage, 'startsOn' | 'endsOn' | 'disposition'>>> {
  if (days.length === 0) return new Map()
  const asked = days.map(({ ruleId, day }) => ({ rule_id: ruleId, day }))
  const { rows } = await sql<Pick<LedgerPage, 'startsOn' | 'endsOn' | 'disposition'> & { ruleId: number }>`
    select k.rule_id as "ruleId", l.starts_on as "startsOn", l.ends_on as "endsOn", l.disposition
    from ${rowsOf({ rule_id: 'bigint', day: 'date' }, asked)} as k
    cross join lateral (
      select * from coverage c where c.account_id = ${account} and c.rule_id = k.rule_id and c.ends_on > k.day
      order by c.ends_on limit 1
    ) as l`.execute(tx)
  return new Map(rows.map(({ ruleId, ...row }) => [ruleId, row]))
}

/** Tells the heads of the rules anew from ledger, terms and validity. Called by every verb that changed one of them. */
export async function refreshNextDue(tx: Tx, ruleIds: readonly number[]): Promise<void> {
  if (ruleIds.length === 0) return
  const heads = await sql<{ id: number; contractId: number; archived: boolean; coveredUntil: CivilDate | null }>`
    select r.id, r.contract_id as "contractId", r.archived_at is not null as archived,
           (select c.ends_on from coverage c where c.account_id = r.account_id and c.rule_id = r.id order by c.ends_on desc limit 1) as "coveredUntil"
    from invoice_rule r where r.account_id = ${account} and r.id in (select unnest(cast(${pgArray(ruleIds)}::text as bigint[])))`.execute(
    tx,
  )
  const terms = await termsOf(tx, ruleIds)
  const facts = await contractFactsOf(tx, [...new Set(heads.rows.map(head => head.contractId))])
  const open = await openPeriodsOf(tx, ruleIds)
  await saveHeads(
    tx,
    heads.rows.map(head => {
      const contract = facts.get(head.contractId)
      const due =
        head.archived || contract?.kind !== 'sale'
          ? null
          : nextDueOn(terms.get(head.id) ?? [], head.coveredUntil, contract.validity, open.get(head.id) ?? [])
      return { ruleId: head.id, coveredUntil: head.coveredUntil, nextDueOn: due }
    }),
  )
}

export interface RuleHead {
  ruleId: number
  coveredUntil: CivilDate | null
  nextDueOn: CivilDate | null
}

export async function saveHeads(tx: Tx, heads: readonly RuleHead[]): Promise<void> {
  if (heads.length === 0) return
  const rows = heads.map(head => ({ id: head.ruleId, covered_until: head.coveredUntil, next_due_on: head.nextDueOn }))
  await sql`${keepsPlan}
    update invoice_rule r set covered_until = h.covered_until, next_due_on = h.next_due_on
    from ${rowsOf({ id: 'bigint', covered_until: 'date', next_due_on: 'date' }, rows)} as h
    where r.account_id = ${account} and r.id = h.id and ${isAmong(
      'r.id',
      heads.map(head => head.ruleId),
    )}`.execute(tx)
}

/** Begins the ledgers of many rules: two statements. */
export async function seedLedgers(tx: Tx, starts: readonly (LedgerStart & { ruleId: number })[], at: Instant): Promise<void> {
  if (starts.length === 0) return
  const seeds = starts.map(({ ruleId, seed }) => ({ rule_id: ruleId, seed }))
  await sql`
    insert into coverage (account_id, rule_id, starts_on, ends_on, disposition)
    select ${account}, rule_id, null, seed, 'seed' from ${rowsOf({ rule_id: 'bigint', seed: 'date' }, seeds)} as s`.execute(tx)
  const rows = starts.flatMap(({ ruleId, ...start }) =>
    firstRows(start).map(({ startsOn, endsOn, scheduledOn, isOpen }) => ({
      rule_id: ruleId,
      starts_on: startsOn,
      ends_on: endsOn,
      scheduled_on: scheduledOn,
      is_open: isOpen,
    })),
  )
  if (rows.length === 0) return
  const columns = { rule_id: 'bigint', starts_on: 'date', ends_on: 'date', scheduled_on: 'date', is_open: 'boolean' } as const
  await sql`
    insert into coverage (account_id, rule_id, starts_on, ends_on, scheduled_on, disposition, reason, closed_at, closed_seq)
    select ${account}, rule_id, starts_on, ends_on, scheduled_on, case when is_open then 'open' else 'billed_elsewhere' end,
           case when is_open then 'needs_catch_up' else 'billed_through' end,
           case when not is_open then cast(${at} as timestamptz) end, case when not is_open then nextval('fact_seq') end
    from ${rowsOf(columns, rows)} as r`.execute(tx)
}

/**
 * Puts the days of a trial, closed without charge, before a ledger that begins where they end. False where it begins elsewhere: a trial
 * that was over before the rule was made is no part of it.
 */
export async function closeTrial(tx: Tx, ruleId: number, startsOn: CivilDate, endsOn: CivilDate, at: Instant): Promise<boolean> {
  const begun = await sql`
    update coverage set ends_on = ${startsOn}
    where account_id = ${account} and rule_id = ${ruleId} and starts_on is null and ends_on = ${endsOn}`.execute(tx)
  if (Number(begun.numAffectedRows) === 0) return false
  await sql`
    insert into coverage (account_id, rule_id, starts_on, ends_on, scheduled_on, disposition, reason, closed_at, closed_seq)
    values (${account}, ${ruleId}, ${startsOn}, ${endsOn}, ${startsOn}, 'uncharged', 'trial', ${at}, nextval('fact_seq'))`.execute(
    tx,
  )
  return true
}

/** Begins the ledger elsewhere, as long as nothing is in it but its seed: the start of a rule is fixed by its first period. */
export async function moveSeed(tx: Tx, ruleId: number, seed: CivilDate): Promise<boolean> {
  const moved = await sql`
    update coverage c set ends_on = ${seed}
    where c.account_id = ${account} and c.rule_id = ${ruleId} and c.starts_on is null
      and not exists (select from coverage p where p.account_id = c.account_id and p.rule_id = c.rule_id and p.starts_on is not null)`.execute(
    tx,
  )
  return Number(moved.numAffectedRows) === 1
}
