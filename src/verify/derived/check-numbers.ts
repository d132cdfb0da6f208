import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'

export type NumberCode = 'number_repeated' | 'number_out_of_range'

/** A number is one invoice's, and the organization has given it. */
export async function checkNumbers(tx: Reader, invoices: Ids): Promise<Found<NumberCode>[]> {
  const { rows } = await sql<Found<NumberCode>>`
    select case when other.id is null then 'number_out_of_range' else 'number_repeated' end as code, 'invoice' as noun, i.id,
           null as "startsOn", null as "endsOn",
           jsonb_build_object('number', i.number, 'organization', i.organization_id, 'otherInvoice', other.id,
                              'nextNumber', next.number) as details
    from invoice i
    left join lateral (
      select o.id from invoice o
      where o.account_id = ${account} and o.organization_id = i.organization_id and o.number = i.number and o.id <> i.id limit 1
    ) other on true
    left join lateral (${nextNumber('i.organization_id')}) next on true
    where i.account_id = ${account} and ${isAmong('i.id', invoices)} and i.number is not null
      and (other.id is not null or i.number < 1 or i.number >= coalesce(next.number, 1))
    order by i.id`.execute(tx)
  return rows
}

/** An organization's numbers after `after`, in order: those of two invoices, those it has not given, and those left out. */
export async function numbersAfter(
  tx: Reader,
  organizationId: number,
  after: number,
  limit: number,
): Promise<{ found: Found<NumberCode | 'number_gap'>[]; last: number | null }> {
  const { rows } = await sql<Found<NumberCode | 'number_gap'> & { last: number | null }>`
    with page as materialized (
      select number, count(*) as times from invoice
      where account_id = ${account} and organization_id = ${organizationId} and number > ${after}
      group by number order by number limit ${limit}
    ), next as materialized (
      select coalesce(max(n.number), 1) as number
      from (select cast(${organizationId} as bigint) as id) o cross join lateral (${nextNumber('o.id')}) n
    ), ending as (
      select case when count(*) = ${limit} then max(number) end as last from page
    ), given as (
      select number, times from page
      union all
      -- What was reserved after the last invoice, and not used, is left out as well.
      select next.number, 0 from next, ending where ending.last is null
    ), placed as (
      select number, times, lag(number, 1, ${after}::bigint) over (order by number) as before from given
    ), found as (
      select 'number_gap' as code, 'organization' as noun, o.id, jsonb_build_object('from', p.before + 1, 'to', p.number - 1) as details
      from placed p cross join (select cast(${organizationId} as bigint) as id) o where p.number > p.before + 1
      union all
      select 'number_repeated', 'invoice', max(i.id),
             jsonb_build_object('number', i.number, 'organization', i.organization_id, 'otherInvoice', min(i.id))
      from placed p join invoice i on i.account_id = ${account} and i.organization_id = ${organizationId} and i.number = p.number
      where p.times > 1 group by i.number, i.organization_id
      union all
      select 'number_out_of_range', 'invoice', i.id,
             jsonb_build_object('number', i.number, 'organization', i.organization_id, 'nextNumber', next.number)
      from placed p, next, invoice i
      where p.times > 0 and p.number >= next.number
        and i.account_id = ${account} and i.organization_id = ${organizationId} and i.number = p.number
    )
    select code, noun, id, null as "startsOn", null as "endsOn", details, null::bigint as last from found
    union all
    select null, null, null, null, null, null, last from ending`.execute(tx)
  return { found: rows.filter(row => row.code !== null), last: rows.at(-1)?.last ?? null }
}

export async function organizationsOf(tx: Reader): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select id from organization where account_id = ${account} order by id`.execute(tx)
  return rows.map(row => row.id)
}

function nextNumber(organization: string) {
  return sql`
    select next_id as number from id_range
    where account_id = ${account} and noun = 'invoice_number' and scope = ${sql.ref(organization)} offset 0`
}
