import { expect, test } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { verifiedAfterwards } from '../../../../test/fixtures/verified.ts'
import { omieApi } from '../../../../test/http/omie-api.ts'
import { testApi } from '../../../../test/http/test-api.ts'
import { instant } from '../../../core/dates.ts'

eachEngine('a client of Omie sends contracts again', database => {
  const verified = verifiedAfterwards(database)

  /** Noon of 5 January in São Paulo, with a company, two services and a client. */
  async function open() {
    const api = await testApi(database(), { now: instant('2027-01-05T15:00:00.000Z') })
    verified(api.account)
    const company = { legalName: 'Prestadora Ltda', cnpj: '57757975000186', taxRegime: 'simples_nacional' }
    expect((await api.post('/v1/organizations', company)).status).toBe(201)
    const { call } = omieApi(api)
    const ask = async (service: string, method: string, param: object) => {
      const { status, body } = await call(service, method, param)
      expect([status, body]).toEqual([200, expect.anything()])
      return body
    }
    for (const cDescricao of ['Suporte', 'Hospedagem'])
      await ask('servicos/servico', 'IncluirCadastroServico', { cabecalho: { cDescricao } })
    await ask('geral/clientes', 'IncluirCliente', { razao_social: 'Padaria', cnpj_cpf: '11.222.333/0001-81' })
    const send = (method: string, param: object) => ask('servicos/contrato', method, param)
    return {
      api,
      send,
      include: async (more: object = {}) => (await send('IncluirContrato', { ...cadastro, ...more })).nCodCtr as number,
      alter: (nCodCtr: number, more: object) => send('AlterarContrato', { cabecalho: { nCodCtr }, ...more }),
      refused: (nCodCtr: number, more: object) =>
        call('servicos/contrato', 'AlterarContrato', { cabecalho: { nCodCtr }, ...more }),
      show: async (nCodCtr: number) => (await send('ConsultarContrato', { contratoChave: { nCodCtr } })).contratoCadastro,
      bill: async () => {
        await ask('servicos/contratolote', 'FaturarLoteContrato', { cCodIntLote: '1' })
        await api.settle()
      },
      billAlone: async (nCodCtr: number) => {
        await ask('servicos/contratofat', 'FaturarContrato', { nCodCtr })
        await api.settle()
      },
      to: (day: string) => api.moveClock(`${day}T15:00:00.000Z`),
    }
  }
  type Client = Awaited<ReturnType<typeof open>>

  const item = (head: object = {}, more: object = {}) => ({ itemCabecalho: { codServico: 1, valorUnit: 1000, ...head }, ...more })
  const cadastro = {
    cabecalho: { nCodCli: 1, dVigInicial: '01/01/2027', dVigFinal: '31/12/2030', nDiaFat: 5 },
    itensContrato: [item()],
  }
  const comment = (cObsContrato: string) => ({ observacoes: { cObsContrato } })
  const iss = [{ tax: 'iss', rateMicros: 50_000 }]

  const ruleOf = async ({ api }: Client, contract: number) =>
    (await api.get(`/v1/invoice-rules?contractId=ctr_${contract}`)).body.data[0]
  const say = async (it: Client, contract: number, change: object) => {
    const { id } = await ruleOf(it, contract)
    const made = await it.api.post(`/v1/invoice-rules/${id}/terms`, change)
    expect([made.status, made.body]).toEqual([201, expect.anything()])
  }
  const priced = (unitPrice: string, more: object = {}) => ({ lines: [{ serviceItemId: 'svc_1', unitPrice, ...more }] })
  /** All that ours says of it, and what was ever done to it. */
  const core = async (it: Client, contract: number) => {
    const { id } = await ruleOf(it, contract)
    const at = [`/v1/contracts/ctr_${contract}`, `/v1/invoice-rules/${id}`]
    const read = at.flatMap(path => [path, `${path}/history?limit=100`])
    return Promise.all([`${at[1]}/periods`, ...read].map(async path => (await it.api.get(path)).body))
  }
  const termsNow = async (it: Client, contract: number) => (await ruleOf(it, contract)).terms
  /** In order of the days that they are for. */
  const billed = async ({ api }: Client, contract: number): Promise<[day: string, gross: number, net: number][]> => {
    const { body } = await api.get(`/v1/invoices?contract=ctr_${contract}`)
    const all: { period: { startsOn: string }; grossCents: number; netCents: number }[] = body.data
    return all
      .toSorted((a, b) => (a.period.startsOn < b.period.startsOn ? -1 : 1))
      .map(({ period, grossCents, netCents }) => [period.startsOn, grossCents, netCents])
  }
  const staysWhenSentBack = async (it: Client, contract: number) => {
    const shown = await it.show(contract)
    const stood = await core(it, contract)
    const [listed] = (await it.send('ListarContratos', { registros_por_pagina: 1, pagina: contract })).contratoCadastro
    for (const [method, whole] of [
      ['AlterarContrato', shown],
      ['UpsertContrato', listed],
    ] as const) {
      await it.send(method, whole)
      expect(await core(it, contract)).toEqual(stood)
      expect(await it.show(contract)).toEqual(shown)
    }
    return shown
  }

  test('a comment takes neither withholdings nor the category away that others gave its lines, and a price leaves them', async () => {
    const it = await open()
    const { id: category } = (await it.api.post('/v1/categories', { name: 'Serviços', code: '1.01' })).body
    const contract = await it.include()
    await say(it, contract, { withholdings: iss })
    await say(it, contract, priced('1000', { categoryId: category }))
    const own = await it.include({ cabecalho: { ...cadastro.cabecalho, cCodIntCtr: 'B' } })
    await say(it, own, priced('1000', { withholdings: iss, withheldCents: 700 }))
    for (const one of [contract, own]) {
      const before = await ruleOf(it, one)
      await it.alter(one, comment('ligar antes'))
      expect(await ruleOf(it, one)).toEqual(before)
      await it.alter(one, { itensContrato: [item({ valorUnit: 1100 })] })
    }
    expect(await termsNow(it, contract)).toMatchObject({
      withholdings: iss,
      lines: [{ unitPrice: '1100', categoryId: category, withholdings: null }],
    })
    expect(await termsNow(it, own)).toMatchObject({ lines: [{ unitPrice: '1100', withholdings: iss, withheldCents: 700 }] })
    expect((await it.show(own)).itensContrato).toMatchObject([
      { itemCabecalho: { valorOutrasRetencoes: 7 }, itemImpostos: { aliqISS: 5, retISS: 'S' } },
    ])
    // Said in a call, they are what is said.
    await it.alter(own, { itensContrato: [item({}, { itemImpostos: { retISS: 'N', aliqIR: 1.5, retIR: 'S' } })] })
    await it.bill()
    expect(await billed(it, contract)).toEqual([['2027-01-05', 110_000, 104_500]])
    expect(await billed(it, own)).toEqual([['2027-01-05', 100_000, 97_800]])
  })

  test('a price of later, planned or come in mid-period, reaches no period before it', async () => {
    const it = await open()
    const planned = await it.include()
    const come = await it.include()
    await it.bill()
    await say(it, planned, { ...priced('2000'), validFrom: '2027-03-05' })
    await say(it, come, { ...priced('1080'), validFrom: '2027-02-10' })
    await it.to('2027-02-12')
    for (const one of [planned, come]) {
      expect((await it.show(one)).itensContrato).toMatchObject([{ itemCabecalho: { valorUnit: 1000, valorTotal: 1000 } }])
      const stood = (await core(it, one)).at(-1)
      await it.alter(one, comment('ligar antes'))
      await it.alter(one, {
        itensContrato: [item({ valorUnit: undefined }, { itemDescrServ: { descrCompleta: 'Suporte 24 horas' } })],
      })
      expect((await core(it, one)).at(-1)).not.toEqual(stood)
    }
    await it.bill()
    await it.to('2027-03-05')
    await it.bill()
    expect(await billed(it, planned)).toEqual([
      ['2027-01-05', 100_000, 100_000],
      ['2027-02-05', 100_000, 100_000],
      ['2027-03-05', 200_000, 200_000],
    ])
    expect((await billed(it, come)).map(([, gross]) => gross)).toEqual([100_000, 100_000, 108_000])
    expect((await it.show(come)).itensContrato[0].itemCabecalho.valorUnit).toBe(1080)
  })

  test('a period that was left open keeps its price, whatever is said once a later one is billed', async () => {
    const it = await open()
    const contract = await it.include()
    await it.bill()
    await say(it, contract, { ...priced('2000'), validFrom: '2027-03-05' })
    await it.to('2027-03-06')
    await it.bill()
    await it.alter(contract, comment('ligar antes'))
    expect((await it.show(contract)).itensContrato[0].itemCabecalho.valorUnit).toBe(2000)
    await it.alter(contract, { itensContrato: [item({ valorUnit: 2500 })] })
    await it.billAlone(contract)
    await it.to('2027-04-05')
    await it.bill()
    expect((await billed(it, contract)).map(([, gross]) => gross)).toEqual([100_000, 100_000, 200_000, 250_000])
  })

  test('a cancelled invoice is corrected before its period is released, or after', async () => {
    const it = await open()
    const [before, after] = [await it.include(), await it.include()]
    await it.bill()
    await it.to('2027-01-15')
    const act = async (contract: number, what: 'cancel' | 'release') => {
      const [{ id }] = (await it.api.get(`/v1/invoices?contract=ctr_${contract}`)).body.data
      const done = await it.api.post(`/v1/invoices/${id}/${what}`, what === 'cancel' ? { reason: 'Valor errado' } : {})
      expect([done.status, done.body]).toEqual([200, expect.anything()])
    }
    const correct = (contract: number) => it.alter(contract, { itensContrato: [item({ valorUnit: 900 })] })
    await act(before, 'cancel')
    await staysWhenSentBack(it, before)
    await correct(before)
    await act(before, 'release')
    await act(after, 'cancel')
    await act(after, 'release')
    await correct(after)
    for (const one of [before, after]) {
      expect(await staysWhenSentBack(it, one)).toMatchObject({ itensContrato: [{ itemCabecalho: { valorUnit: 900 } }] })
      await it.billAlone(one)
      expect((await billed(it, one)).map(([day, gross]) => [day, gross])).toEqual([
        ['2027-01-05', expect.any(Number)],
        ['2027-01-05', expect.any(Number)],
      ])
      expect((await billed(it, one)).map(([, gross]) => gross).toSorted()).toEqual([100_000, 90_000])
    }
  })

  test('where prices prorate, what was billed is asked no difference', async () => {
    const it = await open()
    const contract = await it.include()
    await it.bill()
    await say(it, contract, { priceChange: 'prorate' })
    await it.to('2027-01-15')
    await it.alter(contract, comment('ligar antes'))
    await it.alter(contract, { itensContrato: [item({ valorUnit: 3100 })] })
    await it.to('2027-02-05')
    await it.bill()
    expect(await billed(it, contract)).toEqual([
      ['2027-01-05', 100_000, 100_000],
      ['2027-02-05', 310_000, 310_000],
    ])
  })

  test('the same call again and again writes one thing once', async () => {
    const it = await open()
    const whole = {
      ...cadastro,
      cabecalho: { ...cadastro.cabecalho, cCodIntCtr: 'A', nValTotMes: 5 },
      vencTextos: { cTpVenc: '002', nDiaFixo: 10 },
      itensContrato: [
        item({ quant: '2.50', valorUnit: '10.10', cTpDesconto: 'P', aliqDesconto: '5.0', valorAcrescimo: 3, valorTotal: 1 }),
        item(
          { codServico: 2, codIntItem: 'H' },
          { itemImpostos: { aliqISS: '5.00', retISS: 'S' }, itemDescrServ: { descrCompleta: 'X' } },
        ),
      ],
      departamentos: [{ cCodDep: 'D9', nPerDep: '100.00' }],
      despesasReembolsaveis: { despesaReembolsavel: [{ nValorReemb: 5, cDescReemb: 'Garagem', cRecorrenteReemb: 'S' }] },
      ...comment('x'),
    }
    await it.send('UpsertContrato', whole)
    const stood = await core(it, 1)
    for (let i = 0; i < 3; i++) await it.send('UpsertContrato', whole)
    expect(await core(it, 1)).toEqual(stood)
    await it.send('UpsertContrato', { ...whole, ...comment('y') })
    expect((await core(it, 1)).at(-1)).toEqual(stood.at(-1))
  })

  test('what was shown, sent back whole, changes nothing in any state', async () => {
    const it = await open()
    const items = [
      item({
        valorUnit: '12.345678',
        quant: 3,
        cTpDesconto: 'V',
        valorDesconto: 2,
        valorAcrescimo: 1.5,
        valorOutrasRetencoes: 0.5,
      }),
      item({ codServico: 2, cNaoGerarFinanceiro: 'S' }, { itemOutrasInf: { dItVigInicial: '01/02/2027' } }),
      item(
        {},
        {
          itemImpostos: { aliqISS: 2, retISS: 'S', aliqPIS: 0.65, retPIS: 'S', redBasePIS: 50 },
          itemDescrServ: { descrCompleta: 'Plantão' },
        },
      ),
    ]
    const despesaReembolsavel = [
      { nValorReemb: 5, cDescReemb: 'Garagem', cRecorrenteReemb: 'S' },
      { nValorReemb: 7, cDescReemb: 'Táxi' },
    ]
    const rich = await it.include({ itensContrato: items, despesasReembolsaveis: { despesaReembolsavel } })
    const planned = await it.include({ vencTextos: { cTpVenc: '001', nDias: 5 } })
    const draft = await it.include({ cabecalho: { ...cadastro.cabecalho, cCodSit: '00' } })
    const suspended = await it.include()
    const ending = await it.include({ cabecalho: { ...cadastro.cabecalho, dVigFinal: '20/01/2027' } })
    const cancelled = await it.include()
    const foreign = await it.api.post('/v1/contracts', {
      name: 'Importado',
      customerId: 'cus_1',
      organizationId: 'org_1',
      state: 'active',
      startsOn: '2027-01-05',
      rules: [
        {
          recurrence: { unit: 'month', every: 4, anchorOn: '2027-01-05' },
          management: 'on_request',
          due: { kind: 'last_day_of_month', installments: 3 },
          withholdings: iss,
          ...priced('1000', { discountPercent: '12.5', description: 'Suporte' }),
        },
      ],
    })
    expect([foreign.status, foreign.body]).toEqual([201, expect.anything()])
    const all = [rich, planned, draft, suspended, ending, cancelled, 7]
    for (const one of all) await staysWhenSentBack(it, one)
    await it.bill()
    await say(it, planned, { ...priced('2000', { discountPercent: '10' }), validFrom: '2027-03-05', withholdings: iss })
    await say(it, suspended, priced('900.123456', { description: 'Outro', validUntil: '2027-12-31', withheldCents: 100 }))
    await it.alter(suspended, { cabecalho: { nCodCtr: suspended, cCodSit: '90' } })
    await it.alter(cancelled, { cabecalho: { nCodCtr: cancelled, cCodSit: '99' } })
    for (const one of all) await staysWhenSentBack(it, one)
    await it.to('2027-03-06')
    for (const one of all) await staysWhenSentBack(it, one)
    await it.bill()
    expect(await staysWhenSentBack(it, planned)).toMatchObject({
      itensContrato: [{ itemCabecalho: { valorUnit: 2000, cTpDesconto: 'P', aliqDesconto: 10 }, itemImpostos: { aliqISS: 5 } }],
    })
    for (const one of all) await staysWhenSentBack(it, one)
    await it.alter(7, { vencTextos: { cTpVenc: '002', nDiaFixo: 20 } })
    expect((await termsNow(it, 7)).due).toMatchObject({ kind: 'fixed_day', day: 20, installments: 3 })
  })

  test('what is said before the first billing holds for it, wherever that is moved to', async () => {
    const it = await open()
    const contract = await it.include({ cabecalho: { ...cadastro.cabecalho, nDiaFat: 20 } })
    await it.alter(contract, { itensContrato: [item({ valorUnit: 1500 })] })
    await it.send('AlterarContrato', { cabecalho: { nCodCtr: contract, nDiaFat: 10 } })
    const both = await it.include({ cabecalho: { ...cadastro.cabecalho, nDiaFat: 20 } })
    await it.send('AlterarContrato', {
      cabecalho: { nCodCtr: both, nDiaFat: 10 },
      itensContrato: [item({ valorUnit: 1500 }), item({ codServico: 2, valorUnit: 10 })],
    })
    await it.to('2027-01-10')
    await it.bill()
    expect(await billed(it, contract)).toEqual([['2027-01-10', 150_000, 150_000]])
    expect(await billed(it, both)).toEqual([['2027-01-10', 151_000, 151_000]])
  })

  test('an item that comes or goes does so in what is planned for later too, and an expense keeps its place', async () => {
    const it = await open()
    const despesaReembolsavel = [{ nValorReemb: 5, cDescReemb: 'Garagem', cRecorrenteReemb: 'S' }]
    const contract = await it.include({
      itensContrato: [item(), item({ codServico: 2, valorUnit: 50 })],
      despesasReembolsaveis: { despesaReembolsavel },
    })
    await it.bill()
    const line = (serviceItemId: string, unitPrice: string, more: object = {}) => ({ serviceItemId, unitPrice, ...more })
    const garage = line('svc_1', '5', { description: 'Garagem', withholdings: [] })
    await say(it, contract, { validFrom: '2027-03-05', lines: [line('svc_1', '2000'), line('svc_2', '60'), garage] })
    const items = async () =>
      (await it.show(contract)).itensContrato.map(({ itemCabecalho }: { itemCabecalho: object }) => itemCabecalho)
    const [{ codItem }] = await items()
    await it.send('ExcluirItem', { contratoChave: { nCodCtr: contract }, ItensExclusao: [{ codItem }] })
    await it.alter(contract, { itensContrato: [item({ codIntItem: 'N', valorUnit: 7 })] })
    await it.alter(contract, {
      despesasReembolsaveis: { despesaReembolsavel: [{ ...despesaReembolsavel[0], nCodReemb: 100_003, nValorReemb: 6 }] },
    })
    expect(await items()).toMatchObject([{ valorUnit: 50 }, { codIntItem: 'N', valorUnit: 7 }])
    for (const day of ['2027-02-05', '2027-03-05']) {
      await it.to(day)
      await it.bill()
    }
    // 1000 + 50 + 5, then 50 + 7 + 6, then 60 + 7 + 6.
    expect((await billed(it, contract)).map(([, gross]) => gross)).toEqual([105_500, 6_300, 7_300])
    await staysWhenSentBack(it, contract)
  })

  test('of a contract with two rules all but what they bill is changed', async () => {
    const it = await open()
    const contract = await it.include()
    const second = await it.api.post(`/v1/contracts/ctr_${contract}/invoice-rules`, {
      recurrence: { unit: 'month', anchorOn: '2027-01-05' },
      management: 'on_request',
      due: { kind: 'day_quantity', days: 0 },
      lines: [{ serviceItemId: 'svc_2', unitPrice: '50' }],
    })
    expect([second.status, second.body]).toEqual([201, expect.anything()])
    await staysWhenSentBack(it, contract)
    const [, codes] = [await it.alter(contract, comment('ligar antes')), await it.show(contract)]
    expect(codes).toMatchObject({ observacoes: { cObsContrato: 'ligar antes' }, cabecalho: { nValTotMes: 1050 } })
    const { status, body } = await it.refused(contract, { itensContrato: [item({ valorUnit: 1100 })] })
    expect([status, body.faultstring]).toEqual([500, expect.stringContaining('não tem uma única regra de faturamento')])
  })
})
