// Lists of any resource as SQL. What was sent goes over as parameters; the text of a statement comes from tables in the code alone.

import { type RawBuilder, sql } from 'kysely'
import type { Reader } from '../../../platform/db/db.ts'
import type { Comparison } from './expression.ts'
import type { ListQuery } from './query.ts'
import type { Condition, Field, Typed } from './typed.ts'

/** A property, with what it is in SQL. Money is in reais there, as a numeric. */
export interface SqlField extends Field {
  readonly sql: RawBuilder<unknown>
}
export type SqlFields = Readonly<Record<string, SqlField>>

/** What a list is of. `from` joins what its fields name; `where` holds the account, and what is listed at all. */
export interface Resource {
  /** As they name it in a refusal. */
  readonly called: string
  readonly from: RawBuilder<unknown>
  readonly id: RawBuilder<unknown>
  readonly where: RawBuilder<unknown>
  readonly fields: SqlFields
  /** What stands within each row, by names in lower case. */
  readonly inner?: readonly string[]
}

/** The ids of one page, and how many there are in all. Where nothing is said, and among equals, they come by id. */
export async function findIds(
  tx: Reader,
  { from, id, where, fields }: Resource,
  { filter, orderBy, top, skip }: ListQuery,
): Promise<{ ids: number[]; count: number }> {
  const asked = filter === null ? where : sql`${where} and ${conditionSql(filter, fields)}`
  const keys = orderBy.map(({ path, isDescending }) => {
    const key = fieldSql(path, fields)
    return isDescending ? sql`${key} desc nulls last` : sql`${key} asc nulls first`
  })
  const { rows } = await sql<{ id: number | null; count: number }>`
    select found.id, counted.count from (select count(*)::bigint as count from ${from} where ${asked}) as counted
    left join (
      select ${id} as id, row_number() over (order by ${sql.join([...keys, id])}) as place from ${from} where ${asked}
      order by place limit ${top} offset ${skip}
    ) as found on true
    order by found.place`.execute(tx)
  return { ids: rows.flatMap(row => row.id ?? []), count: rows[0]?.count ?? 0 }
}

const operators: Record<Exclude<Comparison, 'eq' | 'ne'>, RawBuilder<unknown>> = {
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
}

/** Always true or false, never null. */
export function conditionSql(it: Condition, fields: SqlFields): RawBuilder<unknown> {
  switch (it.kind) {
    case 'constant':
      return it.value ? sql`true` : sql`false`
    case 'is':
      return sql`coalesce(${typedSql(it.of, fields)}, false)`
    case 'compare': {
      const [left, right] = [typedSql(it.left, fields), typedSql(it.right, fields)]
      if (it.by === 'eq') return sql`(${left} is not distinct from ${right})`
      if (it.by === 'ne') return sql`(${left} is distinct from ${right})`
      return sql`coalesce(${left} ${operators[it.by]} ${right}, false)`
    }
    case 'equal-conditions':
      return sql`(${conditionSql(it.left, fields)} ${it.isEqual ? sql`=` : sql`<>`} ${conditionSql(it.right, fields)})`
    case 'and':
    case 'or': {
      const parts = it.of.map(part => conditionSql(part, fields))
      return sql`(${sql.join(parts, it.kind === 'and' ? sql` and ` : sql` or `)})`
    }
    case 'not':
      return sql`(not ${conditionSql(it.of, fields)})`
  }
}

function typedSql(it: Typed, fields: SqlFields): RawBuilder<unknown> {
  switch (it.kind) {
    case 'field':
      // Texts are compared sign by sign, as a program does, whatever the database's language is.
      return it.type === 'text' ? sql`(${fieldSql(it.path, fields)} collate "C")` : fieldSql(it.path, fields)
    case 'lower':
      return sql`(lower(${typedSql(it.of, fields)} collate "default") collate "C")`
    case 'part':
      return sql`(extract(${it.part === 'year' ? sql`year` : sql`month`} from ${momentless(it.of, fields)}))::numeric`
    case 'holds': {
      const [text, part] = [typedSql(it.text, fields), typedSql(it.part, fields)]
      return it.where === 'first' ? sql`starts_with(${text}, ${part})` : sql`(strpos(${text}, ${part}) > 0)`
    }
    case 'value':
      return valueSql(it)
  }
}

function valueSql(it: Extract<Typed, { kind: 'value' }>): RawBuilder<unknown> {
  switch (it.type) {
    case 'text':
      return sql`(cast(${it.value} as text) collate "C")`
    case 'number':
      return sql`cast(${it.value}::text as numeric)`
    case 'day':
      return sql`cast(${it.value} as date)`
    case 'moment':
      return sql`cast(${it.value} as timestamptz)`
    case 'guid':
      return sql`cast(${it.value} as bigint)`
    case 'null':
      return sql`null`
  }
}

/** One of the table's own: whoever read the query saw to it. */
function fieldSql(path: string, fields: SqlFields): RawBuilder<unknown> {
  const field = Object.hasOwn(fields, path) ? fields[path] : undefined
  if (field === undefined) throw new Error(`no field ${path}`)
  return field.sql
}

/** A moment's year is that of UTC, in which moments are told. */
function momentless(it: Typed, fields: SqlFields): RawBuilder<unknown> {
  const inner = typedSql(it, fields)
  return it.type === 'moment' ? sql`(${inner} at time zone 'UTC')` : inner
}
