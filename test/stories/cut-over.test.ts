import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

const example = readFileSync(new URL('../../examples/contratos.csv', import.meta.url))

stories('a company that comes from another system', database => {
  test('imports its contracts, previews, bills exactly that, bills the one that was held, and proves it', async () => {
    const shop = await Shop.open(database(), '2027-01-31')
    const imported = await shop.import(example)
    expect(imported).toMatchObject({ state: 'done', faultCount: 0, refused: 0 })
    expect(await shop.import(example)).toMatchObject({ created: 0, updated: 0, differing: 0 })

    const preview = await shop.preview()
    expect(preview.counters).toMatchObject({ billed: 0, parked: 0 })
    const seen = await shop.items(preview, 'class=pending')
    const billed = await shop.tellRun(preview, 'bill', { planHash: preview.planHash })
    expect(billed).toMatchObject({ state: 'done', totals: { billedCents: preview.totals.plannedCents } })
    expect(billed.counters.billed + billed.counters.notBilled + billed.counters.parked).toBe(billed.counters.due)

    const invoices = await shop.all(`/v1/invoices?run=${billed.id}`)
    const netOf = new Map(invoices.map(invoice => [`${invoice.ruleId} ${invoice.scheduledOn}`, invoice.netCents]))
    expect(netOf).toEqual(new Map(seen.map(item => [`${item.rule} ${item.scheduledOn}`, item.netCents])))

    const [held] = await shop.items(billed, 'class=not_billed')
    expect(held.outcome).toBe('above_safety_bound')
    expect((await shop.tellRun(billed, `items/${held.item}/allow`)).counters).toMatchObject({ notBilled: 0, parked: 0 })
    // What is left only waits for somebody's approval, or for somebody's payment.
    const again = await shop.bill()
    expect(Object.keys(again.outcomes).sort()).toEqual(['awaiting_approval', 'customer_overdue'])
    expect(await shop.all(`/v1/invoices?run=${again.id}`)).toEqual([])
  })

  test('is billed no day that the other system billed, and every day since', async () => {
    const shop = await Shop.open(database(), '2026-04-15')
    const heading = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;faturado_ate'
    const row = 'A-1;Ana Souza;529.982.247-25;Internet;99,90;31;31/01/2025;dia 10;28/02/2026'
    await shop.import(Buffer.from([heading, row].join('\n')))
    const contract = await shop.contractOf('A-1')
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1 })
    await shop.until('2026-04-30')
    await shop.bill()
    expect(await shop.ledger(contract)).toEqual(['2025-01-31 billed_elsewhere', '2026-03-31 billed', '2026-04-30 billed'])
  })

  test('a file with faults changes nothing and names each of them', async () => {
    const shop = await Shop.open(database(), '2026-01-31')
    const heading = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento'
    const rows = [
      'B-1;Ana Souza;529.982.247-25;Internet;99,90;31;31/01/2026;dia 10',
      'B-2;Rui Lima;529.982.247-26;Internet;1,234.56;32;31/02/2026;dia 10',
    ]
    const report = await shop.import(Buffer.from([heading, ...rows].join('\n')))
    expect(report).toMatchObject({ state: 'refused', created: 0 })
    const places = report.faults.map(({ line, column }: { line: number; column: string }) => `${line} ${column}`)
    expect(places.sort()).toEqual(['3 cpf_cnpj', '3 dia_faturamento', '3 inicio', '3 valor'])
    expect(await shop.all('/v1/contracts')).toEqual([])
    // Only the right rows, when that is asked for.
    const valid = await shop.import(Buffer.from([heading, ...rows].join('\n')), 'validRows=true')
    expect(valid).toMatchObject({ state: 'done', created: 1, refused: 1 })
  })

  test('that brings contracts of the past is told from when on they are billed, and how to bill the past too', async () => {
    const shop = await Shop.open(database(), '2026-11-21')
    const heading = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;faturar_desde'
    const file = [
      heading,
      'A;Ana Souza;529.982.247-25;Internet;99,90;1;01/02/2026;dia 10;',
      'B;Ana Souza;529.982.247-25;Suporte;50,00;1;01/09/2026;dia 10;01/09/2026',
    ]
    const report = await shop.import(Buffer.from(file.join('\n')))
    expect(report.warnings).toMatchObject([{ line: 2, column: 'inicio', code: 'past_not_billed' }])
    expect(report.warnings[0].message).toContain('começa em 01/12/2026')

    const [past, whole] = [await shop.contractOf('A'), await shop.contractOf('B')]
    const explained = async (day: string) =>
      (await shop.get(`/v1/contracts/${past.id}/explain?day=${day}`)).rules[0].sentences.at(-1)
    expect(await explained('2026-11-21')).toContain('A cobrança desta regra começa em 01/12/2026; o que vem antes não é cobrado')
    expect((await shop.bill({ filters: { catchUp: true } })).outcomes).toEqual({ emitted: 3 })
    expect(await shop.ledger(whole)).toEqual(['2026-09-01 billed', '2026-10-01 billed', '2026-11-01 billed'])

    await shop.until('2026-12-01')
    await shop.bill()
    const [invoice] = await shop.invoices(past)
    expect(await explained('2026-12-15')).toContain(`de 01/12/2026 a 31/12/2026, já foi faturado (${invoice.id}, `)
    expect(await explained('2026-11-21')).toContain('A cobrança desta regra começa em 01/12/2026')
  })

  test('moves on with what was open between billed periods, and to another rhythm', async () => {
    const here = await Shop.open(database(), '2026-01-10')
    const contract = await here.contract({ from: '2026-01-10' }, { code: 'A' })
    await here.until('2026-03-10')
    await here.bill()
    await here.changeTerms(contract, { validFrom: '2026-01-10', recurrence: { anchorOn: '2026-03-25' } })
    const file: string = (await here.api.get('/v1/exports/contracts.csv')).body
    expect(file).toContain('09/04/2026;10/04/2026;10/01/2026 a 24/01/2026|25/01/2026 a 24/02/2026|25/02/2026 a 09/03/2026')
    const there = await Shop.open(database(), '2026-04-11')
    expect((await there.import(Buffer.from(file))).faults).toEqual([])
    await there.bill({ filters: { catchUp: true } })
    expect(await there.ledger(await there.contractOf('A'))).toEqual([
      '2026-01-10 billed',
      '2026-01-25 billed',
      '2026-02-25 billed',
      '2026-03-10 billed_elsewhere',
      '2026-04-10 billed',
    ])
  })

  test('says billed only of what was: a contract that was never billed goes on from its own start', async () => {
    const here = await Shop.open(database(), '2026-01-31')
    await here.contract({ from: '2026-01-31' }, { code: 'A' })
    await here.until('2026-04-15')
    const there = await Shop.open(database(), '2026-06-10')
    const file: string = (await here.api.get('/v1/exports/contracts.csv')).body
    // No "faturado_ate", and the first day to be billed.
    expect(file).toContain(';;31/01/2026;;')
    await there.import(Buffer.from(file))
    const contract = await there.contractOf('A')
    expect(await there.ledger(contract)).toEqual([])
    expect((await there.bill()).outcomes).toEqual({ emitted: 1, needs_catch_up: 4 })
  })

  test('keeps its suspensions, also of a contract that has ended since', async () => {
    const here = await Shop.open(database(), '2026-01-10')
    for (const over of [{ code: 'A' }, { code: 'B', endsOn: '2026-05-31' }]) {
      const { id } = await here.contract({ from: '2026-01-10' }, over)
      await here.post(`/v1/contracts/${id}/suspend`, { fromOn: '2026-02-01', reason: 'Obra' })
      await here.post(`/v1/contracts/${id}/resume`, { on: '2026-04-01' })
    }
    await here.until('2026-06-15')
    const file: string = (await here.api.get('/v1/exports/contracts.csv')).body
    expect(file).toContain('01/02/2026 a 31/03/2026')
    const there = await Shop.open(database(), '2026-06-15')
    expect((await there.import(Buffer.from(file))).faults).toEqual([])
    await there.bill({ filters: { catchUp: true } })
    const until = (day: string) =>
      ['01', '02', '03', '04', '05', '06'].map(month => `2026-${month}-10`).filter(each => each < day)
    for (const [code, day] of [
      ['A', '2026-07-01'],
      ['B', '2026-06-01'],
    ] as const) {
      const rested = new Set(['2026-02-10', '2026-03-10'])
      expect(await there.ledger(await there.contractOf(code))).toEqual(
        until(day).map(each => `${each} ${rested.has(each) ? 'uncharged' : 'billed'}`),
      )
    }
  })
})
