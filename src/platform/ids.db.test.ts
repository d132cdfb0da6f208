import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { sideBySide } from '../../test/database/side-by-side.ts'
import { ctxOf, freshCtx } from '../../test/database/test-ctx.ts'
import { createAccount } from '../accounts/create-account.ts'
import { instant } from '../core/dates.ts'
import { takeIds } from './ids.ts'

eachEngine('ids', database => {
  it('come from ranges of an account, a noun and a scope, each from one on', async () => {
    const ctx = await freshCtx(database())
    const other = await freshCtx(database())
    const taken = await ctx.transact(async tx => [
      await takeIds(tx, 'invoice', 3),
      await takeIds(tx, 'invoice'),
      await takeIds(tx, 'receivable', 2),
      await takeIds(tx, 'invoice_number', 5, 1),
      await takeIds(tx, 'invoice_number', 5, 2),
      await takeIds(tx, 'invoice_number', 5, 1),
      await takeIds(tx, 'invoice'),
    ])
    expect(taken).toEqual([1, 4, 1, 1, 1, 6, 5])
    expect(await other.transact(tx => takeIds(tx, 'invoice'))).toBe(1)
  })

  it('leave a gap when the transaction is undone, numbers of invoices none', async () => {
    const ctx = await freshCtx(database())
    await expect(
      ctx.transact(async tx => {
        await takeIds(tx, 'invoice', 10)
        await takeIds(tx, 'invoice_number', 10, 1)
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    // The embedded database has one connection, so all are taken in the transaction.
    expect(await ctx.transact(tx => takeIds(tx, 'invoice'))).toBe(database().engine === 'postgres' ? 11 : 1)
    expect(await ctx.transact(tx => takeIds(tx, 'invoice_number', 1, 1))).toBe(1)
  })

  it('are not waited for while who took the last ones is still at it, numbers of invoices are', async () => {
    if (database().engine !== 'postgres') return
    const ctx = await freshCtx(database())
    const taking = (counted: string) => () => ctx.transact(tx => takeIds(tx, counted))
    const both = (counted: string) => sideBySide(database(), ctx, taking(counted), taking(counted))
    expect(await both('customer')).toMatchObject({ first: { value: 1 }, second: { value: 2 }, secondWaited: false })
    expect(await both('invoice_number')).toMatchObject({ first: { value: 1 }, second: { value: 2 }, secondWaited: true })
  })

  it('of an account are there in the transaction that makes it', async () => {
    const { db } = database()
    const [account] = await db.transact('dispatch', async tx => {
      const { rows } = await sql<{ id: number }>`select nextval('account_id_seq') as id`.execute(tx)
      return rows.map(({ id }) => id)
    })
    if (account === undefined) throw new Error('a sequence answers one row')
    const ctx = ctxOf(database(), account, instant('2026-01-01T12:00:00.000Z'))
    const taken = await ctx.transact(async tx => {
      await createAccount(ctx, { name: 'Nova', mode: 'sandbox' })
      return [await takeIds(tx, 'customer', 2), await takeIds(tx, 'customer')]
    })
    expect(taken).toEqual([1, 3])
    expect(await ctx.transact(tx => takeIds(tx, 'customer'))).toBe(4)
  })

  it('never come twice to those who take them at once', async () => {
    const ctx = await freshCtx(database())
    const firsts = await Promise.all(Array.from({ length: 20 }, () => ctx.transact(tx => takeIds(tx, 'invoice', 2))))
    expect(firsts.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => 1 + 2 * i))
  })

  it('are asked for in whole numbers', async () => {
    const ctx = await freshCtx(database())
    for (const count of [0, -1, 1.5, Number.NaN]) {
      await expect(ctx.transact(tx => takeIds(tx, 'invoice', count))).rejects.toThrow(RangeError)
    }
  })
})
