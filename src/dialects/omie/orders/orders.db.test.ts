import { expect, test } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { omieApi } from '../../../../test/http/omie-api.ts'
import { billedByOmie } from '../../../../test/http/omie-billed.ts'
import { testApi } from '../../../../test/http/test-api.ts'

const service = 'servicos/os'

eachEngine('ordens de serviço', database => {
  async function billed() {
    const { api, call, ask } = await billedByOmie(database())
    const list = async (param: object) => {
      const { status, body } = await call(service, 'ListarOS', { pagina: 1, ...param })
      if (body.faultcode === 'SOAP-ENV:Client-5113') return []
      expect(status, JSON.stringify(body)).toBe(200)
      return body.osCadastro.map(({ Cabecalho }: { Cabecalho: { nCodOS: number } }) => Cabecalho.nCodOS) as number[]
    }
    const status = (nCodOS: number) => ask(service, 'StatusOS', { nCodOS })
    return { api, call, ask, list, status }
  }

  test('what billing made is shown by our number, and by its own number padded as theirs is', async () => {
    const { ask } = await billed()
    const shown = await ask(service, 'ConsultarOS', { nCodOS: 1 })
    expect(shown).toMatchObject({
      Cabecalho: { nCodOS: 1, cCodIntCli: 'CLI-1', nCodCtr: 1, cEtapa: '60', nValorTotal: 250.5 },
      ServicosPrestados: [{ nCodServico: 1, cCodIntServico: 'SUP-01', nValUnit: 250.5 }],
      Parcelas: [{ nParcela: 1, dDtVenc: '11/12/2023', nValor: 250.5, nPercentual: 100, nDias: 13 }],
      InfoCadastro: { cFaturada: 'S', cCancelada: 'N', dDtFat: '28/11/2023' },
    })
    expect(await ask(service, 'ConsultarOS', { cNumOS: '000000000000001' })).toEqual(shown)
  })

  test('shows the code of a contract that has no number, and what part of the whole each installment is', async () => {
    const { api, ask, call } = await billed()
    const rule = {
      recurrence: { unit: 'month', every: 1, anchorOn: '2023-11-28' },
      due: { kind: 'day_quantity', days: 30, installments: 3 },
      management: 'on_request',
      lines: [{ serviceItemId: 'svc_1', unitPrice: '100' }],
    }
    const made = await api.post('/v1/contracts', {
      name: 'Importado',
      code: 'HZ-0001',
      organizationId: 'org_1',
      customerId: 'cus_1',
      rules: [rule],
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const { nCodOS } = await ask('servicos/contratofat', 'FaturarContrato', { nCodCtr: 2 })
    const shown = await ask(service, 'ConsultarOS', { nCodOS })
    expect(shown.InformacoesAdicionais).toEqual({ cNumContrato: 'HZ-0001' })
    expect(shown.Parcelas.map(({ nPercentual }: { nPercentual: number }) => nPercentual)).toEqual([33.33, 33.33, 33.34])
    expect((await ask(service, 'StatusOS', { nCodOS })).cNumContrato).toBe('HZ-0001')
    const { listaContratos } = await ask('servicos/contratofat', 'ObterContratos', { cEtapa: '30' })
    expect(listaContratos).toContainEqual({ nCodCtr: 2, cNumCtr: 'HZ-0001' })
    const { contratoCadastro } = await ask('servicos/contrato', 'ConsultarContrato', { contratoChave: { nCodCtr: 2 } })
    expect(contratoCadastro.cabecalho.cNumCtr).toBe('HZ-0001')
    const titles = await call('financas/contareceber', 'ListarContasReceber', { apenas_importado_api: 'S' })
    expect(titles.body.conta_receber_cadastro.at(-1)).toMatchObject({ cNumeroContrato: 'HZ-0001' })
  })

  test('tells where it stands once it is cancelled, and gives its PDF to who asks for it', async () => {
    const { api, ask, call, list, status } = await billed()
    expect(await status(1)).toMatchObject({ cEtapa: '60', cFaturada: 'S', cCancelada: 'N', cUrlPdfRecibo: '', ListaRpsNfse: [] })
    const { cUrlPdfRecibo } = await ask(service, 'StatusOS', { nCodOS: 1, lPdfRecibo: true })
    const pdf = await api.app.inject({ method: 'GET', url: new URL(cUrlPdfRecibo).pathname })
    expect(pdf.headers['content-type']).toContain('application/pdf')

    await api.moveClock('2023-12-01T15:00:00.000Z')
    const { version } = (await api.get('/v1/invoices/inv_1')).body
    const cancelled = await api.post('/v1/invoices/inv_1/cancel', { reason: 'Duplicada' }, { version })
    expect(cancelled.status, JSON.stringify(cancelled.body)).toBe(200)
    expect(await status(1)).toMatchObject({ cCancelada: 'S', dDtCanc: '01/12/2023', cHrCanc: '12:00:00' })
    expect(await list({ filtrar_por_status: 'C' })).toEqual([1])
    expect(await list({ filtrar_por_status: 'F' })).toEqual([])
    expect(await list({ filtrar_por_data_cancelamento_de: '01/12/2023' })).toEqual([1])
    expect(await list({ filtrar_por_data_cancelamento_ate: '30/11/2023' })).toEqual([])
    const title = await call('financas/contareceber', 'ConsultarContaReceber', { codigo_lancamento_omie: 1 })
    expect(title.body.status_titulo).toBe('CANCELADO')
  })

  test('filters, orders and pages; where nothing matches it is their fault', async () => {
    const { api, ask, call, list } = await billed()
    await api.moveClock('2023-12-28T15:00:00.000Z')
    await ask('servicos/contratofat', 'FaturarContrato', { nCodCtr: 1 })
    expect(await list({})).toEqual([1, 2])
    expect(await list({ ordem_decrescente: 'S' })).toEqual([2, 1])
    expect(await list({ filtrar_por_codigo: [{ nCodOS: 2 }, { cCodIntOS: 'nada' }] })).toEqual([2])
    expect(await list({ filtrar_por_cliente: 1 })).toEqual([1, 2])
    expect(await list({ filtrar_por_cliente: 2 })).toEqual([])
    expect(await list({ filtrar_por_etapa: '60' })).toEqual([1, 2])
    expect(await list({ filtrar_por_etapa: '50' })).toEqual([])
    expect(await list({ filtrar_por_data_faturamento_de: '01/12/2023' })).toEqual([2])
    expect(await list({ filtrar_por_data_faturamento_ate: '28/11/2023' })).toEqual([1])
    expect(await list({ filtrar_por_data_previsao_de: '28/11/2023', filtrar_por_data_previsao_ate: '28/11/2023' })).toEqual([1])
    expect(await list({ filtrar_por_data_de: '28/12/2023', filtrar_apenas_inclusao: 'S' })).toEqual([2])
    const page = await call(service, 'ListarOS', { pagina: 2, registros_por_pagina: 1 })
    expect(page.body).toMatchObject({ pagina: 2, total_de_paginas: 2, registros: 1, total_de_registros: 2 })
    const past = await call(service, 'ListarOS', { pagina: 3, registros_por_pagina: 1 })
    expect(past.body.faultcode).toBe('SOAP-ENV:Client-5113')
    for (const [param, tag] of [
      [{ filtrar_por_status: 'X' }, 'filtrar_por_status'],
      [{ filtrar_por_etapa: '10' }, 'filtrar_por_etapa'],
      [{ filtrar_por_data_previsao_de: '31/02/2023' }, 'filtrar_por_data_previsao_de'],
      [{ filtrar_por_data_faturamento_ate: '2023-11-28' }, 'filtrar_por_data_faturamento_ate'],
      [{ cTipoFat: '01' }, 'cTipoFat'],
    ] as const) {
      const { body } = await call(service, 'ListarOS', param)
      expect(body).toMatchObject({ faultcode: 'SOAP-ENV:Client-1003', faultstring: expect.stringContaining(`[${tag}]`) })
    }
  })

  test('what nobody has, and what another account has, is not there', async () => {
    const { call } = await billed()
    const other = omieApi(await testApi(database(), { mode: 'sandbox' }))
    for (const [client, id] of [
      [call, 9],
      [other.call, 1],
    ] as const) {
      for (const method of ['ConsultarOS', 'StatusOS']) {
        const { status, body } = await client(service, method, { nCodOS: id })
        expect(status).toBe(500)
        expect(body.faultstring).toBe(`ERROR: Ordem de Serviço não cadastrada para o Código [${id}] !`)
      }
    }
    expect((await call(service, 'ConsultarOS', { cCodIntOS: 'OS-1' })).body.faultcode).toBe('SOAP-ENV:Client-103')
    expect((await call(service, 'ConsultarOS', { cNumOS: 'x' })).body.faultcode).toBe('SOAP-ENV:Client-103')
    expect((await call(service, 'ConsultarOS', { nCodOS: 0 })).body.faultcode).toBe('SOAP-ENV:Client-1000')
  })
})
