import { describe, expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { aCnpj } from '../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../test/fixtures/verified.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { vendorApi } from '../../test/http/vendor-api.ts'
import { instant } from '../core/dates.ts'

// A token of theirs is one company's. An account of ours may have several: a key says which one its client speaks for.

eachEngine('a key that speaks for one organization', database => {
  const toVerify = verifiedAfterwards(database)

  async function open() {
    const api = await testApi(database(), { now: instant('2026-03-10T15:00:00.000Z') })
    toVerify(api.account)
    const organization = async (legalName: string) => {
      const company = { legalName, cnpj: aCnpj(), taxRegime: 'simples_nacional' }
      return (await api.post('/v1/organizations', company)).body.id as string
    }
    const [first, second] = [await organization('Primeira Ltda'), await organization('Segunda Ltda')]
    const keyFor = (client: string, organizationId?: string) =>
      api.post('/v1/api-keys', { name: client, scopes: ['*'], for: client, ...(organizationId && { organizationId }) })
    return { api, first, second, keyFor }
  }

  describe('when it is made', () => {
    test.each(['nibo', 'omie', 'hubsoft', 'fintera', 'emites'])('is made for a client of %s, and shown with it', async client => {
      const { api, second, keyFor } = await open()
      const { status, body } = await keyFor(client, second)
      expect([status, body.organizationId]).toEqual([201, second])
      expect((await api.get(`/v1/api-keys/${body.id}`)).body.organizationId).toBe(second)
      const list = (await api.get('/v1/api-keys')).body.data
      expect(list.find(({ id }: { id: string }) => id === body.id)).toMatchObject({ for: client, organizationId: second })
      expect((await keyFor(client)).body.organizationId).toBeNull()
    })

    test('is refused for one that is not there, is of another account, or is out of use, and for no client', async () => {
      const { api, second, keyFor } = await open()
      const other = await testApi(database())
      for (let i = 0; i < 3; i++)
        await other.post('/v1/organizations', { legalName: `Outra ${i}`, cnpj: aCnpj(), taxRegime: 'simples_nacional' })
      const refused = { status: 422, body: { faults: [{ path: '/organizationId', code: 'unknown_organization' }] } }
      // Of the other account's three, the third has a number that is nobody's here.
      expect(await keyFor('nibo', 'org_3')).toMatchObject(refused)
      expect(await keyFor('omie', 'cus_1')).toMatchObject({ status: 422 })
      expect(await api.post('/v1/api-keys', { name: 'x', scopes: ['*'], organizationId: second })).toMatchObject({
        status: 422,
        body: { faults: [{ code: 'organization_without_client' }] },
      })
      await api.post(`/v1/organizations/${second}/archive`)
      expect(await keyFor('nibo', second)).toMatchObject({ status: 422, body: { faults: [{ code: 'archived_organization' }] } })
    })
  })

  const at = '/empresas/v1'

  async function companyOfNibo() {
    const { api, first, second, keyFor } = await open()
    const speaker = async (organizationId?: string) =>
      vendorApi(api, { ApiToken: (await keyFor('nibo', organizationId)).body.credentials.token })
    const account = (organizationId: string, name: string) =>
      api.post('/v1/financial-accounts', { organizationId, name, status: 'active', paymentMethods: [] })
    await account(first, 'Conta da primeira')
    await account(second, 'Conta da segunda')
    const theirs = { first: await speaker(first), second: await speaker(second), nobody: await speaker() }
    const customer = (await theirs.nobody(`POST ${at}/customers`, { name: 'Ana', document: { number: '52998224725' } })).body
    const category = (await theirs.nobody(`POST ${at}/schedules/categories`, { name: 'Serviços' })).body
    const schedule = (by: keyof typeof theirs, more: object = {}) =>
      theirs[by](`POST ${at}/schedules/credit`, {
        stakeholderId: customer,
        description: by,
        dueDate: '2026-04-10',
        scheduleDate: '2026-04-10',
        categories: [{ categoryId: category, value: 100 }],
        ...more,
      })
    const list = async (by: keyof typeof theirs, path: string) => (await theirs[by](`GET ${at}${path}`)).body
    return { api, first, second, theirs, customer, category, schedule, list }
  }

  test('makes the schedules of Nibo there, and lists and knows those alone', async () => {
    const { api, first, second, theirs, schedule, list } = await companyOfNibo()
    const made = {
      first: (await schedule('first')).body,
      second: (await schedule('second')).body,
      nobody: (await schedule('nobody')).body,
    }
    const all = (await api.get('/v1/schedules')).body.data
    expect(all.map(({ organizationId }: { organizationId: string }) => organizationId)).toEqual([first, second, first])
    const names = async (by: 'first' | 'second' | 'nobody') =>
      (await list(by, '/schedules/credit')).items.map(({ description }: { description: string }) => description)
    expect([await names('first'), await names('second'), await names('nobody')]).toEqual([
      ['first', 'nobody'],
      ['second'],
      ['first', 'second', 'nobody'],
    ])
    expect((await list('second', '/schedules/credit/opened')).count).toBe(1)
    expect((await list('second', '/accounts')).items).toMatchObject([{ name: 'Conta da segunda' }])
    expect((await list('nobody', '/accounts')).count).toBe(2)

    const gone = { status: 500, body: { error_description: 'Agendamento não encontrado' } }
    const one = `${at}/schedules/credit/${made.first}`
    expect(await theirs.first(`GET ${one}`)).toMatchObject({ status: 200 })
    for (const [request, body] of [
      [`GET ${one}`],
      [`DELETE ${one}`],
      [`GET ${one}/files`],
      [`POST ${one}/annotations`, { body: 'x' }],
      [`POST ${one}/receipts`, { accountId: made.first, date: '2026-03-10', value: 1 }],
    ] as const) {
      expect(await theirs.second(request, body)).toMatchObject(gone)
    }
  })

  test('knows the installments and receipts of its own alone', async () => {
    const { theirs, customer, category, list } = await companyOfNibo()
    const plan = {
      stakeholderId: customer,
      categories: [{ categoryId: category, value: 2 }],
      instalment: [1, 2].map(n => ({ installmentNumber: n, value: 1, dueDate: `2026-0${n + 3}-10`, description: 'Parcela' })),
    }
    const made = (await theirs.second(`POST ${at}/schedules/credit/FormatType=json`, plan)).body
    const { installmentId } = made.installment
    expect((await list('second', `/installments/${installmentId}`)).totalOfInstallments).toBe(2)
    expect((await list('first', `/installments/${installmentId}`)).error_description).toBe('Parcelamento não encontrado')
    const account = (await list('second', '/accounts')).items[0].id
    const money = { accountId: account, date: '2026-03-10', value: 1 }
    expect((await theirs.second(`POST ${at}/schedules/credit/${made.scheduleId}/receipts`, money)).status).toBe(200)
    expect([(await list('second', '/receipts')).count, (await list('first', '/receipts')).count]).toEqual([1, 0])
    // Money that comes at once is its own too.
    const receipt = {
      accountId: account,
      stakeholderId: customer,
      date: '2026-03-09',
      categories: [{ categoryId: category, value: 5 }],
    }
    expect((await theirs.second(`POST ${at}/receipts`, receipt)).status).toBe(200)
    expect([(await list('second', '/receipts')).count, (await list('first', '/receipts')).count]).toEqual([2, 0])
  })

  test('of one that went out of use since makes nothing anywhere else', async () => {
    const { api, second, schedule } = await companyOfNibo()
    await api.post(`/v1/organizations/${second}/archive`)
    expect(await schedule('second')).toMatchObject({ status: 500, body: { error: 'validation_error' } })
    expect((await api.get('/v1/schedules')).body.data).toEqual([])
  })

  test('makes, lists and bills the contracts of Omie there', async () => {
    const { api, first, second, keyFor } = await open()
    const speaker = async (organizationId?: string) => {
      const { app_key, app_secret } = (await keyFor('omie', organizationId)).body.credentials
      const send = vendorApi(api, {})
      return async (service: string, call: string, param: object, expected = 200) => {
        const { status, body } = await send(`POST /api/v1/${service}/`, {
          call,
          app_key: Number(app_key),
          app_secret,
          param: [param],
        })
        expect(status, JSON.stringify(body)).toBe(expected)
        return body
      }
    }
    const theirs = { first: await speaker(first), second: await speaker(second), nobody: await speaker() }
    const { nCodServ } = await theirs.nobody('servicos/servico', 'IncluirCadastroServico', {
      intIncluir: { cCodIntServ: 'SUP' },
      cabecalho: { cDescricao: 'Suporte', nPrecoUnit: 100 },
    })
    const { codigo_cliente_omie } = await theirs.nobody('geral/clientes', 'IncluirCliente', {
      razao_social: 'Cliente',
      codigo_cliente_integracao: 'C',
      cnpj_cpf: '11.222.333/0001-81',
    })
    for (const by of ['first', 'second', 'nobody'] as const) {
      await theirs[by]('servicos/contrato', 'IncluirContrato', {
        cabecalho: {
          cCodIntCtr: by,
          nCodCli: codigo_cliente_omie,
          cNumCtr: by,
          cCodSit: '10',
          dVigInicial: '10/03/2026',
          dVigFinal: '09/03/2027',
          nDiaFat: 10,
          cTipoFat: '01',
        },
        vencTextos: { cTpVenc: '002', nDiaFixo: 20 },
        itensContrato: [{ itemCabecalho: { codServico: nCodServ, quant: 1, valorUnit: 100 } }],
      })
    }
    const contracts = (await api.get('/v1/contracts')).body.data
    expect(contracts.map(({ organizationId }: { organizationId: string }) => organizationId)).toEqual([first, second, first])
    const listed = async (by: keyof typeof theirs) =>
      (await theirs[by]('servicos/contrato', 'ListarContratos', { pagina: 1 })).total_de_registros
    expect([await listed('first'), await listed('second'), await listed('nobody')]).toEqual([2, 1, 3])
    const stage = async (by: keyof typeof theirs) =>
      (await theirs[by]('servicos/contratofat', 'ObterContratos', { cEtapa: '20' })).listaContratos.length
    expect([await stage('first'), await stage('second'), await stage('nobody')]).toEqual([2, 1, 3])

    expect(await theirs.second('servicos/contratolote', 'FaturarLoteContrato', { cCodIntLote: 'L1' })).toMatchObject({
      nQtdeFat: 1,
    })
    await api.settle()
    const invoices = (await api.get('/v1/invoices')).body.data
    expect(invoices.map(({ organizationId }: { organizationId: string }) => organizationId)).toEqual([second])
    const page = { pagina: 1 }
    expect(await theirs.second('servicos/os', 'ListarOS', page)).toMatchObject({ total_de_registros: 1 })
    expect(await theirs.first('servicos/os', 'ListarOS', page, 500)).toMatchObject({ faultcode: 'SOAP-ENV:Client-5113' })
    const due = async (by: 'first' | 'second') =>
      (await theirs[by]('financas/contareceber', 'ListarContasReceber', page)).total_de_registros
    expect([await due('first'), await due('second')]).toEqual([0, 1])
    expect([await stage('first'), await stage('second')]).toEqual([2, 0])
  })

  test('lists the faturas of HubSoft of that one alone', async () => {
    const { api, first, second, keyFor } = await open()
    const speaker = async (organizationId?: string) => {
      const form = new URLSearchParams({ grant_type: 'password', ...(await keyFor('hubsoft', organizationId)).body.credentials })
      const { access_token } = (
        await api.app.inject({
          method: 'POST',
          url: '/oauth/token',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          payload: form.toString(),
        })
      ).json()
      return vendorApi(api, { authorization: `Bearer ${access_token}` })
    }
    const customer = (await api.post('/v1/customers', { kind: 'person', name: 'Ana', taxId: '52998224725' })).body.id
    for (const organizationId of [first, second]) await owed(api, organizationId, customer)
    const found = async (organizationId?: string) =>
      (
        await (
          await speaker(organizationId)
        )('GET /api/v1/integracao/financeiro/fatura?data_inicio=2026-03-01&data_fim=2026-03-31')
      ).body.faturas.length
    expect([await found(first), await found(second), await found()]).toEqual([1, 1, 2])
  })

  async function owed(api: TestApi, organizationId: string, customerId: string) {
    const made = await api.post('/v1/schedules', { organizationId, customerId, amountCents: 100, dueOn: '2026-03-20' })
    expect(made.status).toBe(201)
  }
})
