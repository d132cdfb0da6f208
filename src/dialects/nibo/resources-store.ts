// What each of their lists is of, in SQL: which rows it has, and what may be asked of them. Names of properties are in lower case.

import { type RawBuilder, sql } from 'kysely'
import type { LateUntil } from '../../organizations/calendar.ts'
import { account } from '../../platform/account.ts'
import { isLateBy } from '../../receivables/late-store.ts'
import type { Resource, SqlFields } from './odata/filter-store.ts'

export type ScheduleView = 'all' | 'opened' | 'dued'

/** Beside `r`, a receivable of a schedule, and `o`, its occurrence. */
const occurrenceJoins = {
  schedule: sql`join schedule s on s.account_id = r.account_id and s.id = r.schedule_id`,
  terms: sql`
    join schedule_terms t on t.account_id = o.account_id and t.schedule_id = o.schedule_id and t.version = o.terms_version`,
  customer: sql`join customer c on c.account_id = s.account_id and c.id = s.customer_id`,
} as const

const stakeholder: SqlFields = {
  stakeholderid: { type: 'guid', noun: 'customer', of: ['schedule'], sql: sql`s.customer_id` },
  // By the schedule, whose customer an index knows.
  'stakeholder/id': { type: 'guid', noun: 'customer', of: ['schedule'], sql: sql`s.customer_id` },
  'stakeholder/name': { type: 'text', of: ['schedule', 'customer'], sql: sql`c.name` },
  'stakeholder/cpfcnpj': { type: 'text', of: ['schedule', 'customer'], sql: sql`c.tax_id` },
}

/** Occurrences that are asked for. `lateUntil`: of each organization, the last due date that is late by now. */
export function schedulesAmong(
  view: ScheduleView,
  lateUntil: LateUntil,
  { organizationId, ofSchedule = null }: { organizationId: number | null; ofSchedule?: number | null },
): Resource {
  const isLate = isLateBy(lateUntil)
  const views: Record<ScheduleView, RawBuilder<unknown>> = {
    all: sql`true`,
    opened: sql`r.state = 'to_receive'`,
    dued: sql`coalesce(${isLate}, false)`,
  }
  return {
    called: 'Schedule',
    inner: ['stakeholder', 'category', 'categories', 'costcenters', 'installment', 'recurrence'],
    from: sql`schedule_occurrence o join receivable r on r.account_id = o.account_id and r.id = o.receivable_id`,
    joins: occurrenceJoins,
    id: sql`r.id`,
    where: sql`o.account_id = ${account} and o.disposition = 'billed' and ${views[view]}
      and ${ofSchedule === null ? sql`true` : sql`o.schedule_id = ${ofSchedule}`} and ${ofOrganization(organizationId)}`,
    fields: {
      scheduleid: { type: 'guid', noun: 'receivable', sql: sql`r.id` },
      duedate: { type: 'day', sql: sql`o.due_on` },
      accrualdate: { type: 'day', sql: sql`o.accrual_on` },
      scheduledate: { type: 'day', sql: sql`o.scheduled_on` },
      createdate: { type: 'moment', sql: sql`r.created_at` },
      value: { type: 'number', sql: sql`(r.amount_cents * 0.01)` },
      paidvalue: { type: 'number', sql: sql`(r.received_cents * 0.01)` },
      openvalue: {
        type: 'number',
        sql: sql`(case when r.state in ('cancelled', 'renegotiated') then 0 else r.amount_cents - r.received_cents - r.abated_cents end * 0.01)`,
      },
      ispaid: { type: 'flag', sql: sql`(r.state = 'received')` },
      isdued: { type: 'flag', sql: isLate },
      isflagged: { type: 'flag', of: ['terms'], sql: sql`t.is_flagged` },
      hasinstallment: { type: 'flag', of: ['schedule'], sql: sql`(s.kind = 'installments')` },
      hasrecurrence: { type: 'flag', of: ['schedule'], sql: sql`(s.kind = 'recurrence')` },
      description: { type: 'text', of: ['terms'], sql: sql`t.description` },
      reference: { type: 'text', of: ['terms'], sql: sql`t.reference` },
      ...stakeholder,
    },
  }
}

/** Of `r`, a receivable; null: of any. */
function ofOrganization(organizationId: number | null): RawBuilder<unknown> {
  return organizationId === null ? sql`true` : sql`r.organization_id = ${organizationId}`
}

/** What schedules brought in; credit that was used on one is told too, so that all that is told of one adds up to what it has. */
export function receiptsListed(organizationId: number | null): Resource {
  return {
    called: 'Receipt',
    inner: ['account', 'stakeholder', 'category', 'categories', 'costcenters'],
    from: sql`receipt p join receivable r on r.account_id = p.account_id and r.id = p.receivable_id`,
    joins: {
      occurrence: sql`join schedule_occurrence o on o.account_id = r.account_id and o.receivable_id = r.id`,
      ...occurrenceJoins,
    },
    id: sql`p.id`,
    where: sql`p.account_id = ${account} and p.undone_at is null and p.kind <> 'abatement' and r.schedule_id is not null
      and ${ofOrganization(organizationId)}`,
    fields: {
      entryid: { type: 'guid', noun: 'receipt', sql: sql`p.id` },
      scheduleid: { type: 'guid', noun: 'receivable', sql: sql`p.receivable_id` },
      date: { type: 'day', sql: sql`p.received_on` },
      accrualdate: { type: 'day', of: ['occurrence'], sql: sql`o.accrual_on` },
      value: { type: 'number', sql: sql`((p.amount_cents + p.surplus_cents) * 0.01)` },
      identifier: { type: 'text', sql: sql`p.note` },
      description: { type: 'text', of: ['occurrence', 'terms'], sql: sql`t.description` },
      isflagged: { type: 'flag', of: ['occurrence', 'terms'], sql: sql`t.is_flagged` },
      'account/id': { type: 'guid', noun: 'financial_account', sql: sql`p.financial_account_id` },
      ...stakeholder,
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

/** Of one occurrence. */
export function filesListed({ scheduleId, number }: { scheduleId: number; number: number }): Resource {
  return {
    called: 'File',
    from: sql`invoice_attachment a join attachment_content k on k.account_id = a.account_id and k.sha256 = a.sha256`,
    id: sql`a.id`,
    where: sql`a.account_id = ${account} and a.schedule_id = ${scheduleId} and a.occurrence_number = ${number}`,
    fields: {
      fileid: { type: 'guid', noun: 'attachment', sql: sql`a.id` },
      name: { type: 'text', sql: sql`a.filename` },
      size: { type: 'number', sql: sql`k.size_bytes::numeric` },
      createdate: { type: 'moment', sql: sql`a.created_at` },
      referencedate: { type: 'moment', sql: sql`coalesce(a.attached_at, a.created_at)` },
    },
  }
}

const inUse = sql`x.account_id = ${account} and x.archived_at is null`

const categories: Resource = {
  called: 'Category',
  from: sql`category x left join category p on p.account_id = x.account_id and p.id = x.parent_id`,
  id: sql`x.id`,
  where: inUse,
  fields: {
    id: { type: 'guid', noun: 'category', sql: sql`x.id` },
    name: { type: 'text', sql: sql`x.name` },
    type: { type: 'text', sql: sql`(case x.kind when 'revenue' then 'in' else 'out' end)` },
    parentid: { type: 'guid', noun: 'category', sql: sql`p.id` },
    parent: { type: 'text', sql: sql`p.name` },
  },
}

export function categoriesListed(organizationId: number | null): Resource {
  return { ...categories, where: sql`${inUse} and ${forOrganization(organizationId)}` }
}

/** Those above others. */
export function categoryGroupsListed(organizationId: number | null): Resource {
  return { ...categories, where: sql`${categoriesListed(organizationId).where} and x.parent_id is null` }
}

const named = (noun: 'cost_centre' | 'financial_account' | 'nfse_template', id: string): SqlFields => ({
  [id]: { type: 'guid', noun, sql: sql`x.id` },
  name: { type: 'text', sql: sql`x.name` },
  description: { type: 'text', sql: sql`x.name` },
})

export function costCentresListed(organizationId: number | null): Resource {
  return {
    called: 'CostCenter',
    from: sql`cost_centre x`,
    id: sql`x.id`,
    where: sql`${inUse} and ${forOrganization(organizationId)}`,
    fields: { ...named('cost_centre', 'costcenterid'), externalcode: { type: 'text', sql: sql`x.code` } },
  }
}

export function accountsListed(organizationId: number | null): Resource {
  return {
    called: 'Account',
    from: sql`financial_account x`,
    id: sql`x.id`,
    where: sql`${inUse} and ${forOrganization(organizationId)}`,
    fields: named('financial_account', 'id'),
  }
}

export function serviceProfilesListed(organizationId: number | null): Resource {
  return {
    called: 'ServiceProfile',
    from: sql`nfse_template x`,
    id: sql`x.id`,
    where: sql`${inUse} and ${forOrganization(organizationId)}`,
    fields: named('nfse_template', 'id'),
  }
}

/** Those of everybody are its own too. */
function forOrganization(organizationId: number | null): RawBuilder<unknown> {
  return organizationId === null ? sql`true` : sql`(x.organization_id is null or x.organization_id = ${organizationId})`
}
