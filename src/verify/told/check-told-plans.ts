import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { notAsTold, payloadOf } from './told.ts'

export type ToldPlanCode = 'plan_not_as_told'

/** Plans are what those who subscribe next will be billed: each stands as it was told last. They are few. */
export async function checkToldPlans(tx: Reader): Promise<Found<ToldPlanCode>[]> {
  const { rows } = await sql<Found<ToldPlanCode>>`
    with told as (
      select p.id, t.after || jsonb_build_object(
          'archivedAt', (t.after ->> 'archivedAt')::timestamptz, 'price', (t.after ->> 'price')::numeric, 'isTold', true) as told,
        jsonb_build_object(
          'organizationId', p.organization_id, 'name', p.name, 'serviceItemId', p.service_item_id, 'price', p.price,
          'billingMonths', p.billing_months, 'chargingMethod', p.charging_method, 'trialDays', p.trial_days, 'dueDays', p.due_days,
          'products', p.products, 'allowInstallments', p.allow_installments, 'installmentsLimit', p.installments_limit,
          'readjustmentIndex', p.readjustment_index, 'readjustmentMonths', p.readjustment_months, 'version', p.version,
          'archivedAt', p.archived_at, 'isTold', true) as stored
      from plan p
      cross join lateral (
        select max(id) as entry from history where account_id = ${account} and noun = 'plan' and subject_id = p.id
      ) l
      cross join lateral ${payloadOf('l.entry')} t
      where p.account_id = ${account} and t.after is not null
      union all
      select p.id, '{"isTold": true}', '{"isTold": false}' from plan p
      where p.account_id = ${account} and not exists (
        select from history where account_id = ${account} and noun = 'plan' and subject_id = p.id)
    )
    ${notAsTold('plan_not_as_told', 'plan')}
    order by 3`.execute(tx)
  return rows
}
