import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

// Contracts that leave one account in a file and are read by another, which may have contracts of its own, counted alike.

const HEADING = 'codigo;id_bordero;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento'
const ANA = 'Ana Souza;529.982.247-25'

stories('a file of another account', database => {
  const open = async (day = '2026-01-10') => {
    const shop = await Shop.open(database(), day)
    const send = (lines: readonly string[] | string, query = '') =>
      shop.import(Buffer.from(typeof lines === 'string' ? lines : lines.join('\n')), query)
    const exported = async (): Promise<string> => (await shop.api.get('/v1/exports/contracts.csv')).body
    return { shop, send, exported }
  }
  const row = (code: string, id: string, price: string, start = '10/02/2026') =>
    `${code};${id};${ANA};Suporte;${price};10;${start};dia 20`
  const codesOf = (report: { faults: { line: number; column: string | null; code: string }[] }) =>
    report.faults.map(({ line, column, code }) => [line, column, code])

  test('overwrites no contract that has the same id here, though organization and customer are the same', async () => {
    const there = await open()
    await there.send([HEADING, row('THERE', '', '10,00')])
    const file = await there.exported()
    expect(file).toMatch(/^THERE;ctr_1-[0-9a-f]{8};/m)

    const here = await open()
    await here.send([HEADING, row('HERE', '', '999,00')])
    expect(await here.send(file, 'update=true')).toMatchObject({ faults: [], differences: [], created: 1, updated: 0 })
    const own = await here.exported()
    expect(own.match(/^[A-Z]+;ctr_\d+/gm)).toEqual(['HERE;ctr_1', 'THERE;ctr_2'])
    expect(own).toContain(';999,00;')
    // Its own file it knows by the id, whatever code the contract has been given since.
    const renamed = await here.send(own.replace('HERE;', 'NOVO;'), 'update=true')
    expect(renamed).toMatchObject({ faults: [], created: 0, updated: 1, unchanged: 1 })
    expect(renamed.differences).toMatchObject([{ column: 'codigo', from: 'HERE', to: 'NOVO' }])
  })

  test('of before ids had a mark is known by the id only where code and start do not speak against it, and otherwise refused', async () => {
    const { send } = await open()
    await send([HEADING, row('A', '', '10,00'), row('', '', '20,00', '11/02/2026')])
    // As an older export of this account wrote it: unchanged, a code that came since, and no code any more.
    expect(await send([HEADING, row('A', 'ctr_1', '10,00'), row('B', 'ctr_2', '20,00', '11/02/2026')])).toMatchObject({
      faults: [],
      differences: [{ line: 3, column: 'codigo', from: '', to: 'B' }],
    })
    expect(await send([HEADING, row('', 'ctr_1', '10,00')])).toMatchObject({ faults: [], differences: [], unchanged: 1 })

    const refused = await send(
      [HEADING, row('C', 'ctr_1', '77,00'), row('', 'ctr_2', '77,00', '12/02/2026'), row('D', 'ctr_9', '5,00')],
      'update=true&validRows=true',
    )
    expect(codesOf(refused)).toEqual([
      [2, 'id_bordero', 'unmarked_id'],
      [3, 'id_bordero', 'unmarked_id'],
    ])
    expect(refused.faults[0].message).toContain(
      'Esperado: o contrato daqui (código A, início 10/02/2026), uma exportação feita agora',
    )
    // An id that nobody has says nothing.
    expect(refused).toMatchObject({ created: 1, updated: 0, refused: 2 })
  })

  test('makes the rules of a contract as they are there, though they have one title, or one has replaced another', async () => {
    const there = await open('2026-01-10')
    const { shop } = there
    const second = (await shop.post('/v1/service-items', { name: 'Segundo' })).id
    const one = await shop.contract({ title: 'Mensalidade' }, { code: 'ONE' })
    const line = { serviceItemId: second, unitPrice: '70' }
    await shop.post(`/v1/contracts/${one.id}/invoice-rules`, shop.rule({ title: 'mensalidade', lines: [line] }))
    // Of the same service, one after the other: the price of the second year.
    const years = await shop.contract({ title: 'Anuidade', endsOn: '2026-02-09' }, { code: 'YEARS' })
    await shop.post(`/v1/contracts/${years.id}/invoice-rules`, shop.rule({ title: 'Anuidade', from: '2026-02-10', price: '120' }))
    const replaced = await shop.contract({ title: 'Plano' }, { code: 'REPLACED' })
    await shop.bill()
    await shop.until('2026-01-15')
    await shop.post(
      `/v1/contracts/${replaced.id}/invoice-rules`,
      shop.rule({ title: 'Plano', from: '2026-02-15', price: '110', replacesRuleId: replaced.ruleId }),
    )
    const file = await there.exported()
    // Without a mark of its own, each account would be known by its ids.
    const bare = (text: string) => text.replaceAll(/(ctr_\d+)-[0-9a-f]{8}/g, '$1')

    const here = await open('2026-01-15')
    expect(await here.send(file)).toMatchObject({ faults: [], state: 'done', created: 5 })
    expect(bare(await here.exported())).toBe(bare(file))
    for (const each of [here, there]) {
      const again = await each.send(await each.exported(), 'update=true')
      expect(again).toMatchObject({ faults: [], differences: [], unchanged: 5 })
    }
    for (const each of [here.shop, shop]) {
      await each.until('2026-03-20')
      await each.bill({ filters: { catchUp: true } })
    }
    const billed = async (shop: Shop) =>
      (await shop.all('/v1/invoices'))
        .filter(({ period }) => period.startsOn > '2026-01-15')
        .map(({ period, netCents }) => `${period.startsOn} ${period.endsOn} ${netCents}`)
        .sort()
    expect(await billed(here.shop)).toEqual(await billed(shop))
    expect(await billed(shop)).toHaveLength(9)
  })

  test('does not hold what is owed on a contract without a rule, nor the credit of a customer without one: it is told beside it', async () => {
    const { shop } = await open('2026-02-10')
    const behind = () => shop.get('/v1/exports/contracts/left-behind')
    const gone = await shop.contract({ price: '150' }, { code: 'GONE' })
    const paid = await shop.contract(
      {},
      { code: 'PAID', customerId: await shop.customer({ name: 'Bia', kind: 'person', taxId: '52998224725' }) },
    )
    const kept = await shop.contract(
      {},
      { code: 'KEPT', customerId: await shop.customer({ name: 'Caio', kind: 'person', taxId: '11144477735' }) },
    )
    await shop.bill()
    expect(await behind()).toEqual({
      receivables: { count: 0, amountCents: 0, names: [] },
      credit: { count: 0, amountCents: 0, names: [] },
    })
    const deleteRule = ({ ruleId }: { ruleId: string }) => shop.api.delete(`/v1/invoice-rules/${ruleId}`, { version: 1 })
    await deleteRule(gone)
    expect(await behind()).toMatchObject({
      receivables: { count: 1, amountCents: 15_000, names: ['GONE'] },
      credit: { count: 0 },
    })
    await shop.pay(await shop.lastInvoice(gone), 17_000)
    await shop.pay(await shop.lastInvoice(kept), 10_500)
    await deleteRule(paid)
    expect(await behind()).toEqual({
      receivables: { count: 1, amountCents: 10_000, names: ['PAID'] },
      credit: { count: 1, amountCents: 2_000, names: [expect.any(String)] },
    })
    // Of the contract that is in the file, the row says it.
    expect((await shop.api.get('/v1/exports/contracts.csv')).body).toContain('o cliente tem R$ 5,00 de crédito')
  })

  test('names what goes along with the invoices of a rule, and is not carried', async () => {
    const { shop, exported } = await open()
    const template = (await shop.post('/v1/charge-templates', { organizationId: 'org_1', name: 'Boleto' })).id
    await shop.contract({ details: { chargeTemplateId: template, notes: 'Ligar antes', issueNfse: true } })
    await shop.contract()
    const rows = (await exported()).trimEnd().split('\r\n').slice(1)
    expect(rows.map(row => row.split(';').at(-1))).toEqual([
      'o arquivo não leva o que acompanha a fatura: modelo de cobrança, emissão de nota fiscal, observações da regra',
      '',
    ])
  })

  test('names the category of a line and whose parts its amounts are, and carries neither', async () => {
    const { shop, exported } = await open()
    const { id } = await shop.post('/v1/departments', { name: 'Vendas' })
    const category = (await shop.post('/v1/categories', { name: 'Serviços' })).id
    const line = { serviceItemId: shop.serviceItemId, unitPrice: '10' }
    await shop.contract({
      details: { departments: [{ departmentId: id, percent: '100' }] },
      lines: [line, { ...line, description: 'Outro', categoryId: category }],
    })
    const [first, second] = (await exported()).trimEnd().split('\r\n').slice(1)
    const along = 'o arquivo não leva o que acompanha a fatura: departamentos'
    expect(first?.split(';').at(-1)).toBe(along)
    expect(second).toContain(`;"${along}; o arquivo não leva a categoria do serviço, ${category}"`)
  })
})
