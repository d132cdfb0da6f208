import { sql } from 'kysely'
import type { Instant } from '../../core/dates.ts'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'

export type WorkCode = 'work_missing'

/**
 * What is to happen by itself is dated, and no later than it should: an organization's daily billing, a run or a verification that
 * goes on, a preview's end. Else it would not happen, and nobody would be told. They are few.
 */
export async function checkWork(tx: Reader, now: Instant): Promise<Found<WorkCode>[]> {
  const { rows } = await sql<Found<WorkCode>>`
    with wanted as (
      -- Dated for the next day at its hour; another hour or zone moves it by less than another day.
      select 'daily_billing' as kind, 'organization' as noun, id, ${nowOf(now)} + interval '3 days' as latest
      from organization where account_id = ${account} and archived_at is null
      union all
      select 'billing_run', 'billing_run', id, ${nowOf(now)} + interval '1 hour'
      from billing_run where account_id = ${account} and state in ('previewing', 'preparing', 'running')
      union all
      select 'expire_preview', 'billing_run', id, expires_at from billing_run where account_id = ${account} and state = 'previewed'
      union all
      select 'verify', 'verification', id, ${nowOf(now)} + interval '1 hour'
      from verification where account_id = ${account} and state in ('waiting', 'running')
    )
    select 'work_missing' as code, n.noun, n.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('kind', n.kind, 'dueAt', w.due_at, 'latest', n.latest) as details
    from wanted n
    left join due_work w on w.account_id = ${account} and w.kind = n.kind and w.subject_id = n.id
    where w.due_at is null or w.due_at > n.latest
    order by n.kind, n.id`.execute(tx)
  return rows
}

/**
 * A contract whose end, or whose suspension, is to come turns by itself on that day; one that should have turned is due. The day may
 * have been dated in the organization's former time zone.
 */
export async function checkTurns(tx: Reader, contracts: Ids, now: Instant): Promise<Found<WorkCode>[]> {
  const { rows } = await sql<Found<WorkCode>>`
    with living as (
      select c.id, c.state, z.today, v.ends_on, o.time_zone
      from contract c
      cross join lateral (
        select time_zone from organization where account_id = ${account} and id = c.organization_id offset 0
      ) o
      cross join lateral (select (${nowOf(now)} at time zone o.time_zone)::date as today) z
      cross join lateral (
        select ends_on from contract_validity
        where account_id = ${account} and contract_id = c.id order by known_seq desc limit 1
      ) v
      where c.account_id = ${account} and ${isAmong('c.id', contracts)} and c.archived_at is null and c.state in ('active', 'suspended')
    ), turning as (
      select l.id, case
          when l.ends_on < l.today or (l.state = 'suspended') <> coalesce(s.is_suspended, false) then l.today
          else least(l.ends_on + 1, s.next_on) end as turns_on, l.time_zone
      from living l
      left join lateral (
        select bool_or(from_on <= l.today and coalesce(until_on > l.today, true)) as is_suspended,
               least(min(from_on) filter (where from_on > l.today), min(until_on) filter (where until_on > l.today)) as next_on
        from contract_suspension where account_id = ${account} and contract_id = l.id
      ) s on true
    )
    select 'work_missing' as code, 'contract' as noun, t.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('kind', 'settle_contract', 'dueAt', w.due_at, 'turnsOn', t.turns_on) as details
    from turning t
    left join due_work w on w.account_id = ${account} and w.kind = 'settle_contract' and w.subject_id = t.id
    where t.turns_on is not null
      and (w.due_at is null or w.due_at > t.turns_on::timestamp at time zone t.time_zone + interval '27 hours')
    order by t.id`.execute(tx)
  return rows
}

/** Of a sandbox account the clock may be moved while it is verified: what counts is how it stands in the statement's own snapshot. */
export function nowOf(now: Instant) {
  return sql`(select coalesce(sandbox_now, cast(${now} as timestamptz)) from account where account_id = ${account})`
}
