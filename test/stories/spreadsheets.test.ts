import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

// What a finance person sends, row by row right, and may have meant otherwise: it is done as it is written, and she is told.

const CSV = { headers: { 'content-type': 'text/csv' } }
const HEADING = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento'
const row = (code: string, party: string, service = 'Suporte') => `${code};${party};${service};100,00;10;10/02/2026;dia 20`
const ANA = 'Ana Souza;529.982.247-25'
const RUI = 'Rui Prado;529.982.247-25'

stories('a spreadsheet', database => {
  const open = async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const send = async (lines: readonly string[], query = '') => {
      const { status, body } = await shop.api.post(`/v1/imports${query}`, Buffer.from(lines.join('\n')), CSV)
      expect(status, JSON.stringify(body)).toBe(201)
      return body
    }
    const exported = async (): Promise<string[][]> =>
      (await shop.api.get('/v1/exports/contracts.csv')).body
        .slice(1)
        .trimEnd()
        .split('\r\n')
        .map((line: string) => line.split(';'))
    return { shop, send, exported }
  }
  const told = (report: { warnings: { line: number; column: string | null; code: string; message: string }[] }) =>
    report.warnings.map(({ line, column, code }) => [line, column, code])

  test('with the same row twice makes two contracts and says so, until they are known', async () => {
    const { shop, send } = await open()
    const file = [HEADING, row('', ANA), row('', ANA, 'Internet'), row('', ANA)]
    const checked = await send(file, '?dryRun=true')
    expect(told(checked)).toEqual([[4, null, 'repeated_row']])
    expect(checked.warnings[0].message).toContain('As linhas 2 e 4 são iguais')
    expect(await send(file)).toMatchObject({ state: 'done', created: 3, faults: [], warningCount: 1 })
    expect((await shop.api.get('/v1/contracts')).body.data).toHaveLength(3)
    // Both stand now, and the same file means them.
    expect(await send(file)).toMatchObject({ unchanged: 3, warnings: [] })
    // A third is one more.
    expect(told(await send([...file, row('', ANA)], '?dryRun=true'))).toEqual([[5, null, 'repeated_row']])
  })

  test('that gives a known tax id another name is charged to whom it is, and each of its rows says so', async () => {
    const { shop, send } = await open()
    await send([HEADING, row('A', ANA)])
    const report = await send([
      HEADING,
      row('B', RUI),
      row('C', 'ANA  SOUZA;529.982.247-25'),
      row('D', 'Rita Lima;529.982.247-25'),
    ])
    expect(told(report)).toEqual([
      // What one customer is charged twice comes before what it is called.
      ...[2, 3, 4].map(line => [line, null, 'stands_already']),
      [3, null, 'repeated_with_other_code'],
      [4, null, 'repeated_with_other_code'],
      [2, 'cliente', 'customer_has_other_name'],
      [4, 'cliente', 'customer_has_other_name'],
    ])
    expect(report.warnings.at(-1).message).toBe(
      'Linha 4, coluna "cliente": O CPF/CNPJ 529.982.247-25 já é de "Ana Souza": a fatura sairá em nome de Ana Souza. Se é outro cliente, corrija o CPF/CNPJ; se é o mesmo com nome novo, importe com --update, que muda o nome no cadastro.',
    )
    expect(report).toMatchObject({ created: 3, differences: [{ line: 2, column: 'cliente', isApplied: false }] })
    await shop.until('2026-02-10')
    await shop.bill()
    const names = (await shop.api.get('/v1/invoices')).body.data.map(
      ({ customer }: { customer: { name: string } }) => customer.name,
    )
    expect(names).toEqual(Array(4).fill('Ana Souza'))
  })

  test('that renames a customer says of whoever keeps the old name that it is gone', async () => {
    const { send } = await open()
    await send([HEADING, row('A', ANA)])
    const report = await send([HEADING, row('B', RUI), row('A', ANA)], '?update=true')
    expect(report).toMatchObject({ differences: [{ line: 2, column: 'cliente', isApplied: true }] })
    expect(told(report)).toEqual([
      [3, null, 'repeated_with_other_code'],
      [3, 'cliente', 'customer_has_other_name'],
    ])
    expect(report.warnings[1].message).toContain('já é de "Rui Prado"')
  })

  test('of known rows is told of a price when it is another one', async () => {
    const { send } = await open()
    const of = (price: string) => [HEADING, row('A', ANA).replace('100,00', price)]
    expect(told(await send(of('10,005')))).toEqual([[2, 'valor', 'price_rounded']])
    expect(told(await send(of('10,005')))).toEqual([])
    expect(told(await send(of('0'), '?update=true'))).toEqual([[2, 'valor', 'price_zero']])
    expect(told(await send(of('0'), '?update=true'))).toEqual([])
  })

  test('that was exported says once what a contract of several rows owes, and is read back as it was', async () => {
    const { send, exported } = await open()
    const owed = '10/12/2025=99,90|10/01/2026=99,90'
    const rows = [`${row('A', ANA)};${owed}`, `${row('A', ANA, 'Internet')};`, `${row('B', ANA)};10/01/2026=5,00`]
    await send([`${HEADING};em_aberto`, ...rows])
    const [heading = [], ...lines] = await exported()
    const at = heading.indexOf('em_aberto')
    expect(lines.map(cells => cells[at])).toEqual([owed, '', '10/01/2026=5,00'])
    const file = [heading, ...lines].map(cells => cells.join(';'))
    expect(await send(file)).toMatchObject({ unchanged: 3, faults: [], differences: [] })

    const other = await open()
    expect(await other.send(file)).toMatchObject({ created: 3, faults: [] })
    const debts = (await other.shop.api.get('/v1/receivables')).body.data
    expect(debts.map(({ amountCents }: { amountCents: number }) => amountCents).sort()).toEqual([500, 9_990, 9_990])
    expect((await other.exported()).map(cells => cells[at])).toEqual(['em_aberto', owed, '', '10/01/2026=5,00'])
  })

  test('keeps no name in what it was told, once its customer is erased', async () => {
    const { shop, send } = await open()
    const customer = await shop.customer({ kind: 'person', name: 'Ana Souza', taxId: '52998224725' })
    const { id } = await send([HEADING, row('B', RUI)], '?dryRun=true')
    expect((await shop.api.post(`/v1/customers/${customer}/erase`)).status).toBe(200)
    const { body } = await shop.api.get(`/v1/imports/${id}`)
    expect(body.warnings).toMatchObject([{ line: 2, code: 'customer_has_other_name' }])
    expect(JSON.stringify(body)).not.toMatch(/Ana|Rui|529/)
  })
})
