import { beforeAll, describe, expect, inject, test } from 'vitest'
import { sideBySide } from '../../../test/database/side-by-side.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/database/test-database.ts'
import { bill } from '../../../test/fixtures/invoices.ts'
import { ctxAt, rules } from '../../../test/fixtures/rules.ts'
import { faturaAddresses, giveFaturaAddress } from './fatura-address.ts'

describe.runIf(inject('engines').includes('postgres'))('the address of a PDF (postgres)', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
  })

  test('is one, when two ask for it for the first time at once', async () => {
    const ctx = await ctxAt(database, '2026-01-31T12:00:00.000Z')
    await rules(ctx, 2)
    const ids = (await bill(ctx)).map(({ invoice }) => invoice.id)
    const all = () => ctx.transact(tx => faturaAddresses(tx, ids, ctx.clock.now()))
    const { first, second, secondWaited } = await sideBySide(database, ctx, all, () =>
      ctx.transact(tx => faturaAddresses(tx, ids.toReversed(), ctx.clock.now())),
    )
    if (first.status === 'rejected') throw first.reason
    if (second.status === 'rejected') throw second.reason
    expect(secondWaited).toBe(true)
    expect(first.value.size).toBe(2)
    for (const id of ids) {
      expect(second.value.get(id)).toBe(first.value.get(id))
      expect(await giveFaturaAddress(ctx, id)).toBe(first.value.get(id))
    }
  })
})
