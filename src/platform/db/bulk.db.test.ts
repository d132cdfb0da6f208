import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { rowsOf } from './bulk.ts'

const columns = { id: 'bigint', name: 'text', on_date: 'date', share: 'numeric', is_open: 'boolean', detail: 'jsonb' } as const

eachEngine('rows in bulk', database => {
  const read = async (rows: Parameters<typeof rowsOf<typeof columns>>[1]) =>
    database().db.transact('dispatch', async tx => (await sql`select * from ${rowsOf(columns, rows)} as r`.execute(tx)).rows)

  const row = { id: 1, name: 'a, "b" {c} \\ d', on_date: '2026-01-31', share: '2.5', is_open: true, detail: '{"k":[1]}' }

  test('arrive as they were sent, whether a column is the same in all of them or not', async () => {
    expect(await read([row, { ...row, id: 2, name: 'NULL', detail: null }])).toEqual([
      { ...row, detail: { k: [1] } },
      { ...row, id: 2, name: 'NULL', detail: null },
    ])
    expect(await read([row, row])).toEqual([
      { ...row, detail: { k: [1] } },
      { ...row, detail: { k: [1] } },
    ])
    const nothing = { id: 3, name: null, on_date: null, share: null, is_open: null, detail: null }
    expect(await read([nothing])).toEqual([nothing])
    expect(await read([nothing, { ...row, id: 3 }])).toHaveLength(2)
  })
})
