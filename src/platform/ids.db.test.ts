import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { freshCtx } from '../../test/database/test-ctx.ts'
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

  it('are given back when the transaction is undone', async () => {
    const ctx = await freshCtx(database())
    await expect(
      ctx.transact(async tx => {
        await takeIds(tx, 'invoice', 10)
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await ctx.transact(tx => takeIds(tx, 'invoice'))).toBe(1)
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
