import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { notAsTold, payloadOf } from './told.ts'

export type ToldOrganizationCode = 'organization_not_as_told'

/** Who bills, at which hour of which zone, and up to what a run goes by itself. They are few. */
export async function checkToldOrganizations(tx: Reader): Promise<Found<ToldOrganizationCode>[]> {
  const { rows } = await sql<Found<ToldOrganizationCode>>`
    with told as (
      select o.id, p.after || jsonb_build_object('archivedAt', (p.after ->> 'archivedAt')::timestamptz) as told, jsonb_build_object(
        'legalName', o.legal_name, 'tradeName', o.trade_name, 'cnpj', o.cnpj, 'municipalRegistration', o.municipal_registration,
        'taxRegime', o.tax_regime, 'timeZone', o.time_zone, 'billingHour', o.billing_hour, 'runMaxInvoices', o.run_max_invoices,
        'runMaxTotalCents', o.run_max_total_cents, 'apportionmentEnabled', o.apportionment_enabled,
        'archivedAt', o.archived_at) as stored
      from organization o
      cross join lateral (
        select max(id) as entry from history
        where account_id = ${account} and noun = 'organization' and subject_id = o.id and action not in ('add_holiday', 'remove_holiday')
      ) l
      cross join lateral ${payloadOf('l.entry')} p
      where o.account_id = ${account} and p.after ? 'timeZone'
    )
    ${notAsTold('organization_not_as_told', 'organization')}
    order by 3`.execute(tx)
  return rows
}
