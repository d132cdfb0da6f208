import { expect, test } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { omieApi } from '../../../../test/http/omie-api.ts'
import { billedByOmie } from '../../../../test/http/omie-billed.ts'
import { testApi } from '../../../../test/http/test-api.ts'
import { instant } from '../../../core/dates.ts'

const service = 'financas/contareceber'
const day = '28/11/2023'

eachEngine('contas a receber', database => {
  async function billed() {
    const { api, call, ask, organization } = await billedByOmie(database())
    const receive = (param: object) => call(service, 'LancarRecebimento', { codigo_lancamento: 1, data: day, ...param })
    const undo = (param: object) => call(service, 'CancelarRecebimento', param)
    const list = async (param: object = {}) =>
      (await ask(service, 'ListarContasReceber', { pagina: 1, ...param })).conta_receber_cadastro.map(
        ({ codigo_lancamento_omie }: { codigo_lancamento_omie: number }) => codigo_lancamento_omie,
      ) as number[]
    const show = async (id = 1) => ask(service, 'ConsultarContaReceber', { codigo_lancamento_omie: id })
    const native = async () => (await api.get('/v1/receivables/rec_1')).body
    return { api, call, ask, receive, undo, list, show, native, organization }
  }

  test('is received in parts, the last of which settles it, and undone by the code that came along', async () => {
    const { receive, undo, show, native } = await billed()
    const first = await receive({ valor: 100.5, codigo_baixa_integracao: 'BX-1' })
    expect(first).toMatchObject({ status: 200, body: { liquidado: 'N', valor_baixado: 100.5, codigo_status: '0' } })
    expect((await show()).status_titulo).toBe('A VENCER')
    const second = await receive({ valor: '150', codigo_baixa_integracao: 'BX-2' })
    expect(second.body).toMatchObject({ liquidado: 'S', valor_baixado: 150, codigo_baixa_integracao: 'BX-2' })
    expect((await show()).status_titulo).toBe('RECEBIDO')
    expect(await native()).toMatchObject({ state: 'received', receivedCents: 25_050, abatedCents: 0 })

    expect((await undo({ codigo_baixa_integracao: 'BX-1' })).body).toEqual({
      codigo_baixa: first.body.codigo_baixa,
      codigo_baixa_integracao: 'BX-1',
      codigo_status: '0',
      descricao_status: 'Recebimento cancelado com sucesso!',
    })
    expect(await native()).toMatchObject({ state: 'to_receive', receivedCents: 15_000 })
    // It is gone for its client, and its code is free.
    for (const param of [{ codigo_baixa: first.body.codigo_baixa }, { codigo_baixa_integracao: 'BX-1' }]) {
      expect((await undo(param)).body.faultstring).toContain('Baixa não cadastrada')
    }
    expect((await receive({ valor: 100.5, codigo_baixa_integracao: 'BX-1' })).body.liquidado).toBe('S')
  })

  test('what came in is told with the title: the sum in its block, and each with the code that cancels it', async () => {
    const { api, ask, call, receive, undo, show } = await billed()
    expect(await show()).not.toHaveProperty('recebimento')
    expect(await show()).not.toHaveProperty('baixas')
    const first = await receive({ valor: 100.5, desconto: 10.25, juros: 3.1, codigo_baixa_integracao: 'BX-1', observacao: 'Pix' })
    await receive({ valor: 50 })
    const codes = (await show()).baixas.map(({ codigo_baixa }: { codigo_baixa: number }) => codigo_baixa)
    const told = {
      importado_api: 'S',
      info: { cImpAPI: 'S' },
      status_titulo: 'A VENCER',
      recebimento: { valor: 150.5, desconto: 10.25, juros: 3.1, multa: 0, data: day },
      baixas: [
        {
          codigo_baixa: first.body.codigo_baixa,
          codigo_baixa_integracao: 'BX-1',
          valor: 100.5,
          desconto: 10.25,
          juros: 3.1,
          data: day,
        },
        { codigo_baixa_integracao: '', valor: 50, desconto: 0, juros: 0, multa: 0 },
      ],
    }
    expect(await show()).toMatchObject(told)
    const [listed] = (await ask(service, 'ListarContasReceber', { pagina: 1 })).conta_receber_cadastro
    expect(listed).toMatchObject(told)
    for (const codigo_baixa of codes) expect((await undo({ codigo_baixa })).status).toBe(200)
    expect(await show()).not.toHaveProperty('baixas')

    // What our own daily run or a person billed came through no client of theirs.
    const own = {
      contractId: 'ctr_1',
      lines: [{ description: 'Visita', unitPrice: '10' }],
      receivables: [{ dueOn: '2023-12-20', amountCents: 1_000 }],
    }
    const made = await api.post('/v1/invoices', own)
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    await api.post(`/v1/invoices/${made.body.id}/emit`)
    const titles = (await call(service, 'ListarContasReceber', { apenas_importado_api: 'S' })).body.conta_receber_cadastro
    expect(titles).toHaveLength(1)
    expect(await show(2)).toMatchObject({ importado_api: 'N' })
  })

  test('the same code twice receives once', async () => {
    const { receive, native } = await billed()
    const both = await Promise.all([1, 2].map(() => receive({ valor: 50, codigo_baixa_integracao: 'BX-1' })))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 500])
    expect(both.find(({ status }) => status === 500)?.body).toEqual({
      faultstring: 'ERROR: O valor da tag [codigo_baixa_integracao] já foi cadastrado anteriormente.',
      faultcode: 'SOAP-ENV:Client-102',
    })
    expect(await native()).toMatchObject({ receivedCents: 5_000 })
  })

  test('a discount is part of what is written off, and undone with it; interest comes on top and is told', async () => {
    const { receive, undo, native } = await billed()
    const { body } = await receive({ valor: 250.5, desconto: 10.25, juros: 3.1, multa: 2, observacao: 'Pix' })
    expect(body).toMatchObject({ liquidado: 'S', valor_baixado: 250.5 })
    expect(await native()).toMatchObject({ state: 'received', receivedCents: 24_025, abatedCents: 1_025 })
    expect((await native()).receipts.at(-1).note).toBe('Pix; juros 3,10; multa 2,00')
    expect((await undo({ codigo_baixa: body.codigo_baixa })).status).toBe(200)
    expect(await native()).toMatchObject({ state: 'to_receive', receivedCents: 0, abatedCents: 0 })

    const whole = await receive({ valor: 250.5, desconto: 250.5 })
    expect(whole.body).toMatchObject({ liquidado: 'S', valor_baixado: 250.5 })
    expect((await undo({ codigo_baixa: whole.body.codigo_baixa })).status).toBe(200)
    expect(await native()).toMatchObject({ state: 'to_receive', abatedCents: 0 })
  })

  test('more than is owed is credit of the customer; what is received already takes nothing more', async () => {
    const { receive, native } = await billed()
    const { body } = await receive({ valor: 300 })
    expect(body).toMatchObject({ liquidado: 'S', valor_baixado: 250.5 })
    expect(body.descricao_status).toContain('crédito do cliente')
    expect((await native()).receipts[0]).toMatchObject({ amountCents: 25_050, surplusCents: 4_950 })
    const again = await receive({ valor: 1 })
    expect(again).toMatchObject({ status: 500, body: { faultcode: 'SOAP-ENV:Client-1001' } })
    expect(again.body.faultstring).toContain('já foi recebida')
    // Whoever calls has none of our commands.
    expect(again.body.faultstring).not.toContain('comando')
  })

  test.each([
    [{}, 'valor', 1000],
    [{ valor: 0 }, 'valor', 1003],
    [{ valor: -1 }, 'valor', 1003],
    [{ valor: 1.005 }, 'valor', 1003],
    [{ valor: 'dez' }, 'valor', 1003],
    [{ valor: 10, desconto: 10.01 }, 'desconto', 1003],
    [{ valor: 10, juros: -1 }, 'juros', 1003],
    [{ valor: 10, data: '31/11/2023' }, 'data', 1003],
    [{ valor: 10, data: '2023-11-28' }, 'data', 1003],
    [{ valor: 10, data: '' }, 'data', 1000],
    [{ valor: 10, data: '29/11/2023' }, 'data', 1003],
    [{ valor: 10, data: '27/11/2023' }, 'data', 1003],
    [{ valor: 10, codigo_conta_corrente: 99 }, 'codigo_conta_corrente', 1003],
    [{ valor: 10, Data: day }, 'DATA', 5001],
  ] as const)('receiving %j is refused by the tag', async (param, tag, code) => {
    const { receive, native } = await billed()
    const { status, body } = await receive(param)
    expect({ status, code: body.faultcode }, JSON.stringify(body)).toEqual({ status: 500, code: `SOAP-ENV:Client-${code}` })
    expect(body.faultstring).toContain(`[${tag}]`)
    expect(await native()).toMatchObject({ receivedCents: 0, abatedCents: 0 })
  })

  test('what nobody has, and what another account has, is not there', async () => {
    const { call, receive } = await billed()
    const other = omieApi(await testApi(database(), { mode: 'sandbox', now: instant('2023-11-28T15:00:00.000Z') }))
    await receive({ valor: 1, codigo_baixa_integracao: 'BX-1' })
    for (const client of [call, other.call]) {
      const id = client === call ? 99 : 1
      const wanted = { status: 500, body: { faultstring: `ERROR: Lançamento não cadastrado para o Código [${id}] !` } }
      expect(await client(service, 'ConsultarContaReceber', { codigo_lancamento_omie: id })).toMatchObject(wanted)
      expect(await client(service, 'LancarRecebimento', { codigo_lancamento: id, valor: 1, data: day })).toMatchObject(wanted)
      const undone = await client(service, 'CancelarRecebimento', { codigo_baixa: id })
      expect(undone.body.faultstring).toBe(`ERROR: Baixa não cadastrada para o Código [${id}] !`)
    }
    const byCode = await other.call(service, 'CancelarRecebimento', { codigo_baixa_integracao: 'BX-1' })
    expect(byCode.body.faultcode).toBe('SOAP-ENV:Client-103')
    expect((await call(service, 'CancelarRecebimento', { codigo_baixa: 0 })).body.faultcode).toBe('SOAP-ENV:Client-1000')
  })

  test('lists what an invoice, a schedule and a renegotiation ask for, and not what was never issued', async () => {
    const { api, ask, list, organization } = await billed()
    const scheduled = { organizationId: organization, customerId: 'cus_1', amountCents: 10_000, dueOn: '2023-12-01' }
    expect((await api.post('/v1/schedules', scheduled)).status).toBe(201)
    const all = await list()
    expect(all).toHaveLength(2)
    const parts = [{ dueOn: '2024-01-10', amountCents: 35_050 }]
    const made = await api.post('/v1/renegotiations', { receivables: all.map(id => `rec_${id}`), parts })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect(await list({ filtrar_por_status: 'CANCELADO' })).toEqual(all)
    const open = await list({ filtrar_apenas_titulos_em_aberto: 'S' })
    expect(open).toHaveLength(1)
    const shown = await ask(service, 'ConsultarContaReceber', { codigo_lancamento_omie: open[0] })
    expect(shown).toMatchObject({ valor_documento: 350.5, data_vencimento: '10/01/2024', status_titulo: 'A VENCER' })
    expect(shown.nCodOS).toBeUndefined()
  })

  test('filters, orders and pages; where nothing matches the list is empty', async () => {
    const { api, ask, call, list, receive } = await billed()
    await api.moveClock('2023-12-28T15:00:00.000Z')
    await ask('servicos/contratofat', 'FaturarContrato', { nCodCtr: 1 })
    expect(await list()).toEqual([1, 2])
    expect(await list({ ordem_descrescente: 'S' })).toEqual([2, 1])
    expect(await list({ ordenar_por: 'DATA_VENCIMENTO', ordem_descrescente: 'S' })).toEqual([2, 1])
    expect(await list({ filtrar_por_status: 'ATRASADO' })).toEqual([1])
    expect(await list({ filtrar_por_status: 'AVENCER' })).toEqual([2])
    expect(await list({ filtrar_por_status: 'VENCEHOJE' })).toEqual([])
    expect(await list({ filtrar_por_status: 'EMABERTO' })).toEqual([1, 2])
    expect(await list({ filtrar_cliente: 1 })).toEqual([1, 2])
    expect(await list({ filtrar_cliente: 9 })).toEqual([])
    expect(await list({ filtrar_por_cpf_cnpj: '11.222.333/0001-81' })).toEqual([1, 2])
    expect(await list({ filtrar_por_emissao_de: '01/12/2023' })).toEqual([2])
    expect(await list({ filtrar_por_emissao_ate: '28/11/2023' })).toEqual([1])
    expect(await list({ filtrar_por_registro_de: '28/12/2023', filtrar_por_registro_ate: '28/12/2023' })).toEqual([2])
    // What was received on since is a change of that day.
    await receive({ valor: 10, data: '28/12/2023' })
    const since = { filtrar_por_data_de: '28/12/2023' }
    expect(await list(since)).toEqual([1, 2])
    expect(await list({ ...since, filtrar_apenas_inclusao: 'S' })).toEqual([2])
    expect(await list({ ...since, filtrar_apenas_alteracao: 'S' })).toContain(1)
    expect(await list({ filtrar_por_data_de: '29/12/2023' })).toEqual([])
    expect(await list({ filtrar_por_status: 'PAGTO_PARCIAL' })).toEqual([1])
    expect((await call(service, 'ListarContasReceber', { filtrar_por_projeto: 3 })).body.faultcode).toBe('SOAP-ENV:Client-1003')

    const page = (pagina: number) => ask(service, 'ListarContasReceber', { pagina, registros_por_pagina: 1 })
    expect(await page(0)).toMatchObject({ pagina: 1, total_de_paginas: 2, registros: 1, total_de_registros: 2 })
    expect(await page(3)).toEqual({
      pagina: 3,
      total_de_paginas: 2,
      registros: 0,
      total_de_registros: 2,
      conta_receber_cadastro: [],
    })
  })

  test('a key that only reads receives nothing', async () => {
    const { api, native } = await billed()
    const app_secret = await api.keyWith(['receivables:read', 'invoices:read', 'customers:read'])
    const { raw } = omieApi(api)
    const param = [{ codigo_lancamento: 1, valor: 1, data: day }]
    const refused = await raw(`/api/v1/${service}/`, { call: 'LancarRecebimento', app_key: 1, app_secret, param })
    expect(refused.body.faultstring).toBe('ERROR: A chave não tem a permissão receivables:write.')
    expect(await native()).toMatchObject({ receivedCents: 0 })
  })
})
