import { sql } from 'kysely'
import type { CivilDate, Instant } from '../../core/dates.ts'
import { type Cents, type Decimal, decimal } from '../../core/money.ts'
import { account } from '../../platform/account.ts'
import { type Columns, eachOf, keepsPlan, rowsOf } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { DueRule, Roll } from './due-dates.ts'
import type { Cut, Line, Management, PaymentMethod, Terms, Timing, WithholdingRate } from './terms.ts'

/** When and why a version became known, for whoever reads the versions of a rule. */
export interface TermsRecord extends Terms {
  knownAt: Instant
  cause: string
}

/**
 * All versions of the terms of many rules, each rule's in order of version: two statements, however many rules. A rule that
 * does not exist is absent.
 */
export async function termsOf(tx: Reader, ruleIds: readonly number[]): Promise<Map<number, TermsRecord[]>> {
  const byRule = new Map<number, TermsRecord[]>()
  if (ruleIds.length === 0) return byRule
  const versions = await sql<TermsRow>`${keepsPlan}
    select t.* from ${eachOf(ruleIds)} cross join lateral (
      select ${names(termsColumns)} from rule_terms where account_id = ${account} and rule_id = k.id offset 0
    ) as t order by rule_id, version`.execute(tx)
  const lines = await sql<LineRow>`${keepsPlan}
    select l.* from ${eachOf(ruleIds)} cross join lateral (
      select ${names(lineColumns)} from rule_line where account_id = ${account} and rule_id = k.id offset 0
    ) as l order by rule_id, terms_version, position`.execute(tx)

  // Both come in the same order, so each version takes its lines from where the one before stopped.
  let next = 0
  for (const row of versions.rows) {
    const own: Line[] = []
    let line = lines.rows[next]
    while (line?.rule_id === row.rule_id && line.terms_version === row.version) {
      own.push(lineFrom(line))
      line = lines.rows[++next]
    }
    const known = byRule.get(row.rule_id)
    if (known) known.push(termsFrom(row, own))
    else byRule.set(row.rule_id, [termsFrom(row, own)])
  }
  return byRule
}

/** Those of the rules that say in any version that they bill when somebody asks. */
export async function rulesOnRequest(tx: Reader, ruleIds: readonly number[]): Promise<Set<number>> {
  if (ruleIds.length === 0) return new Set()
  const { rows } = await sql<{ id: number }>`${keepsPlan}
    select k.id from ${eachOf(ruleIds)} cross join lateral (
      select from rule_terms where account_id = ${account} and rule_id = k.id and management = 'on_request' limit 1
    ) as t`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}

/**
 * Adds versions, of many rules at once: two statements. Versions are never changed and never taken away. They become known in
 * the order given: of one rule, by version.
 */
export async function insertTerms(
  tx: Tx,
  added: readonly { ruleId: number; knownAt: Instant; cause: string; terms: Terms }[],
): Promise<void> {
  if (added.length === 0) return
  await sql`
    insert into rule_terms (account_id, ${names(termsColumns)})
    select ${account}, ${names(termsColumns)} from ${rowsOf(termsColumns, added.map(toRow))} as r`.execute(tx)
  const lines = added.flatMap(({ ruleId, terms }) => terms.lines.map(line => toLineRow(ruleId, terms.version, line)))
  await sql`
    insert into rule_line (account_id, ${names(lineColumns)})
    select ${account}, ${names(lineColumns)} from ${rowsOf(lineColumns, lines)} as r`.execute(tx)
}

const termsColumns = {
  rule_id: 'bigint',
  version: 'integer',
  valid_from: 'date',
  known_at: 'timestamptz',
  cause: 'text',
  recurrence_unit: 'text',
  recurrence_every: 'integer',
  anchor_on: 'date',
  timing: 'text',
  competence_shift: 'smallint',
  due_kind: 'text',
  due_day: 'smallint',
  due_days: 'smallint',
  due_months: 'smallint',
  due_only_business_days: 'boolean',
  due_roll: 'text',
  installments: 'smallint',
  payment_method: 'text',
  management: 'text',
  approval_wanted: 'boolean',
  cut_start: 'text',
  cut_end: 'text',
  price_change: 'text',
  ends_on: 'date',
  max_amount_cents: 'bigint',
  max_growth_percent: 'numeric',
  withholdings: 'jsonb',
  nfse_template_id: 'bigint',
  nfse_template_version: 'integer',
  description: 'text',
} as const

const lineColumns = {
  rule_id: 'bigint',
  terms_version: 'integer',
  position: 'smallint',
  service_item_id: 'bigint',
  description: 'text',
  quantity: 'numeric',
  unit_price: 'numeric',
  discount_percent: 'numeric',
  discount_cents: 'bigint',
  valid_from: 'date',
  valid_until: 'date',
  category_id: 'bigint',
  withholdings: 'jsonb',
  withheld_cents: 'bigint',
} as const

function names(columns: Columns) {
  return sql.join(Object.keys(columns).map(name => sql.ref(name)))
}

interface TermsRow {
  rule_id: number
  version: number
  valid_from: CivilDate
  known_at: Instant
  cause: string
  recurrence_unit: 'week' | 'month'
  recurrence_every: number
  anchor_on: CivilDate
  timing: Timing
  competence_shift: number
  due_kind: DueRule['kind']
  due_day: number | null
  due_days: number | null
  due_months: number | null
  due_only_business_days: boolean
  due_roll: Roll
  installments: number
  payment_method: PaymentMethod
  management: Management
  approval_wanted: boolean
  cut_start: Cut
  cut_end: Cut
  price_change: Terms['priceChange']
  ends_on: CivilDate | null
  max_amount_cents: Cents | null
  max_growth_percent: string | null
  withholdings: WithholdingRate[]
  nfse_template_id: number | null
  nfse_template_version: number | null
  description: string | null
}

interface LineRow {
  rule_id: number
  terms_version: number
  position: number
  service_item_id: number
  description: string
  quantity: string
  unit_price: string
  discount_percent: string | null
  discount_cents: Cents | null
  valid_from: CivilDate | null
  valid_until: CivilDate | null
  category_id: number | null
  withholdings: WithholdingRate[] | null
  withheld_cents: Cents | null
}

function termsFrom(row: TermsRow, lines: Line[]): TermsRecord {
  return {
    version: row.version,
    validFrom: row.valid_from,
    recurrence: { unit: row.recurrence_unit, every: row.recurrence_every, anchor: row.anchor_on },
    timing: row.timing,
    competenceShift: row.competence_shift,
    due: dueRuleFrom(row),
    paymentMethod: row.payment_method,
    management: row.management,
    approvalWanted: row.approval_wanted,
    cutStart: row.cut_start,
    cutEnd: row.cut_end,
    priceChange: row.price_change,
    endsOn: row.ends_on,
    maxAmountCents: row.max_amount_cents,
    maxGrowthPercent: optionalDecimal(row.max_growth_percent),
    withholdings: row.withholdings,
    ...templateFrom(row),
    description: row.description,
    lines,
    knownAt: row.known_at,
    cause: row.cause,
  }
}

function templateFrom({ nfse_template_id: id, nfse_template_version: version }: TermsRow): Pick<Terms, 'withholdingTemplate'> {
  return id === null || version === null ? {} : { withholdingTemplate: { id, version } }
}

function dueRuleFrom(row: TermsRow): DueRule {
  const each = { installments: row.installments, roll: row.due_roll }
  switch (row.due_kind) {
    case 'fixed_day':
      return { kind: row.due_kind, day: stored(row.due_day), ...each }
    case 'last_day_of_month':
      return { kind: row.due_kind, onlyBusinessDays: row.due_only_business_days, ...each }
    case 'day_quantity':
      return { kind: row.due_kind, days: stored(row.due_days), onlyBusinessDays: row.due_only_business_days, ...each }
    case 'fixed_day_and_month_quantity':
      return { kind: row.due_kind, day: stored(row.due_day), months: stored(row.due_months), ...each }
  }
}

function stored(value: number | null): number {
  if (value === null) throw new Error('a due rule was stored without what its kind counts')
  return value
}

function lineFrom(row: LineRow): Line {
  return {
    position: row.position,
    serviceItemId: row.service_item_id,
    description: row.description,
    quantity: decimal(row.quantity),
    unitPrice: decimal(row.unit_price),
    discountPercent: optionalDecimal(row.discount_percent),
    discountCents: row.discount_cents,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    categoryId: row.category_id,
    withholdings: row.withholdings,
    withheldCents: row.withheld_cents,
  }
}

function optionalDecimal(text: string | null): Decimal | null {
  return text === null ? null : decimal(text)
}

function toRow({ ruleId, knownAt, cause, terms }: { ruleId: number; knownAt: Instant; cause: string; terms: Terms }) {
  const { due } = terms
  return {
    rule_id: ruleId,
    version: terms.version,
    valid_from: terms.validFrom,
    known_at: knownAt,
    cause,
    recurrence_unit: terms.recurrence.unit,
    recurrence_every: terms.recurrence.every,
    anchor_on: terms.recurrence.anchor,
    timing: terms.timing,
    competence_shift: terms.competenceShift,
    due_kind: due.kind,
    due_day: 'day' in due ? due.day : null,
    due_days: 'days' in due ? due.days : null,
    due_months: 'months' in due ? due.months : null,
    due_only_business_days: 'onlyBusinessDays' in due && due.onlyBusinessDays,
    due_roll: due.roll ?? 'none',
    installments: due.installments,
    payment_method: terms.paymentMethod,
    management: terms.management,
    approval_wanted: terms.approvalWanted,
    cut_start: terms.cutStart,
    cut_end: terms.cutEnd,
    price_change: terms.priceChange,
    ends_on: terms.endsOn,
    max_amount_cents: terms.maxAmountCents,
    max_growth_percent: terms.maxGrowthPercent,
    withholdings: JSON.stringify(terms.withholdings),
    nfse_template_id: terms.withholdingTemplate?.id ?? null,
    nfse_template_version: terms.withholdingTemplate?.version ?? null,
    description: terms.description,
  }
}

function toLineRow(ruleId: number, termsVersion: number, line: Line) {
  return {
    rule_id: ruleId,
    terms_version: termsVersion,
    position: line.position,
    service_item_id: line.serviceItemId,
    description: line.description,
    quantity: line.quantity,
    unit_price: line.unitPrice,
    discount_percent: line.discountPercent,
    discount_cents: line.discountCents,
    valid_from: line.validFrom,
    valid_until: line.validUntil,
    category_id: line.categoryId,
    withholdings: line.withholdings && JSON.stringify(line.withholdings),
    withheld_cents: line.withheldCents,
  }
}
