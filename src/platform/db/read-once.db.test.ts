import { expect, it } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'

eachEngine('reading once', database => {
  it('answers typed rows, in a transaction of its own that leaves nothing behind', async () => {
    const { db } = database()
    const account = await database().freshAccount()
    const text = `select account_id as account, current_setting('bordero.account', true) as setting from account`
    expect(await db.readOnce({ account }, text)).toEqual([{ account, setting: String(account) }])
    expect(await db.readOnce('dispatch', `select current_user::text as who`)).toEqual([{ who: 'bordero_dispatch' }])
  })

  it('that fails gives its connection back in order, and is refused within a transaction', async () => {
    const { db } = database()
    const account = await database().freshAccount()
    for (let i = 0; i < 20; i++) await expect(db.readOnce({ account }, 'select 1/0')).rejects.toThrow(/zero/)
    expect(await db.readOnce({ account }, 'select 1 as one')).toEqual([{ one: 1 }])
    await expect(db.transact({ account }, () => db.readOnce({ account }, 'select 1'))).rejects.toThrow(/inside a transaction/)
  })
})
