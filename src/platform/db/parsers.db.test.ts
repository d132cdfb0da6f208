import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'

eachEngine('a value', database => {
  const row = (columns: string) =>
    database().db.transact(
      'dispatch',
      async tx => (await sql<Record<string, unknown>>`select ${sql.raw(columns)}`.execute(tx)).rows[0],
    )

  test('of every type reads the same on both engines', async () => {
    expect(
      await row(`
        1::int2 as a, 2::int4 as b, 9007199254740991::int8 as c, -1::int8 as d, 1.5::float8 as e,
        12.50::numeric as f, true as g, false as h, 'ação'::text as i, date '2026-01-31' as j,
        timestamptz '2026-01-31 09:00:00.123456-03' as k, timestamptz '2026-01-31 12:00:00Z' as l,
        '{"b":[1,null],"a":"ç"}'::jsonb as m, '[1]'::json as n, '\\x00ff'::bytea as o, null::int8 as p,
        '00000000-0000-0000-0000-000000000001'::uuid as q`),
    ).toEqual({
      a: 1,
      b: 2,
      c: 9007199254740991,
      d: -1,
      e: 1.5,
      f: '12.50',
      g: true,
      h: false,
      i: 'ação',
      j: '2026-01-31',
      k: '2026-01-31T12:00:00.123Z',
      l: '2026-01-31T12:00:00.000Z',
      m: { a: 'ç', b: [1, null] },
      n: [1],
      o: new Uint8Array([0, 255]),
      p: null,
      q: '00000000-0000-0000-0000-000000000001',
    })
  })

  test('in an array reads like its elements', async () => {
    expect(
      await row(`
        array[1,2]::int8[] as a, array['x y', 'z"', null]::text[] as b, array[date '2026-02-28'] as c,
        array[timestamptz '2026-01-31 12:00:00.5Z'] as d, array[1.10, 2]::numeric[] as e, array[true, false] as f, '{}'::text[] as g`),
    ).toEqual({
      a: [1, 2],
      b: ['x y', 'z"', null],
      c: ['2026-02-28'],
      d: ['2026-01-31T12:00:00.500Z'],
      e: ['1.10', '2'],
      f: [true, false],
      g: [],
    })
  })

  test('that does not fit a number is refused instead of rounded', async () => {
    await expect(row('9007199254740992::int8 as a')).rejects.toThrow(RangeError)
    await expect(row(`'infinity'::timestamptz as a`)).rejects.toThrow(RangeError)
  })

  test('as a parameter arrives as what it was', async () => {
    const { db } = database()
    const { rows } = await db.transact('dispatch', tx =>
      sql`select ${1}::int8 as a, ${'2.50'}::numeric as b, ${true}::bool as c, ${null}::text as d, ${new Uint8Array([1, 255])}::bytea as e,
        ${'2026-01-31'}::date as f, ${'2026-01-31T12:00:00.123Z'}::timestamptz as g, ${'{"a":1}'}::jsonb as h`.execute(tx),
    )
    expect(rows).toEqual([
      {
        a: 1,
        b: '2.50',
        c: true,
        d: null,
        e: new Uint8Array([1, 255]),
        f: '2026-01-31',
        g: '2026-01-31T12:00:00.123Z',
        h: { a: 1 },
      },
    ])
  })

  test('count of changed rows is that of PostgreSQL', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    const result = await db.transact({ account }, tx => tx.updateTable('account').set({ name: 'x' }).executeTakeFirst())
    expect(result.numUpdatedRows).toBe(1n)
  })
})
