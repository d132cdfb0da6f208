import { expect, test } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { verifiedAfterwards } from '../../../../test/fixtures/verified.ts'
import { billedByOmie } from '../../../../test/http/omie-billed.ts'

eachEngine("FaturarContrato, where this month's period is closed and no order bills it", database => {
  const verified = verifiedAfterwards(database)

  /** On 28 November, with one contract that was billed on that day. */
  async function open() {
    const it = await billedByOmie(database())
    verified(it.api.account)
    const fat = (method: string, nCodCtr = 1) => it.ask('servicos/contratofat', method, { nCodCtr })
    const invoices = async (contract = 1) => (await it.api.get(`/v1/invoices?contract=ctr_${contract}`)).body.data
    return { ...it, fat, invoices }
  }

  test('bills no other one in the place of a cancelled invoice, and the same one again once that is released', async () => {
    const { api, fat, invoices } = await open()
    const act = async (what: 'cancel' | 'release') => {
      const [{ id }] = await invoices()
      const done = await api.post(`/v1/invoices/${id}/${what}`, what === 'cancel' ? { reason: 'Valor errado' } : {})
      expect([done.status, done.body]).toEqual([200, expect.anything()])
    }
    await act('cancel')
    for (const method of ['ValidarContrato', 'FaturarContrato']) {
      const told = await fat(method)
      expect(told).toMatchObject({ cCodStatus: '1' })
      expect(told.cDescStatus).toContain('A fatura do período foi cancelada. Para faturar o período de novo, libere no Bordero')
    }
    expect(await invoices()).toHaveLength(1)
    await act('release')
    expect(await fat('FaturarContrato')).toMatchObject({ cCodStatus: '0' })
    expect(await fat('FaturarContrato')).toMatchObject({ cCodStatus: '1' })
    const periods = (await invoices()).map(({ period }: { period: { startsOn: string } }) => period.startsOn)
    expect(periods).toEqual(['2023-11-28', '2023-11-28'])
  })

  test('bills no other one in the place of one that a suspension left uncharged, until its month', async () => {
    const { api, ask, fat, invoices } = await open()
    await ask('servicos/contrato', 'IncluirContrato', {
      cabecalho: { nCodCli: 1, dVigInicial: '01/11/2023', nDiaFat: 28, dVigFinal: '30/11/2024' },
      itensContrato: [{ itemCabecalho: { codServico: 1, valorUnit: 100 } }],
    })
    await fat('SuspenderContrato', 2)
    await ask('servicos/contratolote', 'FaturarLoteContrato', { cCodIntLote: '1' })
    await api.settle()
    await api.moveClock('2023-11-29T15:00:00.000Z')
    await fat('AtivarContrato', 2)
    const told = await fat('FaturarContrato', 2)
    expect(told).toMatchObject({ nCodOS: 0, cCodStatus: '1' })
    expect(told.cDescStatus).toContain('encerrado sem cobrança')
    expect(await invoices(2)).toEqual([])
    await api.moveClock('2023-12-01T15:00:00.000Z')
    expect(await fat('FaturarContrato', 2)).toMatchObject({ cCodStatus: '0' })
    expect(await invoices(2)).toMatchObject([{ period: { startsOn: '2023-12-28' } }])
  })

  test('who asks again after an older period was billed is told its order, and nothing is billed ahead', async () => {
    const { api, fat, invoices } = await open()
    await api.moveClock('2024-01-10T15:00:00.000Z')
    const first = await fat('FaturarContrato')
    expect(first).toMatchObject({ cCodStatus: '0' })
    for (let i = 0; i < 2; i++) expect(await fat('FaturarContrato')).toMatchObject({ cCodStatus: '1', nCodOS: first.nCodOS })
    const periods = (await invoices()).map(({ period }: { period: { startsOn: string } }) => period.startsOn)
    expect(periods.toSorted()).toEqual(['2023-11-28', '2023-12-28'])
  })

  test('says what passes a bound in words that its client has', async () => {
    const { api, ask, fat } = await open()
    await ask('servicos/contrato', 'IncluirContrato', {
      cabecalho: { nCodCli: 1, dVigInicial: '01/11/2023', nDiaFat: 28, dVigFinal: '30/11/2024' },
      itensContrato: [{ itemCabecalho: { codServico: 1, valorUnit: 500 } }],
    })
    const [rule] = (await api.get('/v1/invoice-rules?contractId=ctr_2')).body.data
    expect((await api.post(`/v1/invoice-rules/${rule.id}/terms`, { maxAmountCents: 10_000 })).status).toBe(201)
    const { cCodStatus, cDescStatus } = await fat('FaturarContrato', 2)
    expect(cCodStatus).toBe('1')
    expect(cDescStatus).toMatch(/R\$\s500,00.*AlterarContrato/)
    expect(cDescStatus).not.toMatch(/valor_maximo|libere o item/)
  })
})
