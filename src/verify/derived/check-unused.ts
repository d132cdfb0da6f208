import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { endOfRule } from './decided.ts'

export type UnusedCode = 'event_unused'

/**
 * What stands open of events although nothing of their rule is to come: it was archived, or its contract is over. No invoice of the
 * rule will take it, so it is told until somebody bills it by hand, or gives it up, and cancels the event.
 */
export async function checkUnused(tx: Reader, rules: Ids): Promise<Found<UnusedCode>[]> {
  const { rows } = await sql<Found<UnusedCode>>`
    with waiting as materialized (
      select rule_id, event_id, sum(amount_cents) as open_cents from billing_event_part
      where account_id = ${account} and ${isAmong('rule_id', rules)} and state = 'open'
      group by rule_id, event_id
    )
    select 'event_unused' as code, 'billing_event' as noun, w.event_id as id, null as "startsOn", null as "endsOn",
           jsonb_build_object('rule', r.id, 'kind', e.kind, 'openCents', w.open_cents, 'isArchived', r.archived_at is not null) as details
    from waiting w
    cross join lateral (
      select id, contract_id, archived_at from invoice_rule where account_id = ${account} and id = w.rule_id offset 0
    ) r
    cross join lateral (select kind from billing_event where account_id = ${account} and id = w.event_id offset 0) e
    left join lateral (
      select ends_on as ends from contract_validity
      where account_id = ${account} and contract_id = r.contract_id order by known_seq desc limit 1
    ) v on true
    left join lateral (
      select max(ends_on) as reached, coalesce(bool_or(disposition = 'open'), false) as is_open
      from coverage where account_id = ${account} and rule_id = r.id
    ) l on true
    left join lateral (${endOfRule('r.id')}) own on true
    where r.archived_at is not null or (least(v.ends, own.ends_on) < l.reached and not l.is_open)
    order by w.event_id`.execute(tx)
  return rows
}
