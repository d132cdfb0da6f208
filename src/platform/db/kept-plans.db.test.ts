import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { keepsPlan } from './bulk.ts'
import { countSaved } from './kept-plans.ts'

eachEngine('kept plans', database => {
  test('a statement with the mark is prepared once in a session, and planned anew when much was saved since', async () => {
    await database().db.transact('dispatch', async tx => {
      const read = async (id: number) =>
        (await sql<{ id: number }>`${keepsPlan} select oid as id from pg_type where oid = ${id}`.execute(tx)).rows
      const known = async () =>
        (
          await sql<{ plans: number }>`
            select generic_plans + custom_plans as plans from pg_prepared_statements where statement like '%from pg_type where oid%'`.execute(
            tx,
          )
        ).rows
      expect(await read(16)).toEqual([{ id: 16 }])
      expect(await read(17)).toEqual([{ id: 17 }])
      expect(await known()).toEqual([{ plans: 2 }])
      countSaved(1_000_000)
      expect(await read(20)).toEqual([{ id: 20 }])
      expect(await known()).toEqual([{ plans: 3 }])
    })
  })
})
