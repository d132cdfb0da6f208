import { sql } from 'kysely'
import type { CivilDate } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import type { InvoiceState } from '../../invoices/invoice.ts'
import { account } from '../../platform/account.ts'
import { pgArray } from '../../platform/db/array.ts'
import { isAmong } from '../../platform/db/bulk.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { ReceivableState } from '../../receivables/receivable.ts'
import type { OpenReceivable } from '../file/cells.ts'
import type { UnfinishedPeriod } from './ledger-cells.ts'

// What exports read, a page at a time in order of id.

export interface ExportFilter {
  organizationId?: number | undefined
}

/** Contracts that can be billed, from the one after `after`. */
export async function exportedContractIds(tx: Reader, filter: ExportFilter, after: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from contract
    where account_id = ${account} and kind = 'sale' and archived_at is null and id > ${after} ${ofOrganization(filter)}
    order by id limit ${limit}`.execute(tx)
  return rows.map(row => row.id)
}

/** Whether a contract `c` has rows in an export. */
const isExported = sql`c.kind = 'sale' and c.archived_at is null
  and exists (select from invoice_rule r where r.account_id = c.account_id and r.contract_id = c.id and r.archived_at is null)`

/** Who has something that stands in no row of an export, and how much in all. */
export interface LeftBehind {
  /** Of what is left behind: receivables, or customers with a credit. */
  count: number
  amountCents: Cents
  /** The first of those whose it is: codes of contracts, or names where they have none; names of customers. */
  names: string[]
}

const MOST_NAMED = 20

/** What is to be received of contracts that an export does not bring along, and of none. */
export async function receivablesLeftBehind(tx: Reader, filter: ExportFilter): Promise<LeftBehind> {
  const { rows } = await sql<LeftBehind>`
    with owed as (
      select e.contract_id, e.customer_id, count(*) as count, sum(e.amount_cents - e.received_cents - e.abated_cents) as cents
      from receivable e
      where e.account_id = ${account} and e.state in ('to_emit', 'to_receive') ${ofOrganization(filter, 'e')}
        and not exists (select from contract c where c.account_id = e.account_id and c.id = e.contract_id and ${isExported})
      group by e.contract_id, e.customer_id
    ), named as (
      select coalesce(c.code, c.name, u.name) as name, o.contract_id as id from owed o
      left join contract c on c.account_id = ${account} and c.id = o.contract_id
      join customer u on u.account_id = ${account} and u.id = o.customer_id
      order by o.contract_id limit ${MOST_NAMED}
    )
    select cast(coalesce(sum(count), 0) as bigint) as count, cast(coalesce(sum(cents), 0) as bigint) as "amountCents",
           coalesce((select json_agg(name order by id) from named), '[]') as names
    from owed`.execute(tx)
  return onlyRow(rows)
}

/** Credit of customers none of whose contracts an export brings along. */
export async function creditLeftBehind(tx: Reader, filter: ExportFilter): Promise<LeftBehind> {
  const { rows } = await sql<LeftBehind>`
    with credit as (
      select d.customer_id, sum(d.balance_cents) as cents from customer_credit d
      where d.account_id = ${account} and d.balance_cents > 0 ${ofOrganization(filter, 'd')}
        and not exists (
          select from contract c
          where c.account_id = d.account_id and c.customer_id = d.customer_id and ${isExported} ${ofOrganization(filter, 'c')}
        )
      group by d.customer_id
    ), named as (
      select u.id, u.name from credit d join customer u on u.account_id = ${account} and u.id = d.customer_id
      order by u.id limit ${MOST_NAMED}
    )
    select count(*) as count, cast(coalesce(sum(cents), 0) as bigint) as "amountCents",
           coalesce((select json_agg(name order by id) from named), '[]') as names
    from credit`.execute(tx)
  return onlyRow(rows)
}

function onlyRow<T>([row]: readonly T[]): T {
  if (row === undefined) throw new Error('a sum is one row')
  return row
}

/** What is still to be received of each contract, by due date. */
export async function openReceivablesOf(tx: Reader, contractIds: readonly number[]): Promise<Map<number, OpenReceivable[]>> {
  const { rows } = await sql<OpenReceivable & { contractId: number }>`
    select contract_id as "contractId", due_on as "dueOn", amount_cents - received_cents - abated_cents as "amountCents" from receivable
    where account_id = ${account} and contract_id in (select unnest(cast(${pgArray(contractIds)}::text as bigint[]))) and state = 'to_receive'
    order by contract_id, due_on, id`.execute(tx)
  return Map.groupBy(rows, row => row.contractId)
}

/** Where the rules' ledgers begin; those of drafts have none. */
export async function seedsOf(tx: Reader, ruleIds: readonly number[]): Promise<Map<number, CivilDate>> {
  const { rows } = await sql<{ ruleId: number; seed: CivilDate }>`
    select rule_id as "ruleId", ends_on as seed from coverage
    where account_id = ${account} and starts_on is null and ${isAmong('rule_id', ruleIds)}`.execute(tx)
  return new Map(rows.map(({ ruleId, seed }) => [ruleId, seed]))
}

/** What is not done with in the ledgers of the rules: open, or billed by an invoice that nobody has emitted yet. In order of days. */
export async function unfinishedPeriodsOf(tx: Reader, ruleIds: readonly number[]): Promise<Map<number, UnfinishedPeriod[]>> {
  const { rows } = await sql<Omit<UnfinishedPeriod, 'unemitted'> & { ruleId: number; invoiceId: number | null; netCents: Cents }>`
    select c.rule_id as "ruleId", c.starts_on as "startsOn", c.ends_on as "endsOn", i.id as "invoiceId", i.net_cents as "netCents"
    from coverage c left join invoice i on i.account_id = c.account_id and i.id = c.invoice_id and i.state = 'to_emit'
    where c.account_id = ${account} and ${isAmong('c.rule_id', ruleIds)} and (c.disposition = 'open' or i.id is not null)
    order by c.rule_id, c.starts_on`.execute(tx)
  const periods = rows.map(({ invoiceId, netCents, ...row }) => ({
    ...row,
    unemitted: invoiceId === null ? null : { id: invoiceId, netCents },
  }))
  return Map.groupBy(periods, ({ ruleId }) => ruleId)
}

/** Invoices of rules that were archived, which nobody has emitted yet, by contract. */
export async function unemittedOfArchived(
  tx: Reader,
  contractIds: readonly number[],
): Promise<Map<number, { id: number; contractId: number }[]>> {
  const { rows } = await sql<{ id: number; contractId: number }>`
    select i.id, i.contract_id as "contractId" from invoice i
    left join invoice_rule r on r.account_id = i.account_id and r.id = i.rule_id
    where i.account_id = ${account} and ${isAmong('i.contract_id', contractIds)} and i.state = 'to_emit'
      and (r.archived_at is not null or not exists (select from coverage c where c.account_id = i.account_id and c.invoice_id = i.id))
    order by i.id`.execute(tx)
  return Map.groupBy(rows, row => row.contractId)
}

export interface ExportedCredit {
  organizationId: number
  cnpj: string
  balanceCents: Cents
}

/** What customers have with the organizations that are exported and that their invoices would take off, by customer. */
export async function creditsOf(
  tx: Reader,
  customerIds: readonly number[],
  filter: ExportFilter,
): Promise<Map<number, ExportedCredit[]>> {
  const { rows } = await sql<ExportedCredit & { customerId: number }>`
    select c.customer_id as "customerId", c.organization_id as "organizationId", o.cnpj, c.balance_cents as "balanceCents"
    from customer_credit c
    join organization o on o.account_id = c.account_id and o.id = c.organization_id
    where c.account_id = ${account} and ${isAmong('c.customer_id', customerIds)} and c.balance_cents > 0 ${ofOrganization(filter, 'c')}
    order by c.customer_id, c.organization_id`.execute(tx)
  return Map.groupBy(rows, row => row.customerId)
}

export interface InvoiceFilter extends ExportFilter {
  state?: InvoiceState | undefined
  issueFrom?: CivilDate | undefined
  issueUntil?: CivilDate | undefined
}

interface Owner {
  customerName: string
  taxId: string | null
  contractCode: string | null
  contractName: string | null
}

export interface ExportedInvoice extends Owner {
  id: number
  number: number | null
  state: InvoiceState
  organizationCnpj: string
  competence: CivilDate
  periodStart: CivilDate | null
  periodEnd: CivilDate | null
  scheduledOn: CivilDate
  issueOn: CivilDate | null
  lastDueOn: CivilDate | null
  grossCents: Cents
  discountCents: Cents
  withheldCents: Cents
  netCents: Cents
  receivedCents: Cents
  paymentMethod: 'boleto' | 'pix' | 'card' | 'transfer' | 'other'
  description: string | null
}

export async function exportedInvoices(
  tx: Reader,
  filter: InvoiceFilter,
  after: number,
  limit: number,
): Promise<ExportedInvoice[]> {
  const { rows } = await sql<ExportedInvoice>`
    select i.id, i.number, i.state, o.cnpj as "organizationCnpj", u.name as "customerName", u.tax_id as "taxId",
           c.code as "contractCode", c.name as "contractName", i.competence, i.period_start as "periodStart",
           i.period_end as "periodEnd", i.scheduled_on as "scheduledOn", i.issue_on as "issueOn", r.last_due_on as "lastDueOn",
           i.gross_cents as "grossCents", i.discount_cents as "discountCents", i.withheld_cents as "withheldCents",
           i.net_cents as "netCents", coalesce(r.received_cents, 0) as "receivedCents", i.payment_method as "paymentMethod", i.description
    from invoice i
    join organization o on o.account_id = i.account_id and o.id = i.organization_id
    join customer u on u.account_id = i.account_id and u.id = i.customer_id
    join contract c on c.account_id = i.account_id and c.id = i.contract_id
    left join lateral (
      select max(due_on) as last_due_on, cast(sum(received_cents) as bigint) as received_cents from receivable r
      where r.account_id = i.account_id and r.invoice_id = i.id
    ) r on true
    where i.account_id = ${account} and i.id > ${after} ${ofOrganization(filter, 'i')}
      ${filter.state === undefined ? sql`` : sql`and i.state = ${filter.state}`}
      ${filter.issueFrom === undefined ? sql`` : sql`and i.issue_on >= ${filter.issueFrom}`}
      ${filter.issueUntil === undefined ? sql`` : sql`and i.issue_on <= ${filter.issueUntil}`}
    order by i.id limit ${limit}`.execute(tx)
  return rows
}

export interface ReceivableFilter extends ExportFilter {
  state?: ReceivableState | undefined
  dueFrom?: CivilDate | undefined
  dueUntil?: CivilDate | undefined
}

export interface ExportedReceivable extends Owner {
  id: number
  invoiceId: number | null
  scheduleId: number | null
  invoiceNumber: number | null
  state: ReceivableState
  organizationCnpj: string
  installment: number
  installments: number
  dueOn: CivilDate
  amountCents: Cents
  receivedCents: Cents
  abatedCents: Cents
  receivedOn: CivilDate | null
}

export async function exportedReceivables(
  tx: Reader,
  filter: ReceivableFilter,
  after: number,
  limit: number,
): Promise<ExportedReceivable[]> {
  const { rows } = await sql<ExportedReceivable>`
    select r.id, r.invoice_id as "invoiceId", r.schedule_id as "scheduleId", i.number as "invoiceNumber", r.state, o.cnpj as "organizationCnpj",
           u.name as "customerName", u.tax_id as "taxId", c.code as "contractCode", c.name as "contractName", r.installment,
           r.installments, r.due_on as "dueOn", r.amount_cents as "amountCents", r.received_cents as "receivedCents",
           r.abated_cents as "abatedCents", r.received_on as "receivedOn"
    from receivable r
    join organization o on o.account_id = r.account_id and o.id = r.organization_id
    join customer u on u.account_id = r.account_id and u.id = r.customer_id
    left join contract c on c.account_id = r.account_id and c.id = r.contract_id
    left join invoice i on i.account_id = r.account_id and i.id = r.invoice_id
    where r.account_id = ${account} and r.id > ${after} ${ofOrganization(filter, 'r')}
      ${filter.state === undefined ? sql`` : sql`and r.state = ${filter.state}`}
      ${filter.dueFrom === undefined ? sql`` : sql`and r.due_on >= ${filter.dueFrom}`}
      ${filter.dueUntil === undefined ? sql`` : sql`and r.due_on <= ${filter.dueUntil}`}
    order by r.id limit ${limit}`.execute(tx)
  return rows
}

function ofOrganization({ organizationId }: ExportFilter, table?: string) {
  if (organizationId === undefined) return sql``
  return sql`and ${sql.ref(table === undefined ? 'organization_id' : `${table}.organization_id`)} = ${organizationId}`
}
