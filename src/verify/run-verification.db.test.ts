import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { Shop } from '../../test/stories/story.ts'
import { ctxOf, openCompany } from '../../test/verify/company.ts'
import { invoiceOn, ruleOf } from '../../test/verify/faults.ts'
import { openLooseDatabase } from '../../test/verify/loose-database.ts'
import type { Ctx } from '../platform/context.ts'
import { runVerification, startVerification } from './run-verification.ts'
import type { Verified } from './tally.ts'
import { type VerifyOptions, verify } from './verify.ts'

describe.each(inject('engines'))('verifying again (%s)', engine => {
  let database: Awaited<ReturnType<typeof openLooseDatabase>>
  beforeAll(async () => {
    database = await openLooseDatabase(engine)
  })
  afterAll(() => database.close())

  async function verified(ctx: Ctx, options: VerifyOptions = {}) {
    const { id } = await startVerification(ctx, options)
    await runVerification(ctx, id)
    const { rows } = await ctx.transact(tx =>
      sql<Verified & { is_checkpoint: boolean }>`
      select mode, clean, checked, found, encode(head, 'hex') as head, is_checkpoint, information -> 'due' as due from verification where id = ${id}`.execute(
        tx,
      ),
    )
    const [row] = rows
    if (!row) throw new Error('a verification keeps its result')
    return row
  }

  test('looks at what was touched since the last clean one, and at everything again when asked', async () => {
    const { shop, ctx, plain } = await openCompany(database)
    expect(await verified(ctx)).toMatchObject({ mode: 'full', clean: true, is_checkpoint: true })
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: true, checked: {} })

    await shop.post(`/v1/contracts/${plain.id}/cancel`, { reason: 'Fim' })
    await shop.until('2026-04-10')
    const later = await ctxOf(shop)
    expect((await verified(later)).due).toEqual({ unbilled: 4 })
    await shop.bill()
    const second = await verified(later)
    expect(second).toMatchObject({ mode: 'incremental', clean: true, checked: { invoices: 4, receivables: 6 }, due: {} })

    // An old invoice is no business of the next verification, unless everything is.
    await ctx.transact(tx => sql`update invoice set number = 4711 where id = ${invoiceOn(plain, '2026-01-10')}`.execute(tx))
    expect(await verified(later)).toMatchObject({ mode: 'incremental', clean: true })
    expect(await verified(later, { full: true })).toMatchObject({
      mode: 'full',
      clean: false,
      is_checkpoint: false,
      found: { number_out_of_range: 1 },
    })
  })

  test('looks again at what was found until it is mended', async () => {
    const { shop, ctx, plain } = await openCompany(database)
    await verified(ctx)
    await shop.pay(await shop.lastInvoice(plain), 100)
    await ctx.transact(tx => sql`update receipt set amount_cents = 99 where amount_cents = 100`.execute(tx))
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: false, found: { cents_receipts: 1 } })
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: false, found: { cents_receipts: 1 } })
    await ctx.transact(tx => sql`update receipt set amount_cents = 100 where amount_cents = 99`.execute(tx))
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: true, is_checkpoint: true })
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: true, checked: {} })
  })

  test('proves that the history up to a head that was noted down is still the same', async () => {
    const { shop, ctx, plain } = await openCompany(database)
    const { head } = await verified(ctx)
    await shop.pay(await shop.lastInvoice(plain), 100)
    expect(await verified(ctx, { since: head })).toMatchObject({ mode: 'since', clean: true, checked: { invoices: 1 } })
    await ctx.transact(tx => sql`update history set actor = 'key:key_9' where id = (select min(id) from history)`.execute(tx))
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: true })
    expect(await verified(ctx, { since: head })).toMatchObject({
      mode: 'since',
      clean: false,
      found: { history_chain_broken: 1 },
    })
  })

  test('notices that its own checkpoint was rewritten, and looks at everything', async () => {
    const { shop, ctx, plain } = await openCompany(database)
    await verified(ctx)
    await shop.pay(await shop.lastInvoice(plain), 100)
    await ctx.transact(tx => sql`update history_seal set digest = sha256('x')`.execute(tx))
    const { mode, found } = await verified(ctx)
    expect(mode).toBe('full')
    expect(Object.keys(found)).toContain('head_unknown')
  })

  test('a period that a run passed over in silence is an error, whatever the hint says now', async () => {
    const shop = await Shop.open(database, '2026-01-10')
    const of = await shop.contract()
    const ctx = await ctxOf(shop)
    await shop.until('2026-01-11')
    await ctx.transact(tx => sql`update invoice_rule set next_due_on = '2026-02-10' where id = ${ruleOf(of)}`.execute(tx))
    await shop.bill()
    await ctx.transact(tx => sql`update invoice_rule set next_due_on = '2026-01-10' where id = ${ruleOf(of)}`.execute(tx))
    const { found } = await verify(await ctxOf(shop))
    expect(found).toEqual({ passed_over: 1 })
  })

  test('an event that came after a preview changes the earlier period, and what follows waits with it', async () => {
    const shop = await Shop.open(database, '2026-01-10')
    const of = await shop.contract()
    await shop.until('2026-03-12')
    const preview = await shop.preview({ filters: { catchUp: true } })
    await shop.event(of, { amountCents: 1000 })
    expect((await shop.tellRun(preview, 'bill')).outcomes).toEqual({ changed_since_preview: 3 })
    expect((await verify(await ctxOf(shop))).findings).toEqual([])
  })

  test('what is due is told with its reason, and is no error', async () => {
    const shop = await Shop.open(database, '2026-01-10')
    await shop.contract({ management: 'on_request' })
    const waiting = await shop.contract()
    const unnamed = await shop.contract({}, { customerId: await shop.customer({ taxId: null }) })
    expect((await verify(await ctxOf(shop))).due).toEqual({ on_request: 1, unbilled: 2 })
    await shop.until('2026-02-10')
    await shop.bill({ filters: { contracts: [waiting.id, unnamed.id] } })
    const { clean, due, information } = await verify(await ctxOf(shop))
    expect({ clean, due }).toEqual({ clean: true, due: { on_request: 2, needs_catch_up: 2, invalid_tax_id: 1 } })
    expect(information[0]?.sentence).toMatch(
      /^rul_\d+, período de 10\/01\/2026 a 09\/02\/2026: venceu em 10\/01\/2026 e não foi faturado, porque a regra só fatura quando alguém pede, e ninguém pediu ainda\.$/,
    )
    for (const { sentence } of information) expect(sentence).not.toMatch(/[a-z]_[a-z]/)
  })

  test('why a period waits is told as it stands now, not as an earlier run saw it', async () => {
    const shop = await Shop.open(database, '2026-01-10')
    const [rested, freed] = [await shop.contract(), await shop.contract()]
    await shop.post(`/v1/contracts/${rested.id}/suspend`, { fromOn: '2026-01-10', chargeLater: true, reason: 'Obra' })
    await shop.bill()
    const { due, information } = await verify(await ctxOf(shop))
    expect(due).toEqual({ contract_suspended: 1 })
    expect(information[0]?.sentence).toMatch(/o período será cobrado depois: retome o contrato\.$/)

    // Who asks again for what is billed is told so, and that says nothing once the invoice is released.
    await shop.bill({ filters: { contracts: [freed.id], ahead: true } })
    await shop.bill({ day: '2026-01-10', filters: { contracts: [freed.id] } })
    const [january] = await shop.invoices(freed)
    await shop.post(`/v1/invoices/${january.id}/cancel`, { reason: 'Engano' })
    await shop.post(`/v1/invoices/${january.id}/release`)
    await shop.post(`/v1/contracts/${rested.id}/resume`, { on: '2026-01-20' })
    const later = await verify(await ctxOf(shop))
    expect(later.due).toEqual({ needs_catch_up: 1, released: 1 })
    expect(later.information.map(({ details }) => [details.reason, details.isOlder])).toEqual([
      ['needs_catch_up', false],
      ['released', true],
    ])
    expect(later.information[1]?.details.contract).toBe(freed.id)
  })

  test('the API tells contract and customer beside each id, by the names that they have today', async () => {
    const shop = await Shop.open(database, '2026-01-10')
    const customerId = await shop.customer({ name: 'Padaria São João' })
    await shop.contract({ management: 'on_request' }, { customerId, code: 'C-0042' })
    const { id } = await shop.post('/v1/verifications')
    await shop.api.settle()
    const toldOf = async () => (await shop.get(`/v1/verifications/${id}`)).result.information[0]
    expect(await toldOf()).toMatchObject({
      contract: { code: 'C-0042' },
      customer: { id: customerId, name: 'Padaria São João' },
      sentence: expect.stringMatching(/^rul_\d+ \(contrato C-0042, Padaria São João\), período de /),
    })
    const kept = await (await ctxOf(shop)).transact(tx =>
      sql<{ text: string }>`select information::text as text from verification where id = ${Number(id.slice(4))}`.execute(tx),
    )
    expect(kept.rows[0]?.text).not.toContain('Padaria')
  })

  test('the API tells an event by what it says, and keeps that no longer than the event does', async () => {
    const shop = await Shop.open(database, '2026-01-10')
    const contract = await shop.contract({}, { code: 'C-0042' })
    await shop.bill()
    await shop.event(contract, { amountCents: 700, description: 'Visita da Dona Lurdes' })
    await shop.post(`/v1/contracts/${contract.id}/cancel`, { on: '2026-01-20', reason: 'Fim' })
    const { id } = await shop.post('/v1/verifications')
    await shop.api.settle()
    const { information } = (await shop.get(`/v1/verifications/${id}`)).result
    const [{ sentence }] = information.filter((it: { code: string }) => it.code === 'event_unused')
    expect(sentence).toMatch(/^evt_\d+ \("Visita da Dona Lurdes", contrato C-0042, Cliente 1\): /)
    const kept = await (await ctxOf(shop)).transact(tx =>
      sql<{ text: string }>`select information::text as text from verification where id = ${Number(id.slice(4))}`.execute(tx),
    )
    expect(kept.rows[0]?.text).not.toContain('Lurdes')
  })

  test('through the API it is asked for, carried out by a worker, and read', async () => {
    const { shop } = await openCompany(database)
    const asked = await shop.api.post('/v1/verifications', { full: true })
    expect(asked).toMatchObject({ status: 202, body: { state: 'waiting', result: null } })
    await shop.api.settle()
    const { body } = await shop.api.get(`/v1/verifications/${asked.body.id}`)
    expect(body).toMatchObject({
      state: 'done',
      full: true,
      since: null,
      result: { clean: true, mode: 'full', checked: { invoices: 15 }, findings: [] },
    })
    expect((await shop.api.get('/v1/verifications')).body.data).toHaveLength(1)
    const since = await shop.api.post('/v1/verifications', { since: 'ABC' })
    expect(since).toMatchObject({ status: 422, body: { code: 'invalid_input', faults: [{ path: '/since' }] } })
  })
})
