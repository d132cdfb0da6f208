// All SQL of what indices are known to have been. Values are only added to; of a month the last one known speaks, and what is published
// before what an account entered.

import { type RawBuilder, sql } from 'kysely'
import { type CivilDate, firstDayOfMonth, type Instant, monthOf, type YearMonth } from '../core/dates.ts'
import { type Decimal, decimal } from '../core/money.ts'
import { account } from '../platform/account.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { IndexValue, PriceIndex, Span, ValueKind } from './price-index.ts'

/** What an account entered for a month: a version of its entry. */
export interface EnteredValue {
  id: number
  version: number
  index: PriceIndex
  month: YearMonth
  months: Span
  /** Null: withdrawn. */
  percent: Decimal | null
  kind: Exclude<ValueKind, 'official'>
  source: string
  knownAt: Instant
  madeBy: string
}

/** A month as it is known now. */
export interface KnownMonth {
  value: IndexValue
  /** What the account had entered, and what was published since then speaks before. */
  entered: EnteredValue | null
}

interface Row {
  index: PriceIndex
  month: CivilDate
  months: Span
  percent: string
  source: string
  knownAt: Instant
  knownSeq: number
  isOfficial: boolean
  id: number | null
  version: number | null
  enteredPercent: string | null
  enteredKind: 'by_hand' | 'simulated' | null
  enteredSource: string | null
  enteredAt: Instant | null
  madeBy: string | null
}

/** Between two months, both counted; without indices of all of them. In order of index, span and month. */
export async function knownMonths(
  tx: Reader,
  { indices, months, from, to, limit }: MonthFilter & { limit?: number },
): Promise<KnownMonth[]> {
  const within = (table: string) => sql`${sql.ref(`${table}.index_code`)} in (${sql.join(indices)})
    and ${sql.ref(`${table}.month`)} between ${firstDayOfMonth(from)} and ${firstDayOfMonth(to)}
    ${months === undefined ? sql`` : sql`and ${sql.ref(`${table}.months`)} = ${months}`}`
  const { rows } = await sql<Row>`
    with official as (
      select distinct on (v.index_code, v.months, v.month) v.* from index_value v where ${within('v')}
      order by v.index_code, v.months, v.month, v.known_seq desc
    ), entered as (
      select * from (
        select distinct on (e.index_code, e.months, e.month) e.* from entered_index_value e
        where e.account_id = ${account} and ${within('e')} order by e.index_code, e.months, e.month, e.version desc
      ) last where last.percent is not null
    )
    select coalesce(o.index_code, e.index_code) as index, coalesce(o.month, e.month) as month, coalesce(o.months, e.months) as months,
           coalesce(o.percent, e.percent) as percent, coalesce(o.source, e.source) as source, coalesce(o.known_at, e.known_at) as "knownAt",
           coalesce(o.known_seq, e.known_seq) as "knownSeq", o.month is not null as "isOfficial", e.id, e.version,
           e.percent as "enteredPercent", e.kind as "enteredKind", e.source as "enteredSource", e.known_at as "enteredAt", e.made_by as "madeBy"
    from official o full join entered e on e.index_code = o.index_code and e.months = o.months and e.month = o.month
    order by 1, 3, 2 ${limit === undefined ? sql`` : sql`limit ${limit}`}`.execute(tx)
  return rows.map(fromRow)
}

export interface MonthFilter {
  indices: readonly [PriceIndex, ...PriceIndex[]]
  months?: Span | undefined
  from: YearMonth
  to: YearMonth
}

/** As `knownMonths`, the values that speak. */
export async function knownValues(tx: Reader, filter: MonthFilter): Promise<IndexValue[]> {
  return (await knownMonths(tx, filter)).map(({ value }) => value)
}

function fromRow(row: Row): KnownMonth {
  const { index, months, source, knownAt, knownSeq } = row
  const month = monthOf(row.month)
  const entered: EnteredValue | null =
    row.id === null || row.version === null || row.enteredKind === null || row.enteredAt === null
      ? null
      : {
          id: row.id,
          version: row.version,
          index,
          month,
          months,
          percent: row.enteredPercent === null ? null : decimal(row.enteredPercent),
          kind: row.enteredKind,
          source: row.enteredSource ?? '',
          knownAt: row.enteredAt,
          madeBy: row.madeBy ?? '',
        }
  const kind = row.isOfficial ? 'official' : (entered?.kind ?? 'by_hand')
  return { value: { index, month, months, percent: decimal(row.percent), kind, source, knownAt, knownSeq }, entered }
}

/** The latest month of each index, of the months' own changes. */
export async function latestMonths(tx: Reader): Promise<Map<PriceIndex, { month: YearMonth; percent: Decimal }>> {
  const { rows } = await sql<{ index: PriceIndex; month: CivilDate; percent: string }>`
    select distinct on (index_code) index_code as index, month, percent from index_value where months = 1
    order by index_code, month desc, known_seq desc`.execute(tx)
  return new Map(rows.map(row => [row.index, { month: monthOf(row.month), percent: decimal(row.percent) }]))
}

/** In a transaction of the dispatcher: the last month of a series that was published; null: none. */
export async function lastPublished(tx: Reader, index: PriceIndex, months: Span): Promise<YearMonth | null> {
  const { rows } = await sql<{ month: CivilDate | null }>`
    select max(month) as month from index_value where index_code = ${index} and months = ${months}`.execute(tx)
  const month = rows[0]?.month ?? null
  return month === null ? null : monthOf(month)
}

/** Everything that was ever published of a month, the latest first. */
export async function publishedVersions(
  tx: Reader,
  index: PriceIndex,
  month: YearMonth,
  months: Span,
): Promise<PublishedVersion[]> {
  const { rows } = await sql<{ percent: string; source: string; knownAt: Instant }>`
    select percent, source, known_at as "knownAt" from index_value
    where index_code = ${index} and month = ${firstDayOfMonth(month)} and months = ${months} order by known_seq desc limit 100`.execute(
    tx,
  )
  return rows.map(row => ({ ...row, percent: decimal(row.percent) }))
}

export interface PublishedVersion {
  percent: Decimal
  source: string
  knownAt: Instant
}

const enteredColumns: RawBuilder<unknown> = sql`
  id, version, index_code as index, month, months, percent, kind, source, known_at as "knownAt", made_by as "madeBy"`

/** The latest version of the account's entry of a month, withdrawn or not. */
export async function enteredValue(tx: Reader, index: PriceIndex, month: YearMonth, months: Span): Promise<EnteredValue | null> {
  const { rows } = await sql<Omit<EnteredValue, 'month' | 'percent'> & { month: CivilDate; percent: string | null }>`
    select ${enteredColumns} from entered_index_value
    where account_id = ${account} and index_code = ${index} and month = ${firstDayOfMonth(month)} and months = ${months}
    order by version desc limit 1`.execute(tx)
  const [row] = rows
  if (row === undefined) return null
  return { ...row, month: monthOf(row.month), percent: row.percent === null ? null : decimal(row.percent) }
}

/** Adds a version; false when somebody else has added that one in the meantime. */
export async function insertEntered(tx: Tx, it: EnteredValue): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into entered_index_value (account_id, id, version, index_code, month, months, percent, kind, source, known_at, made_by)
    values (${account}, ${it.id}, ${it.version}, ${it.index}, ${firstDayOfMonth(it.month)}, ${it.months}, ${it.percent}, ${it.kind},
            ${it.source}, ${it.knownAt}, ${it.madeBy})
    on conflict do nothing`.execute(tx)
  return numAffectedRows === 1n
}

export interface PublishedValue {
  index: PriceIndex
  month: YearMonth
  months: Span
  percent: Decimal
  source: string
}

/** In a transaction of the dispatcher: what was published, for all accounts. Answers how many values were new or revised. */
export async function publishValues(tx: Tx, values: readonly PublishedValue[], at: Instant): Promise<number> {
  if (values.length === 0) return 0
  const told = values.map(({ index, month, months, percent, source }) => ({
    index_code: index,
    month: firstDayOfMonth(month),
    months,
    percent,
    source,
  }))
  const { rows } = await sql<{ added: number }>`
    select publish_index_values(cast(${JSON.stringify(told)}::text as jsonb), cast(${at} as timestamptz)) as added`.execute(tx)
  return rows[0]?.added ?? 0
}
