import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'

export type IdCode = 'ids_given_again'

/** What is counted by what it is, where its table is called otherwise. */
const tables: Readonly<Record<string, string>> = {
  comment: 'invoice_comment',
  attachment: 'invoice_attachment',
  index_value: 'entered_index_value',
}

/** What two tables number together. */
const further: Readonly<Record<string, string>> = { comment: 'schedule_comment' }

const counted = [
  'api_key',
  'attachment',
  'billing_details',
  'billing_event',
  'billing_event_part',
  'billing_run',
  'category',
  'charge_template',
  'charging_account',
  'comment',
  'contract',
  'cost_centre',
  'customer',
  'customer_credit_entry',
  'department',
  'email_template',
  'financial_account',
  'import',
  'index_value',
  'invoice',
  'invoice_adjustment',
  'invoice_rule',
  'invoice_template',
  'invoice_template_line',
  'invoice_template_readjustment',
  'nfse_template',
  'notification_ruler',
  'organization',
  'project',
  'readjustment',
  'readjustment_application',
  'receipt',
  'receivable',
  'renegotiation',
  'revenue_centre',
  'schedule',
  'service_item',
  'service_type',
  'verification',
  'webhook_delivery',
  'webhook_endpoint',
] as const

/**
 * Ids are given upwards: a range that lies below what is in use would give some again, and whatever is made next would collide with what
 * stands there, or take the place of what is gone. One look at the end of each key.
 */
export async function checkIds(tx: Reader, accountId: number): Promise<Found<IdCode>[]> {
  const places = counted.flatMap(noun => [tables[noun] ?? noun, further[noun] ?? []].flat().map(table => ({ noun, table })))
  const highest = places.map(
    ({ noun, table }) =>
      sql`select cast(${noun} as text) as noun, (
        select id from ${sql.table(table)} where account_id = ${account} order by id desc limit 1) as id`,
  )
  const { rows } = await sql<Found<IdCode>>`
    select 'ids_given_again' as code, 'account' as noun, cast(${accountId} as bigint) as id, null as "startsOn", null as "endsOn",
           jsonb_build_object('counted', h.noun, 'nextId', coalesce(r.next_id, 1), 'highestId', h.id) as details
    from (${sql.join(highest, sql` union all `)}) h
    left join id_range r on r.account_id = ${account} and r.noun = h.noun and r.scope = 0
    where h.id >= coalesce(r.next_id, 1)
    order by h.noun`.execute(tx)
  return rows
}
