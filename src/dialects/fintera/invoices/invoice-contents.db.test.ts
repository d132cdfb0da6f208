import { expect, it } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { aCnpj } from '../../../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../../../test/fixtures/verified.ts'
import { testApi } from '../../../../test/http/test-api.ts'
import { vendorApi } from '../../../../test/http/vendor-api.ts'
import { instant } from '../../../core/dates.ts'

const HOST = 'http://cobranca.prestadora.example:8080'

const invoice = {
  description: 'Mensalidade',
  nfe_body: ' $DESCRICAO ',
  issue_date: '10/01/2026',
  gross_value: '100',
  receivables: [{ due_date: '2026-01-20' }],
}

const rule = {
  description: 'Plano',
  nfe_body: '$DESCRICAO',
  charge_type: 'fixed_day',
  gross_value: 50,
  additional_information: { title: 'Plano', init_date: '10/01/2026', month_quantity: 1, accrual_month_quantity: 'same_month' },
  receivables_additional_information: { day_number: 25 },
}

/** Numbers of references that exist, by their names in `/v1`. */
const paths = {
  nfse: 'nfse-templates',
  email: 'email-templates',
  ruler: 'notification-rulers',
  category: 'categories',
  centre: 'revenue-centres',
  charge: 'charge-templates',
  account: 'financial-accounts',
} as const

const UUID = '52aaaaaa-51ee-41dd-af55-cd0000000000'

eachEngine('what a client of Fintera says beside amounts', database => {
  const verified = verifiedAfterwards(database)

  async function company() {
    const api = await testApi(database(), { now: instant('2026-01-05T12:00:00Z') })
    verified(api.account)
    const client = vendorApi(api, {
      authorization: `Token token=${api.key}`,
      host: 'cobranca.prestadora.example:8080',
    })
    const organization = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body.organization.id
    const customer = (await client('POST /api/v1/companies', { name: 'Cliente', cnpj: aCnpj() })).body.company.id
    const made = await client('POST /api/v1/contracts', {
      kind: 'sale',
      name: 'Contrato',
      title: 'Contrato',
      customer_id: customer,
      customer_type: 'Company',
      supplier_id: organization,
      supplier_type: 'Company',
    })
    const at = `/api/v1/contracts/${made.body.contract.id}`
    return { api, client, at, customer, invoices: `${at}/invoices`, rules: `${at}/invoice_rules` }
  }

  type Company = Awaited<ReturnType<typeof company>>

  async function references({ api }: Company) {
    const organizationId = (await api.get('/v1/organizations')).body.data[0].id
    const made = new Map<string, number>()
    const needed: Record<string, object> = { email: { subject: '$PLANO', body: '$DESCRICAO' }, ruler: { steps: [] } }
    // So that numbers of two kinds differ.
    for (const path of ['categories', 'financial-accounts']) await api.post(`/v1/${path}`, { organizationId, name: 'Zero' })
    for (const [name, path] of Object.entries(paths)) {
      const sent = { organizationId, name: 'Um', ...needed[name] }
      const reply = await api.post(`/v1/${path}`, sent)
      expect([reply.status, reply.body]).toEqual([201, expect.anything()])
      made.set(name, Number(reply.body.id.slice(4)))
    }
    const wallet = await api.post('/v1/charging-accounts', { organizationId, name: 'Carteira', uuid: UUID })
    expect(wallet.status).toBe(201)
    return (name: keyof typeof paths) => made.get(name) ?? 0
  }

  const make = async ({ client, invoices }: Company, body: object = {}) => {
    const reply = await client(`POST ${invoices}`, { invoice: { ...invoice, ...body } })
    expect([reply.status, reply.text]).toEqual([201, expect.anything()])
    return reply.body.invoice
  }
  const detailsOf = async ({ api }: Company, id: number) => (await api.get(`/v1/invoices/inv_${id}`)).body.details

  it('takes effect where there is such a thing, and is changed and taken back', async () => {
    const it = await company()
    const number = await references(it)
    const said = {
      nfse_template_id: number('nfse'),
      automatic_email_template_id: String(number('email')),
      notification_ruler_id: number('ruler'),
      finance_category_id: number('category'),
      finance_revenue_center_id: number('centre'),
      issue_nfse: true,
      days_until_automatic_nfe_emission: 3,
      comments: 'Pedido 7',
      payment_information: {
        payment_method: 'payment_gateway',
        installments: 4,
        financial_charge_template_id: number('charge'),
        financial_account_id: number('account'),
      },
    }
    const made = await make(it, said)
    expect(made).toMatchObject({ ...said, automatic_email_template_id: number('email'), nfe_body: ' $DESCRICAO ' })
    expect(await detailsOf(it, made.id)).toMatchObject({
      nfseTemplateId: `nft_${number('nfse')}`,
      emailTemplateId: `eml_${number('email')}`,
      notificationRulerId: `rgl_${number('ruler')}`,
      categoryId: `cat_${number('category')}`,
      revenueCentreId: `cen_${number('centre')}`,
      chargeTemplateId: `cht_${number('charge')}`,
      financialAccountId: `fac_${number('account')}`,
      chargingAccountId: null,
      cardInstallments: 4,
      issueNfse: true,
      nfseDaysAfterReceipt: 3,
      nfseBody: '$DESCRICAO',
      notes: 'Pedido 7',
    })
    const one = `${it.invoices}/${made.id}`
    const changed = await it.client(`PATCH ${one}`, {
      nfse_template_id: null,
      comments: '',
      payment_information: {
        payment_method: 'billet',
        installments: 4,
        financial_account_id: null,
        charging_account_id: UUID.toUpperCase(),
      },
    })
    expect(changed.body.invoice).toMatchObject({
      comments: '',
      notification_ruler_id: number('ruler'),
      payment_information: {
        payment_method: 'billet',
        installments: null,
        financial_account_id: null,
        financial_charge_template_id: number('charge'),
        charging_account_id: UUID,
      },
    })
    expect(await detailsOf(it, made.id)).toMatchObject({
      nfseTemplateId: null,
      notes: null,
      financialAccountId: null,
      chargingAccountId: 'cha_1',
      cardInstallments: null,
    })
    // Who changes it through our own API is believed.
    const { version } = (await it.api.get(`/v1/invoices/inv_${made.id}`)).body
    await it.api.patch(`/v1/invoices/inv_${made.id}`, { details: { notes: 'Outro', notificationRulerId: null } }, { version })
    expect((await it.client(`GET ${one}`)).body.invoice).toMatchObject({ comments: 'Outro', notification_ruler_id: null })
  })

  it('is kept and given back where nobody here has such a number, and causes nothing', async () => {
    const it = await company()
    const unknown = {
      automatic_email_template_id: 43,
      notification_ruler_id: -1,
      finance_category_id: 9_007_199_254_740_991,
      payment_information: {
        payment_method: 'billet',
        financial_charge_template_id: 2,
        financial_account_id: 51,
        charging_account_id: UUID,
      },
    }
    const made = await make(it, { ...unknown, nfse_template_id: 1 })
    expect(made).toMatchObject({ ...unknown, nfse_template_id: null })
    expect(await detailsOf(it, made.id)).toMatchObject({ nfseBody: '$DESCRICAO', emailTemplateId: null, chargeTemplateId: null })
    const number = await references(it)
    const known = (await it.client(`PATCH ${it.invoices}/${made.id}`, { notification_ruler_id: number('ruler') })).body.invoice
    expect(known).toMatchObject({ ...unknown, notification_ruler_id: number('ruler') })
  })

  it('of a rule goes along with what it bills, as it was by then', async () => {
    const it = await company()
    const number = await references(it)
    const payment = {
      payment_method: 'payment_gateway',
      installments: 2,
      financial_charge_template_id: number('charge'),
      financial_account_id: 51,
    }
    const said = { ...rule, issue_nfse: true, notification_ruler_id: number('ruler'), payment_information: payment }
    const { id } = (await it.client(`POST ${it.rules}`, { invoice_rule: said })).body.invoice_rule
    await it.api.moveClock('2026-01-11')
    const later = await it.client(`PATCH ${it.rules}/${id}`, { notification_ruler_id: null, comments: 'Novo', nfe_body: 'Outra' })
    expect(later.body.invoice_rule).toMatchObject({
      notification_ruler_id: null,
      comments: 'Novo',
      nfe_body: 'Outra',
      payment_information: payment,
    })
    await it.api.moveClock('2026-02-11')
    const { invoices } = (await it.client(`GET ${it.invoices}`)).body
    expect(invoices).toMatchObject([
      { nfe_body: 'Outra', comments: 'Novo', notification_ruler_id: null, issue_nfse: true, payment_information: payment },
      { nfe_body: '$DESCRICAO', comments: null, notification_ruler_id: number('ruler'), payment_information: payment },
    ])
    expect((await detailsOf(it, invoices[0].id)).chargeTemplateId).toBe(`cht_${number('charge')}`)
  })

  it('is refused field by field', async () => {
    const it = await company()
    const number = await references(it)
    const refused = async (body: object) => (await it.client(`POST ${it.invoices}`, { invoice: { ...invoice, ...body } })).body
    expect(
      await refused({
        days_until_automatic_nfe_emission: 366,
        payment_information: { payment_method: 'payment_gateway', installments: 0 },
      }),
    ).toEqual({
      errors: {
        days_until_automatic_nfe_emission: 'deve estar entre 0 e 365',
        'payment_information.installments': 'deve estar entre 1 e 99',
      },
    })
    const two = { financial_account_id: number('account'), charging_account_id: UUID }
    expect(await refused({ payment_information: two })).toEqual({
      errors: {
        'payment_information.charging_account_id': 'Informe a conta digital ou a carteira de cobrança, não as duas.',
      },
    })
  })

  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const openFile = async ({ api }: Company, url: string) => {
    expect(url.startsWith(`${HOST}/files/`)).toBe(true)
    return api.app.inject({ method: 'GET', url: url.slice(HOST.length) })
  }

  it('has files, by addresses that open without a key', async () => {
    const it = await company()
    const made = await make(it, {
      attachments: [
        { filename: 'contrato.pdf', content: base64('%PDF-1.7 um').replace(/=+$/, ''), content_type: 'application/vnd.ms-excel' },
        { filename: 'nota.txt', content: base64('dois\n') },
      ],
    })
    expect(made.attachments).toMatchObject([{ filename: 'contrato.pdf' }, { filename: 'nota.txt' }])
    const [first, second] = made.attachments
    const read = await openFile(it, first.url)
    expect([read.statusCode, read.body, read.headers['content-type']]).toEqual([200, '%PDF-1.7 um', 'application/pdf'])
    const one = `${it.invoices}/${made.id}`
    expect((await it.client(`GET ${one}`)).body.invoice.attachments).toEqual(made.attachments)
    const changed = await it.client(`PATCH ${one}`, {
      attachments: [{ id: first.id, _destroy: true }, second, { filename: 'tabela.csv', content: base64('a;b') }],
    })
    expect(changed.body.invoice.attachments).toEqual([second, expect.objectContaining({ filename: 'tabela.csv' })])
    expect((await openFile(it, first.url)).statusCode).toBe(404)
    // Taken away through our own API, there is no address any more; the file stays.
    await it.api.post(`/v1/invoices/inv_${made.id}/attachments/att_${second.id}/revoke-address`)
    expect((await it.client(`GET ${it.invoices}`)).body.invoices[0].attachments).toMatchObject([{ ...second, url: null }, {}])
    const replaced = await it.client(`PUT ${one}`, { attachments: [{ id: second.id, content: base64('três') }] })
    expect(replaced.body.invoice.attachments).toMatchObject([{ filename: 'tabela.csv' }, { filename: 'nota.txt' }])
    expect((await it.client(`PATCH ${one}`, { attachments: [{ id: second.id, _destroy: 1 }] })).status).toBe(404)
  })

  it('refuses files that cannot be, and keeps nothing of the request', async () => {
    const it = await company()
    const refused = async (...attachments: object[]) => {
      const reply = await it.client(`POST ${it.invoices}`, { invoice: { ...invoice, attachments } })
      return [reply.status, reply.body.errors]
    }
    expect(await refused({})).toEqual([
      422,
      { 'attachments.filename': 'não pode ficar em branco', 'attachments.content': 'não pode ficar em branco' },
    ])
    expect(await refused({ filename: 'a\tb', content: 'não é' })).toEqual([
      422,
      {
        'attachments.filename': 'O nome do arquivo é longo demais ou tem caracteres que não se veem.',
        'attachments.content': 'inválido',
      },
    ])
    const large = Buffer.alloc(10 * 1024 * 1024 + 1).toString('base64')
    expect(await refused({ filename: 'grande.bin', content: large })).toEqual([
      422,
      { 'attachments.content': 'O arquivo passa de 10 MB.' },
    ])
    const many = Array.from({ length: 21 }, (_, i) => ({ filename: `${i}.txt`, content: base64('x') }))
    expect(await refused(...many)).toEqual([422, { 'attachments.content': 'Já há 20 anexos; retire um antes.' }])
    expect((await refused({ filename: 'enorme.bin', content: 'A'.repeat(16 * 1024 * 1024) }))[0]).toBe(413)
    expect((await it.client(`GET ${it.invoices}`)).body.invoices).toEqual([])
  })

  it('has the files of its rule, each invoice those that the rule had when it was made', async () => {
    const it = await company()
    const made = await it.client(`POST ${it.rules}`, {
      invoice_rule: { ...rule, attachments: [{ filename: 'termos.pdf', content: base64('%PDF-1.7') }] },
    })
    expect([made.status, made.text]).toEqual([201, expect.anything()])
    const { id, attachments } = made.body.invoice_rule
    expect(attachments).toEqual([{ id: expect.any(Number), filename: 'termos.pdf', url: expect.any(String) }])
    const [terms] = attachments
    expect((await openFile(it, terms.url)).body).toBe('%PDF-1.7')
    expect((await it.client(`GET ${it.rules}`)).body.invoice_rules[0].attachments).toEqual([terms])
    await it.api.moveClock('2026-01-11')
    const files = [
      { id: terms.id, _destroy: true },
      { filename: 'tabela.csv', content: base64('a;b') },
    ]
    const changed = await it.client(`PATCH ${it.rules}/${id}`, { attachments: files })
    const [table] = changed.body.invoice_rule.attachments
    expect(changed.body.invoice_rule.attachments).toMatchObject([{ filename: 'tabela.csv' }])
    await it.api.moveClock('2026-02-11')
    const attachedTo = async () =>
      (await it.client(`GET ${it.invoices}`)).body.invoices.map((one: { attachments: object[] }) => one.attachments)
    expect(await attachedTo()).toEqual([[table], [terms]])
    // Off one invoice alone, which has another in its place; the rule goes on with it.
    const [february] = (await it.client(`GET ${it.invoices}`)).body.invoices
    const own = { id: table.id, content: base64('c;d') }
    const patched = await it.client(`PATCH ${it.invoices}/${february.id}`, { attachments: [own] })
    expect(patched.body.invoice.attachments).toMatchObject([{ filename: 'tabela.csv' }])
    expect(patched.body.invoice.attachments[0].id).not.toBe(table.id)
    expect((await it.client(`GET ${it.rules}`)).body.invoice_rules[0].attachments).toEqual([table])
    const wrong = await it.client(`PATCH ${it.rules}/${id}`, { attachments: [{ filename: 'a.txt', content: '!' }] })
    expect([wrong.status, wrong.body]).toEqual([422, { errors: { 'attachments.content': 'inválido' } }])
    expect((await it.client(`PATCH ${it.rules}/${id}`, { attachments: [{ id: terms.id, _destroy: true }] })).status).toBe(404)
  })

  it('has a PDF under an address that stays until it is revoked', async () => {
    const it = await company()
    const made = await make(it, { attachments: [{ filename: 'a.txt', content: base64('a') }] })
    const search = async () => {
      const reply = await it.client(`GET ${it.at}/receivables/search?due_date_from=01/01/2026&due_date_to=31/01/2026`)
      return reply.body.receivables[0].invoice.fatura_url
    }
    const url = await search()
    const read = await openFile(it, url)
    expect([read.statusCode, read.headers['content-type'], read.rawPayload.subarray(0, 5).toString()]).toEqual([
      200,
      'application/pdf',
      '%PDF-',
    ])
    expect(await search()).toBe(url)
    // The ending is for their clients: an address without it, as it was given out before, leads to the same.
    const bare = url.replace(/\.pdf$/, '')
    expect(url).toBe(`${bare}.pdf`)
    expect((await openFile(it, bare)).rawPayload).toEqual(read.rawPayload)
    expect((await openFile(it, `${bare}.pdf.exe`)).statusCode).toBe(404)
    const address = `/v1/invoices/inv_${made.id}/pdf/address`
    expect((await it.api.post(address)).body).toEqual({ path: bare.slice(HOST.length) })
    expect((await it.api.delete(address)).status).toBe(204)
    expect([(await openFile(it, url)).statusCode, (await openFile(it, bare)).statusCode]).toEqual([404, 404])
    const another = await search()
    expect(another).not.toBe(url)
    expect((await openFile(it, another)).statusCode).toBe(200)
    const stranger = await testApi(database())
    expect([(await stranger.post(address)).status, (await stranger.delete(address)).status]).toEqual([404, 404])
  })

  it('that is deleted: what was handed out of it opens nothing any more, and what it had of its rule does', async () => {
    const it = await company()
    const fatura = async () => {
      const reply = await it.client(`GET ${it.at}/receivables/search?due_date_from=01/01/2026&due_date_to=31/01/2026`)
      return reply.body.receivables[0].invoice.fatura_url
    }
    const statuses = async (urls: string[]) => {
      const all: number[] = []
      for (const url of urls) all.push((await openFile(it, url)).statusCode)
      return all
    }
    const byTheirs = await make(it, { attachments: [{ filename: 'a.txt', content: base64('a') }] })
    const urls = [await fatura(), byTheirs.attachments[0].url]
    expect(await statuses(urls)).toEqual([200, 200])
    expect((await it.client(`DELETE ${it.invoices}/${byTheirs.id}`)).status).toBe(204)
    expect(await statuses(urls)).toEqual([404, 404])

    const terms = { filename: 'termos.pdf', content: base64('%PDF-1.7') }
    const made = await it.client(`POST ${it.rules}`, { invoice_rule: { ...rule, attachments: [terms] } })
    expect(made.status).toBe(201)
    await it.api.moveClock('2026-01-11')
    await it.api.settle()
    const [billed] = (await it.client(`GET ${it.invoices}`)).body.invoices
    const [ofRule] = billed.attachments
    const own = { filename: 'b.txt', content: base64('b') }
    const { attachments } = (await it.client(`PATCH ${it.invoices}/${billed.id}`, { attachments: [own] })).body.invoice
    const handedOut = [await fatura(), attachments[1].url, ofRule.url]
    expect(await statuses(handedOut)).toEqual([200, 200, 200])
    const { version } = (await it.api.get(`/v1/invoices/inv_${billed.id}`)).body
    expect((await it.api.delete(`/v1/invoices/inv_${billed.id}`, { version })).status).toBe(204)
    expect(await statuses(handedOut)).toEqual([404, 404, 200])
  })
})
