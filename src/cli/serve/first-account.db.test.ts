import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { openLog } from '../../platform/log.ts'
import { firstAccount } from './first-account.ts'

const log = openLog({ level: 'silent' })
const live = { mode: 'live' as const, sandboxNow: undefined }

eachEngine('the first account', database => {
  const server = () => ({ db: database().db, log })

  test('is one, however many servers start at once', async context => {
    // The embedded database has one server.
    if (database().engine === 'pglite') context.skip()
    // Nobody else's in this database.
    await database().asOwner(owner => owner.query(`update account set state = 'closed'`))
    const accounts = await Promise.all(Array.from({ length: 3 }, () => firstAccount(server(), null, live)))
    expect(new Set(accounts.map(account => account?.accountId)).size).toBe(1)
    expect(new Set(accounts.map(account => account?.apiKey)).size).toBe(3)
  })

  test('is made where there is none, and found again', async () => {
    const made = await firstAccount(server(), null, live)
    expect(await firstAccount(server(), made, live)).toEqual(made)
    expect((await firstAccount(server(), null, live))?.accountId).toBe(made?.accountId)
  })
})
