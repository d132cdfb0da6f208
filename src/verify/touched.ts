import { sql } from 'kysely'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import type { Reader } from '../platform/db/db.ts'
import type { Stretch } from './ids.ts'

/** Seals after `after` up to `until`: what the history tells of them is what was touched. */
export interface Since {
  after: number
  until: number
}

export interface Touched {
  rules: number[]
  invoices: number[]
  receivables: number[]
  schedules: number[]
  renegotiations: number[]
  contracts: number[]
  /** By the ids of their contracts. */
  subscriptions: number[]
  readjustments: number[]
  events: number[]
  customers: number[]
  /** Customers whose credit it is. */
  credits: number[]
}

/** The subjects whose last entry among those seals lies in this stretch of the history, so that each is answered once. */
async function subjectsIn(tx: Reader, { from, to }: Stretch, { after, until }: Since): Promise<Map<string, number[]>> {
  const { rows } = await sql<{ noun: string; id: number }>`
    select h.noun, h.subject_id as id from history h
    where h.account_id = ${account} and h.id between ${from} and ${to} and h.sealed_in > ${after} and h.sealed_in <= ${until}
      and not exists (
        select from history n
        where n.account_id = ${account} and n.noun = h.noun and n.subject_id = h.subject_id and n.id > h.id
          and n.sealed_in > ${after} and n.sealed_in <= ${until})
    group by h.noun, h.subject_id order by 1, 2`.execute(tx)
  return new Map([...Map.groupBy(rows, row => row.noun)].map(([noun, own]) => [noun, own.map(row => row.id)]))
}

/** What to look at again for them: a receivable's invoice, an invoice's rule, a contract's rules. */
export async function touchedIn(tx: Reader, stretch: Stretch, since: Since): Promise<Touched> {
  const subjects = await subjectsIn(tx, stretch, since)
  const list = (noun: string) => sql`any(cast(${pgArray(subjects.get(noun) ?? [])}::text as bigint[]))`
  const { rows } = await sql<{ noun: keyof Touched; id: number }>`
    with inv as materialized (
      select id, rule_id, customer_id from invoice where account_id = ${account} and id = ${list('invoice')}
      union
      select i.id, i.rule_id, i.customer_id from receivable r join invoice i on i.account_id = ${account} and i.id = r.invoice_id
      where r.account_id = ${account} and r.id = ${list('receivable')}
    )
    select 'invoices' as noun, id from inv
    union select 'rules', rule_id from inv where rule_id is not null
    union select 'credits', customer_id from inv
    union select 'receivables', r.id from receivable r where r.account_id = ${account} and r.invoice_id in (select id from inv)
    union select 'receivables', r.id from receivable r where r.account_id = ${account} and r.id = ${list('receivable')}
    union select 'credits', r.customer_id from receivable r where r.account_id = ${account} and r.id = ${list('receivable')}
    union select 'renegotiations', id from renegotiation where account_id = ${account} and id = ${list('renegotiation')}
    union select 'renegotiations', k.id from receivable r cross join lateral (values (r.renegotiation_id), (r.renegotiated_by)) k (id)
          where r.account_id = ${account} and r.id = ${list('receivable')} and k.id is not null
    union select 'schedules', r.schedule_id from receivable r
          where r.account_id = ${account} and r.id = ${list('receivable')} and r.schedule_id is not null
    union select 'schedules', id from schedule where account_id = ${account} and id = ${list('schedule')}
    union select 'events', p.event_id from event_consumption c join billing_event_part p on p.account_id = ${account} and p.id = c.part_id
          where c.account_id = ${account} and c.invoice_id in (select id from inv)
    union select 'events', id from billing_event where account_id = ${account} and id = ${list('billing_event')}
    union select 'rules', id from invoice_rule where account_id = ${account} and id = ${list('invoice_rule')}
    union select 'rules', id from invoice_rule where account_id = ${account} and contract_id = ${list('contract')}
    union select 'rules', rule_id from readjustment where account_id = ${account} and id = ${list('readjustment')}
    union select 'contracts', id from contract where account_id = ${account} and id = ${list('contract')}
    union select 'customers', id from customer where account_id = ${account} and id = ${list('customer')}
    union select 'credits', id from customer where account_id = ${account} and id = ${list('customer')}
    order by 1, 2`.execute(tx)
  const byNoun = Map.groupBy(rows, row => row.noun)
  const of = (noun: keyof Touched) => (byNoun.get(noun) ?? []).map(row => row.id)
  return {
    rules: of('rules'),
    invoices: of('invoices'),
    receivables: of('receivables'),
    schedules: of('schedules'),
    renegotiations: of('renegotiations'),
    contracts: of('contracts'),
    subscriptions: subjects.get('subscription') ?? [],
    readjustments: subjects.get('readjustment') ?? [],
    events: of('events'),
    customers: of('customers'),
    credits: of('credits'),
  }
}

/** Runs of those seals, in order: periods that they closed without an invoice are told by their items alone. */
export async function touchedRuns(tx: Reader, stretch: Stretch, since: Since): Promise<number[]> {
  return (await subjectsIn(tx, stretch, since)).get('billing_run') ?? []
}

/** Rules of which a run closed a period without an invoice, from the item after `after`; `last` is null at the end. */
export async function rulesUncharged(
  tx: Reader,
  runId: number,
  after: number,
  limit: number,
): Promise<{ rules: number[]; last: number | null }> {
  const { rows } = await sql<{ ruleId: number; item: number }>`
    select rule_id as "ruleId", item from billing_run_item
    where account_id = ${account} and run_id = ${runId} and item > ${after} and rule_id is not null
      and outcome in ('contract_suspended', 'outside_validity')
    order by item limit ${limit}`.execute(tx)
  return { rules: [...new Set(rows.map(row => row.ruleId))], last: rows.length < limit ? null : (rows.at(-1)?.item ?? null) }
}

/** Rules after `after` that may have something due by a day: their heads were proven when they were last touched. */
export async function rulesDue(tx: Reader, until: string, after: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from invoice_rule
    where account_id = ${account} and archived_at is null and next_due_on <= cast(${until} as date) and id > ${after}
    order by id limit ${limit}`.execute(tx)
  return rows.map(row => row.id)
}
