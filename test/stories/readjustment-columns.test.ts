import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

// A spreadsheet that says by which index its prices are readjusted, and when they last were.

const HEADING = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;faturado_ate'
const row = (code: string, rest: string) =>
  `${code};Ana Souza;529.982.247-25;${code};1.000,00;1;01/10/2024;dia 10;30/09/2025;${rest}`

stories('a spreadsheet with readjustments', database => {
  const open = async (day: string) => {
    const shop = await Shop.open(database(), day)
    const send = (lines: readonly string[] | string, query = '') =>
      shop.import(Buffer.from(typeof lines === 'string' ? lines : lines.join('\n')), query)
    const exported = async (): Promise<string> =>
      (await shop.api.get('/v1/exports/contracts.csv')).body.replaceAll(/(ctr_\d+)-[0-9a-f]{8}/g, '$1')
    const clauses = async () =>
      (await shop.all('/v1/readjustments')).map(({ index, startsOn, nextOn, everyMonths, lagMonths, allowsNegative }) => ({
        index,
        startsOn,
        nextOn,
        everyMonths,
        lagMonths,
        allowsNegative,
      }))
    return { shop, send, exported, clauses }
  }

  test('readjusts each contract from the date on that follows its last readjustment', async () => {
    const { shop, send, clauses } = await open('2025-09-20')
    const wide = `${HEADING};indice_reajuste;data_base_reajuste;ultimo_reajuste`
    const made = await send([
      wide,
      row('A', 'IGP-M;01/10/2024;'),
      row('B', 'ipca;;15/03/2025'),
      row('C', ';;'),
      row('D', 'IGPM;01/10/2024;01/10/2025'),
    ])
    expect(made).toMatchObject({ state: 'done', created: 4, faults: [] })
    expect(await clauses()).toEqual([
      { index: 'igpm', startsOn: '2024-10-01', nextOn: '2025-10-01', everyMonths: 12, lagMonths: 1, allowsNegative: false },
      { index: 'ipca', startsOn: '2026-03-15', nextOn: '2026-03-15', everyMonths: 12, lagMonths: 2, allowsNegative: false },
      { index: 'igpm', startsOn: '2024-10-01', nextOn: '2026-10-01', everyMonths: 12, lagMonths: 1, allowsNegative: false },
    ])
    await shop.until('2025-10-01')
    await shop.bill()
    const grossOf = async (code: string) => (await shop.lastInvoice(await shop.contractOf(code))).grossCents
    // D said that its price had that date's readjustment already.
    expect([await grossOf('A'), await grossOf('B'), await grossOf('C'), await grossOf('D')]).toEqual([
      102_828, 100_000, 100_000, 100_000,
    ])
    const again = await send([wide, row('A', 'IGP-M;01/10/2024;'), row('B', 'IPCA;;15/03/2025')])
    // What only the index changed since is what the file means.
    expect(again).toMatchObject({ differences: [], unchanged: 2 })
    expect(again.warnings.map(({ code }: { code: string }) => code)).toEqual(['price_before_readjustment'])
  })

  test('is known again, tells what differs, and update applies it; what waits stays as it is', async () => {
    const { shop, send, clauses } = await open('2025-09-20')
    const wide = `${HEADING};indice_reajuste;data_base_reajuste;ultimo_reajuste;meses_reajuste;reajuste_negativo`
    await send([wide, row('A', 'IGP-M;01/10/2024;;;')])
    const said = (...rows: string[]) => rows.map(rest => row('A', rest))
    for (const same of ['IGP-M;01/10/2024;;;', 'igpm;01/10/2025;01/10/2024;12;não', ';;;;', 'IGP-M;01/10/2020;;anual;'])
      expect(await send([wide, ...said(same)])).toMatchObject({ faults: [], differences: [], unchanged: 1 })
    const other = [wide, ...said('IPCA;15/11/2024;;;sim')]
    const told = [
      { column: 'indice_reajuste', from: 'IGP-M', to: 'IPCA' },
      { column: 'reajuste_negativo', from: 'não', to: 'sim' },
      { column: 'data_base_reajuste', from: '01/10/2024', to: '15/11/2024' },
    ]
    expect(await send(other)).toMatchObject({
      differences: told.map(each => ({ ...each, isApplied: false, whyNot: null })),
      differing: 1,
    })
    expect(await send(other, 'update=true')).toMatchObject({
      differences: told.map(each => ({ ...each, isApplied: true })),
      updated: 1,
    })
    expect(await clauses()).toEqual([
      { index: 'ipca', startsOn: '2024-11-15', nextOn: '2025-11-15', everyMonths: 12, lagMonths: 2, allowsNegative: true },
    ])
    expect(await send(other)).toMatchObject({ differences: [], unchanged: 1 })

    // A date that has come and was not applied is no file's to pass over.
    const { data } = await shop.get('/v1/readjustments')
    await shop.api.patch(`/v1/readjustments/${data[0].id}`, { approvalWanted: true }, { version: data[0].version })
    await shop.until('2025-11-20')
    const passing = await send([wide, ...said('IPCA;;15/11/2025;;')], 'update=true')
    expect(passing.differences).toMatchObject([
      { column: 'ultimo_reajuste', to: '15/11/2025', isApplied: false, whyNot: expect.stringContaining('15/11/2025 chegou') },
    ])
    expect(await clauses()).toMatchObject([{ nextOn: '2025-11-15' }])
  })

  test('may give a contract that stands its first readjustment, and a rule that it adds', async () => {
    const { send, clauses } = await open('2025-09-20')
    await send([HEADING, row('A', '').replace(/;$/, '')])
    const wide = `${HEADING};regra;indice_reajuste;ultimo_reajuste`
    const both = [wide, row('A', 'A;IGP-M;20/09/2025'), row('A', 'Outra;INPC;01/05/2025').replace(';A;1.000', ';Outro;1.000')]
    const reported = await send(both)
    expect(reported.differences.map(({ column, to }: { column: string; to: string }) => [column, to])).toEqual([
      ['indice_reajuste', 'IGP-M'],
      ['regra', 'Outra'],
    ])
    expect(await send(both, 'update=true')).toMatchObject({ faults: [], updated: 2 })
    expect(await clauses()).toMatchObject([
      { index: 'inpc', nextOn: '2026-05-01' },
      { index: 'igpm', nextOn: '2026-09-20' },
    ])
    expect(await send(both)).toMatchObject({ faults: [], differences: [] })
  })

  test('is exported with them, and makes the same elsewhere, also on the day of a readjustment', async () => {
    const here = await open('2025-09-20')
    const wide = `${HEADING};indice_reajuste;data_base_reajuste;ultimo_reajuste;meses_reajuste;defasagem_reajuste;metodo_reajuste;reajuste_negativo;aprovacao_reajuste;aviso_reajuste`
    await here.send([
      wide,
      row('A', 'IGP-M;01/10/2024;;;;;;;'),
      row('B', 'IPCA;;31/08/2025;6;3;;sim;sim;30'),
      row('C', 'IPCA;01/10/2025;;12;;acumulado publicado;;;'),
      row('D', ';;;;;;;;'),
    ])
    for (const day of ['2025-09-20', '2025-10-01']) {
      await here.shop.until(day)
      const file = await here.exported()
      const there = await open(day)
      expect(await there.send(file)).toMatchObject({ state: 'done', faults: [], created: 4 })
      expect(await there.exported()).toBe(file)
      expect(await there.clauses()).toEqual(await here.clauses())
      expect(await here.send(file, 'update=true')).toMatchObject({ faults: [], differences: [], unchanged: 4 })
      expect(await there.send(file, 'update=true')).toMatchObject({ faults: [], differences: [], unchanged: 4 })
    }
  })

  test('says of what it cannot carry that it is left out: a service of its own, and a date that waits', async () => {
    const { shop, exported } = await open('2025-09-20')
    const contract = await shop.contract({ from: '2025-09-20' })
    const add = (clause: Record<string, unknown>) => shop.post(`/v1/invoice-rules/${contract.ruleId}/readjustments`, clause)
    await add({ index: 'inpc', startsOn: '2026-01-01', serviceItemId: shop.serviceItemId })
    await add({ index: 'igpm', startsOn: '2025-10-01', approvalWanted: true })
    await shop.until('2025-10-02')
    const left = (await exported()).trimEnd().split(';').at(-1)
    expect(left).toMatch(/o reajuste pelo INPC só do serviço .+/)
    expect(left).not.toContain('ainda não foi aplicado')
    const other = await shop.contract({ from: '2025-10-02' })
    await shop.post(`/v1/invoice-rules/${other.ruleId}/readjustments`, {
      index: 'igpm',
      startsOn: '2025-10-10',
      approvalWanted: true,
    })
    await shop.until('2025-10-11')
    const file = await exported()
    expect(file).toContain('o reajuste de 10/10/2025 pelo IGP-M ainda não foi aplicado')
    const there = await open('2025-10-11')
    const report = await there.send(file, 'dryRun=true')
    expect(report.warnings.map(({ code }: { code: string }) => code)).toContain('readjustment_missed')
  })
})
