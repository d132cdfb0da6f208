// Lists of any resource as SQL. What was sent goes over as parameters; the text of a statement comes from tables in the code alone.

import { type RawBuilder, sql } from 'kysely'
import type { Reader } from '../../../platform/db/db.ts'
import type { Comparison } from './expression.ts'
import type { ListQuery } from './query.ts'
import type { Condition, Field, Typed } from './typed.ts'

/** A property, with what it is in SQL. Money is in reais there, as a numeric. */
export interface SqlField extends Field {
  readonly sql: RawBuilder<unknown>
  /** The joins of its resource that it needs. */
  readonly of?: readonly string[]
}
export type SqlFields = Readonly<Record<string, SqlField>>

/** What a list is of. `where` holds the account, and what is listed at all. */
export interface Resource {
  /** As they name it in a refusal. */
  readonly called: string
  readonly from: RawBuilder<unknown>
  /** What some fields need beside it, by name, in their order; each finds exactly one row, so that a list is as long with it as without it. */
  readonly joins?: Readonly<Record<string, RawBuilder<unknown>>>
  readonly id: RawBuilder<unknown>
  readonly where: RawBuilder<unknown>
  readonly fields: SqlFields
  /** What stands within each row, by names in lower case. */
  readonly inner?: readonly string[]
}

/** The ids of one page, and how many there are in all. Where nothing is said, and among equals, they come by id. */
export async function findIds(
  tx: Reader,
  { from, joins = {}, id, where, fields }: Resource,
  { filter, orderBy, top, skip }: ListQuery,
): Promise<{ ids: number[]; count: number }> {
  const asked = filter === null ? where : sql`${where} and ${conditionSql(filter, fields, true)}`
  const filtered = filter === null ? [] : [...pathsIn(filter)]
  const joined = (paths: readonly string[]) => {
    const needed = new Set(paths.flatMap(path => fields[path]?.of ?? []))
    return sql.join([from, ...Object.entries(joins).flatMap(([name, join]) => (needed.has(name) ? join : []))], sql` `)
  }
  const keys = orderBy.map(({ path, isDescending }) => {
    const key = fieldSql(path, fields)
    return isDescending ? sql`${key} desc nulls last` : sql`${key} asc nulls first`
  })
  const { rows } = await sql<{ id: number | null; count: number }>`
    select found.id, counted.count from (select count(*)::bigint as count from ${joined(filtered)} where ${asked}) as counted
    left join (
      select ${id} as id, row_number() over (order by ${sql.join([...keys, id])}) as place
      from ${joined([...filtered, ...orderBy.map(({ path }) => path)])} where ${asked}
      order by ${sql.join([...keys, id])} limit ${top} offset ${skip}
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

/**
 * Always true or false, never null; `mayBeNull`, where null finds nothing just as false does: no index is used by what says so of a
 * null too.
 */
export function conditionSql(it: Condition, fields: SqlFields, mayBeNull = false): RawBuilder<unknown> {
  switch (it.kind) {
    case 'constant':
      return it.value ? sql`true` : sql`false`
    case 'is':
      return mayBeNull ? typedSql(it.of, fields) : sql`coalesce(${typedSql(it.of, fields)}, false)`
    case 'compare':
      return comparisonSql(it, fields, mayBeNull)
    case 'equal-conditions':
      return sql`(${conditionSql(it.left, fields)} ${it.isEqual ? sql`=` : sql`<>`} ${conditionSql(it.right, fields)})`
    case 'and':
    case 'or': {
      const parts = it.of.map(part => conditionSql(part, fields, mayBeNull))
      return sql`(${sql.join(parts, it.kind === 'and' ? sql` and ` : sql` or `)})`
    }
    case 'not':
      return sql`(not ${conditionSql(it.of, fields)})`
  }
}

function comparisonSql(
  { by, left: a, right: b }: Extract<Condition, { kind: 'compare' }>,
  fields: SqlFields,
  mayBeNull: boolean,
): RawBuilder<unknown> {
  if (by === 'eq' || by === 'ne') {
    // Whether texts are the same is the same in every language, and asked without one an index can be used.
    const [left, right] = [typedSql(a, fields, ''), typedSql(b, fields, '')]
    if (by === 'ne') return sql`(${left} is distinct from ${right})`
    return mayBeNull && isSaid(b) ? sql`(${left} = ${right})` : sql`(${left} is not distinct from ${right})`
  }
  const [left, right] = [typedSql(a, fields), typedSql(b, fields)]
  const compared = sql`${left} ${operators[by]} ${right}`
  return mayBeNull ? sql`(${compared})` : sql`coalesce(${compared}, false)`
}

/** A value that is not null. */
function isSaid(it: Typed): boolean {
  return it.kind === 'value' && it.type !== 'null'
}

function pathsIn(it: Condition): Set<string> {
  switch (it.kind) {
    case 'constant':
      return new Set()
    case 'is':
      return new Set(fieldPaths(it.of))
    case 'compare':
      return new Set([...fieldPaths(it.left), ...fieldPaths(it.right)])
    case 'equal-conditions':
      return new Set([...pathsIn(it.left), ...pathsIn(it.right)])
    case 'and':
    case 'or':
      return new Set(it.of.flatMap(part => [...pathsIn(part)]))
    case 'not':
      return pathsIn(it.of)
  }
}

function fieldPaths(it: Typed): string[] {
  switch (it.kind) {
    case 'value':
      return []
    case 'field':
      return [it.path]
    case 'lower':
    case 'part':
      return fieldPaths(it.of)
    case 'holds':
      return [...fieldPaths(it.text), ...fieldPaths(it.part)]
  }
}

/** Texts are compared sign by sign, as a program does, whatever the database's language is. */
const BY_SIGNS = '"C"'

function typedSql(it: Typed, fields: SqlFields, collation: typeof BY_SIGNS | '' = BY_SIGNS): RawBuilder<unknown> {
  const collated = (text: RawBuilder<unknown>) => (collation === '' ? text : sql`(${text} collate "C")`)
  switch (it.kind) {
    case 'field':
      return it.type === 'text' ? collated(fieldSql(it.path, fields)) : fieldSql(it.path, fields)
    case 'lower':
      return collated(sql`lower(${typedSql(it.of, fields)} collate "default")`)
    case 'part':
      return sql`(extract(${it.part === 'year' ? sql`year` : sql`month`} from ${momentless(it.of, fields)}))::numeric`
    case 'holds': {
      const [text, part] = [typedSql(it.text, fields), typedSql(it.part, fields)]
      return it.where === 'first' ? sql`starts_with(${text}, ${part})` : sql`(strpos(${text}, ${part}) > 0)`
    }
    case 'value':
      return it.type === 'text' ? collated(sql`cast(${it.value} as text)`) : valueSql(it)
  }
}

function valueSql(it: Exclude<Extract<Typed, { kind: 'value' }>, { type: 'text' }>): RawBuilder<unknown> {
  switch (it.type) {
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
