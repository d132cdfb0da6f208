import { describe, expect, test } from 'vitest'
import { instant } from '../../src/core/dates.ts'
import { eachEngine } from '../database/each-engine.ts'
import { aCnpj } from '../fixtures/contracts.ts'
import { verifiedAfterwards } from '../fixtures/verified.ts'
import { testApi } from '../http/test-api.ts'
import { vendorApi } from '../http/vendor-api.ts'

// A company whose programs spoke to Nibo, and speak to Bordero after a change of host.

const at = '/empresas/v1'

eachEngine('a client of Nibo', database => {
  const toVerify = verifiedAfterwards(database)

  /** With an account into which money comes, a customer, a category and two cost centres; amounts are divided. */
  async function company() {
    const api = await testApi(database(), { now: instant('2026-01-10T15:00:00.000Z') })
    toVerify(api.account)
    const organization = (
      await api.post('/v1/organizations', {
        legalName: 'Consultoria Ltda',
        cnpj: aCnpj(),
        taxRegime: 'simples_nacional',
        apportionmentEnabled: true,
      })
    ).body
    await api.post('/v1/financial-accounts', {
      organizationId: organization.id,
      name: 'Conta corrente',
      status: 'active',
      paymentMethods: [],
    })
    const key = (await api.post('/v1/api-keys', { name: 'ERP', scopes: ['*'], for: 'nibo' })).body
    const theirs = vendorApi(api, { ApiToken: key.credentials.token })
    const made = async (path: string, body: object) => (await theirs(`POST ${at}${path}`, body)).body as string
    const customer = await made('/customers', { name: 'Padaria Sol', document: { number: '52998224725', type: 'cpf' } })
    const category = await made('/schedules/categories', { name: 'Serviços' })
    const centres = [await made('/costcenters', { description: 'Matriz' }), await made('/costcenters', { description: 'Filial' })]
    const account = (await theirs(`GET ${at}/accounts`)).body.items[0].id
    return { api, theirs, customer, category, centres, account }
  }

  const show = (theirs: ReturnType<typeof vendorApi>, id: string) => theirs(`GET ${at}/schedules/credit/${id}`)

  test('three installments with cost centres are received in parts, and a receipt is undone', async () => {
    const { theirs, customer, category, centres, account } = await company()
    const made = await theirs(`POST ${at}/schedules/credit/FormatType=json`, {
      stakeholderId: customer,
      categories: [{ categoryId: category, value: 500 }],
      costCenterValueType: 1,
      costCenters: [
        { costCenterId: centres[0], percent: 33.33 },
        { costCenterId: centres[1], percent: 66.67 },
      ],
      instalment: [166.67, 166.67, 166.66].map((value, i) => ({
        installmentNumber: i + 1,
        value,
        dueDate: `2026-0${i + 2}-10`,
        description: 'Implantação',
      })),
    })
    expect(made.body).toMatchObject({ description: 'Implantação - 1/3', value: 166.67, installment: { parcelNumber: '1/3' } })
    expect(made.body.costCenters.map(({ value }: { value: number }) => value)).toEqual([55.55, 111.12])
    const plan = await theirs(`GET ${at}/installments/${made.body.installment.installmentId}/schedules?$orderby=dueDate`)
    expect(plan.body.map(({ value }: { value: number }) => value)).toEqual([166.67, 166.67, 166.66])

    const id = made.body.scheduleId
    const receive = (value: number) =>
      theirs(`POST ${at}/schedules/credit/${id}/receipts`, { accountId: account, date: '2026-01-10', value })
    expect((await receive(100)).status).toBe(200)
    expect((await show(theirs, id)).body).toMatchObject({ isPaid: false, paidValue: 100, openValue: 66.67 })
    const rest = await receive(66.67)
    expect((await show(theirs, id)).body).toMatchObject({ isPaid: true, paidValue: 166.67, openValue: 0 })
    // Nobody says otherwise of what somebody paid, nor deletes it.
    expect((await theirs(`DELETE ${at}/schedules/credit/${id}`)).status).toBe(500)
    expect((await theirs(`DELETE ${at}/schedules/credit/${id}/receipts/${rest.body}`)).status).toBe(204)
    expect((await show(theirs, id)).body).toMatchObject({ isPaid: false, paidValue: 100, openValue: 66.67 })
  })

  test('a recurrence keeps the end of each month for two years', async () => {
    const { theirs, customer, category } = await company()
    const made = await theirs(`POST ${at}/schedules/credit/FormatType=json`, {
      stakeholderId: customer,
      description: 'Mensalidade',
      dueDate: '2025-01-31',
      scheduleDate: '2025-01-31',
      categories: [{ categoryId: category, value: 99.9 }],
      recurrence: { enabled: true, intervaltype: 2, interval: 1, recurrenceendtype: 2, enddate: '2026-12-31' },
    })
    expect(made.body).toMatchObject({ hasRecurrence: true, recurrence: { recurrenceEndType: 2 } })
    const days = async () =>
      (await theirs(`GET ${at}/schedules/credit?$orderby=dueDate&$filter=hasRecurrence`)).body.items.map(
        ({ dueDate }: { dueDate: string }) => dueDate.slice(0, 10),
      )
    expect((await days()).slice(0, 4)).toEqual(['2025-01-31', '2025-02-28', '2025-03-31', '2025-04-30'])
    const all = await days()
    expect(all).toHaveLength(24)
    expect(all.at(-1)).toBe('2026-12-31')
    const dued = await theirs(`GET ${at}/schedules/credit/dued?$filter=year(dueDate)%20eq%202025&$top=3`)
    expect(dued.body).toMatchObject({ count: 12, items: [{ isDued: true }, { isDued: true }, { isDued: true }] })
  })

  test('a replacement says the whole: what it leaves out is wiped', async () => {
    const { theirs, customer, category, centres } = await company()
    const said = { dueDate: '2026-03-10', scheduleDate: '2026-03-11', categories: [{ categoryId: category, value: 80 }] }
    const made = await theirs(`POST ${at}/schedules/credit`, {
      stakeholderId: customer,
      ...said,
      description: 'Projeto',
      reference: 'P-1',
      isFlagged: true,
      costCenterValueType: 0,
      costCenters: [{ costCenterId: centres[0], value: 80 }],
      collection: { enabled: true, daysBeforeScheduleDateToGenerateEntryPromise: 2, deliveryType: 0 },
    })
    const put = (body: unknown) => theirs(`PUT ${at}/schedules/credit/${made.body}`, body)
    expect((await put({ ...said, dueDate: [] })).text).toBe('{"Messages":[""]}')
    expect((await put('{"dueDate":')).text).toBe('{"Messages":[""]}')
    expect((await show(theirs, made.body)).body).toMatchObject({ reference: 'P-1', autoGenerateEntryPromise: true })
    expect((await put({ ...said, dueDate: '2026-04-10' })).status).toBe(204)
    expect((await show(theirs, made.body)).body).toMatchObject({
      dueDate: '2026-04-10T00:00:00',
      accrualDate: '2026-04-10T00:00:00',
      value: 80,
      description: null,
      reference: null,
      isFlagged: false,
      costCenters: [],
      autoGenerateEntryPromise: false,
    })
    expect((await theirs(`DELETE ${at}/schedules/credit/${made.body}`)).status).toBe(204)
    expect((await show(theirs, made.body)).body.error_description).toBe('Agendamento não encontrado')
  })

  test('money that came at once is entered with its schedule, and told among the receipts until it is undone', async () => {
    const { theirs, customer, category, centres, account } = await company()
    const receipt = {
      accountId: account,
      stakeholderId: customer,
      date: '2026-01-09',
      description: 'Venda no balcão',
      isFlag: true,
      categories: [{ categoryId: category, value: 100.01 }],
      costCenterValueType: 1,
      costCenters: [
        { costCenterId: centres[0], percent: 50 },
        { costCenterId: centres[1], percent: 50 },
      ],
    }
    const id = (await theirs(`POST ${at}/receipts`, receipt)).body
    expect((await show(theirs, id)).body).toMatchObject({ isPaid: true, paidValue: 100.01, dueDate: '2026-01-09T00:00:00' })
    const list = async (query: string) => (await theirs(`GET ${at}/receipts?${query}`)).body
    const { items, count } = await list(`$filter=scheduleId%20eq%20${id}%20and%20value%20gt%20100%20and%20isFlagged`)
    expect([count, items[0]]).toMatchObject([1, { value: 100.01, isFlagged: true, account: { name: 'Conta corrente' } }])
    expect(items[0].costCenters.map(({ value }: { value: number }) => value)).toEqual([50.01, 50])
    expect((await theirs(`DELETE ${at}/schedules/credit/${id}/receipts/${items[0].entryId}`)).status).toBe(204)
    expect((await list('')).count).toBe(0)
    expect((await show(theirs, id)).body).toMatchObject({ isPaid: false, openValue: 100.01 })
    // Nothing of it stands where the money is refused.
    const tomorrow = await theirs(`POST ${at}/receipts`, { ...receipt, date: '2026-01-11' })
    expect(tomorrow).toMatchObject({ status: 500, body: { error: 'validation_error' } })
    expect((await theirs(`GET ${at}/schedules`)).body.count).toBe(1)
    // Theirs makes the schedule alone where no account is told (vendors §4.3).
    const open = (await theirs(`POST ${at}/receipts`, { ...receipt, accountId: null })).body
    expect((await show(theirs, open)).body).toMatchObject({ isPaid: false, openValue: 100.01 })
  })

  test('parts of a schedule are listed as receipts in their order, each divided as the schedule is', async () => {
    const { theirs, customer, category, account } = await company()
    const other = (await theirs(`POST ${at}/schedules/categories`, { name: 'Peças' })).body
    const made = await theirs(`POST ${at}/schedules/credit`, {
      stakeholderId: customer,
      dueDate: '2026-02-10',
      scheduleDate: '2026-02-10',
      categories: [
        { categoryId: category, value: 100 },
        { categoryId: other, value: 200 },
      ],
    })
    const part = (value: number, date: string) => ({ scheduleId: made.body, accountId: account, date, value, identifier: date })
    expect((await theirs(`POST ${at}/receipts`, part(100, '2026-01-08'))).body).toBe(made.body)
    await theirs(`POST ${at}/schedules/credit/${made.body}/receipts`, part(230, '2026-01-10'))
    const all = (await theirs(`GET ${at}/receipts?$orderby=date%20desc,entryId&$expand=account,categories`)).body
    // What came on top is credit of the customer, and came in all the same.
    expect(all.items.map(({ identifier, value }: { identifier: string; value: number }) => [identifier, value])).toEqual([
      ['2026-01-10', 230],
      ['2026-01-08', 100],
    ])
    expect(all.items[1].categories.map(({ value }: { value: number }) => value)).toEqual([33.33, 66.67])
    expect((await theirs(`GET ${at}/receipts?$top=1&$skip=1&$orderby=date`)).body.items).toMatchObject([{ value: 230 }])
    expect((await theirs(`POST ${at}/receipts`, { ...part(1, '2026-01-10'), accountId: '' })).body.error_description).toContain(
      'accountId',
    )
    const nobodys = { ...part(1, '2026-01-10'), scheduleId: '1f4d5c78-7f34-4c9f-91c3-6d53728c35a5' }
    expect((await theirs(`POST ${at}/receipts`, nobodys)).body.error_description).toBe('Agendamento não encontrado')
  })

  test('files are sent, attached, listed, read and deleted, and annotations stand beside ours', async () => {
    const { api, theirs, customer, category } = await company()
    const made = (
      await theirs(`POST ${at}/schedules/credit`, {
        stakeholderId: customer,
        dueDate: '2026-02-10',
        scheduleDate: '2026-02-10',
        categories: [{ categoryId: category, value: 10 }],
      })
    ).body
    const form = (parts: string) => theirs(`POST ${at}/files`, parts, { 'content-type': 'multipart/form-data; boundary=b' })
    const part = (name: string, text: string) =>
      `--b\r\nContent-Disposition: form-data; name="anexo"; filename="${name}"\r\n\r\n${text}\r\n`
    const sent = await form(`${part('nota.txt', 'NF 12')}${part('boleto.txt', '34191')}--b--`)
    const ids = sent.body.map(({ fileId }: { fileId: string }) => fileId)
    const files = `${at}/schedules/credit/${made}/files`
    expect((await theirs(`POST ${files}/attach`, ids)).status).toBe(204)
    const { items, count } = (await theirs(`GET ${files}?$filter=contains(name,'nota')&$orderby=createDate`)).body
    expect([count, items[0]]).toMatchObject([1, { fileId: ids[0], name: 'nota.txt', size: 5 }])
    const read = await api.app.inject({ method: 'GET', url: new URL(items[0].url).pathname })
    expect(read.body).toBe('NF 12')
    expect((await theirs(`DELETE ${files}/${ids[0]}`)).status).toBe(204)
    expect((await theirs(`GET ${files}`)).body).toMatchObject({ count: 1, items: [{ name: 'boleto.txt' }] })
    expect((await theirs(`DELETE ${files}/${ids[0]}`)).body.error_description).toBe('Arquivo não encontrado')

    expect((await theirs(`POST ${at}/schedules/credit/${made}/annotations`, { Body: 'Pago na sexta' })).status).toBe(200)
    const occurrence = (await api.get('/v1/schedules/sch_1/occurrences/1')).body
    expect(occurrence.comments).toMatchObject([{ body: 'Pago na sexta' }])
    // No form, an unfinished one, one that is too long: nothing is kept of them.
    expect((await form(part('a.txt', 'x'))).body).toMatchObject({ error: 'validation_error' })
    expect((await form('nada')).status).toBe(500)
    const hidden = `--b\r\nContent-Disposition: form-data; filename*=UTF-8''a%00%E2%80%AEfdp.exe\r\n\r\nx\r\n--b--`
    expect((await form(hidden)).body).toMatchObject({ error: 'validation_error' })
    const large = await form(`${part('a.txt', 'x'.repeat(10 * 1024 * 1024))}--b--`)
    expect(large).toMatchObject({ status: 413, body: { statusCode: 413 } })
  })

  test('categories are made in a group or a subgroup, and cost centres keep the code of whoever made them', async () => {
    const { theirs, category: group } = await company()
    const made = async (body: object) => (await theirs(`POST ${at}/schedules/categories`, { type: 'in', ...body })).body
    const subgroup = await made({ name: 'Projetos', categoryGroupId: group })
    const leaf = await made({ name: 'Sites', categoryGroupId: group, subGroupId: subgroup })
    expect((await theirs(`GET ${at}/schedules/categories/${leaf}`)).body).toMatchObject({
      parent: 'Projetos',
      parentId: subgroup,
    })
    const nobodys = '1f4d5c78-7f34-4c9f-91c3-6d53728c35a5'
    expect(await made({ name: 'x', categoryGroupId: group, subGroupId: nobodys })).toMatchObject({
      error_description: 'Subgrupo não encontrado.',
    })

    const id = (await theirs(`POST ${at}/costcenters`, { description: 'Obra 9', externalCode: 'O-9' })).body
    const found = async () => (await theirs(`GET ${at}/costcenters?$filter=externalCode%20eq%20'O-9'`)).body
    expect((await found()).items).toEqual([{ costCenterId: id, description: 'Obra 9', externalCode: 'O-9' }])
    // A replacement says the whole.
    expect((await theirs(`PUT ${at}/costcenters/${id}`, { description: 'Obra nove' })).status).toBe(204)
    expect((await found()).count).toBe(0)
  })

  describe('who asks without knowing', () => {
    test('is told as a client of theirs expects', async () => {
      const { api, theirs } = await company()
      const nobody = vendorApi(api, {})
      const refused = { Message: 'Authorization has been denied for this request.' }
      expect(await nobody(`GET ${at}/customers`)).toMatchObject({ status: 401, body: refused })
      expect(await nobody(`GET ${at}/customers?APITOKEN=${api.key}`)).toMatchObject({ status: 200 })
      const nothing = await theirs(`GET ${at}/recurrences`)
      expect(nothing).toMatchObject({ status: 404, body: { statusCode: 404, message: 'Resource not found' } })
      const deep = await theirs(`GET ${at}/schedules?$filter=${'('.repeat(1000)}true${')'.repeat(1000)}`)
      expect(deep).toMatchObject({ status: 500, body: { error: 'validation_error' } })
    })
  })
})
