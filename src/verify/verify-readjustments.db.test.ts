import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from '../../test/stories/story.ts'
import { ctxOf } from '../../test/verify/company.ts'
import { foundAfter } from '../../test/verify/found-after.ts'
import { readId } from '../core/ids.ts'
import type { Tx } from '../platform/db/db.ts'

// Each of these is verified in full when it ends, as every story is: nothing is found of what happened in it.

const without = 'billed_without_readjustment'

stories('what verify says of periods that a readjustment concerns', database => {
  const clause = (shop: Shop, of: Agreement, wish: Record<string, unknown> = {}) =>
    shop.post(`/v1/invoice-rules/${of.ruleId}/readjustments`, { index: 'igpm', startsOn: '2025-10-01', ...wish })
  const billOn = async (shop: Shop, ...days: string[]) => {
    for (const day of days) {
      await shop.until(day)
      await shop.bill()
    }
  }
  const findings = async (shop: Shop, plant: (tx: Tx) => Promise<unknown>) =>
    (await foundAfter(await ctxOf(shop), plant)).findings.map(({ code, subject, sentence }) => [code, subject, sentence])
  const codes = async (shop: Shop, plant: (tx: Tx) => Promise<unknown>) =>
    (await findings(shop, plant)).map(([code, subject]) => `${code} ${subject}`)
  const release = async (shop: Shop, { id }: { id: string }) => shop.post(`/v1/invoices/${id}/redraft`, { reason: 'Refazer' })

  test('one that was billed before its date was applied is named, whatever became of the date since', async () => {
    const shop = await Shop.open(database(), '2025-09-01')
    const contract = await shop.contract({ price: '1000' })
    await clause(shop, contract)
    await billOn(shop, '2025-09-01', '2025-10-01', '2025-11-01')
    const [, october, november] = await shop.invoices(contract)
    const known = (seq: 'known_seq' | 'undone_seq', day: string) => (tx: Tx) =>
      sql`update readjustment_application set ${sql.ref(seq)} = (select closed_seq from coverage where starts_on = ${day}) - 1`.execute(
        tx,
      )
    // As if the date had been applied after October was billed, and before November was.
    const [found] = await findings(shop, known('known_seq', '2025-11-01'))
    expect(found).toEqual([
      without,
      october.id,
      `${october.id}, período de 01/10/2025 a 31/10/2025: foi faturado sem o reajuste de 01/10/2025 pelo IGP-M, que não estava aplicado nem dispensado: refaça a fatura depois de resolvê-lo.`,
    ])
    // As if it had been undone between the two.
    expect(await codes(shop, known('undone_seq', '2025-11-01'))).toEqual([`${without} ${november.id}`])
    // As if it had never been asked for: that was not told.
    const later = (tx: Tx) => sql`update readjustment set first_number = 1`.execute(tx)
    expect(await codes(shop, later)).toEqual(['readjustment_not_as_told rdj_1'])
    // As if nothing had become of it.
    const forgotten = (tx: Tx) => sql`delete from readjustment_application`.execute(tx)
    expect(await codes(shop, forgotten)).toEqual(
      expect.arrayContaining([`${without} ${october.id}`, `${without} ${november.id}`]),
    )
  })

  test('a clause, or what became of a date, that somebody changed or took away is found out', async () => {
    const shop = await Shop.open(database(), '2025-09-01')
    await clause(shop, await shop.contract({ price: '1000' }))
    await shop.until('2025-10-02')
    const found = async (...statements: string[]) =>
      (
        await foundAfter(await ctxOf(shop), async tx => {
          for (const statement of statements) await sql.raw(statement).execute(tx)
        })
      ).found
    expect(await found(`update readjustment set allows_negative = true`)).toEqual({ readjustment_not_as_told: 1 })
    expect(await found(`update readjustment_application set factor = 1.03`)).toEqual({ wrong_readjustment: 1 })
    const otherPrice = `update readjustment_application set prices = jsonb_set(prices, '{0,newUnitPrice}', '"1030"')`
    expect(await found(otherPrice)).toEqual({ readjustment_not_as_told: 1, wrong_readjustment: 1 })
    const application = `delete from readjustment_application`
    expect(await found(application)).toEqual({ readjustment_not_as_told: 1 })
    expect(await found(application, `delete from readjustment`)).toMatchObject({ subject_gone: 1 })
  })

  test('one is named for the date that was left out, though a later one was applied', async () => {
    const shop = await Shop.open(database(), '2025-01-31')
    const contract = await shop.contract({ price: '1000' })
    await clause(shop, contract, { startsOn: '2025-02-28', everyMonths: 1 })
    await billOn(shop, '2025-01-31', '2025-02-28', '2025-03-31', '2025-04-30')
    const invoices = await shop.invoices(contract)
    const leftOut = (tx: Tx) => sql`delete from readjustment_application where due_on = '2025-03-28'`.execute(tx)
    const found = (await codes(shop, leftOut)).filter(each => each.startsWith(without))
    expect(found).toEqual([`${without} ${invoices[2].id}`, `${without} ${invoices[3].id}`])
  })

  test('none is that was billed before there was a clause, on the very day or ahead, though its date waits', async () => {
    const shop = await Shop.open(database(), '2026-03-01')
    const contract = await shop.contract({ price: '1000' })
    await shop.bill()
    await shop.bill({ filters: { ahead: true, contracts: [contract.id] } })
    // On the same day, of a month that nobody knows; and once it has moved, of one that is to come.
    const made = await clause(shop, contract, { index: 'igpdi', startsOn: '2026-03-01' })
    await shop.api.settle()
    await shop.api.patch(`/v1/readjustments/${made.id}`, { startsOn: '2026-04-01' }, { version: 2 })
    await shop.until('2026-04-02')
    expect((await shop.get(`/v1/readjustments/${made.id}`)).waitsFor).toBe('index_missing')
    const early = (tx: Tx) => sql`update readjustment set dated_seq = 0`.execute(tx)
    expect(await codes(shop, early)).toEqual([expect.stringContaining(without)])
  })

  test('none is that was billed after its clause was archived, or that was passed over, undone and approved anew', async () => {
    const shop = await Shop.open(database(), '2025-09-01')
    const archived = await shop.contract({ price: '1000' })
    const passed = await shop.contract({ price: '1000' })
    const first = await clause(shop, archived, { approvalWanted: true })
    const second = await clause(shop, passed, { approvalWanted: true })
    await billOn(shop, '2025-09-01', '2025-10-01')
    expect(await shop.invoices(archived)).toHaveLength(1)
    const { version } = await shop.get(`/v1/readjustments/${first.id}`)
    expect((await shop.api.delete(`/v1/readjustments/${first.id}`, { version })).status).toBe(204)
    await shop.post(`/v1/readjustments/${second.id}/skip`, {})
    await shop.bill()
    await release(shop, await shop.lastInvoice(passed))
    await shop.post(`/v1/readjustments/${second.id}/undo`, {})
    await shop.post('/v1/readjustments/approve', { ids: [second.id] })
    await shop.api.settle()
    await shop.bill({ filters: { catchUp: true } })
    expect((await shop.lastInvoice(passed)).grossCents).toBe(102_828)
    const never = (tx: Tx) =>
      sql`update readjustment set ended_seq = null where id = ${readId('readjustment', first.id)}`.execute(tx)
    expect(await codes(shop, never)).toEqual([`${without} ${(await shop.lastInvoice(archived)).id}`])
  })

  test('none is of a contract that was suspended over its date, nor one that begins before it and ends after it', async () => {
    const shop = await Shop.open(database(), '2025-09-15')
    const suspended = await shop.contract({ price: '1000' })
    const arrears = await shop.contract({ price: '1000', timing: 'arrears' })
    await clause(shop, suspended)
    await clause(shop, arrears)
    await shop.bill()
    await shop.post(`/v1/contracts/${suspended.id}/suspend`, { fromOn: '2025-09-20', reason: 'Obra' })
    await billOn(shop, '2025-10-15')
    await shop.post(`/v1/contracts/${suspended.id}/resume`, { on: '2025-11-01' })
    await billOn(shop, '2025-11-15')
    const gross = async (of: Agreement) =>
      (await shop.invoices(of)).map(({ period, grossCents }) => [period.startsOn, grossCents])
    expect(await gross(suspended)).toEqual([
      ['2025-09-15', 100_000],
      ['2025-11-15', 102_828],
    ])
    expect(await gross(arrears)).toEqual([
      ['2025-09-15', 100_000],
      ['2025-10-15', 102_828],
    ])
  })

  test('none is that lies between a date and the first day of its price, and was billed anew before that was undone', async () => {
    const shop = await Shop.open(database(), '2025-10-01')
    const contract = await shop.contract({ price: '1000', from: '2025-10-05', priceChange: 'prorate' })
    await shop.bill({ filters: { ahead: true, contracts: [contract.id] } })
    const made = await clause(shop, contract, { startsOn: '2025-10-02' })
    await shop.until('2025-10-05')
    expect((await shop.get(`/v1/readjustments/${made.id}`)).applications).toMatchObject([{ outcome: 'applied' }])
    await release(shop, await shop.lastInvoice(contract))
    await shop.bill()
    expect((await shop.lastInvoice(contract)).grossCents).toBe(100_000)
    await shop.post(`/v1/readjustments/${made.id}/undo`, {})
  })
})
