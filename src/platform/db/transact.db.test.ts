import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import type { Reader, Tx } from './db.ts'
import { queueIn } from './db.ts'
import { sqlState } from './faults.ts'

eachEngine('a transaction', database => {
  const accountName = async (tx: Reader, account: number) =>
    (await tx.selectFrom('account').select('name').where('account_id', '=', account).executeTakeFirst())?.name
  const rename = (tx: Tx, account: number, name: string) =>
    tx.updateTable('account').set({ name }).where('account_id', '=', account).execute()

  test('works as bordero_app for its account and sees only that one', async () => {
    const { db, freshAccount } = database()
    const [mine, other] = [await freshAccount(), await freshAccount()]
    await db.transact({ account: mine }, async tx => {
      const { rows } = await sql`select current_user as role, current_setting('bordero.account') as account`.execute(tx)
      expect(rows).toEqual([{ role: 'bordero_app', account: String(mine) }])
      expect(await accountName(tx, mine)).toBe('Conta de teste')
      expect(await accountName(tx, other)).toBeUndefined()
    })
  })

  test('of the dispatcher reads directories and nothing else', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    await db.transact('dispatch', async tx => expect(await accountName(tx, account)).toBe('Conta de teste'))
    const writing = db.transact('dispatch', tx => rename(tx, account, 'outra'))
    await expect(writing).rejects.toThrow('permission denied')
    const reading = db.transact('dispatch', tx => tx.selectFrom('customer').selectAll().execute())
    await expect(reading).rejects.toThrow('permission denied')
  })

  test('leaves no account behind on its connection', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    await db.transact({ account }, async () => {})
    const { rows } = await db.queueSql('select count(*)::int as n from account')
    expect(rows).toEqual([{ n: 0 }])
  })

  test('within one of the same account joins it', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    await db.transact({ account }, async outer => {
      await rename(outer, account, 'dentro')
      await db.transact({ account }, async inner => expect(await accountName(inner, account)).toBe('dentro'))
    })
  })

  test('within one of another account fails at once', async () => {
    const { db, freshAccount } = database()
    const [account, other] = [await freshAccount(), await freshAccount()]
    await db.transact({ account }, async () => {
      await expect(db.transact({ account: other }, async () => {})).rejects.toThrow(
        `a transaction of account ${other} inside one of account ${account}`,
      )
      await expect(db.transact('dispatch', async () => {})).rejects.toThrow('a transaction of dispatch inside')
      await expect(db.queueSql('begin; select 1; commit')).rejects.toThrow('a block with its own begin')
    })
  })

  test('cannot be used after its end', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    const leaked = await db.transact({ account }, async tx => ({ tx }))
    await expect(accountName(leaked.tx, account)).rejects.toThrow('the transaction has ended')
    await expect(db.transact({ account }, async tx => accountName(tx, account))).resolves.toBe('Conta de teste')
  })

  test('that was started by the end of another is a new one', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    // What is begun within the transaction belongs to it for as long as it is open, and no longer.
    const begin = async () => {
      await ended
      return db.transact({ account }, tx => accountName(tx, account))
    }
    const later = await db.transact({ account }, async () => ({ name: begin() }))
    end()
    expect(await later.name).toBe('Conta de teste')
  })

  test('commits nothing when a joined part failed and its error was swallowed', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    const swallowing = db.transact({ account }, async tx => {
      await rename(tx, account, 'meia verdade')
      await db.transact({ account }, () => Promise.reject(new Error('joined part'))).catch(() => {})
    })
    await expect(swallowing).rejects.toThrow('joined part')
    expect(await db.transact({ account }, tx => accountName(tx, account))).toBe('Conta de teste')
  })

  test('does not turn a swallowed error of SQL into a silent rollback', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    const swallowing = db.transact({ account }, async tx => {
      await sql`select 1 / 0`.execute(tx).catch(() => {})
      return 'all is well'
    })
    await expect(swallowing).rejects.toThrow('division by zero')
  })

  test('is repeated after a serialization fault', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    let runs = 0
    await db.transact({ account }, async tx => {
      runs++
      await rename(tx, account, `vez ${runs}`)
      if (runs < 3) await sql`do $$ begin raise exception 'rival' using errcode = 'serialization_failure'; end $$`.execute(tx)
    })
    expect(await db.transact({ account }, tx => accountName(tx, account))).toBe('vez 3')
  })

  test('waits for a statement that nobody awaited', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    await db.transact({ account }, async tx => {
      void rename(tx, account, 'sem espera')
    })
    expect(await db.transact({ account }, tx => accountName(tx, account))).toBe('sem espera')
  })

  test('enqueues for pg-boss what commits or falls with it', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    await db.transact({ account }, async tx => {
      const { rows } = await queueIn(tx).executeSql('select $1::text[] as list, $2::jsonb as data', [['a', 'b'], { c: [1] }])
      expect(rows).toEqual([{ list: ['a', 'b'], data: { c: [1] } }])
    })
  })

  test('a queue block that fails half-way leaves no transaction open', async () => {
    const { db } = database()
    await expect(db.queueSql('begin; select 1 / 0; commit')).rejects.toThrow('division by zero')
    expect((await db.queueSql('select 1 as one; select 2 as two')).rows).toEqual([{ one: 1 }, { two: 2 }])
  })

  test('sees the error with its state', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    const refused = db.transact({ account }, tx => tx.updateTable('account').set({ mode: sql`'neither'` }).execute())
    expect(sqlState(await refused.catch((error: unknown) => error))).toBe('23514')
  })
})
