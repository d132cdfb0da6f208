import { describe, expect, test } from 'vitest'
import { instant } from '../../src/core/dates.ts'
import { eachEngine } from '../database/each-engine.ts'
import { aCnpj } from '../fixtures/contracts.ts'
import { verifiedAfterwards } from '../fixtures/verified.ts'
import { testApi } from '../http/test-api.ts'
import { vendorApi } from '../http/vendor-api.ts'

// A slip of the pen in a year or an amount is refused by whatever address it comes, and nothing of it is kept.

eachEngine('days and amounts that nobody means', database => {
  const toVerify = verifiedAfterwards(database)
  const nibo = '/empresas/v1'
  const hubsoft = '/api/v1/integracao/financeiro'

  async function company() {
    const api = await testApi(database(), { now: instant('2027-02-10T15:00:00.000Z') })
    toVerify(api.account)
    const made = async (path: string, body: object) => (await api.post(path, body)).body
    const organization = await made('/v1/organizations', {
      legalName: 'Consultoria Ltda',
      cnpj: aCnpj(),
      taxRegime: 'simples_nacional',
      apportionmentEnabled: true,
    })
    const account = await made('/v1/financial-accounts', {
      organizationId: organization.id,
      name: 'Caixa',
      status: 'active',
      paymentMethods: [],
    })
    return { api, made, organization, caixa: Number(account.id.slice(4)) }
  }

  async function ofNibo() {
    const { api, made } = await company()
    const { token } = (await made('/v1/api-keys', { name: 'ERP', scopes: ['*'], for: 'nibo' })).credentials
    const theirs = vendorApi(api, { ApiToken: token })
    const create = async (path: string, body: object) => (await theirs(`POST ${nibo}${path}`, body)).body as string
    const customer = await create('/customers', { name: 'Padaria Sol', document: { number: '52998224725', type: 'cpf' } })
    const category = await create('/schedules/categories', { name: 'Serviços' })
    const centres = [1, 2, 3].map(n => create('/costcenters', { description: `Centro ${n}` }))
    const account = (await theirs(`GET ${nibo}/accounts`)).body.items[0].id
    const asked = {
      stakeholderId: customer,
      dueDate: '2027-03-10',
      scheduleDate: '2027-03-10',
      categories: [{ categoryId: category, value: 500 }],
    }
    const schedule = (fields: object) => theirs(`POST ${nibo}/schedules/credit`, { ...asked, ...fields })
    const show = async (id: string) => (await theirs(`GET ${nibo}/schedules/credit/${id}`)).body
    return { api, theirs, asked, schedule, show, category, centres: await Promise.all(centres), account }
  }

  describe('of Nibo', () => {
    test('a day of another age is refused, and found by', async () => {
      const { theirs, schedule, asked, account } = await ofNibo()
      const monthly = { enabled: true, intervaltype: 2, interval: 1, recurrenceendtype: 0 }
      const far = 'deve ser um dia de 1990 a 2099.'
      const refused = async (fields: object) => (await schedule(fields)).body.error_description
      expect(await refused({ accrualDate: '2998-12-01', recurrence: monthly })).toBe(`O campo accrualDate ${far}`)
      expect(await refused({ dueDate: '1027-02-15', recurrence: monthly })).toBe(`O campo dueDate ${far}`)
      expect(await refused({ dueDate: '9999-12-31' })).toBe(`O campo dueDate ${far}`)
      const ends = { ...monthly, recurrenceendtype: 2, enddate: '2500-01-01' }
      expect(await refused({ recurrence: ends })).toBe(`O campo recurrence.enddate ${far}`)
      const receipt = { ...asked, accountId: account, date: '1027-02-10' }
      expect((await theirs(`POST ${nibo}/receipts`, receipt)).body.error_description).toBe(`O campo date ${far}`)
      const { body: id } = await schedule({})
      const paid = { accountId: account, date: '1027-02-10', value: 10 }
      expect((await theirs(`POST ${nibo}/schedules/credit/${id}/receipts`, paid)).body.error_description).toBe(
        `O campo date ${far}`,
      )
      const put = await theirs(`PUT ${nibo}/schedules/credit/${id}`, { ...asked, dueDate: '9999-12-31' })
      expect(put.body.error_description).toBe(`O campo dueDate ${far}`)
      const between = encodeURIComponent('dueDate ge 0001-01-01 and dueDate le 9999-12-31T23:59:59')
      expect((await theirs(`GET ${nibo}/schedules?$filter=${between}`)).body).toMatchObject({ count: 1 })
    })

    test('more than ten billion reais is refused, so that what is listed can be told', async () => {
      const { theirs, schedule, category } = await ofNibo()
      const other = (await theirs(`POST ${nibo}/schedules/categories`, { name: 'Peças' })).body
      const values = (value: number) => ({ categories: [category, other].map(categoryId => ({ categoryId, value })) })
      expect((await schedule(values(999_999_999_999.99))).body.error_description).toContain('categories[0].value é grande demais')
      expect((await schedule(values(9_000_000_000))).body.error_description).toContain('passa de R$ 10.000.000.000,00')
      const instalment = [1, 2].map(() => ({ value: 6_000_000_000, duedate: '2027-03-10' }))
      expect((await schedule({ instalment })).body.error_description).toContain('passa de R$ 10.000.000.000,00')
      expect((await schedule(values(5_000_000_000))).status).toBe(200)
      expect((await theirs(`GET ${nibo}/schedules`)).body.items).toMatchObject([{ value: 10_000_000_000 }])
    })

    test('a schedule of no category is none, neither new nor replaced', async () => {
      const { theirs, schedule, asked, account } = await ofNibo()
      const needed = { status: 500, body: { error: 'validation_error', error_description: 'O campo categories é obrigatório.' } }
      expect(await schedule({ categories: [] })).toMatchObject(needed)
      const { body: id } = await schedule({})
      expect(await theirs(`PUT ${nibo}/schedules/credit/${id}`, { ...asked, categories: [] })).toMatchObject(needed)
      const receipt = { ...asked, categories: [], accountId: account, date: '2027-02-10' }
      expect(await theirs(`POST ${nibo}/receipts`, receipt)).toMatchObject(needed)
    })

    test('installments come in the order of their numbers where all have one, and otherwise as they were sent', async () => {
      const { schedule, show } = await ofNibo()
      const first = async (numbers: readonly (number | undefined)[]) => {
        const instalment = numbers.map((installmentnumber, i) => ({ installmentnumber, value: 10 + i, duedate: '2027-03-10' }))
        return (await show((await schedule({ instalment })).body)).value
      }
      expect(await first([3, 2, 1])).toBe(12)
      expect(await first([3, undefined, undefined])).toBe(10)
      expect(await first([undefined, undefined, 1])).toBe(10)
    })

    test('an installment says of how many it was, also once the others are deleted', async () => {
      const { api, theirs, asked, schedule, show } = await ofNibo()
      const instalment = [1, 2, 3].map(() => ({ value: 10, duedate: '2027-03-10', description: 'Curso' }))
      const { body: id } = await schedule({ instalment })
      const { version } = (await api.get('/v1/schedules/sch_1')).body
      await api.delete('/v1/schedules/sch_1/occurrences/2?scope=following', { version })
      const said = await show(id)
      expect(said).toMatchObject({ description: 'Curso - 1/3', installment: { parcelNumber: '1/3' } })
      const { status } = await theirs(`PUT ${nibo}/schedules/credit/${id}`, { ...asked, description: said.description })
      expect([status, (await show(id)).description]).toEqual([204, 'Curso - 1/3'])
      expect((await api.get('/v1/schedules/sch_1/occurrences/1')).body).toMatchObject({ description: 'Curso', installments: 3 })
    })

    test('cost centres take what a client divided by three', async () => {
      const { schedule, show, centres } = await ofNibo()
      const thirds = centres.map(costCenterId => ({ costCenterId, percent: 100 / 3 }))
      const { body: id } = await schedule({ costCenterValueType: 1, costCenters: thirds })
      const { costCenters } = await show(id)
      expect(costCenters).toMatchObject([
        { percent: 33.333333, value: 166.67 },
        { percent: 33.333333, value: 166.67 },
        { percent: 33.333334, value: 166.66 },
      ])
      const short = await schedule({ costCenterValueType: 1, costCenters: thirds.slice(1) })
      expect(short.body.error_description).toBe('A soma do percentual total dos Centros de Custo deve ser de 100%')
    })
  })

  test('of HubSoft are refused where something is settled or renegotiated', async () => {
    const { api, made, organization, caixa } = await company()
    const customer = await made('/v1/customers', { kind: 'person', name: 'Ana', taxId: '52998224725' })
    const asked = { organizationId: organization.id, customerId: customer.id, amountCents: 10_000, dueOn: '2027-01-10' }
    await made('/v1/schedules', asked)
    const { credentials } = await made('/v1/api-keys', { name: 'App', scopes: ['*'], for: 'hubsoft' })
    const login = await vendorApi(api, {})('POST /oauth/token', { grant_type: 'password', ...credentials })
    const theirs = vendorApi(api, { authorization: `Bearer ${login.body.access_token}` })
    const settle = async (data_pagamento: string) => {
      const payment = { id_fatura: 1, id_caixa_financeiro: caixa, data_pagamento, valor_pago: 100 }
      return (await theirs(`POST ${hubsoft}/fatura/liquidar`, payment)).body
    }
    expect(await settle('1027-01-31')).toMatchObject({ errors: ['O campo data_pagamento deve ser um dia de 1990 a 2099.'] })
    expect(await settle('2027-01-31lixo')).toMatchObject({ errors: ['O campo data_pagamento deve ser do tipo date'] })
    const wish = {
      vencimento: '2027-03-10',
      faturas: 'definir_faturas',
      ids_faturas: [1],
      tipo_dados_cliente: 'id_cliente',
      dados_cliente: Number(customer.id.slice(4)),
    }
    const renegotiate = async (fields: object) =>
      (await theirs(`POST ${hubsoft}/renegociacao/simular`, { ...wish, ...fields })).body
    expect(await renegotiate({ encargos: '999999999999.99' })).toMatchObject({ errors: ['O campo encargos é grande demais.'] })
    expect((await renegotiate({ encargos: '10000000000.00' })).errors).toEqual([
      expect.stringContaining('passa de R$ 10.000.000.000,00'),
    ])
    expect((await renegotiate({ vencimento: '2998-12-01' })).errors).toEqual([
      'O campo vencimento deve ser um dia de 1990 a 2099.',
    ])
    // What is searched for may begin before anything.
    expect(await settle('2027-01-31')).toMatchObject({ status: 'success' })
    const all = (await theirs(`GET ${hubsoft}/fatura?data_inicio=1900-01-01&data_fim=2999-12-31`)).body
    expect(all.faturas).toHaveLength(1)
  })
})
