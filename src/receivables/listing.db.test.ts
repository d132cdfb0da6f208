import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { ctxAt, rules } from '../../test/fixtures/rules.ts'
import { listReceivables } from './receivable-store.ts'

const CUSTOMERS = 400

eachEngine('receivables are listed', database => {
  test('of a customer, open ones and others by due date, without reading those of everybody', async () => {
    const ctx = await ctxAt(database(), '2026-06-15T12:00:00.000Z')
    await rules(ctx, CUSTOMERS)
    await database().asOwner(async owner => {
      await owner.query(
        `insert into receivable (account_id, id, organization_id, customer_id, installment, installments, due_on, amount_cents, received_cents,
                                 received_on, state, created_at)
         select $1, n, 1, 1 + n % $2::integer, 1, 1, d.day, 100, case when d.is_open then 0 else 100 end, case when d.is_open then null else d.day end,
                case when d.is_open then 'to_receive' else 'received' end, '2026-06-15'
           from generate_series(1, 20000) n
          cross join lateral (select date '2022-01-01' + (n / $2::integer) * 30 as day, n > 19000 as is_open) d`,
        [ctx.account, CUSTOMERS],
      )
      await owner.query('analyze receivable')
    })
    const { listed, read } = await ctx.transact(async tx => {
      const own = await listReceivables(tx, { customerId: 7 }, new Map(), null, 100)
      // Of this transaction alone.
      const { rows } = await sql<{ read: number }>`
        select (seq_tup_read + idx_tup_fetch)::integer as read from pg_stat_xact_user_tables where relname = 'receivable'`.execute(
        tx,
      )
      return { listed: own, read: rows[0]?.read ?? 0 }
    })
    expect(listed.map(({ customerId }) => customerId)).toEqual(Array(20_000 / CUSTOMERS).fill(7))
    expect(listed.map(({ dueOn }) => dueOn)).toEqual(listed.map(({ dueOn }) => dueOn).toSorted())
    expect(new Set(listed.map(({ state }) => state))).toEqual(new Set(['received', 'to_receive']))
    expect(read).toBeGreaterThan(0)
    expect(read).toBeLessThan(4 * listed.length)
  })
})
