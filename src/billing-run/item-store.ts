import { sql } from 'kysely'
import type { CivilDate } from '../core/dates.ts'
import { account } from '../platform/account.ts'
import { keepsPlan, rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { EmissionWait, ItemKind, OutcomeClass, OutcomeCode } from './plan/outcomes.ts'
import type { InvoicePlan } from './plan/plan-invoice.ts'

export interface Item {
  item: number
  kind: ItemKind
  organizationId: number
  customerId: number
  contractId: number
  ruleId: number | null
  periodStart: CivilDate | null
  periodEnd: CivilDate | null
  scheduledOn: CivilDate
  invoiceId: number | null
  firstReceivableId: number | null
  installments: number | null
  number: number | null
  planHash: string | null
  plan: InvoicePlan | null
  grossCents: number
  discountCents: number
  withheldCents: number
  netCents: number
  previousNetCents: number | null
  unusual: boolean
  outcomeClass: OutcomeClass
  outcome: OutcomeCode | null
  detail: Record<string, unknown> | null
  allowedBy: string | null
}

const columns = {
  item: 'integer',
  kind: 'text',
  organization_id: 'bigint',
  customer_id: 'bigint',
  contract_id: 'bigint',
  rule_id: 'bigint',
  period_start: 'date',
  period_end: 'date',
  scheduled_on: 'date',
  invoice_id: 'bigint',
  first_receivable_id: 'bigint',
  installments: 'smallint',
  number: 'bigint',
  plan_hash: 'text',
  plan: 'jsonb',
  gross_cents: 'bigint',
  discount_cents: 'bigint',
  withheld_cents: 'bigint',
  net_cents: 'bigint',
  previous_net_cents: 'bigint',
  unusual: 'boolean',
  outcome_class: 'text',
  outcome: 'text',
  detail: 'jsonb',
} as const

const selected = sql`
  item, kind, organization_id as "organizationId", customer_id as "customerId", contract_id as "contractId", rule_id as "ruleId",
  period_start as "periodStart", period_end as "periodEnd", scheduled_on as "scheduledOn", invoice_id as "invoiceId",
  first_receivable_id as "firstReceivableId", installments, number, plan_hash as "planHash", gross_cents as "grossCents",
  discount_cents as "discountCents", withheld_cents as "withheldCents", net_cents as "netCents", previous_net_cents as "previousNetCents",
  unusual, outcome_class as "outcomeClass", outcome, detail, allowed_by as "allowedBy"`

export async function insertItems(tx: Tx, runId: number, items: readonly Item[]): Promise<void> {
  if (items.length === 0) return
  const names = Object.keys(columns).map(name => sql.ref(name))
  const rows = items.map(item => ({
    item: item.item,
    kind: item.kind,
    organization_id: item.organizationId,
    customer_id: item.customerId,
    contract_id: item.contractId,
    rule_id: item.ruleId,
    period_start: item.periodStart,
    period_end: item.periodEnd,
    scheduled_on: item.scheduledOn,
    invoice_id: item.invoiceId,
    first_receivable_id: item.firstReceivableId,
    installments: item.installments,
    number: item.number,
    plan_hash: item.planHash,
    plan: item.plan === null ? null : JSON.stringify(item.plan),
    gross_cents: item.grossCents,
    discount_cents: item.discountCents,
    withheld_cents: item.withheldCents,
    net_cents: item.netCents,
    previous_net_cents: item.previousNetCents,
    unusual: item.unusual,
    outcome_class: item.outcomeClass,
    outcome: item.outcome,
    detail: item.detail === null ? null : JSON.stringify(item.detail),
  }))
  await sql`${keepsPlan}
    insert into billing_run_item (account_id, run_id, ${sql.join(names)})
    select ${account}, ${runId}, ${sql.join(names)} from ${rowsOf(columns, rows)} as r`.execute(tx)
}

/** Items of the run in [first, last] that nothing was decided of yet, in order. */
export async function pendingItems(
  tx: Reader,
  runId: number,
  first: number,
  last: number,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<Item[]> {
  const { rows } = await sql<Item>`
    select ${selected}, null as plan from billing_run_item
    where account_id = ${account} and run_id = ${runId} and item between ${first} and ${last} and outcome_class = 'pending'
    order by item limit ${limit}`.execute(tx)
  return rows
}

export interface ItemResult {
  item: number
  outcomeClass: OutcomeClass
  outcome: OutcomeCode | null
  detail: Record<string, unknown> | null
  invoiceId: number | null
  number: number | null
  planHash: string | null
  grossCents: number
  discountCents: number
  withheldCents: number
  netCents: number
}

const resultColumns = {
  item: 'integer',
  outcome_class: 'text',
  outcome: 'text',
  detail: 'jsonb',
  invoice_id: 'bigint',
  number: 'bigint',
  plan_hash: 'text',
  gross_cents: 'bigint',
  discount_cents: 'bigint',
  withheld_cents: 'bigint',
  net_cents: 'bigint',
} as const

/** How items ended. What has ended already keeps its end: a position may lie in two chunks. */
export async function saveResults(tx: Tx, runId: number, results: readonly ItemResult[]): Promise<void> {
  if (results.length === 0) return
  const rows = results.map(result => ({
    item: result.item,
    outcome_class: result.outcomeClass,
    outcome: result.outcome,
    detail: result.detail === null ? null : JSON.stringify(result.detail),
    invoice_id: result.invoiceId,
    number: result.number,
    plan_hash: result.planHash,
    gross_cents: result.grossCents,
    discount_cents: result.discountCents,
    withheld_cents: result.withheldCents,
    net_cents: result.netCents,
  }))
  await sql`
    update billing_run_item i
    set outcome_class = r.outcome_class, outcome = r.outcome, detail = r.detail, invoice_id = r.invoice_id, number = r.number,
        plan_hash = r.plan_hash, gross_cents = r.gross_cents, discount_cents = r.discount_cents, withheld_cents = r.withheld_cents,
        net_cents = r.net_cents
    from ${rowsOf(resultColumns, rows)} as r
    where i.account_id = ${account} and i.run_id = ${runId} and i.item = r.item and ${liesAmong(results)} and i.outcome_class = 'pending'`.execute(
    tx,
  )
}

/** Narrows an update from `rowsOf` to where its own items lie: without it, each chunk would read all items of its run. */
function liesAmong(items: readonly { item: number }[]) {
  const positions = items.map(({ item }) => item)
  return sql`i.item between ${Math.min(...positions)} and ${Math.max(...positions)}`
}

/** Ids and numbers that were reserved after the items had been stored. */
export async function saveReservations(tx: Tx, runId: number, items: readonly Item[]): Promise<void> {
  if (items.length === 0) return
  const rows = items.map(item => ({
    item: item.item,
    invoice_id: item.invoiceId,
    first_receivable_id: item.firstReceivableId,
    number: item.number,
  }))
  await sql`
    update billing_run_item i set invoice_id = r.invoice_id, first_receivable_id = r.first_receivable_id, number = r.number
    from ${rowsOf({ item: 'integer', invoice_id: 'bigint', first_receivable_id: 'bigint', number: 'bigint' }, rows)} as r
    where i.account_id = ${account} and i.run_id = ${runId} and i.item = r.item and ${liesAmong(items)}`.execute(tx)
}

export interface ItemFilter {
  kind?: ItemKind | undefined
  outcomeClass?: OutcomeClass | undefined
  outcome?: OutcomeCode | undefined
  contractId?: number | undefined
  unusual?: boolean | undefined
  /** Of what is still to be emitted: whether something keeps it from going out. */
  waits?: boolean | undefined
}

/** An item with what a reader wants beside it: who and which contract. */
export type ShownItem = Item & { customerName: string; contractName: string; contractCode: string | null }

export async function listItems(
  tx: Reader,
  runId: number,
  filter: ItemFilter,
  after: number,
  limit: number,
): Promise<ShownItem[]> {
  const { rows } = await sql<ShownItem>`
    select ${sql.raw(selectedFrom('i'))}, i.plan, cu.name as "customerName", co.name as "contractName", co.code as "contractCode"
    from billing_run_item i
    join customer cu on cu.account_id = i.account_id and cu.id = i.customer_id
    join contract co on co.account_id = i.account_id and co.id = i.contract_id
    where i.account_id = ${account} and i.run_id = ${runId} and i.item > cast(${after} as bigint)
      ${filter.kind === undefined ? sql`` : sql`and i.kind = ${filter.kind}`}
      ${filter.outcomeClass === undefined ? sql`` : sql`and i.outcome_class = ${filter.outcomeClass}`}
      ${filter.outcome === undefined ? sql`` : sql`and i.outcome = ${filter.outcome}`}
      ${filter.contractId === undefined ? sql`` : sql`and i.contract_id = ${filter.contractId}`}
      ${filter.unusual === undefined ? sql`` : sql`and i.unusual = ${filter.unusual}`}
      ${filter.waits === undefined ? sql`` : sql`and i.kind = 'emit' and i.outcome_class = 'pending' and (i.detail is not null) = ${filter.waits}`}
    order by i.item limit ${limit}`.execute(tx)
  return rows
}

function selectedFrom(alias: string): string {
  const camel = (name: string) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const names = [...Object.keys(columns).filter(name => name !== 'plan'), 'allowed_by']
  return names.map(name => `${alias}.${name} as "${camel(name)}"`).join(', ')
}

export async function itemOf(tx: Reader, runId: number, item: number): Promise<Item | null> {
  const { rows } = await sql<Item>`
    select ${selected}, plan from billing_run_item where account_id = ${account} and run_id = ${runId} and item = ${item}`.execute(
    tx,
  )
  return rows[0] ?? null
}

export interface Tally {
  kind: ItemKind
  outcomeClass: OutcomeClass
  outcome: OutcomeCode | null
  /** Of what is still to be emitted: what keeps it from going out, as it was listed. */
  waits: EmissionWait | null
  items: number
  netCents: number
}

const waits = sql`case when kind = 'emit' and outcome_class = 'pending' then detail ->> 'waits' end`

/** How many items ended how, and for how much. */
export async function tallyOf(tx: Reader, runId: number): Promise<Tally[]> {
  return (await talliesOf(tx, [runId])).get(runId) ?? []
}

/** As `tallyOf`, of the runs of a page in one statement. */
export async function talliesOf(tx: Reader, runIds: readonly number[]): Promise<Map<number, Tally[]>> {
  if (runIds.length === 0) return new Map()
  const { rows } = await sql<Tally & { runId: number }>`
    select run_id as "runId", kind, outcome_class as "outcomeClass", outcome, ${waits} as waits,
           count(*)::integer as items, sum(net_cents)::bigint as "netCents"
    from billing_run_item where account_id = ${account} and run_id in (${sql.join(runIds)}) group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`.execute(
    tx,
  )
  return Map.groupBy(rows, row => row.runId)
}

/** Whether an organization of the run has bounds that all of its items are held against. */
export async function hasRunBounds(tx: Reader, organizationId: number | null): Promise<boolean> {
  const { rows } = await sql`${keepsPlan}
    select from organization
    where account_id = ${account} and (run_max_invoices is not null or run_max_total_cents is not null)
      ${organizationId === null ? sql`` : sql`and id = ${organizationId}`} limit 1`.execute(tx)
  return rows.length > 0
}

/** What each organization was billed, and would be, and what it would send out of what was made before, against its bounds. */
export async function boundsPassed(
  tx: Reader,
  runId: number,
): Promise<
  { organizationId: number; invoices: number; totalCents: number; maxInvoices: number | null; maxTotalCents: number | null }[]
> {
  const { rows } = await sql<{
    organizationId: number
    invoices: number
    totalCents: number
    maxInvoices: number | null
    maxTotalCents: number | null
  }>`
    select o.id as "organizationId", i.invoices::integer as invoices, i.total::bigint as "totalCents",
           o.run_max_invoices as "maxInvoices", o.run_max_total_cents as "maxTotalCents"
    from organization o
    join (select organization_id, count(*) as invoices, sum(net_cents) as total from billing_run_item
          where account_id = ${account} and run_id = ${runId} and outcome_class in ('pending', 'billed') and (kind = 'bill' or number is not null)
          group by 1) i on i.organization_id = o.id
    where o.account_id = ${account} and (i.invoices > o.run_max_invoices or i.total > o.run_max_total_cents)
    order by o.id`.execute(tx)
  return rows
}

/** The codes that trying again may change: all that is not billed but for what was looked at in a preview, or never will be. */
const retryable: readonly OutcomeCode[] = [
  'not_yet_due',
  'needs_catch_up',
  'contract_suspended',
  'index_missing',
  'readjustment_unapproved',
  'readjustment_pending',
  'above_safety_bound',
  'invalid_tax_id',
  'failed',
]

/** Sets what is not billed back to pending; answers their positions in order. */
export async function reopenItems(tx: Tx, runId: number, only: number | null): Promise<number[]> {
  const { rows } = await sql<{ item: number }>`
    update billing_run_item set outcome_class = 'pending', outcome = null, detail = null
    where account_id = ${account} and run_id = ${runId} and outcome in (${sql.join(retryable)}) ${only === null ? sql`` : sql`and item = ${only}`}
    returning item`.execute(tx)
  return rows.map(row => row.item).sort((a, b) => a - b)
}

export async function allowItem(tx: Tx, runId: number, item: number, by: string): Promise<void> {
  await sql`
    update billing_run_item set allowed_by = ${by} where account_id = ${account} and run_id = ${runId} and item = ${item}`.execute(
    tx,
  )
}

/** What a cancelled run leaves undone keeps its period open. */
export async function cancelPending(tx: Tx, runId: number): Promise<void> {
  await sql`
    update billing_run_item set outcome_class = 'not_billed', outcome = 'run_cancelled'
    where account_id = ${account} and run_id = ${runId} and outcome_class = 'pending'`.execute(tx)
}
