import { sql } from 'kysely'
import { contractFactsOf } from '../../contracts/contract-facts-store.ts'
import { openPartsOf } from '../../contracts/events/event-store.ts'
import { openPeriodsOf } from '../../contracts/ledger/coverage-store.ts'
import { livingReadjustments } from '../../contracts/readjustment/readjustment-store.ts'
import { TermsMemory } from '../../contracts/rules/terms-memory.ts'
import type { CivilDate } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import { seenHashesOf } from '../../invoices/read-seen.ts'
import { account } from '../../platform/account.ts'
import { pgArray } from '../../platform/db/array.ts'
import { eachOf, keepsPlan } from '../../platform/db/bulk.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { RuleFacts } from './rule-facts.ts'

interface HeadRow {
  ruleId: number
  contractId: number
  organizationId: number
  customerId: number
  title: string
  termsVersion: number
  detailsId: number | null
  archived: boolean
  coveredUntil: CivilDate | null
  customerKind: 'company' | 'person'
  customerTaxId: string | null
  lastGross: Cents | null
  lastNet: Cents | null
}

/**
 * All that decides what the rules bill, in order of customer and rule: nine statements at most, however many rules. Terms that the memory
 * holds are not read again.
 */
export async function ruleFactsOf(tx: Reader, ruleIds: readonly number[], memory = new TermsMemory()): Promise<RuleFacts[]> {
  if (ruleIds.length === 0) return []
  const heads = await sql<HeadRow>`${keepsPlan}
    select r.id as "ruleId", r.contract_id as "contractId", r.organization_id as "organizationId", r.customer_id as "customerId", r.title,
           r.terms_version as "termsVersion", r.details_id as "detailsId", r.archived_at is not null as archived, r.covered_until as "coveredUntil", c.kind as "customerKind", c.tax_id as "customerTaxId",
           coalesce(i.gross_cents, g.gross_cents) as "lastGross", coalesce(i.net_cents, g.net_cents) as "lastNet"
    from ${eachOf(ruleIds)}
    cross join lateral (select * from invoice_rule where account_id = ${account} and id = k.id offset 0) as r
    cross join lateral (select kind, tax_id from customer where account_id = r.account_id and id = r.customer_id offset 0) as c
    left join lateral (
      select gross_cents, net_cents from invoice i
      where i.account_id = r.account_id and i.rule_id = r.id and i.state <> 'cancelled' order by i.id desc limit 1
    ) i on true
    -- Where none stands, what was given up last is still what the next one is measured by. Looked for only then.
    left join lateral (
      select gross_cents, net_cents from invoice g
      where i.gross_cents is null and g.account_id = r.account_id and g.rule_id = r.id order by g.id desc limit 1
    ) g on true
    order by r.customer_id, r.id`.execute(tx)
  // One after the other on the one connection; the rows of one are read while PostgreSQL looks for those of the next.
  const [contracts, terms, open, parts, readjustments] = await Promise.all([
    contractFactsOf(tx, [...new Set(heads.rows.map(head => head.contractId))]),
    memory.of(tx, heads.rows),
    openPeriodsOf(tx, ruleIds),
    openPartsOf(tx, ruleIds),
    livingReadjustments(tx, ruleIds),
  ])
  return heads.rows.map(({ lastGross, lastNet, termsVersion, ...head }) => {
    const contract = contracts.get(head.contractId)
    if (!contract) throw new Error(`rule ${head.ruleId} has no contract`)
    return {
      ...head,
      contract,
      versions: terms.get(head.ruleId) ?? [],
      open: open.get(head.ruleId) ?? [],
      parts: parts.get(head.ruleId) ?? [],
      readjustments: readjustments.get(head.ruleId) ?? [],
      last: lastGross === null || lastNet === null ? null : { grossCents: lastGross, netCents: lastNet },
    }
  })
}

/** What a run reads rules by. */
export interface RuleSelection {
  day: CivilDate
  organizationId: number | null
  contracts: readonly number[] | null
  customers: readonly number[] | null
  rules: readonly number[] | null
}

/**
 * The next rules that may have something due, in the order (customer, rule), after the given one. Rules that a person named come
 * along although nothing of them is due, so that the run can say so.
 */
export async function selectRules(
  tx: Reader,
  selection: RuleSelection,
  after: { customerId: number; ruleId: number } | null,
  limit: number,
): Promise<{ customerId: number; ruleId: number }[]> {
  const named = selection.contracts !== null || selection.rules !== null
  const { rows } = await sql<{ customerId: number; ruleId: number }>`
    select r.customer_id as "customerId", r.id as "ruleId" from invoice_rule r
    where r.account_id = ${account} and r.archived_at is null
      ${named ? sql`` : sql`and r.next_due_on <= ${selection.day}`}
      ${selection.organizationId === null ? sql`` : sql`and r.organization_id = ${selection.organizationId}`}
      ${anyOf('r.contract_id', selection.contracts)} ${anyOf('r.customer_id', selection.customers)} ${anyOf('r.id', selection.rules)}
      ${after === null ? sql`` : sql`and (r.customer_id, r.id) > (${after.customerId}, ${after.ruleId})`}
    order by r.customer_id, r.id limit ${limit}`.execute(tx)
  return rows
}

function anyOf(column: string, ids: readonly number[] | null) {
  return ids === null ? sql`` : sql`and ${sql.ref(column)} in (select unnest(cast(${pgArray(ids)}::text as bigint[])))`
}

export interface WaitingInvoice {
  id: number
  organizationId: number
  customerId: number
  contractId: number
  ruleId: number | null
  periodStart: CivilDate | null
  periodEnd: CivilDate | null
  scheduledOn: CivilDate
  estimatedIssueOn: CivilDate
  approval: 'approved' | 'blocked'
  heldBy: 'customer_overdue' | null
  grossCents: Cents
  discountCents: Cents
  withheldCents: Cents
  netCents: Cents
  /** What a preview shows of it; null where nobody is going to look. */
  seen: string | null
}

export interface WaitingSelection extends RuleSelection {
  runId: number
  /** Those that need nobody. */
  onlyByItself: boolean
  /** Those too whose emission a person took back. */
  takenBack: boolean
  /** Somebody is going to look at them, and to bill what was seen. */
  isShown: boolean
  /** This one alone; null: all of the selection. */
  invoice: number | null
}

/** Invoices that were made before the run and whose day of emission has come, from the one after `after`. */
export async function waitingInvoices(
  tx: Reader,
  selection: WaitingSelection,
  after: number,
  limit: number,
): Promise<WaitingInvoice[]> {
  const { rows } = await sql<Omit<WaitingInvoice, 'seen'>>`
    select i.id, i.organization_id as "organizationId", i.customer_id as "customerId", i.contract_id as "contractId", i.rule_id as "ruleId",
           i.period_start as "periodStart", i.period_end as "periodEnd", i.scheduled_on as "scheduledOn", i.estimated_issue_on as "estimatedIssueOn", i.approval, i.held_by as "heldBy",
           i.gross_cents as "grossCents", i.discount_cents as "discountCents", i.withheld_cents as "withheldCents", i.net_cents as "netCents"
    from invoice i
    where i.account_id = ${account} and i.state = 'to_emit' and i.estimated_issue_on <= ${selection.day} and i.id > ${after}
      and i.run_id is distinct from ${selection.runId}
      ${selection.organizationId === null ? sql`` : sql`and i.organization_id = ${selection.organizationId}`}
      ${selection.onlyByItself ? sql`and (i.management = 'automatic' or i.emit_wanted) and i.approval = 'approved'` : sql``}
      ${selection.takenBack ? sql`` : sql`and i.emitted_at is null`}
      ${selection.invoice === null ? sql`` : sql`and i.id = ${selection.invoice}`}
      ${anyOf('i.contract_id', selection.contracts)} ${anyOf('i.customer_id', selection.customers)} ${anyOf('i.rule_id', selection.rules)}
    order by i.id limit ${limit}`.execute(tx)
  const ids = selection.isShown ? rows.map(row => row.id) : []
  const seen = await seenHashesOf(tx, ids)
  return rows.map(row => ({ ...row, seen: seen.get(row.id) ?? null }))
}
