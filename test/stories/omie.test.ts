import { afterEach, expect, test } from 'vitest'
import { instant } from '../../src/core/dates.ts'
import { eachEngine } from '../database/each-engine.ts'
import { omieApi } from '../http/omie-api.ts'
import { type TestApi, testApi } from '../http/test-api.ts'

// A client of Omie whose host was changed: contracts, "Faturar Hoje", batches. What it has no method for (its company) is made by ours.

eachEngine('a client of Omie', database => {
  const opened: TestApi[] = []
  afterEach(async () => {
    // Billing decided it in one way, verify derives it in another.
    for (const api of opened.splice(0)) {
      const { body } = await api.post('/v1/verifications', { full: true })
      await api.settle()
      expect((await api.get(`/v1/verifications/${body.id}`)).body.result).toMatchObject({ found: {}, findings: [] })
    }
  })

  /** Noon in São Paulo. */
  async function open(day: string) {
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
    const { nCodServ } = await ask('servicos/servico', 'IncluirCadastroServico', {
      intIncluir: { cCodIntServ: 'SUP' },
      cabecalho: { cDescricao: 'Suporte', nPrecoUnit: 100 },
    })
    const contract = async (name: string, cnpj_cpf: string | undefined, more: object = {}, texts: object = {}) => {
      const client = { razao_social: name, codigo_cliente_integracao: name, ...(cnpj_cpf && { cnpj_cpf }) }
      const { codigo_cliente_omie } = await ask('geral/clientes', 'IncluirCliente', client)
      const made = await ask('servicos/contrato', 'IncluirContrato', {
        cabecalho: {
          cCodIntCtr: `CTR-${name}`,
          nCodCli: codigo_cliente_omie,
          cNumCtr: `2026/${name}`,
          cCodSit: '10',
          dVigInicial: '10/03/2026',
          dVigFinal: '09/03/2027',
          nDiaFat: 10,
          cTipoFat: '01',
          ...more,
        },
        vencTextos: { cTpVenc: '002', nDiaFixo: 20 },
        itensContrato: [{ itemCabecalho: { codServico: nCodServ, quant: 2, valorUnit: 149.9 } }],
        ...texts,
      })
      return made.nCodCtr as number
    }
    const batch = (cCodIntLote: string) => ask('servicos/contratolote', 'FaturarLoteContrato', { cCodIntLote })
    const statusOf = (nIdLoteFat: number) => ask('servicos/contratolote', 'StatusLoteContrato', { nIdLoteFat })
    const lotes = async (param: object) =>
      (await ask('servicos/contratolote', 'ListarLotesContrato', { cExibirDetalhes: 'S', ...param })).lotes
    const stage = async (cEtapa: string) =>
      (await ask('servicos/contratofat', 'ObterContratos', { cEtapa })).listaContratos.map(
        ({ nCodCtr }: { nCodCtr: number }) => nCodCtr,
      )
    const fat = (method: string, nCodCtr: number) => ask('servicos/contratofat', method, { nCodCtr })
    const invoicesOf = async (id: number) => (await api.get(`/v1/invoices?contract=ctr_${id}`)).body.data
    return { api, call, ask, contract, batch, statusOf, lotes, stage, fat, invoicesOf }
  }

  test('bills what is due in a batch, corrects what two contracts lack, and bills those alone', async () => {
    const { api, ask, contract, batch, statusOf, lotes, stage, invoicesOf } = await open('2026-03-10')
    const good = [await contract('A', '11.222.333/0001-81'), await contract('B', '55.391.268/0001-93')]
    const faulty = [await contract('C', undefined), await contract('D', undefined)]
    await contract('E', '123.456.789-09', { dVigInicial: '11/03/2026', nDiaFat: 25 })
    expect(await stage('20')).toEqual([...good, ...faulty])

    const first = await batch('9999999')
    expect(first).toMatchObject({ nQtdeFat: 4, cCodStatus: '0' })
    expect(await statusOf(first.nIdLoteFat)).toMatchObject({
      nQtdeTotal: 4,
      nQtdeProcessadas: 0,
      cOrigem: 'API',
      cStatus: 'RUNNING',
      dInicioProc: '10/03/2026',
      hInicioProc: '12:00:00',
      dConclusaoProc: '',
    })
    expect((await batch('9999999')).nIdLoteFat).toBe(first.nIdLoteFat)
    await api.settle()

    const [told] = await lotes({ dDtIncDe: '10/03/2026', dDtIncAte: '10/03/2026' })
    expect(told).toMatchObject({ nQtdeTotal: 4, nQtdeProcessadas: 4, cStatus: 'ERROR', dConclusaoProc: '10/03/2026' })
    expect(told.detalhes).toEqual([
      ...good.map(nIdContrato => ({
        nIdPedido: expect.any(Number),
        nIdContrato,
        cStatus: 'DONE',
        cMensagem: 'Ordem de Serviço faturada com sucesso!',
      })),
      ...faulty.map(nIdContrato => ({
        nIdPedido: 0,
        nIdContrato,
        cStatus: 'ERROR',
        cMensagem:
          'O cliente está sem CPF ou CNPJ válido. Corrija a tag [cnpj_cpf] do cliente com AlterarCliente e fature o lote novamente.',
      })),
    ])
    expect(await stage('20')).toEqual(faulty)
    expect(await stage('30')).toEqual(good)

    for (const [code, cnpj_cpf] of [
      ['C', '22.333.444/0001-81'],
      ['D', '33.444.555/0001-81'],
    ]) {
      await ask('geral/clientes', 'AlterarCliente', { codigo_cliente_integracao: code, cnpj_cpf })
    }
    const second = await batch('9999999')
    expect(second).toMatchObject({ nQtdeFat: 2, cCodStatus: '0' })
    expect(second.nIdLoteFat).not.toBe(first.nIdLoteFat)
    await api.settle()
    expect(await statusOf(second.nIdLoteFat)).toMatchObject({ nQtdeTotal: 2, nQtdeProcessadas: 2, cStatus: 'DONE' })

    const third = await batch('9999999')
    expect(third).toMatchObject({ nQtdeFat: 0, cCodStatus: '0' })
    expect(await statusOf(third.nIdLoteFat)).toMatchObject({ nQtdeTotal: 0, cStatus: 'DONE' })

    for (const id of [...good, ...faulty]) {
      expect(await invoicesOf(id)).toMatchObject([{ state: 'to_receive', netCents: 29_980, issueOn: '2026-03-10' }])
    }
    expect(await stage('20')).toEqual([])
  })

  test('two batches of different codes at once bill each contract once', async () => {
    const { api, contract, batch, statusOf, invoicesOf } = await open('2026-03-10')
    const ids = [await contract('A', '11.222.333/0001-81'), await contract('B', '55.391.268/0001-93')]
    const [one, two] = [await batch('1'), await batch('2')]
    expect(one.nIdLoteFat).not.toBe(two.nIdLoteFat)
    await api.settle()
    for (const { nIdLoteFat } of [one, two]) expect((await statusOf(nIdLoteFat)).cStatus).toBe('DONE')
    for (const id of ids) expect(await invoicesOf(id)).toHaveLength(1)
  })

  test('the same code twice at one instant is one batch', async () => {
    const { api, contract, batch, statusOf, lotes, invoicesOf } = await open('2026-03-10')
    const id = await contract('A', '11.222.333/0001-81')
    const started = await Promise.all([batch('7'), batch('7'), batch('7')])
    expect(new Set(started.map(({ nIdLoteFat }) => nIdLoteFat)).size).toBe(1)
    await api.settle()
    expect((await statusOf(started[0].nIdLoteFat)).cStatus).toBe('DONE')
    expect(await lotes({})).toHaveLength(1)
    expect(await invoicesOf(id)).toHaveLength(1)
  })

  test('what the scheduler only looked at is no batch of its, what it billed is; the latest batch comes first and names periods', async () => {
    const { api, contract, batch, lotes } = await open('2026-03-05')
    const onRequest = await contract('A', '11.222.333/0001-81')
    const recurrence = { unit: 'month', every: 1, anchorOn: '2026-05-08' }
    const byItself = await api.post('/v1/contracts', {
      name: 'Automático',
      organizationId: 'org_1',
      customerId: 'cus_1',
      rules: [{ recurrence, due: { kind: 'fixed_day', day: 20 }, lines: [{ serviceItemId: 'svc_1', unitPrice: '80' }] }],
    })
    expect(byItself.status, JSON.stringify(byItself.body)).toBe(201)
    await api.moveClock('2026-05-12T15:00:00.000Z')
    await batch('1')
    await api.settle()
    const told = await lotes({ nRegistros: 50 })
    expect(told.map(({ cOrigem, cStatus }: Record<string, string>) => `${cOrigem} ${cStatus}`)).toEqual(['API ERROR', 'SCH DONE'])
    expect(told[1].nIdLoteFat).toBeLessThan(told[0].nIdLoteFat)
    expect(told[0].detalhes).toEqual([
      {
        nIdContrato: onRequest,
        nIdPedido: 0,
        cStatus: 'ERROR',
        cMensagem: expect.stringMatching(/^O período de 10\/03\/2026 a 09\/04\/2026: /),
      },
      {
        nIdContrato: onRequest,
        nIdPedido: 0,
        cStatus: 'ERROR',
        cMensagem: expect.stringMatching(/^O período de 10\/04\/2026 a 09\/05\/2026: .*FaturarContrato/),
      },
      {
        nIdContrato: onRequest,
        nIdPedido: expect.any(Number),
        cStatus: 'DONE',
        cMensagem: 'O período de 10/05/2026 a 09/06/2026: Ordem de Serviço faturada com sucesso!',
      },
    ])
    expect(told[1].detalhes).toContainEqual({
      nIdContrato: onRequest + 1,
      nIdPedido: expect.any(Number),
      cStatus: 'DONE',
      cMensagem: 'Ordem de Serviço faturada com sucesso!',
    })
    expect(told[1].detalhes).toHaveLength(1)
  })

  test('a batch beyond the bounds of the company waits for a person, and says so of each contract', async () => {
    const { api, contract, batch, statusOf, lotes, invoicesOf } = await open('2026-03-10')
    const id = await contract('A', '11.222.333/0001-81')
    await api.patch('/v1/organizations/org_1', { runMaxTotalCents: 100 }, { version: 1 })
    const { nIdLoteFat } = await batch('7')
    await api.settle()
    expect((await statusOf(nIdLoteFat)).cStatus).toBe('ERROR')
    const [{ detalhes }] = await lotes({})
    expect(detalhes).toMatchObject([
      { nIdContrato: id, cStatus: 'ERROR', cMensagem: expect.stringContaining('limite de segurança') },
    ])
    expect((await api.post(`/v1/billing-runs/run_${nIdLoteFat}/resume`)).status).toBe(202)
    await api.settle()
    expect((await statusOf(nIdLoteFat)).cStatus).toBe('DONE')
    expect(await invoicesOf(id)).toHaveLength(1)
  })

  test('a contract is billed by choice ahead of its day, and that period is not billed again', async () => {
    const { api, contract, fat, stage, batch, invoicesOf } = await open('2026-03-05')
    const id = await contract('A', '11.222.333/0001-81')
    expect(await stage('20')).toEqual([])
    expect(await fat('ValidarContrato', id)).toMatchObject({ cCodStatus: '0' })
    const billed = await fat('FaturarContrato', id)
    expect(billed).toMatchObject({ nCodCtr: id, nCodOS: expect.any(Number), cCodStatus: '0' })
    const [invoice] = await invoicesOf(id)
    expect(invoice).toMatchObject({ id: `inv_${billed.nCodOS}`, scheduledOn: '2026-03-10', issueOn: '2026-03-05' })
    await api.moveClock('2026-03-10T15:00:00.000Z')
    expect((await batch('1')).nQtdeFat).toBe(0)
    expect(await invoicesOf(id)).toHaveLength(1)
  })

  test('a contract that is billed ahead twice at one instant is billed for one period', async () => {
    const { contract, fat, invoicesOf } = await open('2026-03-05')
    const id = await contract('A', '11.222.333/0001-81')
    await Promise.all([fat('FaturarContrato', id), fat('FaturarContrato', id)])
    expect(await invoicesOf(id)).toHaveLength(1)
  })

  test('who asks again because no answer came bills nothing more; next month the next period may be billed ahead', async () => {
    const { api, contract, fat, invoicesOf } = await open('2026-03-10')
    const id = await contract('A', '11.222.333/0001-81')
    const { nCodOS, cCodStatus } = await fat('FaturarContrato', id)
    expect(cCodStatus).toBe('0')
    expect(await fat('FaturarContrato', id)).toMatchObject({
      nCodOS,
      cCodStatus: '1',
      cDescStatus: 'O período já foi faturado. Nada a fazer.',
    })
    await api.moveClock('2026-04-02T15:00:00.000Z')
    expect(await fat('FaturarContrato', id)).toMatchObject({ cCodStatus: '0' })
    expect(await fat('FaturarContrato', id)).toMatchObject({ cCodStatus: '1' })
    expect((await invoicesOf(id)).map(({ scheduledOn }: { scheduledOn: string }) => scheduledOn).sort()).toEqual([
      '2026-03-10',
      '2026-04-10',
    ])
  })

  test('of several periods that are due each call bills one, the oldest first, and names its order', async () => {
    const { api, contract, fat, invoicesOf } = await open('2026-03-05')
    const id = await contract('A', '11.222.333/0001-81')
    const ruleId = (await api.get(`/v1/contracts/ctr_${id}`)).body.rules[0].id
    const trip = { kind: 'surcharge', description: 'Viagem', amountCents: 3_000 }
    expect((await api.post(`/v1/invoice-rules/${ruleId}/events`, trip)).status).toBe(201)
    await api.moveClock('2026-06-02T15:00:00.000Z')
    const orders: unknown[] = []
    for (const scheduledOn of ['2026-03-10', '2026-04-10', '2026-05-10']) {
      const { nCodOS, cCodStatus } = await fat('FaturarContrato', id)
      expect(cCodStatus).toBe('0')
      const [latest, ...others] = await invoicesOf(id)
      expect([others.length, latest]).toMatchObject([orders.length, { id: `inv_${nCodOS}`, scheduledOn }])
      orders.push(nCodOS)
      // What is billed once is billed with the first of them.
      expect(latest.netCents).toBe(orders.length === 1 ? 32_980 : 29_980)
    }
    expect(await fat('FaturarContrato', id)).toMatchObject({ nCodOS: orders.at(-1), cCodStatus: '1' })
    expect(await invoicesOf(id)).toHaveLength(3)
  })

  test('an invoice that was taken back goes out by itself, before a period that is due', async () => {
    const { api, contract, fat, invoicesOf } = await open('2026-03-10')
    const id = await contract('A', '11.222.333/0001-81')
    const first = await fat('FaturarContrato', id)
    expect((await api.post(`/v1/invoices/inv_${first.nCodOS}/undo-emission`)).status).toBe(200)
    await api.moveClock('2026-04-12T15:00:00.000Z')
    expect(await fat('FaturarContrato', id)).toMatchObject({ nCodOS: first.nCodOS, cCodStatus: '0' })
    expect(await invoicesOf(id)).toMatchObject([{ issueOn: '2026-04-12' }])
    const second = await fat('FaturarContrato', id)
    expect(second).toMatchObject({ cCodStatus: '0' })
    expect((await invoicesOf(id)).map((one: { id: string }) => one.id)).toContain(`inv_${second.nCodOS}`)
  })

  test('a contract without a tax id is told so by validation, and not billed', async () => {
    const { contract, fat, invoicesOf } = await open('2026-03-10')
    const id = await contract('A', undefined)
    for (const method of ['ValidarContrato', 'FaturarContrato']) {
      const { cCodStatus, cDescStatus } = await fat(method, id)
      expect({ cCodStatus, told: cDescStatus.includes('[cnpj_cpf]') }).toEqual({ cCodStatus: '1', told: true })
    }
    expect(await invoicesOf(id)).toEqual([])
  })

  test('is suspended, reactivated, cancelled and reactivated; what its state forbids is a status above zero', async () => {
    const { api, ask, contract, fat, stage, batch, invoicesOf } = await open('2026-03-05')
    const id = await contract('A', '11.222.333/0001-81')
    const situation = async () =>
      (await ask('servicos/contrato', 'ConsultarContrato', { contratoChave: { nCodCtr: id } })).contratoCadastro.cabecalho.cCodSit
    expect(await fat('AtivarContrato', id)).toMatchObject({ cCodStatus: '1' })
    expect(await fat('SuspenderContrato', id)).toMatchObject({ cCodStatus: '0' })
    expect(await situation()).toBe('90')
    expect(await fat('SuspenderContrato', id)).toMatchObject({ cCodStatus: '1' })
    // Ahead of its day a suspended contract has nothing to bill, and nothing of it is closed.
    expect(await fat('FaturarContrato', id)).toMatchObject({ nCodOS: 0, cCodStatus: '1' })
    expect(await fat('ReativarContrato', id)).toMatchObject({ cCodStatus: '0' })
    expect(await situation()).toBe('10')
    await api.moveClock('2026-03-12T15:00:00.000Z')
    expect(await fat('CancelarContrato', id)).toMatchObject({ cCodStatus: '0' })
    expect(await situation()).toBe('99')
    // What was due before stays due, whatever the contract's state.
    expect(await stage('20')).toEqual([id])
    await batch('1')
    await api.settle()
    expect(await invoicesOf(id)).toHaveLength(1)
    expect(await fat('ReativarContrato', id)).toMatchObject({ cCodStatus: '0' })
    expect(await situation()).toBe('10')
    expect(await stage('40')).toEqual([])
    expect(await stage('10')).toEqual([id])
  })

  test('a draft is activated and billed from then on; the last day of its validity bounds it', async () => {
    const { api, contract, fat, stage } = await open('2026-03-10')
    const id = await contract('A', '11.222.333/0001-81', { cCodSit: '00', nDiaFat: 25, dVigFinal: '20/06/2026' })
    expect(await stage('20')).toEqual([])
    expect(await fat('AtivarContrato', id)).toMatchObject({ cCodStatus: '0' })
    const billed: string[] = []
    for (const day of ['2026-03-25', '2026-04-25', '2026-05-25', '2026-06-25']) {
      await api.moveClock(`${day}T15:00:00.000Z`)
      if ((await stage('20')).length === 0) continue
      expect(await fat('FaturarContrato', id)).toMatchObject({ cCodStatus: '0' })
      billed.push(day)
    }
    expect(billed).toEqual(['2026-03-25', '2026-04-25', '2026-05-25'])
  })

  test('what was sent of a contract is erased with its client', async () => {
    const { api, ask, contract, fat } = await open('2026-03-10')
    const texts = { observacoes: { cObsContrato: 'Falar com a Ana' }, emailCliente: { cUtilizarEmails: 'ana@cliente.com.br' } }
    const id = await contract('A', '123.456.789-09', {}, texts)
    const consulted = () => ask('servicos/contrato', 'ConsultarContrato', { contratoChave: { nCodCtr: id } })
    expect((await consulted()).contratoCadastro.emailCliente).toEqual(texts.emailCliente)
    await fat('CancelarContrato', id)
    await fat('FaturarContrato', id)
    const erased = await api.post('/v1/customers/cus_1/erase')
    expect(erased.status, JSON.stringify(erased.body)).toBe(200)
    expect(JSON.stringify(await consulted())).not.toMatch(/ana/i)
  })
})
