import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

/** Two invoices of 100 reais that are late, of one customer. */
async function late(shop: Shop, wish: Record<string, unknown> = {}): Promise<{ contract: Agreement; owed: string[] }> {
  const contract = await shop.contract(wish)
  await shop.bill()
  await shop.until('2026-02-10')
  await shop.bill()
  await shop.until('2026-03-15')
  return { contract, owed: await owedOf(shop, contract) }
}

async function owedOf(shop: Shop, { id }: Pick<Agreement, 'id'>): Promise<string[]> {
  const rows = await shop.all(`/v1/receivables?contract=${id}&state=to_receive`)
  return rows.map((row: { id: string }) => row.id)
}

const inThree = { count: 3, firstDueOn: '2026-04-10' }

stories('what is owed is renegotiated', database => {
  const open = () => Shop.open(database(), '2026-01-10')
  const states = async (shop: Shop, contract: Agreement) => (await shop.invoices(contract)).map(({ state }) => state)
  const receive = (shop: Shop, id: string, amountCents: number) =>
    shop.post(`/v1/receivables/${id}/receive`, { amountCents, receivedOn: shop.today })

  test('late, renegotiated, paid in parts: then its invoices are received; undone, they are open again', async () => {
    const shop = await open()
    const { contract, owed } = await late(shop)
    const asked = {
      receivables: owed,
      interestCents: 100,
      fineCents: 400,
      feeCents: 355,
      discountCents: 1_000,
      discountReason: 'Cliente antigo',
      downPayment: { amountCents: 4_500 },
      installments: inThree,
    }
    const preview = await shop.post('/v1/renegotiations/preview', asked)
    expect(preview).toMatchObject({
      replacedCents: 20_000,
      totalCents: 19_855,
      parts: [
        { dueOn: '2026-03-15', amountCents: 4_500 },
        { dueOn: '2026-04-10', amountCents: 5_118 },
        { dueOn: '2026-05-10', amountCents: 5_118 },
        { dueOn: '2026-06-10', amountCents: 5_119 },
      ],
      warnings: [],
    })
    expect(await shop.all('/v1/renegotiations')).toEqual([])

    const made = await shop.post('/v1/renegotiations', { ...asked, outstandingCents: preview.replacedCents })
    expect(made).toMatchObject({ state: 'open', totalCents: 19_855, downPaymentCents: 4_500, agreedOn: '2026-03-15' })
    expect(made.replaced.map((one: { receivable: { id: string; state: string } }) => one.receivable.state)).toEqual([
      'renegotiated',
      'renegotiated',
    ])
    expect(made.receivables).toMatchObject([
      {
        installment: 1,
        installments: 4,
        invoiceId: null,
        renegotiationId: made.id,
        contractId: contract.id,
        state: 'to_receive',
      },
      {},
      {},
      { installment: 4, amountCents: 5_119 },
    ])
    // Neither received nor cancelled by being renegotiated, and late no more.
    expect(await states(shop, contract)).toEqual(['to_receive', 'to_receive'])
    expect((await shop.invoices(contract)).map(({ isLate }) => isLate)).toEqual([false, false])
    expect(await shop.all(`/v1/receivables?customer=${contract.customerId}&late=true`)).toEqual([])

    await shop.until('2026-04-20')
    expect((await shop.all(`/v1/receivables?customer=${contract.customerId}&late=true`)).length).toBe(2)
    const [down, first, second, third] = made.receivables.map(({ id }: { id: string }) => id)
    await receive(shop, down, 4_500)
    await receive(shop, first, 5_118)
    await receive(shop, second, 5_118)
    await receive(shop, third, 5_000)
    expect(await states(shop, contract)).toEqual(['to_receive', 'to_receive'])
    const last = await receive(shop, third, 119)
    expect(await states(shop, contract)).toEqual(['received', 'received'])
    expect(await shop.get(`/v1/renegotiations/${made.id}`)).toMatchObject({ state: 'settled' })
    expect(await shop.get(`/v1/receivables/${owed[0]}`)).toMatchObject({
      state: 'renegotiated',
      renegotiatedBy: made.id,
      settledOn: '2026-04-20',
      outstandingCents: 0,
      receivedCents: 0,
    })
    await shop.prove()

    const undo = `/v1/receivables/${third}/receipts/${last.receipts[1].id}/undo`
    await shop.post(undo, { reason: 'Pix devolvido' })
    expect(await states(shop, contract)).toEqual(['to_receive', 'to_receive'])
    expect(await shop.get(`/v1/receivables/${owed[0]}`)).toMatchObject({ settledOn: null })
    expect(await shop.refusal(`/v1/renegotiations/${made.id}/undo`)).toMatchObject({ status: 409, code: 'receipt_stands' })
  })

  test('undone before anything was received, everything is owed as it was', async () => {
    const shop = await open()
    const { contract, owed } = await late(shop)
    await receive(shop, owed[0] ?? '', 3_000)
    const before = await Promise.all(owed.map(id => shop.get(`/v1/receivables/${id}`)))
    const made = await shop.post('/v1/renegotiations', { receivables: owed, installments: inThree })
    // What was received before stays with what it was received on; only the rest is asked for anew.
    expect(made.replacedCents).toBe(17_000)
    expect(await shop.get(`/v1/receivables/${owed[0]}`)).toMatchObject({ receivedCents: 3_000, outstandingCents: 0 })
    await shop.prove()
    const undone = await shop.post(`/v1/renegotiations/${made.id}/undo`, { reason: 'Desistiu' })
    expect(undone).toMatchObject({ state: 'undone', undoReason: 'Desistiu' })
    expect(undone.receivables.map(({ state }: { state: string }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    const after = await Promise.all(owed.map(id => shop.get(`/v1/receivables/${id}`)))
    const withoutVersion = ({ version: _, ...rest }: { version: number }) => rest
    expect(after.map(withoutVersion)).toEqual(before.map(withoutVersion))
    expect((await shop.invoices(contract)).map(({ isLate }) => isLate)).toEqual([true, true])
    expect(await shop.refusal(`/v1/renegotiations/${made.id}/undo`)).toMatchObject({ code: 'renegotiation_undone', status: 409 })
    // And may be renegotiated again.
    expect(await shop.post('/v1/renegotiations', { receivables: owed, installments: inThree })).toMatchObject({
      totalCents: 17_000,
    })
  })

  test('what was renegotiated is renegotiated again: the invoices are received with the last of it', async () => {
    const shop = await open()
    const { contract, owed } = await late(shop)
    const first = await shop.post('/v1/renegotiations', { receivables: owed, installments: inThree })
    const [one, two, three] = first.receivables.map(({ id }: { id: string }) => id)
    await receive(shop, one, 6_666)
    await shop.until('2026-05-01')
    const parts = [
      { dueOn: '2026-05-20', amountCents: 10_000 },
      { dueOn: '2026-06-20', amountCents: 3_334 },
    ]
    const second = await shop.post('/v1/renegotiations', { receivables: [two, three], parts })
    expect(await shop.refusal(`/v1/renegotiations/${first.id}/undo`)).toMatchObject({ code: 'renegotiated', status: 409 })
    const [four, five] = second.receivables.map(({ id }: { id: string }) => id)
    await receive(shop, four, 10_000)
    expect(await states(shop, contract)).toEqual(['to_receive', 'to_receive'])
    // The customer pays more than is left of it: credit, as with any receivable.
    const paid = await receive(shop, five, 4_000)
    expect(await shop.creditCents(contract.customerId)).toBe(666)
    expect(await states(shop, contract)).toEqual(['received', 'received'])
    expect(await shop.get(`/v1/renegotiations/${first.id}`)).toMatchObject({ state: 'settled' })
    await shop.prove()
    await shop.post(`/v1/receivables/${five}/receipts/${paid.receipts[0].id}/undo`)
    expect(await states(shop, contract)).toEqual(['to_receive', 'to_receive'])
    // What is given up of it settles it as well.
    await shop.post(`/v1/receivables/${five}/abate`, { amountCents: 3_334, reason: 'Acordo' })
    expect(await states(shop, contract)).toEqual(['received', 'received'])
  })

  test('an invoice of which a part was renegotiated is neither taken back nor cancelled, and is told which one to undo', async () => {
    const shop = await open()
    const { contract, owed } = await late(shop, { due: { kind: 'day_quantity', days: 10, installments: 2 } })
    const made = await shop.post('/v1/renegotiations', { receivables: [owed[0]], installments: inThree })
    const [invoice] = await shop.invoices(contract)
    const reason = { reason: 'Engano' }
    for (const verb of ['cancel', 'undo-emission', 'redraft']) {
      const refused = await shop.refusal(`/v1/invoices/${invoice.id}/${verb}`, reason)
      expect(refused).toMatchObject({ status: 409, code: 'renegotiated' })
      expect(refused.detail).toContain(made.id)
    }
    const receivable = `/v1/receivables/${owed[0]}`
    const receipt = { amountCents: 1, receivedOn: shop.today }
    for (const [path, body] of [
      [`${receivable}/receive`, receipt],
      [`${receivable}/abate`, { amountCents: 1, ...reason }],
    ] as const) {
      const refused = await shop.refusal(path, body)
      expect(refused).toMatchObject({ status: 409, code: 'receivable_state' })
      expect(refused.detail).toContain(made.id)
    }
    // The part that was not renegotiated is received here; the invoice waits for the other.
    await receive(shop, invoice.receivables[1].id, 5_000)
    expect((await shop.invoice(invoice.id)).state).toBe('to_receive')
    for (const { id, amountCents } of made.receivables) await receive(shop, id, amountCents)
    expect((await shop.invoice(invoice.id)).state).toBe('received')
  })

  test('nothing of the customer is late any more: what was held goes out, and is held again by what the renegotiation asks for', async () => {
    const shop = await open()
    const contract = await shop.contract({}, { billWhileOverdue: false })
    await shop.bill()
    await shop.until('2026-02-11')
    await shop.bill()
    const held = async () => (await shop.invoices(contract)).map(({ state, heldBy }) => [state, heldBy])
    expect(await held()).toEqual([
      ['to_receive', null],
      ['to_emit', 'customer_overdue'],
    ])
    const made = await shop.post('/v1/renegotiations', {
      receivables: await owedOf(shop, contract),
      installments: { count: 2, firstDueOn: '2026-02-20' },
    })
    expect(await held()).toEqual([
      ['to_receive', null],
      ['to_receive', null],
    ])
    await shop.until('2026-03-12')
    await shop.bill()
    expect((await held())[2]).toEqual(['to_emit', 'customer_overdue'])
    const [first] = made.receivables
    await receive(shop, first.id, first.amountCents)
    await shop.post(`/v1/receivables/${(await shop.invoices(contract))[1].receivables[0].id}/receive`, {
      amountCents: 10_000,
      receivedOn: shop.today,
    })
    expect((await held())[2]).toEqual(['to_receive', null])
  })

  test('everything that is wrong with it is told at once', async () => {
    const shop = await open()
    const { owed } = await late(shop)
    const stranger = await shop.contract()
    await shop.bill()
    const other = await owedOf(shop, stranger)
    const post = async (body: Record<string, unknown>) =>
      (await shop.refusal('/v1/renegotiations', body)).faults.map(({ path, code }) => `${path} ${code}`)
    expect(await post({ receivables: [owed[0], owed[0], 'rec_999', other[0]], installments: inThree })).toEqual([
      '/receivables/1 receivable_repeated',
      '/receivables/2 not_found',
      '/receivables/3 other_customer',
    ])
    expect(
      await post({
        receivables: owed,
        discountCents: 5,
        outstandingCents: 1,
        downPayment: { amountCents: 10, dueOn: '2026-03-14' },
        parts: [
          { dueOn: '2026-05-01', amountCents: 10 },
          { dueOn: '2026-04-01', amountCents: 10 },
        ],
      }),
    ).toEqual([
      '/outstandingCents outstanding_changed',
      '/discountReason reason_required',
      '/downPayment/dueOn due_in_the_past',
      '/parts/1/dueOn parts_out_of_order',
      '/parts parts_do_not_add_up',
    ])
    const off = { receivables: owed, discountReason: 'Perdão', installments: inThree }
    expect(await post({ ...off, discountCents: 20_000 })).toEqual(['/discountCents nothing_left'])
    expect(await post({ ...off, discountCents: 20_001 })).toEqual(['/discountCents nothing_left'])
    expect(await post({ ...off, discountCents: 19_998 })).toEqual(['/installments/count too_many_installments'])
    expect(
      await post({ receivables: owed, downPayment: { amountCents: 1, dueOn: '2026-04-11' }, installments: inThree }),
    ).toEqual(['/downPayment/dueOn parts_out_of_order'])
    expect(await post({ receivables: owed })).toEqual(['/installments installments_or_parts'])
    expect(await post({ receivables: owed, installments: { count: 1, firstDueOn: '2099-12-31' } })).toEqual([
      '/installments/firstDueOn due_too_far',
    ])
    await receive(shop, owed[0] ?? '', 10_000)
    await shop.post('/v1/renegotiations', { receivables: [owed[1]], installments: inThree })
    expect(await post({ receivables: owed, installments: inThree })).toEqual([
      '/receivables/0 already_received',
      '/receivables/1 receivable_state',
    ])
  })

  test('what passes the limits of the law is said, and done', async () => {
    const shop = await open()
    const { owed, contract } = await late(shop)
    const credit = { organizationId: shop.organizationId, amountCents: 100, reason: 'Bônus' }
    await shop.post(`/v1/customers/${contract.customerId}/credit`, credit)
    // Due on 10 February and 10 March: by 15 March 1 % a month is 1,10 and 0,17 (half up of 126,67).
    const asked = { receivables: owed, installments: inThree }
    const codes = async (more: object) =>
      (await shop.post('/v1/renegotiations/preview', { ...asked, ...more })).warnings.map(({ code }: { code: string }) => code)
    expect(await codes({ fineCents: 400, interestCents: 127 })).toEqual(['credit_unspent'])
    expect(await codes({ fineCents: 401, interestCents: 128 })).toEqual([
      'fine_above_limit',
      'interest_above_custom',
      'credit_unspent',
    ])
    const made = await shop.post('/v1/renegotiations', { ...asked, fineCents: 5_000 })
    expect(made.warnings.map(({ code }: { code: string }) => code)).toEqual(['fine_above_limit', 'credit_unspent'])
    expect(await shop.creditCents(contract.customerId)).toBe(100)
  })

  test('it is listed, found by what it replaced and made, told in histories and to subscribers, and given to its customer', async () => {
    const shop = await open()
    const { contract, owed } = await late(shop)
    const made = await shop.post('/v1/renegotiations', { receivables: [owed[0]], installments: inThree, note: 'Por telefone' })
    const ids = async (query: string) => (await shop.all(`/v1/renegotiations?${query}`)).map(({ id }: { id: string }) => id)
    expect(await ids(`customer=${contract.customerId}`)).toEqual([made.id])
    expect(await ids(`receivable=${owed[0]}`)).toEqual([made.id])
    expect(await ids(`receivable=${made.receivables[2].id}&state=open`)).toEqual([made.id])
    expect(await ids(`receivable=${owed[1]}`)).toEqual([])
    expect(await ids('state=settled')).toEqual([])
    expect((await shop.all(`/v1/receivables?renegotiation=${made.id}`)).length).toBe(3)
    const all = await shop.all(`/v1/receivables?customer=${contract.customerId}`)
    expect(all.map(({ dueOn, state }) => `${dueOn} ${state}`)).toEqual([
      '2026-02-10 renegotiated',
      '2026-03-10 to_receive',
      '2026-04-10 to_receive',
      '2026-05-10 to_receive',
      '2026-06-10 to_receive',
    ])
    await shop.post(`/v1/renegotiations/${made.id}/undo`)
    expect(await ids('state=undone')).toEqual([made.id])
    const actions = async (path: string) => (await shop.all(`${path}/history`)).map(({ action }: { action: string }) => action)
    expect(await actions(`/v1/renegotiations/${made.id}`)).toEqual(['undo', 'create'])
    expect(await actions(`/v1/receivables/${owed[0]}`)).toEqual(['undo_renegotiation', 'renegotiate'])
    const { records } = await shop.get(`/v1/customers/${contract.customerId}/export`)
    expect(records.renegotiations).toMatchObject([{ note: 'Por telefone' }])
  })

  test('debts that came from another system, and those of a schedule, are renegotiated with those of invoices', async () => {
    const shop = await open()
    const heading = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;em_aberto'
    const file = Buffer.from([heading, 'C-1;Ana;529.982.247-25;Suporte;100,00;10;10/01/2026;dia 20;05/01/2026=50,00'].join('\n'))
    await shop.import(file)
    const contract = await shop.contractOf('C-1')
    await shop.bill()
    const taken = await owedOf(shop, contract)
    await shop.post('/v1/schedules', {
      organizationId: shop.organizationId,
      customerId: contract.customerId,
      amountCents: 2_550,
      dueOn: '2026-01-15',
    })
    const owed = (await shop.all(`/v1/receivables?customer=${contract.customerId}&state=to_receive`)).map(({ id }) => id)
    expect(owed).toHaveLength(3)
    // Without the one of the schedule all is of one contract, and so is what replaces it.
    const first = await shop.post('/v1/renegotiations', { receivables: taken, installments: inThree })
    expect(first).toMatchObject({ totalCents: 15_000, receivables: [{ contractId: contract.id }, {}, {}] })
    // The same file says nothing else than before.
    expect(await shop.import(file, 'update=true')).toMatchObject({ faults: [], differences: [] })
    await shop.post(`/v1/renegotiations/${first.id}/undo`)

    const made = await shop.post('/v1/renegotiations', { receivables: owed, installments: inThree })
    expect(made).toMatchObject({ totalCents: 17_550, receivables: [{ contractId: null, scheduleId: null }, {}, {}] })
    expect(await shop.verification()).toMatchObject({ found: {} })
    for (const { id, amountCents } of made.receivables) await receive(shop, id, amountCents)
    expect(await states(shop, contract)).toEqual(['received'])
    const settled = await Promise.all(owed.map(id => shop.get(`/v1/receivables/${id}`)))
    expect(settled.map(({ state, settledOn }) => [state, settledOn])).toEqual(Array(3).fill(['renegotiated', '2026-01-10']))
    // What was touched since is looked at again, and no more than that.
    expect(await shop.verification()).toMatchObject({ mode: 'incremental', found: {} })
  })

  test('a contract that brought along what was renegotiated since is not deleted under it', async () => {
    const shop = await open()
    const heading = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;em_aberto'
    await shop.import(
      Buffer.from([heading, 'C-1;Ana;529.982.247-25;Suporte;100,00;10;10/01/2026;dia 20;05/01/2026=50,00'].join('\n')),
    )
    const contract = await shop.contractOf('C-1')
    const made = await shop.post('/v1/renegotiations', { receivables: await owedOf(shop, contract), installments: inThree })
    const path = `/v1/contracts/${contract.id}`
    const version = async () => (await shop.get(path)).version
    const refused = await shop.api.delete(path, { version: await version() })
    expect(refused).toMatchObject({ status: 409, body: { code: 'receivable_state' } })
    expect(refused.body.detail).toContain(`desfaça antes a renegociação (no comando, renegotiations undo ${made.id})`)
    await shop.post(`/v1/renegotiations/${made.id}/undo`)
    expect((await shop.api.delete(path, { version: await version() })).status).toBeLessThan(300)
    expect(await owedOf(shop, contract)).toEqual([])
  })

  test('a customer whose data was erased owes what it owes, and agrees upon nothing new', async () => {
    const shop = await open()
    const { contract, owed } = await late(shop, { from: '2026-01-10', endsOn: '2026-03-10' })
    const [first, second] = owed
    const once = () =>
      shop.api.post(
        '/v1/renegotiations',
        { receivables: [first], installments: inThree },
        { headers: { 'idempotency-key': 'acordo' } },
      )
    const { body: made } = await once()
    expect(JSON.stringify((await once()).body)).toContain(made.customer.name)
    await shop.post(`/v1/contracts/${contract.id}/cancel`, { reason: 'Fim', on: '2026-03-10' })
    await shop.bill()
    await shop.post(`/v1/customers/${contract.customerId}/erase`)
    expect(await shop.refusal('/v1/renegotiations', { receivables: [second], installments: inThree })).toMatchObject({
      status: 409,
      code: 'erased_customer',
    })
    // The answer that was kept for whoever asks again named it.
    const again = await once()
    expect(again.status).toBeGreaterThan(400)
    expect(JSON.stringify(again.body)).not.toContain(made.customer.name)
    // What was agreed before goes on, or is undone.
    await receive(shop, made.receivables[0].id, 3_333)
    await shop.prove()
  })
})
