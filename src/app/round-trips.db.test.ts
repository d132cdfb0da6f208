import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Shop, stories } from '../../test/stories/story.ts'
import { PgConnection } from '../platform/db/pg-connection.ts'

// What a request costs the database is told by how often it is spoken to, and that hangs neither on the machine nor on how much there is.

stories('what is asked most', database => {
  const { query, script } = PgConnection.prototype
  /** Upkeep of the database goes on beside the request; on the embedded one the end of a request's turn may begin it. */
  const request = new AsyncLocalStorage<string[]>()
  beforeEach(() => {
    PgConnection.prototype.query = function (text, parameters) {
      request.getStore()?.push(text)
      return query.call(this, text, parameters)
    }
    PgConnection.prototype.script = function (text) {
      request.getStore()?.push(text)
      return script.call(this, text)
    }
  })
  afterEach(() => {
    Object.assign(PgConnection.prototype, { query, script })
  })

  const tripsOf = async (shop: Shop, path: string, authorization = `Bearer ${shop.api.key}`) => {
    const trips: string[] = []
    // What inject gives begins only when it is awaited.
    const { statusCode, body } = await request.run(
      trips,
      async () => await shop.api.app.inject({ method: 'GET', url: path, headers: { authorization } }),
    )
    expect(statusCode, body).toBe(200)
    return withoutUpkeep(trips).length
  }

  /** That of the embedded database is the owner's, from one script of his to the next. */
  const withoutUpkeep = (trips: readonly string[]): readonly string[] => {
    const begins = trips.indexOf('set session authorization postgres')
    if (begins < 0) return trips
    const length = trips.slice(begins).findIndex(text => text.startsWith('rollback; set session authorization'))
    return withoutUpkeep(trips.toSpliced(begins, length < 0 ? trips.length : length + 1))
  }

  // Of one whose day has come, its terms and open periods too: what a run of today would say of it.
  it('a contract: whose key it is, and one transaction of fourteen statements', async () => {
    const shop = await Shop.open(database(), '2026-01-01')
    const { id } = await shop.contract()
    expect(await tripsOf(shop, `/v1/contracts/${id}`)).toBe(1 + 2 + 14)
  })

  it('a page of contracts, however many', async () => {
    const shop = await Shop.open(database(), '2026-01-01')
    await shop.importContracts(30)
    expect(await tripsOf(shop, '/v1/contracts?limit=30')).toBe(1 + 2 + 11)
  })

  it('a page of invoices in the words of the vendor that Bordero replaces, however many', async () => {
    const shop = await Shop.open(database(), '2026-01-01')
    await shop.importContracts(30)
    await shop.bill()
    const number = 1_000_000_000 + Number(shop.organizationId.replace('org_', ''))
    const path = `/api/v1/organizations/${number}/invoices/search?per_page=30`
    expect(await tripsOf(shop, path, `Token token=${shop.api.key}`)).toBe(1 + 2 + 10)
  })
})
