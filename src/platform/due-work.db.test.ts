import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { ctxOf, freshCtx } from '../../test/database/test-ctx.ts'
import { instant } from '../core/dates.ts'
import type { Db } from './db/db.ts'
import { dateOfWork, dateWork, dropWork, dueAccounts, firstDue, nextDue } from './due-work.ts'

const at = (text: string) => instant(`2026-${text}:00.000Z`)

eachEngine('due work', database => {
  const dueOf = async (db: Db, account: number, now: string) =>
    (await db.transact('dispatch', tx => dueAccounts(tx, at(now), 100_000))).filter(due => due.account === account)

  it('is found by its instant, the earliest first', async () => {
    const ctx = await freshCtx(database())
    await ctx.transact(async tx => {
      await dateWork(tx, 'b', 1, at('02-03T10:00'))
      await dateWork(tx, 'a', 2, at('02-03T10:00'))
      await dateWork(tx, 'a', 1, at('02-01T10:00'))
    })
    const first = () => ctx.transact(tx => firstDue(tx, at('02-28T00:00')))
    expect(await first()).toMatchObject({ kind: 'a', subjectId: 1, dueAt: at('02-01T10:00') })
    await ctx.transact(tx => dateWork(tx, 'a', 1, at('03-01T10:00')))
    expect(await first()).toMatchObject({ kind: 'a', subjectId: 2, dueAt: at('02-03T10:00') })
    await ctx.transact(tx => dropWork(tx, 'a', 2))
    expect(await first()).toMatchObject({ kind: 'b' })
    await ctx.transact(tx => dropWork(tx, 'b', 1))
    expect(await first()).toBeNull()
    expect(await ctx.transact(tx => dateOfWork(tx, 'a', 1))).toEqual(at('03-01T10:00'))
    expect(await ctx.transact(tx => dateOfWork(tx, 'b', 1))).toBeNull()
  })

  it('that was dropped and dated anew is told from work that was left, at the same instant too', async () => {
    const ctx = await freshCtx(database())
    const dating = async () => (await ctx.transact(tx => firstDue(tx, at('02-28T00:00'))))?.dating
    await ctx.transact(tx => dateWork(tx, 'a', 1, at('02-01T10:00')))
    const first = await dating()
    await ctx.transact(tx => dateWork(tx, 'a', 1, at('02-01T10:00')))
    expect(await dating()).toBe(first)
    await ctx.transact(tx => dropWork(tx, 'a', 1))
    await ctx.transact(tx => dateWork(tx, 'a', 1, at('02-01T10:00')))
    expect(await dating()).not.toBe(first)
  })

  it('of a sandbox is due by the account’s own clock', async () => {
    const ctx = await freshCtx(database(), at('02-01T00:00'))
    await ctx.transact(tx => dateWork(tx, 'a', 1, at('02-02T00:00')))
    expect(await dueOf(database().db, ctx.account, '12-31T00:00')).toEqual([])
    await ctx.transact(tx => dateWork(tx, 'a', 2, at('01-31T00:00')))
    expect(await dueOf(database().db, ctx.account, '01-01T00:00')).toEqual([{ account: ctx.account, dueAt: at('01-31T00:00') }])
  })

  it('of a live account is due by the machine’s', async () => {
    const account = await database().freshAccount({ mode: 'live' })
    const ctx = ctxOf(database(), account, at('02-01T00:00'))
    await ctx.transact(async tx => {
      await dateWork(tx, 'a', 1, at('02-03T00:00'))
      await dateWork(tx, 'a', 2, at('02-02T00:00'))
    })
    expect(await dueOf(database().db, account, '02-01T00:00')).toEqual([])
    expect(await dueOf(database().db, account, '02-02T00:00')).toEqual([{ account, dueAt: at('02-02T00:00') }])
    const next = await database().db.transact('dispatch', tx => nextDue(tx, at('02-02T00:00')))
    expect(next !== null && next <= at('02-03T00:00')).toBe(true)
  })
})
