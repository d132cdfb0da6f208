import { afterEach, describe, expect, test } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { omieApi } from '../../../../test/http/omie-api.ts'
import { type TestApi, testApi } from '../../../../test/http/test-api.ts'
import { instant } from '../../../core/dates.ts'

eachEngine("contracts of Omie's clients", database => {
  const opened: TestApi[] = []
  afterEach(async () => {
    // Billing decided it in one way, verify derives it in another.
    for (const api of opened.splice(0)) {
      const { body } = await api.post('/v1/verifications', { full: true })
      await api.settle()
      expect((await api.get(`/v1/verifications/${body.id}`)).body.result).toMatchObject({ found: {}, findings: [] })
    }
  })

  /** Noon in São Paulo, with a company, two services and a client. */
  async function open(day = '2026-03-10') {
    const api = await testApi(database(), { now: instant(`${day}T15:00:00.000Z`) })
    opened.push(api)
    const company = { legalName: 'Prestadora Ltda', cnpj: '57757975000186', taxRegime: 'simples_nacional' }
    expect((await api.post('/v1/organizations', company)).status).toBe(201)
    const { call } = omieApi(api)
    const ask = async (service: string, method: string, param: object) => {
      const { status, body } = await call(service, method, param)
      expect(status, JSON.stringify(body)).toBe(200)
      return body
    }
    for (const cDescricao of ['Suporte', 'Hospedagem'])
      await ask('servicos/servico', 'IncluirCadastroServico', { cabecalho: { cDescricao } })
    await ask('geral/clientes', 'IncluirCliente', { razao_social: 'Padaria', cnpj_cpf: '11.222.333/0001-81' })
    const send = (method: string, param: object) => ask('servicos/contrato', method, param)
    const faultOf = async (method: string, param: object) => {
      const { status, body } = await call('servicos/contrato', method, param)
      expect(status, JSON.stringify(body)).toBe(500)
      return `${body.faultcode} ${body.faultstring}`.replace('SOAP-ENV:Client-', '').replace('ERROR: ', '')
    }
    const show = async (cCodIntCtr: string) =>
      (await send('ConsultarContrato', { contratoChave: { cCodIntCtr } })).contratoCadastro
    const bill = async () => {
      await ask('servicos/contratolote', 'FaturarLoteContrato', { cCodIntLote: '1' })
      await api.settle()
    }
    /** In the order in which they were made. */
    const billed = async (contract = 1) => {
      const { body } = await api.get(`/v1/invoices?contract=ctr_${contract}`)
      return body.data.sort((a: { number: number }, b: { number: number }) => a.number - b.number)
    }
    return { api, ask, send, faultOf, show, bill, billed, to: (at: string) => api.moveClock(`${at}T15:00:00.000Z`) }
  }

  const item = (head: object = {}, more: object = {}) => ({
    itemCabecalho: { codServico: 1, quant: 2, valorUnit: 100, ...head },
    ...more,
  })
  const cadastro = (head: object = {}, more: object = {}) => ({
    cabecalho: { cCodIntCtr: 'C1', nCodCli: 1, dVigInicial: '10/03/2026', dVigFinal: '09/03/2027', nDiaFat: 10, ...head },
    itensContrato: [item()],
    ...more,
  })

  describe('what an item says is what is billed', () => {
    test.each<[says: string, item: object, netCents: number]>([
      ['quantity times price', item(), 20_000],
      ['a quantity that is not whole', item({ quant: '1.5', valorUnit: '33.33' }), 5_000],
      ['a discount by percent', item({ cTpDesconto: 'P', aliqDesconto: 12.5 }), 17_500],
      ['a discount by value', item({ cTpDesconto: 'V', valorDesconto: 15.5 }), 18_450],
      ['a discount of nothing', item({ cTpDesconto: 'V', valorDesconto: 0, aliqDesconto: 0 }), 20_000],
      ['a surcharge, once and not by unit', item({ valorAcrescimo: 7.35 }), 20_735],
      [
        'withheld taxes, and not those that are only due',
        item({}, { itemImpostos: { aliqISS: 5, retISS: 'S', aliqIR: 1.5, retIR: 'N' } }),
        19_000,
      ],
      [
        'several',
        item(
          {},
          {
            itemImpostos: {
              aliqIR: 1.5,
              retIR: 'S',
              aliqPIS: 0.65,
              retPIS: 'S',
              aliqCOFINS: 3,
              retCOFINS: 'S',
              aliqCSLL: 1,
              retCSLL: 'S',
            },
          },
        ),
        18_770,
      ],
      ['other withholdings, of the item and not of each unit', item({ valorOutrasRetencoes: 12.34 }), 18_766],
      ['other withholdings of nothing', item({ valorOutrasRetencoes: 0 }), 20_000],
      ['INSS of a reduced base', item({}, { itemImpostos: { aliqINSS: 11, retINSS: 'S', redBaseINSS: 50 } }), 18_900],
      [
        'an item that is valid already',
        item({}, { itemOutrasInf: { dItVigInicial: '10/03/2026', dItVigFinal: '10/03/2026' } }),
        20_000,
      ],
    ])('%s', async (_, said, netCents) => {
      const { send, bill, billed } = await open()
      await send('IncluirContrato', cadastro({}, { itensContrato: [said] }))
      await bill()
      expect(await billed()).toMatchObject([{ netCents }])
    })

    test('an item is billed within its own validity, and one that is to make no receivable costs nothing', async () => {
      const { send, bill, billed, to } = await open()
      const items = [
        item({ valorUnit: 1 }),
        item({ codServico: 2, valorUnit: 50 }, { itemOutrasInf: { dItVigInicial: '01/04/2026', dItVigFinal: '30/04/2026' } }),
        item({ codServico: 2, cNaoGerarFinanceiro: 'S', valorAcrescimo: 5 }),
      ]
      await send('IncluirContrato', cadastro({}, { itensContrato: items }))
      for (const day of ['2026-04-10', '2026-05-10']) {
        await bill()
        await to(day)
      }
      await bill()
      expect((await billed()).map(({ netCents }: { netCents: number }) => netCents)).toEqual([200, 10_200, 200])
    })
  })

  describe('what a contract says is when it is billed and falls due', () => {
    test.each<[cTipoFat: string, scheduled: string[]]>([
      ['01', ['2026-03-25', '2026-04-25']],
      ['02', ['2026-03-25', '2026-05-25']],
      ['03', ['2026-03-25', '2026-06-25']],
      ['06', ['2026-03-25', '2026-09-25']],
      ['12', ['2026-03-25', '2027-03-25']],
    ])('cTipoFat %s', async (cTipoFat, [first = '', second = '']) => {
      const { send, bill, billed, to } = await open()
      await send('IncluirContrato', cadastro({ cTipoFat, nDiaFat: 25, dVigFinal: '31/12/2027' }))
      await bill()
      expect(await billed()).toEqual([])
      for (const day of [first, second]) {
        await to(day)
        await bill()
      }
      expect((await billed()).map(({ issueOn }: { issueOn: string }) => issueOn)).toEqual([first, second])
    })

    test('day 31 is the last one of a shorter month; the end of the validity is the end of billing', async () => {
      const { send, bill, billed, to } = await open('2026-03-31')
      await send('IncluirContrato', cadastro({ nDiaFat: 31, dVigInicial: '01/03/2026', dVigFinal: '30/05/2026' }))
      for (const day of ['2026-04-30', '2026-05-31', '2026-06-30']) {
        await bill()
        await to(day)
      }
      await bill()
      expect((await billed()).map(({ issueOn }: { issueOn: string }) => issueOn)).toEqual(['2026-03-31', '2026-04-30'])
    })

    test.each<[vencTextos: object, dueOn: string]>([
      [{ cTpVenc: '001', nDias: 5 }, '2026-03-15'],
      [{ cTpVenc: '001', nDias: 5, cAntecipar: 'S' }, '2026-03-13'],
      [{ cTpVenc: '001', nDias: 5, cPostergar: 'S' }, '2026-03-16'],
      [{ cTpVenc: '002', nDiaFixo: 20 }, '2026-03-20'],
      [{ cTpVenc: '002', nDiaFixo: 31, cProxMes: 'S' }, '2026-04-30'],
    ])('%j falls due on %s', async (vencTextos, dueOn) => {
      const { api, send, bill, billed } = await open()
      await send('IncluirContrato', cadastro({}, { vencTextos }))
      await bill()
      const [{ id }] = await billed()
      expect((await api.get(`/v1/invoices/${id}`)).body.receivables).toMatchObject([{ dueOn }])
    })
  })

  test('codes that name something of ours are what it is for the books; others are kept', async () => {
    const { api, send, show, bill, billed } = await open()
    const make = async (path: string, body: object) => (await api.post(path, body)).body.id
    const category = await make('/v1/categories', { name: 'Serviços', code: '1.01.02' })
    const own = await make('/v1/categories', { name: 'Hospedagem', code: '1.01.03' })
    const project = await make('/v1/projects', { name: 'Obra', externalIds: [{ system: 'omie', id: '77' }] })
    const department = await make('/v1/departments', { name: 'Campo', code: 'D1' })
    const books = {
      infAdic: { cCodCateg: '1.01.02', nCodProj: 77, nCodVend: 5 },
      departamentos: [{ cCodDep: 'D1', nPerDep: 100 }],
      itensContrato: [item({ cCodCategItem: '1.01.03' })],
    }
    await send('IncluirContrato', cadastro({}, books))
    await send(
      'IncluirContrato',
      cadastro({ cCodIntCtr: 'C2' }, { infAdic: { cCodCateg: '9.99', nCodProj: 1 }, departamentos: [{ cCodDep: 'D9' }] }),
    )
    await bill()
    const [{ id }] = await billed()
    expect((await api.get(`/v1/invoices/${id}`)).body).toMatchObject({
      lines: [{ categoryId: own }],
      details: { categoryId: category, projectId: project, departments: [{ departmentId: department, percent: '100' }] },
    })
    const [other] = await billed(2)
    expect((await api.get(`/v1/invoices/${other.id}`)).body).toMatchObject({ lines: [{ categoryId: null }] })
    expect(await show('C2')).toMatchObject({ infAdic: { cCodCateg: '9.99', nCodProj: 1 }, departamentos: [{ cCodDep: 'D9' }] })
    await send('AlterarContrato', { cabecalho: { cCodIntCtr: 'C2' }, infAdic: { cCodCateg: '1.01.03' } })
    const [rule] = (await api.get('/v1/invoice-rules?contractId=ctr_2')).body.data
    expect(rule.details).toMatchObject({ categoryId: own, projectId: null })
  })

  test('an expense is billed once, or with every period, and none of them twice', async () => {
    const { send, faultOf, show, bill, billed, to } = await open()
    const once = { dDataReemb: '05/03/2026', nValorReemb: 12.34, cDescReemb: 'Pedágio' }
    const ever = { nValorReemb: 5, cDescReemb: 'Estacionamento', cRecorrenteReemb: 'S' }
    const whole = cadastro({}, { despesasReembolsaveis: { cCodCategReemb: '1.1', despesaReembolsavel: [once, ever] } })
    const expenses = async () => (await show('C1')).despesasReembolsaveis.despesaReembolsavel
    await send('UpsertContrato', whole)
    await send('UpsertContrato', whole)
    expect(await expenses()).toEqual([
      { nCodReemb: 100_002, ...once },
      { nCodReemb: 100_003, ...ever },
    ])
    expect((await show('C1')).itensContrato).toHaveLength(1)
    const change = (despesa: object) => ({ cabecalho: { nCodCtr: 1 }, despesasReembolsaveis: { despesaReembolsavel: [despesa] } })
    await send('AlterarContrato', change({ nCodReemb: 100_002, cAcaoReemb: 'A', nValorReemb: 20 }))
    await bill()
    expect(await billed()).toMatchObject([{ netCents: 22_500 }])
    expect(await faultOf('AlterarContrato', change({ nCodReemb: 100_002, nValorReemb: 30 }))).toContain('já foi todo faturado')
    expect(await faultOf('AlterarContrato', change({ nCodReemb: 7, cAcaoReemb: 'E' }))).toContain('105 Despesa não cadastrada')
    expect(await faultOf('AlterarContrato', change({ cDescReemb: 'x' }))).toContain('1000 O preenchimento da tag [nValorReemb]')
    expect(await faultOf('AlterarContrato', change({ nValorReemb: -1 }))).toContain('1003 O valor da tag [nValorReemb]')
    expect(await faultOf('AlterarContrato', change({ nValorReemb: 1, cAcaoReemb: 'X' }))).toContain(
      '1003 O valor da tag [cAcaoReemb]',
    )
    await to('2026-04-10')
    await bill()
    await send('AlterarContrato', change({ nCodReemb: 100_003, cAcaoReemb: 'E' }))
    await send('AlterarContrato', change({ nValorReemb: 8, cDescReemb: 'Táxi' }))
    await send('AlterarContrato', change({ nCodReemb: 100_004, cAcaoReemb: 'E' }))
    await to('2026-05-10')
    await bill()
    expect((await billed()).map(({ netCents }: { netCents: number }) => netCents)).toEqual([22_500, 20_500, 20_000])
    expect(await expenses()).toMatchObject([{ nCodReemb: 100_002 }])
  })

  test('each item withholds its own taxes, and nothing is withheld of an expense', async () => {
    const { api, send, bill, billed, to } = await open()
    const iss = (aliqISS: number) => ({ itemImpostos: { aliqISS, retISS: 'S' } })
    const despesaReembolsavel = [
      { nValorReemb: 10, cDescReemb: 'Pedágio' },
      { nValorReemb: 5, cDescReemb: 'Estacionamento', cRecorrenteReemb: 'S' },
    ]
    const items = [item({ valorAcrescimo: 7 }, iss(2)), item({ codServico: 2, valorOutrasRetencoes: 3.21 }, iss(5)), item()]
    await send('IncluirContrato', cadastro({}, { itensContrato: items, despesasReembolsaveis: { despesaReembolsavel } }))
    await send(
      'IncluirContrato',
      cadastro({ cCodIntCtr: 'C2' }, { itensContrato: [item({}, iss(2))], despesasReembolsaveis: { despesaReembolsavel } }),
    )
    await bill()
    // 200 + 7 + 200 + 200 + 10 + 5, less 2 % of 207, 5 % of 200 and 3,21.
    expect(await billed()).toMatchObject([{ grossCents: 62_200, withheldCents: 1_735, netCents: 60_465 }])
    expect(await billed(2)).toMatchObject([{ grossCents: 21_500, withheldCents: 400, netCents: 21_100 }])
    await send('AlterarContrato', {
      cabecalho: { cCodIntCtr: 'C1' },
      itensContrato: [{ itemCabecalho: { codItem: 100_001 }, ...iss(3) }],
    })
    await to('2026-04-10')
    await bill()
    expect((await billed()).at(-1)).toMatchObject({ grossCents: 61_200, withheldCents: 1_942 })
    expect((await api.get('/v1/invoices?contract=ctr_2')).body.data).toHaveLength(2)
  })

  test('an item may say what is done by its codes alone: they have a service of their own, and one only', async () => {
    const { api, ask, send, faultOf, show, bill, billed } = await open()
    const coded = (head: object = {}) => ({
      itemCabecalho: { natOperacao: '01', codServMunic: '02660', codLC116: '1.07', quant: 1, valorUnit: 80, ...head },
      itemDescrServ: { descrCompleta: 'Suporte em informática' },
    })
    const whole = (cCodIntCtr: string, ...items: object[]) => cadastro({ cCodIntCtr }, { itensContrato: items })
    await send('UpsertContrato', whole('C1', coded(), coded({ codLC116: '17.01', codServMunic: '' })))
    await send('UpsertContrato', whole('C1', coded({ valorUnit: 90 }), coded({ codLC116: '17.01', codServMunic: '' })))
    await send('UpsertContrato', whole('C2', coded(), item()))
    const names = (await api.get('/v1/service-items')).body.data.map((each: { name: string }) => each.name)
    expect(names.sort()).toEqual(['Hospedagem', 'Serviço 1.07 (LC 116/2003)', 'Serviço 17.01 (LC 116/2003)', 'Suporte'])
    const { itensContrato } = await show('C1')
    expect(itensContrato).toMatchObject([coded({ codItem: 100_001, valorUnit: 90 }), { itemCabecalho: { codLC116: '17.01' } }])
    expect(itensContrato).toHaveLength(2)
    const of = await ask('servicos/servico', 'ConsultarCadastroServico', { nCodServ: 3 })
    expect(of).toMatchObject({ intListar: { cCodIntServ: '' }, cabecalho: { cCodLC116: '1.07', cCodServMun: '02660' } })
    // Archived meanwhile, it is used again by whoever names it.
    await api.post('/v1/service-items/svc_3/archive')
    await send('IncluirContrato', whole('C3', coded()))
    await bill()
    expect(await billed()).toMatchObject([{ netCents: 17_000 }])
    expect(await billed(2)).toMatchObject([{ netCents: 28_000 }])
    expect(await billed(3)).toMatchObject([{ netCents: 8_000 }])
    expect(await faultOf('IncluirContrato', whole('C4', { itemCabecalho: { natOperacao: '01', valorUnit: 1 } }))).toBe(
      '1000 O preenchimento da tag [codServico] ou [codLC116] é obrigatório!',
    )
  })

  test('codes that come twice at once are one service too', async () => {
    const { api, send } = await open()
    const coded = { itemCabecalho: { codLC116: '1.07', valorUnit: 80 } }
    const include = (cCodIntCtr: string) => send('IncluirContrato', cadastro({ cCodIntCtr }, { itensContrato: [coded] }))
    await Promise.all(['C1', 'C2', 'C3'].map(include))
    expect((await api.get('/v1/service-items?q=1.07')).body.data).toHaveLength(1)
  })

  test('one that comes suspended or cancelled is billed for nothing before it is resumed', async () => {
    const { send, faultOf, show, bill, billed, to } = await open()
    const past = (cCodIntCtr: string, cCodSit: string, more: object = {}) =>
      cadastro({ cCodIntCtr, cCodSit, dVigInicial: '10/01/2026', ...more })
    await send('IncluirContrato', past('C1', '90'))
    await send('IncluirContrato', past('C2', '99'))
    await send('IncluirContrato', past('C3', '99', { dVigFinal: '20/02/2026' }))
    await send('IncluirContrato', past('C4', '90', { dVigInicial: '20/03/2026' }))
    const stands = async () => {
      const all = await Promise.all(['C1', 'C2', 'C3', 'C4'].map(show))
      return all.map(({ cabecalho }) => `${cabecalho.cCodSit} ${cabecalho.dVigInicial} ${cabecalho.dVigFinal}`)
    }
    expect(await stands()).toEqual([
      '90 10/01/2026 09/03/2027',
      '99 10/01/2026 10/03/2026',
      '99 10/01/2026 20/02/2026',
      '90 20/03/2026 09/03/2027',
    ])
    await bill()
    for (const contract of [1, 2, 3, 4]) expect(await billed(contract)).toEqual([])
    await to('2026-04-05')
    for (const cCodIntCtr of ['C1', 'C4']) await send('AlterarContrato', { cabecalho: { cCodIntCtr, cCodSit: '10' } })
    await to('2026-04-10')
    await bill()
    expect(await billed(1)).toMatchObject([{ netCents: 20_000 }])
    expect(await billed(4)).toMatchObject([{ netCents: 20_000 }])
    expect(await faultOf('IncluirContrato', past('C5', '99', { dVigInicial: '01/12/2026' }))).toContain(
      '1003 O valor da tag [cCodSit]',
    )
    expect(await faultOf('IncluirContrato', past('C5', '50'))).toContain('use 00, 10, 90 ou 99')
    expect(await faultOf('ConsultarContrato', { contratoChave: { cCodIntCtr: 'C5' } })).toContain('103 ')
  })

  test('a correction reaches the period that waits for its batch, and none that was billed', async () => {
    const { send, show, bill, billed, to } = await open()
    await send('IncluirContrato', cadastro({ cTipoFat: '01', cNumCtr: '1' }, { vencTextos: { cTpVenc: '001', nDias: 5 } }))
    await bill()
    await to('2026-04-15')
    const changed = {
      cabecalho: { cCodIntCtr: 'C1', cNumCtr: '2' },
      itensContrato: [{ itemCabecalho: { codItem: 100_001, valorUnit: 150 } }],
    }
    expect(await send('AlterarContrato', changed)).toEqual({
      cCodIntCtr: 'C1',
      nCodCtr: 1,
      cCodStatus: '0',
      cDescStatus: 'Contrato de serviço alterado com sucesso!',
    })
    await send('AlterarContrato', { cabecalho: { nCodCtr: 1, dVigFinal: '09/05/2026' }, vencTextos: { nDias: 9, cProxMes: '' } })
    await bill()
    await to('2026-05-20')
    await bill()
    const both = await billed()
    expect(both).toMatchObject([{ netCents: 20_000 }, { netCents: 30_000, issueOn: '2026-04-15' }])
    expect(both).toHaveLength(2)
    expect(await show('C1')).toMatchObject({
      cabecalho: { cNumCtr: '2', dVigFinal: '09/05/2026', nValTotMes: 300 },
      vencTextos: { cTpVenc: '001', nDias: 9 },
      itensContrato: [{ itemCabecalho: { codItem: 100_001, quant: 2, valorUnit: 150, valorTotal: 300 } }],
      // Its end came by itself.
      infoCadastro: { dInc: '10/03/2026', dAlt: '10/05/2026', cImpAPI: 'S' },
    })
  })

  test('sent again it doubles nothing; another item is added, and taken away by its number or its code', async () => {
    const { send, faultOf, show, bill, billed } = await open()
    const whole = cadastro({}, { itensContrato: [item(), item({ codServico: 2, codIntItem: 'H', valorUnit: 10 })] })
    expect((await send('UpsertContrato', whole)).cDescStatus).toContain('cadastrado')
    expect((await send('UpsertContrato', whole)).cDescStatus).toContain('alterado')
    await send('AlterarContrato', {
      cabecalho: { nCodCtr: 1 },
      itensContrato: [item({ codServico: 2, codIntItem: 'X', quant: 1, valorUnit: 5 })],
    })
    const heads = async () =>
      (await show('C1')).itensContrato.map(({ itemCabecalho }: { itemCabecalho: object }) => itemCabecalho)
    expect(await heads()).toMatchObject([
      { codItem: 100_001, codServico: 1, valorTotal: 200 },
      { codItem: 100_002, codIntItem: 'H', valorTotal: 20 },
      { codItem: 100_003, codIntItem: 'X', valorTotal: 5 },
    ])
    const contratoChave = { nCodCtr: 1 }
    await send('ExcluirItem', { contratoChave, ItensExclusao: [{ codIntItem: 'X' }, { codItem: 100_002 }] })
    expect(await heads()).toMatchObject([{ codItem: 100_001 }])
    const left = (ItensExclusao: object[]) => faultOf('ExcluirItem', { contratoChave, ItensExclusao })
    expect(await left([{ codItem: 100_003 }])).toBe('105 Item não cadastrado para o Código [100003] !')
    expect(await left([{ codIntItem: 'X' }])).toBe('103 Item não cadastrado para o Código de Integração [X] !')
    expect(await left([{ codItem: 100_001 }])).toBe('1000 O preenchimento da tag [itensContrato] é obrigatório!')
    expect(await left([{}])).toBe('1000 O preenchimento da tag [codItem] ou [codIntItem] é obrigatório!')
    // A number is nobody else's later.
    await send('AlterarContrato', { cabecalho: { nCodCtr: 1 }, itensContrato: [item({ codServico: 2, codIntItem: 'Y' })] })
    expect(await heads()).toMatchObject([{ codItem: 100_001 }, { codItem: 100_004 }])
    await bill()
    expect(await billed()).toMatchObject([{ netCents: 40_000 }])
  })

  test('what was changed elsewhere is shown as it stands, and stays', async () => {
    const { api, send, show, bill, billed } = await open()
    await send('IncluirContrato', cadastro({}, { itensContrato: [item({ codIntItem: 'A', valorAcrescimo: 3 })] }))
    const [rule] = (await api.get('/v1/invoice-rules?contractId=ctr_1')).body.data
    const lines = [{ serviceItemId: 'srv_1', quantity: '1', unitPrice: '80' }]
    const service = rule.terms?.lines?.[0]?.serviceItemId ?? 'srv_1'
    const made = await api.post(`/v1/invoice-rules/${rule.id}/terms`, {
      lines: lines.map(line => ({ ...line, serviceItemId: service })),
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect((await show('C1')).itensContrato).toMatchObject([
      { itemCabecalho: { codIntItem: 'A', quant: 1, valorUnit: 80, valorTotal: 80 } },
    ])
    await send('AlterarContrato', { cabecalho: { cCodIntCtr: 'C1', cNumCtr: '9' } })
    await bill()
    expect(await billed()).toMatchObject([{ netCents: 8_000 }])
  })

  test('its situation changes as its verbs would change it', async () => {
    const { send, faultOf, show } = await open()
    await send('IncluirContrato', cadastro({ cCodSit: '00' }))
    const become = (cCodSit: string) => ({ cabecalho: { nCodCtr: 1, cCodSit } })
    for (const cCodSit of ['10', '90', '10', '99', '10']) {
      await send('AlterarContrato', become(cCodSit))
      expect((await show('C1')).cabecalho.cCodSit).toBe(cCodSit)
    }
    expect(await faultOf('AlterarContrato', become('50'))).toContain('1003 O valor da tag [cCodSit]')
    expect(await faultOf('AlterarContrato', become('00'))).toContain('1003 O valor da tag [cCodSit]')
  })

  test('a list is filtered, ordered and paged, and fills what is empty', async () => {
    const { api, ask, send, faultOf, to } = await open()
    await ask('geral/clientes', 'IncluirCliente', { razao_social: 'Oficina', cnpj_cpf: '55.391.268/0001-93' })
    await send('IncluirContrato', cadastro({ cCodIntCtr: 'B' }, { observacoes: { cObsContrato: 'veja' } }))
    await send('IncluirContrato', cadastro({ cCodIntCtr: 'A', nCodCli: 2 }))
    await to('2026-03-12')
    const other = { name: 'Outro', customerId: 'cus_1', organizationId: 'org_1' }
    expect((await api.post('/v1/contracts', other)).status).toBe(201)
    await send('AlterarContrato', { cabecalho: { cCodIntCtr: 'A', cNumCtr: '7' } })
    const codes = async (param: object) =>
      (await send('ListarContratos', { pagina: 1, ...param })).contratoCadastro.map(
        (each: { cabecalho: { nCodCtr: number } }) => each.cabecalho.nCodCtr,
      )
    expect(await codes({})).toEqual([1, 2, 3])
    expect(await codes({ ordem_descrescente: 'S' })).toEqual([3, 2, 1])
    expect(await codes({ ordenar_por: 'CODIGO_INTEGRACAO' })).toEqual([2, 1, 3])
    expect(await codes({ apenas_importado_api: 'S' })).toEqual([1, 2])
    expect(await codes({ filtrar_cliente: 1 })).toEqual([1, 3])
    expect(await codes({ filtrar_cnpj_cpf: '55.391.268/0001-93' })).toEqual([2])
    expect(await codes({ filtrar_por_data_de: '11/03/2026' })).toEqual([2, 3])
    expect(await codes({ filtrar_por_data_de: '11/03/2026', filtrar_apenas_inclusao: 'S' })).toEqual([3])
    expect(await codes({ filtrar_por_data_de: '11/03/2026', filtrar_apenas_alteracao: 'S' })).toEqual([2])
    expect(await codes({ filtrar_por_data_de: '10/03/2026', filtrar_por_data_ate: '11/03/2026' })).toEqual([1, 2])
    // From today until that day.
    expect(await codes({ filtrar_por_data_ate: '31/03/2026' })).toEqual([2, 3])
    expect(await faultOf('ListarContratos', { filtrar_por_data_ate: '11/03/2026' })).toBe(
      '5113 Não existem registros para a página [1]!',
    )
    expect(await faultOf('ListarContratos', { filtrar_por_data_de: '01/13/2026' })).toContain('[filtrar_por_data_de]')
    expect(await codes({ pagina: 2, registros_por_pagina: 2 })).toEqual([3])
    const [bare] = (await send('ListarContratos', { pagina: 0 })).contratoCadastro
    expect(bare).toMatchObject({
      cabecalho: { cNumCtr: '' },
      infAdic: { cCodCateg: '', nCodVend: 0 },
      emailCliente: { cEnviarBoleto: '' },
    })
    expect(Object.keys(bare)).not.toContain('observacoes')
    const [told] = (await send('ListarContratos', { cExibeObs: 'S', cExibirInfoCadastro: 'S', cExibirProdutos: 'S' }))
      .contratoCadastro
    expect(told).toMatchObject({
      observacoes: { cObsContrato: 'veja' },
      infoCadastro: { cOrigem: 'API' },
      produtosUtilizados: {},
    })
  })

  test.each<[says: string, param: object, fault: string]>([
    ['the type of a number', cadastro({ nDiaFat: 'dez' }), '1003 O valor da tag [nDiaFat]'],
    ['a month that is none', cadastro({ dVigFinal: '09/13/2027' }), '1003 O valor da tag [dVigFinal]'],
    ['day 31 of a shorter month', cadastro({ dVigFinal: '31/04/2027' }), '1003 O valor da tag [dVigFinal]'],
    ['an end before its start', cadastro({ dVigFinal: '09/03/2026' }), '1003 O valor da tag [dVigFinal]'],
    ['the case of a flag', cadastro({}, { vencTextos: { cProxMes: 's' } }), '1003 O valor da tag [cProxMes]'],
    [
      'the case of a tag',
      cadastro({}, { VencTextos: {} }),
      '5001 Tag [VENCTEXTOS] não faz parte da estrutura do tipo complexo [contratoCadastro]!',
    ],
    [
      'a tag within',
      cadastro({}, { itensContrato: [item({}, { itemImpostos: { aliqISS: 1, aliqXYZ: 1 } })] }),
      '5001 Tag [ALIQXYZ] não faz parte da estrutura do tipo complexo [itemImpostos]!',
    ],
    [
      'the kind of a discount',
      cadastro({}, { itensContrato: [item({ cTpDesconto: 'p', aliqDesconto: 5 })] }),
      '1003 O valor da tag [cTpDesconto]',
    ],
    [
      'a discount above its item',
      cadastro({}, { itensContrato: [item({ cTpDesconto: 'V', valorDesconto: 201 })] }),
      '1003 O valor da tag [valorDesconto]',
    ],
    [
      'a surcharge below zero',
      cadastro({}, { itensContrato: [item({ valorAcrescimo: -1 })] }),
      '1003 O valor da tag [valorAcrescimo]',
    ],
    ['a quantity of none', cadastro({}, { itensContrato: [item({ quant: 0 })] }), '1003 O valor da tag [quant]'],
    ['a service of nobody', cadastro({}, { itensContrato: [item({ codServico: 99 })] }), '1003 O valor da tag [codServico]'],
    [
      'a rate above the whole',
      cadastro({}, { itensContrato: [item({}, { itemImpostos: { retISS: 'S', aliqISS: 101 } })] }),
      '1003 O valor da tag [aliqISS]',
    ],
    [
      'other withholdings that leave nothing beside the taxes',
      cadastro({}, { itensContrato: [item({ valorOutrasRetencoes: 190 }, { itemImpostos: { retISS: 'S', aliqISS: 5 } })] }),
      '1003 O valor da tag [valorOutrasRetencoes]',
    ],
    [
      'other withholdings below zero',
      cadastro({}, { itensContrato: [item({ valorOutrasRetencoes: -1 })] }),
      '1003 O valor da tag [valorOutrasRetencoes]',
    ],
    [
      'one code for two items',
      cadastro({}, { itensContrato: [item({ codIntItem: 'A' }), item({ codIntItem: 'A' })] }),
      '102 Item com o Código de Integração [A]',
    ],
    ['items that are no list', cadastro({}, { itensContrato: item() }), '1003 O valor da tag [itensContrato]'],
  ])('%s is refused, of a new contract and of one that stands', async (_, param, fault) => {
    const { send, faultOf, show } = await open()
    expect(await faultOf('IncluirContrato', param)).toContain(fault)
    await send('IncluirContrato', cadastro())
    const before = await show('C1')
    expect(await faultOf('AlterarContrato', param)).toContain(fault)
    expect(await show('C1')).toEqual(before)
  })

  test('a code twice, a contract of nobody, another customer, another start', async () => {
    const { ask, send, faultOf } = await open()
    await send('IncluirContrato', cadastro())
    await send('IncluirContrato', cadastro({ cCodIntCtr: 'C2' }))
    await ask('geral/clientes', 'IncluirCliente', { razao_social: 'Oficina', cnpj_cpf: '55.391.268/0001-93' })
    const taken = '102 O valor da tag [cCodIntCtr] já foi cadastrado anteriormente.'
    expect(await faultOf('IncluirContrato', cadastro())).toBe(taken)
    expect(await faultOf('AlterarContrato', { cabecalho: { nCodCtr: 2, cCodIntCtr: 'C1' } })).toBe(taken)
    expect(await faultOf('UpsertContrato', cadastro({ nCodCtr: 9 }))).toBe('105 Contrato não cadastrado para o Código [9] !')
    expect(await faultOf('AlterarContrato', { cabecalho: { nDiaFat: 3 } })).toContain(
      '1000 O preenchimento da tag [nCodCtr] ou [cCodIntCtr]',
    )
    expect(await faultOf('AlterarContrato', { cabecalho: { nCodCtr: 1, nCodCli: 2 } })).toContain('1003 O valor da tag [nCodCli]')
    expect(await faultOf('AlterarContrato', { cabecalho: { nCodCtr: 1, dVigInicial: '11/03/2026' } })).toContain(
      '1003 O valor da tag [dVigInicial]',
    )
    expect(await faultOf('AlterarContrato', {})).toContain('71 Nenhum parâmetro')
  })
})
