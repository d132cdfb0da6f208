import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { rowsOf } from '../../../platform/db/bulk.ts'
import { fromGuid, toGuid } from '../guid.ts'
import { findIds, type Resource } from './filter-store.ts'
import { readListQuery } from './query.ts'

// Whatever the grammar accepts is answered by the database as somebody would who looks at each row.

interface Row {
  id: number
  name: string | null
  cents: number
  due: string | null
  paid: boolean
  customer: number | null
}

const days = ['2024-02-29', '2024-03-01', '2024-12-31', '2025-01-01']
const names = ['Ana', 'ana maria', "D'Ávila", '50%', 'a_b', '', 'Zé', 'ANA']

const rows: Row[] = Array.from({ length: 40 }, (_, i) => ({
  id: i + 1,
  name: i % 9 === 0 ? null : (names[i % names.length] ?? null),
  cents: [0, 1, 1050, 1051, 99_999][i % 5] ?? 0,
  due: i % 7 === 0 ? null : (days[i % days.length] ?? null),
  paid: i % 3 === 0,
  customer: i % 6 === 0 ? null : (i % 4) + 1,
}))

const columns = { id: 'bigint', name: 'text', cents: 'bigint', due: 'date', paid: 'boolean', customer: 'bigint' } as const

const resource: Resource = {
  called: 'Row',
  from: sql`${rowsOf(columns, rows)} as r`,
  id: sql`r.id`,
  where: sql`true`,
  fields: {
    id: { type: 'guid', noun: 'receivable', sql: sql`r.id` },
    description: { type: 'text', sql: sql`r.name` },
    value: { type: 'number', sql: sql`(r.cents * 0.01)` },
    duedate: { type: 'day', sql: sql`r.due` },
    ispaid: { type: 'flag', sql: sql`r.paid` },
    'stakeholder/id': { type: 'guid', noun: 'customer', sql: sql`r.customer` },
  },
}

/** An expression as it is sent, and what it says of a row. */
interface Said {
  text: string
  holds(row: Row): boolean
}

type Value = string | number | null

const compared: Record<string, (a: Value, b: Value) => boolean> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  gt: (a, b) => a !== null && b !== null && a > b,
  ge: (a, b) => a !== null && b !== null && a >= b,
  lt: (a, b) => a !== null && b !== null && a < b,
  le: (a, b) => a !== null && b !== null && a <= b,
}

function comparison(
  operand: fc.Arbitrary<{ text: string; of(row: Row): Value }>,
  values: fc.Arbitrary<{ text: string; value: Value }>,
  operators = Object.keys(compared),
): fc.Arbitrary<Said> {
  return fc.tuple(operand, fc.constantFrom(...operators), values, fc.boolean()).map(([left, by, right, isTurned]) => ({
    text: isTurned ? `${right.text} ${by} ${left.text}` : `${left.text} ${by} ${right.text}`,
    holds: row => {
      const [a, b] = isTurned ? [right.value, left.of(row)] : [left.of(row), right.value]
      return compared[by]?.(a, b) ?? false
    },
  }))
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
const aText = fc.constantFrom(...names, 'an', 'A', '%', '_', "'", 'maria')
const aValue = <T extends Value>(texts: fc.Arbitrary<T>, write: (value: T) => string) =>
  fc.oneof(
    { weight: 6, arbitrary: texts.map(value => ({ text: write(value), value: value as Value })) },
    fc.constant({ text: 'null', value: null }),
  )

const nameOf = fc.constantFrom(
  { text: 'description', of: (row: Row) => row.name },
  { text: 'DESCRIPTION', of: (row: Row) => row.name },
  { text: 'tolower(description)', of: (row: Row) => row.name?.toLowerCase() ?? null },
)
const dueOf = fc.constant({ text: 'dueDate', of: (row: Row) => row.due })
const partOfDue = fc.constantFrom(
  { text: 'year(dueDate)', of: (row: Row) => (row.due === null ? null : Number(row.due.slice(0, 4))) },
  { text: 'month(dueDate)', of: (row: Row) => (row.due === null ? null : Number(row.due.slice(5, 7))) },
)

const simple: fc.Arbitrary<Said> = fc.oneof(
  comparison(nameOf, aValue(aText, quoted)),
  comparison(
    fc.constant({ text: 'value', of: (row: Row) => row.cents / 100 }),
    aValue(fc.constantFrom(0, 10.5, 10.505, -1, 999.99), String),
  ),
  comparison(
    dueOf,
    aValue(fc.constantFrom(...days), day => day),
  ),
  comparison(
    dueOf,
    aValue(fc.constantFrom(...days), day => `${day}T00:00:00Z`).map(it => ({
      ...it,
      value: it.value === null ? null : String(it.value).slice(0, 10),
    })),
  ),
  comparison(partOfDue, aValue(fc.constantFrom(2024, 2025, 2, 12), String)),
  comparison(
    fc.constant({ text: 'stakeholder/id', of: (row: Row) => row.customer }),
    aValue(fc.constantFrom(1, 2, 9), id => toGuid('customer', id)),
    ['eq', 'ne'],
  ),
  fc.tuple(fc.constantFrom('contains', 'startswith'), nameOf, aText).map(([name, left, part]) => ({
    text: `${name}(${left.text}, ${quoted(part)})`,
    holds: (row: Row) => {
      const text = left.of(row)
      return text !== null && (name === 'contains' ? text.includes(part) : text.startsWith(part))
    },
  })),
  fc.constantFrom<Said>(
    { text: 'isPaid', holds: row => row.paid },
    { text: 'isPaid eq true', holds: row => row.paid },
    { text: 'isPaid ne true', holds: row => !row.paid },
    { text: 'isPaid eq null', holds: () => false },
    { text: 'true', holds: () => true },
    { text: 'false', holds: () => false },
  ),
)

const { said } = fc.letrec<{ said: Said }>(tie => ({
  said: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    simple,
    tie('said').map(it => ({ text: `not (${it.text})`, holds: (row: Row) => !it.holds(row) })),
    tie('said').map(it => ({ text: `( ${it.text} )`, holds: it.holds })),
    fc
      .tuple(tie('said'), tie('said'))
      .map(([a, b]) => ({ text: `(${a.text}) eq (${b.text})`, holds: (row: Row) => a.holds(row) === b.holds(row) })),
    fc
      .tuple(tie('said'), tie('said'))
      .map(([a, b]) => ({ text: `(${a.text}) and (${b.text})`, holds: (row: Row) => a.holds(row) && b.holds(row) })),
    fc.tuple(simple, simple, simple).map(([a, b, c]) => ({
      text: `${a.text} or ${b.text} and ${c.text}`,
      holds: (row: Row) => a.holds(row) || (b.holds(row) && c.holds(row)),
    })),
    fc
      .tuple(simple, simple)
      .map(([a, b]) => ({ text: `not ${a.text} and ${b.text}`, holds: (row: Row) => !a.holds(row) && b.holds(row) })),
  ),
}))

eachEngine('a filter', database => {
  const found = async (params: Record<string, string>) => {
    const account = await database().freshAccount()
    return database().db.transact({ account }, tx => findIds(tx, resource, readListQuery(new URLSearchParams(params), resource)))
  }

  test('finds what it says, row by row', async () => {
    await fc.assert(
      fc.asyncProperty(said, async ({ text, holds }) => {
        const expected = rows.filter(row => holds(row)).map(({ id }) => id)
        expect(await found({ $filter: text }), text).toEqual({ ids: expected, count: expected.length })
      }),
      { numRuns: 80 },
    )
  })

  test('a page is a piece of what is found, in its order', async () => {
    const all = await found({ $orderby: 'dueDate desc, value' })
    const page = await found({ $orderby: 'dueDate desc, value', $top: '5', $skip: '7' })
    expect(page).toEqual({ ids: all.ids.slice(7, 12), count: rows.length })
  })

  test('a GUID of another noun, or of nobody, finds nothing', async () => {
    const other = toGuid('category', 1)
    expect(fromGuid('customer', other)).toBeNull()
    expect(await found({ $filter: `stakeholder/id eq ${other}` })).toEqual({ ids: [], count: 0 })
  })
})
