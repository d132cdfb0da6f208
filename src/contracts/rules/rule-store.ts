import { sql } from 'kysely'
import type { CivilDate } from '../../core/dates.ts'
import { account } from '../../platform/account.ts'
import { pgArray } from '../../platform/db/array.ts'
import { isAmong, keepsPlan, rowsOf } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { InvoiceRule } from './invoice-rule.ts'

/** Why a rule that another one replaces closes what it has not billed: those days are the other's. */
export const RULE_REPLACED = 'rule_replaced'

// The rows of rules. What they cover and when they are next due (covered_until, next_due_on) is written by coverage-store.ts.

const columns = sql`
  r.id, r.contract_id as "contractId", r.organization_id as "organizationId", r.customer_id as "customerId", r.title,
  r.terms_version as "termsVersion", r.covered_until as "coveredUntil", r.next_due_on as "nextDueOn",
  r.billed_through as "billedThrough", r.replaces_rule_id as "replacesRuleId", r.template_id as "templateId", r.details_id as "detailsId", r.version, r.created_at as "createdAt",
  r.archived_at as "archivedAt"`

export async function ruleOf(tx: Reader, id: number): Promise<InvoiceRule | null> {
  const { rows } =
    await sql<InvoiceRule>`select ${columns} from invoice_rule r where r.account_id = ${account} and r.id = ${id}`.execute(tx)
  return rows[0] ?? null
}

export async function rulesOf(tx: Reader, ids: readonly number[]): Promise<Map<number, InvoiceRule>> {
  const { rows } = await sql<InvoiceRule>`
    select ${columns} from invoice_rule r
    where r.account_id = ${account} and r.id in (select unnest(cast(${pgArray(ids)}::text as bigint[])))`.execute(tx)
  return new Map(rows.map(rule => [rule.id, rule]))
}

/** All rules of a contract by id, archived ones too. */
export async function rulesOfContract(tx: Reader, contractId: number): Promise<InvoiceRule[]> {
  const { rows } = await sql<InvoiceRule>`
    select ${columns} from invoice_rule r where r.account_id = ${account} and r.contract_id = ${contractId} order by r.id`.execute(
    tx,
  )
  return rows
}

/** As `rulesOfContract`, of many contracts in one statement. One without rules is absent. */
export async function rulesOfContracts(tx: Reader, contractIds: readonly number[]): Promise<Map<number, InvoiceRule[]>> {
  const { rows } = await sql<InvoiceRule>`${keepsPlan}
    select ${columns} from invoice_rule r
    where r.account_id = ${account} and r.contract_id in (select unnest(cast(${pgArray(contractIds)}::text as bigint[])))
    order by r.contract_id, r.id`.execute(tx)
  return Map.groupBy(rows, rule => rule.contractId)
}

export interface RuleFilter {
  archived: boolean
  contractId?: number | undefined
  customerId?: number | undefined
  organizationId?: number | undefined
  /** Those that can have something due on or before this day. */
  dueBy?: CivilDate | undefined
}

/** In order of id, from the one after `after`. */
export async function listRules(tx: Reader, filter: RuleFilter, after: number, limit: number): Promise<InvoiceRule[]> {
  const conditions = [
    sql`r.account_id = ${account}`,
    sql`r.id > ${after}`,
    filter.archived ? sql`r.archived_at is not null` : sql`r.archived_at is null`,
  ]
  if (filter.contractId !== undefined) conditions.push(sql`r.contract_id = ${filter.contractId}`)
  if (filter.customerId !== undefined) conditions.push(sql`r.customer_id = ${filter.customerId}`)
  if (filter.organizationId !== undefined) conditions.push(sql`r.organization_id = ${filter.organizationId}`)
  if (filter.dueBy !== undefined) conditions.push(sql`r.next_due_on <= ${filter.dueBy}`)
  const { rows } = await sql<InvoiceRule>`
    select ${columns} from invoice_rule r where ${sql.join(conditions, sql` and `)} order by r.id limit ${limit}`.execute(tx)
  return rows
}

const inserted = {
  id: 'bigint',
  contract_id: 'bigint',
  organization_id: 'bigint',
  customer_id: 'bigint',
  title: 'text',
  terms_version: 'integer',
  billed_through: 'date',
  replaces_rule_id: 'bigint',
  template_id: 'bigint',
  details_id: 'bigint',
  version: 'integer',
  created_at: 'timestamptz',
} as const

/** Without a ledger; seeding it and telling the head is the next step of whoever makes a rule of a contract that is no draft. */
export async function insertRules(tx: Tx, rules: readonly InvoiceRule[]): Promise<void> {
  if (rules.length === 0) return
  const rows = rules.map(it => ({
    id: it.id,
    contract_id: it.contractId,
    organization_id: it.organizationId,
    customer_id: it.customerId,
    title: it.title,
    terms_version: it.termsVersion,
    billed_through: it.billedThrough,
    replaces_rule_id: it.replacesRuleId,
    template_id: it.templateId,
    details_id: it.detailsId,
    version: it.version,
    created_at: it.createdAt,
  }))
  await sql`
    insert into invoice_rule (account_id, id, contract_id, organization_id, customer_id, title, terms_version, billed_through,
                              replaces_rule_id, template_id, details_id, version, created_at)
    select ${account}, id, contract_id, organization_id, customer_id, title, terms_version, billed_through, replaces_rule_id,
           template_id, details_id, version, created_at
    from ${rowsOf(inserted, rows)} as r`.execute(tx)
}

/** What a verb may change of the row itself. The caller holds it. */
export async function saveRule(tx: Tx, it: InvoiceRule): Promise<void> {
  await sql`
    update invoice_rule
    set title = ${it.title}, terms_version = ${it.termsVersion}, details_id = ${it.detailsId}, version = ${it.version},
        archived_at = ${it.archivedAt}
    where account_id = ${account} and id = ${it.id}`.execute(tx)
}

/** As `saveRule`, of many rules in one statement. */
export async function saveRules(tx: Tx, rules: readonly InvoiceRule[]): Promise<void> {
  if (rules.length === 0) return
  const columns = {
    id: 'bigint',
    title: 'text',
    terms_version: 'integer',
    version: 'integer',
    archived_at: 'timestamptz',
  } as const
  const rows = rules.map(it => ({
    id: it.id,
    title: it.title,
    terms_version: it.termsVersion,
    version: it.version,
    archived_at: it.archivedAt,
  }))
  await sql`
    update invoice_rule i
    set title = r.title, terms_version = r.terms_version, version = r.version, archived_at = r.archived_at
    from ${rowsOf(columns, rows)} as r
    where i.account_id = ${account} and i.id = r.id and ${isAmong(
      'i.id',
      rules.map(rule => rule.id),
    )}`.execute(tx)
}

/** Whether a rule that goes on bills the service, or did once. */
export async function hasLivingRuleWith(tx: Reader, serviceItemId: number): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    select exists (
      select 1 from rule_line l join invoice_rule r on r.account_id = l.account_id and r.id = l.rule_id
      where l.account_id = ${account} and l.service_item_id = ${serviceItemId} and r.archived_at is null
    ) as has`.execute(tx)
  return rows[0]?.has === true
}

export interface BilledService {
  ruleId: number
  serviceItemId: number
  /** Days [from, until) of one period. */
  from: CivilDate
  until: CivilDate
}

/**
 * For which days from `from` on some rules have billed the services, here or elsewhere. A period billed elsewhere does not say by which
 * version: any that names the service counts.
 */
export async function billedServices(
  tx: Reader,
  ruleIds: readonly number[],
  serviceItemIds: readonly number[],
  from: CivilDate,
): Promise<BilledService[]> {
  const { rows } = await sql<BilledService>`
    select distinct c.rule_id as "ruleId", l.service_item_id as "serviceItemId", c.starts_on as "from", c.ends_on as until
    from coverage c join rule_line l on l.account_id = c.account_id and l.rule_id = c.rule_id
      and (c.terms_version is null or (l.terms_version = c.terms_version
        and c.starts_on between coalesce(l.valid_from, '-infinity') and coalesce(l.valid_until, 'infinity')))
    where c.account_id = ${account} and c.rule_id in (select unnest(cast(${pgArray(ruleIds)}::text as bigint[])))
      and c.disposition in ('billed', 'billed_elsewhere') and c.ends_on > ${from}
      and l.service_item_id in (select unnest(cast(${pgArray(serviceItemIds)}::text as bigint[])))
    order by 1, 2, 3`.execute(tx)
  return rows
}

/** What becomes of a rule's days when another one takes its place. */
export interface ReplacedLedger {
  /** The end of what it has billed, here or elsewhere; null when it has billed nothing. */
  billedUntil: CivilDate | null
  /** The end of all that it has closed but for being replaced; its first day when that is nothing, null without a ledger. */
  closedUntil: CivilDate | null
  hasClosed: boolean
}

export async function replacedLedger(tx: Reader, ruleId: number): Promise<ReplacedLedger> {
  const { rows } = await sql<ReplacedLedger>`
    select max(ends_on) filter (where disposition in ('billed', 'billed_elsewhere')) as "billedUntil", max(ends_on) as "closedUntil",
           coalesce(bool_or(disposition <> 'seed'), false) as "hasClosed"
    from coverage
    where account_id = ${account} and rule_id = ${ruleId} and disposition <> 'open' and reason is distinct from ${RULE_REPLACED}`.execute(
    tx,
  )
  const [row] = rows
  if (!row) throw new Error('an aggregate has one row')
  return row
}
