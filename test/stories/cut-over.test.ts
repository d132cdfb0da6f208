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
})
