import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('a file attached to a rule', database => {
  const pdf = Buffer.from('%PDF-1.7\ntermos do serviço')

  const at = ({ ruleId }: Agreement) => `/v1/invoice-rules/${ruleId}/attachments`
  const attach = (shop: Shop, path: string, filename: string) =>
    shop.api.post(`${path}?filename=${filename}`, pdf, { headers: { 'content-type': 'application/pdf' } })

  const billedOn = async (shop: Shop, of: Agreement, day: string) => {
    await shop.until(day)
    await shop.bill()
    return (await shop.lastInvoice(of)).id as string
  }
  const namesOn = async (shop: Shop, invoice: string) =>
    (await shop.get(`/v1/invoices/${invoice}/attachments`)).data.map(({ filename }: { filename: string }) => filename)

  const isOpen = async (shop: Shop, path: string) => (await shop.api.app.inject({ method: 'GET', url: path })).statusCode === 200

  const contents = async (shop: Shop): Promise<number> => {
    const { rows } = await database().asOwner(owner =>
      owner.query('select count(*)::int as kept from attachment_content where account_id = $1', [shop.api.account]),
    )
    return Number(rows[0]?.kept)
  }

  test('goes along with each invoice that the rule makes from then on, until it is taken off', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const january = await billedOn(shop, contract, '2026-01-10')
    const made = await attach(shop, at(contract), 'termos.pdf')
    expect(made).toMatchObject({ status: 201, headers: { location: `${at(contract)}/att_1` } })
    expect(made.body).toMatchObject({ id: 'att_1', ruleId: contract.ruleId, sniffedType: 'application/pdf' })
    const february = await billedOn(shop, contract, '2026-02-10')
    await attach(shop, `/v1/invoices/${february}/attachments`, 'so-fevereiro.pdf')
    await attach(shop, at(contract), 'tabela.pdf')
    const march = await billedOn(shop, contract, '2026-03-10')
    expect((await shop.api.delete(`${at(contract)}/att_1`)).status).toBe(204)
    const april = await billedOn(shop, contract, '2026-04-10')

    expect(await namesOn(shop, january)).toEqual([])
    expect(await namesOn(shop, february)).toEqual(['termos.pdf', 'so-fevereiro.pdf'])
    expect(await namesOn(shop, march)).toEqual(['termos.pdf', 'tabela.pdf'])
    expect(await namesOn(shop, april)).toEqual(['tabela.pdf'])
    expect((await shop.get(at(contract))).data.map(({ id }: { id: string }) => id)).toEqual(['att_3'])
    // It is one file, whoever carries it.
    const shown = await shop.invoice(march)
    expect(shown.attachments[0]).toEqual({ ...made.body })
    expect((await shop.api.get(`/v1/invoices/${march}/attachments/att_1/content`)).status).toBe(200)
    expect((await shop.api.get(`/v1/invoices/${april}/attachments/att_1`)).status).toBe(404)
    expect((await shop.api.get(`${at(contract)}/att_1`)).status).toBe(404)
    expect(await isOpen(shop, made.body.path)).toBe(true)
  })

  test('goes off one invoice alone, and is gone with the last that carries it', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const { path } = (await attach(shop, at(contract), 'termos.pdf')).body
    const january = await billedOn(shop, contract, '2026-01-10')
    const february = await billedOn(shop, contract, '2026-02-10')
    const off = async (invoice: string) => (await shop.api.delete(`/v1/invoices/${invoice}/attachments/att_1`)).status
    expect([await off(january), await off(january)]).toEqual([204, 404])
    expect([await namesOn(shop, january), await namesOn(shop, february)]).toEqual([[], ['termos.pdf']])
    // The rule still has it for whatever it makes.
    expect(await off(february)).toBe(204)
    const march = await billedOn(shop, contract, '2026-03-10')
    expect([await namesOn(shop, march), await contents(shop)]).toEqual([['termos.pdf'], 1])
    await shop.api.delete(`${at(contract)}/att_1`)
    expect([await isOpen(shop, path), await contents(shop)]).toEqual([true, 1])
    expect(await off(march)).toBe(204)
    expect([await isOpen(shop, path), await contents(shop)]).toEqual([false, 0])
    const history = await shop.all('/v1/attachments/att_1/history')
    expect(history.map(({ action }) => action)).toEqual(['delete', 'leave_out', 'detach', 'leave_out', 'leave_out', 'create'])
    // One that no invoice carries goes at once.
    const other = (await attach(shop, at(contract), 'outro.pdf')).body
    expect((await shop.api.delete(`${at(contract)}/${other.id}`)).status).toBe(204)
    expect([await isOpen(shop, other.path), await contents(shop)]).toEqual([false, 0])
  })

  test('has one address, which is changed for everybody', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const { path } = (await attach(shop, at(contract), 'termos.pdf')).body
    const january = await billedOn(shop, contract, '2026-01-10')
    const renewed = (await shop.post(`/v1/invoices/${january}/attachments/att_1/renew-address`)).path
    expect([await isOpen(shop, path), await isOpen(shop, renewed)]).toEqual([false, true])
    expect((await shop.get(`${at(contract)}/att_1`)).path).toBe(renewed)
    expect((await shop.post(`${at(contract)}/att_1/revoke-address`)).path).toBeNull()
    expect(await isOpen(shop, renewed)).toBe(false)
    expect((await shop.get(`/v1/invoices/${january}/attachments/att_1`)).path).toBeNull()
  })

  test('is bounded like those of an invoice, and refused where there is no such rule', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    for (let i = 0; i < 20; i++) expect((await attach(shop, at(contract), `${i}.pdf`)).status).toBe(201)
    expect((await attach(shop, at(contract), 'mais.pdf')).body.code).toBe('too_many_attachments')
    const january = await billedOn(shop, contract, '2026-01-10')
    expect((await attach(shop, `/v1/invoices/${january}/attachments`, 'mais.pdf')).body.code).toBe('too_many_attachments')
    expect((await attach(shop, '/v1/invoice-rules/rul_999/attachments', 'a.pdf')).status).toBe(404)
    const stranger = await Shop.open(database(), '2026-01-10')
    expect((await stranger.api.get(`${at(contract)}/att_1`)).status).toBe(404)
    const reads = await shop.api.keyWith(['invoices:read'])
    expect((await shop.api.get(at(contract), { key: reads })).status).toBe(403)
    const { version } = await shop.get(`/v1/invoice-rules/${contract.ruleId}`)
    await shop.api.delete(`/v1/invoice-rules/${contract.ruleId}`, { version })
    const refused = await attach(shop, at(contract), 'a.pdf')
    expect([refused.status, refused.body.code]).toEqual([409, 'rule_archived'])
    // What it has may still be taken off.
    expect((await shop.api.delete(`${at(contract)}/att_1`)).status).toBe(204)
  })

  test('goes when its customer is erased, whether an invoice carries it or not', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const { path } = (await attach(shop, at(contract), 'rg-do-joao.pdf')).body
    const january = await billedOn(shop, contract, '2026-01-10')
    await attach(shop, at(contract), 'cpf-do-joao.pdf')
    await shop.api.delete(`/v1/invoices/${january}/attachments/att_1`)
    const { customerId } = contract
    const exported = await shop.get(`/v1/customers/${customerId}/export`)
    expect(exported.records.attachments).toMatchObject([{ filename: 'rg-do-joao.pdf' }, { filename: 'cpf-do-joao.pdf' }])
    await shop.post(`/v1/contracts/${contract.id}/cancel`, { on: '2026-01-31', reason: 'Fim' })
    await shop.until('2026-02-01')
    await shop.post(`/v1/customers/${customerId}/erase`)
    expect([await isOpen(shop, path), await contents(shop)]).toEqual([false, 0])
    for (const gone of ['att_1', 'att_2']) {
      const [erased, ...before] = await shop.all(`/v1/attachments/${gone}/history`)
      expect(erased).toMatchObject({ action: 'erase', after: { customerId: 1 } })
      expect(before.map(({ after, erasedAt }) => [after, erasedAt !== null])).toEqual(before.map(() => [null, true]))
    }
  })
})
