// What each of their lists is of, in SQL: which rows it has, and what may be asked of them. Names of properties are in lower case.

import { type RawBuilder, sql } from 'kysely'
import type { LateUntil } from '../../organizations/calendar.ts'
import { account } from '../../platform/account.ts'
import { isLateBy } from '../../receivables/late-store.ts'
import type { Resource, SqlFields } from './odata/filter-store.ts'

export type ScheduleView = 'all' | 'opened' | 'dued'

/** Occurrences that are asked for. `lateUntil`: of each organization, the last due date that is late by now. */
export function schedulesAmong(view: ScheduleView, lateUntil: LateUntil, ofSchedule: number | null = null): Resource {
  const isLate = isLateBy(lateUntil)
  const views: Record<ScheduleView, RawBuilder<unknown>> = {
    all: sql`true`,
    opened: sql`r.state = 'to_receive'`,
    dued: sql`coalesce(${isLate}, false)`,
  }
  return {
    called: 'Schedule',
    from: sql`schedule_occurrence o
      join schedule s on s.account_id = o.account_id and s.id = o.schedule_id
      join schedule_terms t on t.account_id = o.account_id and t.schedule_id = o.schedule_id and t.version = o.terms_version
      join receivable r on r.account_id = o.account_id and r.id = o.receivable_id
      join customer c on c.account_id = s.account_id and c.id = s.customer_id`,
    id: sql`r.id`,
    where: sql`o.account_id = ${account} and o.disposition = 'billed' and ${views[view]}
      and (${ofSchedule}::bigint is null or o.schedule_id = ${ofSchedule}::bigint)`,
    fields: {
      scheduleid: { type: 'guid', noun: 'receivable', sql: sql`r.id` },
      duedate: { type: 'day', sql: sql`o.due_on` },
      accrualdate: { type: 'day', sql: sql`o.accrual_on` },
      scheduledate: { type: 'day', sql: sql`o.scheduled_on` },
      createdate: { type: 'moment', sql: sql`r.created_at` },
      value: { type: 'number', sql: sql`(r.amount_cents * 0.01)` },
      paidvalue: { type: 'number', sql: sql`(r.received_cents * 0.01)` },
      ispaid: { type: 'flag', sql: sql`(r.state = 'received')` },
      isdued: { type: 'flag', sql: isLate },
      isflagged: { type: 'flag', sql: sql`t.is_flagged` },
      hasinstallment: { type: 'flag', sql: sql`(s.kind = 'installments')` },
      hasrecurrence: { type: 'flag', sql: sql`(s.kind = 'recurrence')` },
      description: { type: 'text', sql: sql`t.description` },
      reference: { type: 'text', sql: sql`t.reference` },
      'stakeholder/id': { type: 'guid', noun: 'customer', sql: sql`c.id` },
      'stakeholder/name': { type: 'text', sql: sql`c.name` },
      'stakeholder/cpfcnpj': { type: 'text', sql: sql`c.tax_id` },
    },
  }
}

export const customersListed: Resource = {
  called: 'Customer',
  from: sql`customer c`,
  id: sql`c.id`,
  where: sql`c.account_id = ${account} and c.archived_at is null`,
  fields: {
    id: { type: 'guid', noun: 'customer', sql: sql`c.id` },
    name: { type: 'text', sql: sql`c.name` },
    'document/number': { type: 'text', sql: sql`c.tax_id` },
    'companyinformation/companyname': { type: 'text', sql: sql`c.trade_name` },
  },
}

export const categoriesListed: Resource = {
  called: 'Category',
  from: sql`category x left join category p on p.account_id = x.account_id and p.id = x.parent_id`,
  id: sql`x.id`,
  where: sql`x.account_id = ${account} and x.archived_at is null`,
  fields: {
    id: { type: 'guid', noun: 'category', sql: sql`x.id` },
    name: { type: 'text', sql: sql`x.name` },
    type: { type: 'text', sql: sql`(case x.kind when 'revenue' then 'in' else 'out' end)` },
    parentid: { type: 'guid', noun: 'category', sql: sql`p.id` },
    parent: { type: 'text', sql: sql`p.name` },
  },
}

/** Those above others. */
export const categoryGroupsListed: Resource = {
  ...categoriesListed,
  where: sql`${categoriesListed.where} and x.parent_id is null`,
}

const named = (noun: 'cost_centre' | 'financial_account' | 'nfse_template', id: string): SqlFields => ({
  [id]: { type: 'guid', noun, sql: sql`x.id` },
  name: { type: 'text', sql: sql`x.name` },
  description: { type: 'text', sql: sql`x.name` },
})

const inUse = sql`x.account_id = ${account} and x.archived_at is null`

export const costCentresListed: Resource = {
  called: 'CostCenter',
  from: sql`cost_centre x`,
  id: sql`x.id`,
  where: inUse,
  fields: named('cost_centre', 'costcenterid'),
}

export const accountsListed: Resource = {
  called: 'Account',
  from: sql`financial_account x`,
  id: sql`x.id`,
  where: inUse,
  fields: named('financial_account', 'id'),
}

export const serviceProfilesListed: Resource = {
  called: 'ServiceProfile',
  from: sql`nfse_template x`,
  id: sql`x.id`,
  where: inUse,
  fields: named('nfse_template', 'id'),
}
