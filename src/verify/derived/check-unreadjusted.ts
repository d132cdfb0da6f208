import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { EVER } from './decided.ts'

export type UnreadjustedCode = 'billed_without_readjustment'

/**
 * No period that begins on or after a date of a clause is billed before something has become of that date: applied, held at zero, or
 * passed over, and not undone by then. Its dates are counted from the anchor once more; asked for are those from the first one that the
 * clause was made, or dated anew, for, and one that was undone. Periods billed before the clause counted so, or after it was archived,
 * are not judged. Of a rule without a clause nothing is read.
 */
export async function checkUnreadjusted(tx: Reader, rules: Ids): Promise<Found<UnreadjustedCode>[]> {
  const { rows } = await sql<Found<UnreadjustedCode>>`
    with clause as materialized (
      select id, rule_id, index_code, starts_on, every_months, first_number, next_number, dated_seq, coalesce(ended_seq, ${EVER}) as ended_seq
      from readjustment where account_id = ${account} and ${isAmong('rule_id', rules)}
    ), billed as materialized (
      select c.*, p.invoice_id, p.starts_on as begins, p.ends_on as ends, p.closed_seq
      from clause c
      cross join lateral (
        select * from coverage
        where account_id = ${account} and rule_id = c.rule_id and disposition = 'billed' and invoice_id is not null
          and starts_on >= c.starts_on and closed_seq > c.dated_seq and closed_seq < c.ended_seq
        offset 0
      ) p
    ), asked as (
      select b.id, b.rule_id, b.index_code, b.invoice_id, b.begins, b.ends, b.closed_seq,
             (b.starts_on + make_interval(months => b.every_months * n.number))::date as due_on
      from billed b
      cross join lateral (
        select number from generate_series(b.first_number,
          -- At least as many as there are by the month of that day; those after it are left out below.
          ((date_part('year', b.begins) - date_part('year', b.starts_on)) * 12
            + date_part('month', b.begins) - date_part('month', b.starts_on))::integer / b.every_months) as series (number)
        union all
        select b.next_number where b.next_number < b.first_number
      ) n
    ), passed as (
      select distinct on (a.id, a.invoice_id, a.begins) a.*
      from asked a
      where a.due_on <= a.begins and not exists (
        select from readjustment_application d
        where d.account_id = ${account} and d.rule_id = a.rule_id and d.readjustment_id = a.id and d.due_on = a.due_on
          and d.known_seq < a.closed_seq and coalesce(d.undone_seq > a.closed_seq, true))
      order by a.id, a.invoice_id, a.begins, a.due_on
    )
    select 'billed_without_readjustment' as code, 'invoice' as noun, invoice_id as id, begins as "startsOn", ends as "endsOn",
           jsonb_build_object('rule', rule_id, 'readjustment', id, 'index', index_code, 'date', due_on) as details
    from passed order by invoice_id, begins, id`.execute(tx)
  return rows
}
