import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

// The disk of the database is full: what has no room is refused by the database as PostgreSQL does (SQLSTATE 53100), rolled back, and
// done later.

stories('a full disk', database => {
  /** Until it is freed, rows of a table find no room, of this account and where `when` is true of the new row. */
  async function fill(shop: Shop, table: string, when = 'true'): Promise<() => Promise<void>> {
    const { account } = shop.api
    const asOwner = (text: string) => database().asOwner(owner => owner.query(text, []))
    await asOwner(`
      create function no_room() returns trigger language plpgsql as $$ begin
        raise exception 'could not extend file "base/16384/17001": No space left on device' using errcode = 'disk_full';
      end $$`)
    await asOwner(`
      create trigger no_room before insert on ${table} for each row when (new.account_id = ${account} and ${when})
      execute function no_room()`)
    return async () => {
      await asOwner(`drop trigger no_room on ${table}`)
      await asOwner('drop function no_room()')
    }
  }

  test('leaves a run to be continued, and nothing of its chunk half done', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    await shop.importContracts(12)
    const free = await fill(shop, 'invoice', 'new.contract_id = 9')
    let stopped: Awaited<ReturnType<Shop['bill']>>
    try {
      stopped = await shop.bill()
      expect(['preparing', 'running']).toContain(stopped.state)
      expect(stopped).toMatchObject({ counters: { billed: 0, parked: 0 } })
      expect(await shop.all('/v1/invoices')).toEqual([])
      expect(await shop.all('/v1/receivables')).toEqual([])
    } finally {
      await free()
    }
    // What a worker has begun is given to the next one when its lease has run out.
    await database().asOwner(owner =>
      owner.query('update billing_run_chunk set lease_until = null where account_id = $1', [shop.api.account]),
    )
    await shop.api.settle()
    expect(await shop.run(stopped.id)).toMatchObject({ state: 'done', counters: { due: 12, billed: 12, parked: 0, pending: 0 } })
    expect(await shop.all('/v1/invoices')).toHaveLength(12)
  })

  test('is told to whoever asks for more, and the same request is done once there is room', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    await shop.importContracts(1)
    await shop.bill()
    const [{ id }] = await shop.all('/v1/receivables')
    const receivable = await shop.get(`/v1/receivables/${id}`)
    const body = { amountCents: receivable.amountCents, receivedOn: '2026-01-10' }
    const receive = () => shop.api.post(`/v1/receivables/${id}/receive`, body, { once: 'paid' })
    for (const table of ['receipt', 'history', 'idempotency_key']) {
      const free = await fill(shop, table)
      try {
        expect(await receive()).toMatchObject({ status: 503, body: { code: 'disk_full' }, headers: { 'retry-after': '2' } })
        expect(await shop.get(`/v1/receivables/${id}`)).toEqual(receivable)
      } finally {
        await free()
      }
    }
    expect(await receive()).toMatchObject({ status: 200, body: { state: 'received' } })
    expect((await receive()).headers['idempotent-replayed']).toBe('true')
  })

  test('in the middle of an import leaves nothing of it', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const file = Buffer.from(
      'cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento\nAna;529.982.247-25;Suporte;100,00;10;10/01/2026;dia 10',
    )
    const free = await fill(shop, 'rule_line')
    try {
      const { status, body } = await shop.api.post('/v1/imports', file, { headers: { 'content-type': 'text/csv' } })
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'disk_full' })
      for (const path of ['customers', 'contracts', 'imports']) expect(await shop.all(`/v1/${path}`)).toEqual([])
    } finally {
      await free()
    }
    expect(await shop.import(file)).toMatchObject({ state: 'done', created: 1 })
  })
})
