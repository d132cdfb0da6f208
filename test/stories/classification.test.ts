import { expect, test } from 'vitest'
import { cpfOf, Shop, stories } from './story.ts'

stories('what is billed, divided for the books', database => {
  const divides = { apportionmentEnabled: true }

  const books = async (shop: Shop) => {
    const made = async (path: string, name: string, fields: object = {}) =>
      (await shop.post(`/v1/${path}`, { organizationId: shop.organizationId, name, ...fields })).id
    return {
      sales: await made('departments', 'Vendas'),
      support: await made('departments', 'Suporte'),
      north: await made('cost-centres', 'Norte'),
      south: await made('cost-centres', 'Sul'),
      projectId: await made('projects', 'Implantação'),
      services: await made('categories', 'Serviços'),
      licences: await made('categories', 'Licenças'),
    }
  }
  const byPercent = (departmentId: string, percent: string) => ({ departmentId, percent })
  const byValue = (costCentreId: string, valueCents: number) => ({ costCentreId, valueCents })

  test('shares go from the rule to its invoices, to the cent, whatever the period costs', async () => {
    const shop = await Shop.open(database(), '2026-01-10', divides)
    const { sales, support, north, south, projectId } = await books(shop)
    const details = {
      projectId,
      departments: [byPercent(sales, '33.33'), byPercent(support, '66.67')],
      costCentres: [{ ...byValue(north, 2500), description: 'Filial' }, byValue(south, 7500)],
    }
    const contract = await shop.contract({
      details,
      withholdings: [{ tax: 'iss', rateMicros: 50_000 }],
      lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '100' }],
    })
    const rule = await shop.get(`/v1/invoice-rules/${contract.ruleId}`)
    expect(rule.details).toMatchObject({
      projectId,
      departments: [
        { departmentId: sales, percent: '33.33', valueCents: null, description: null, amountCents: null },
        { departmentId: support, percent: '66.67', amountCents: null },
      ],
      costCentres: [{ costCentreId: north, percent: null, valueCents: 2500, description: 'Filial' }, { costCentreId: south }],
    })
    await shop.bill()
    const january = await shop.lastInvoice(contract)
    expect(january).toMatchObject({ grossCents: 10_000, withheldCents: 500, netCents: 9_500 })
    // What the customer withholds for the tax office is revenue too.
    expect(amounts(january.details.departments)).toEqual([3_333, 6_667])
    expect(amounts(january.details.costCentres)).toEqual([2_500, 7_500])

    await shop.until('2026-02-10')
    await shop.event(contract, { kind: 'discount', amountCents: 1_333 })
    await shop.bill()
    const february = await shop.lastInvoice(contract)
    expect(february).toMatchObject({ grossCents: 10_000, discountCents: 1_333 })
    expect(amounts(february.details.departments)).toEqual([2_889, 5_778])
    expect(amounts(february.details.costCentres)).toEqual([2_167, 6_500])
    for (const named of [`departments/${sales}`, `cost-centres/${south}`, `projects/${projectId}`]) {
      expect((await shop.api.delete(`/v1/${named}`, { version: 1 })).body).toMatchObject({ code: 'in_use' })
    }
  })

  test('what is wrong with shares is told all at once, of a contract, a rule and an invoice', async () => {
    const shop = await Shop.open(database(), '2026-01-10', divides)
    const { sales, support, north, south } = await books(shop)
    const wrong = {
      departments: [byPercent(sales, '50'), byPercent(sales, '49.99')],
      costCentres: [byValue(north, 0), { costCentreId: 'cct_77', percent: '50' }],
      projectId: 'prj_99',
    }
    const found = [
      'costCentres/0/valueCents share_not_positive',
      'costCentres/1/costCentreId unknown_reference',
      'costCentres/1/valueCents value_needed',
      'departments percents_not_whole',
      'departments/1 target_repeated',
      'projectId unknown_reference',
    ]
    const contract = await shop.contract()
    const told = async (path: string, body: object) =>
      (await shop.refusal(path, body)).faults.map(fault => `${fault.path} ${fault.code}`).sort()
    const rules = [{ ...shop.rule(), details: wrong }]
    const another = { name: 'Outro', organizationId: shop.organizationId, customerId: contract.customerId, rules }
    expect(await told('/v1/contracts', another)).toEqual(found.map(each => `/rules/0/details/${each}`))
    expect(await told(`/v1/contracts/${contract.id}/invoice-rules`, rules[0] ?? {})).toEqual(
      found.map(each => `/details/${each}`),
    )

    const byHand = {
      contractId: contract.id,
      lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '10' }],
      receivables: [{ dueOn: '2026-02-10', percent: '100' }],
    }
    expect(await told('/v1/invoices', { ...byHand, details: wrong })).toEqual(found.map(each => `/details/${each}`))
    // Of an invoice the amount is known: values are that amount.
    const halves = { costCentres: [byValue(north, 500), byValue(south, 501)] }
    expect(await told('/v1/invoices', { ...byHand, details: halves })).toEqual(['/details/costCentres values_not_whole'])
    const made = await shop.post('/v1/invoices', {
      ...byHand,
      details: { costCentres: [byValue(north, 499), byValue(south, 501)] },
    })
    expect(amounts(made.details.costCentres)).toEqual([499, 501])
    const patched = await shop.api.patch(`/v1/invoices/${made.id}`, { details: halves }, { version: 1 })
    expect(patched.body.faults).toMatchObject([{ path: '/details/costCentres', code: 'values_not_whole' }])
    const anew = { departments: [byPercent(sales, '10'), byPercent(support, '90')], costCentres: [] }
    const changed = await shop.api.patch(`/v1/invoices/${made.id}`, { details: anew }, { version: 1 })
    expect(amounts(changed.body.details.departments)).toEqual([100, 900])
    expect(changed.body.details.costCentres).toEqual([])
    const [entry] = await shop.all(`/v1/invoices/${made.id}/history`)
    expect(entry).toMatchObject({
      action: 'update',
      before: { details: { costCentres: [{ valueCents: 499 }, { valueCents: 501 }] } },
      after: { details: { departments: [{ percent: '10' }, { percent: '90' }], costCentres: [] } },
    })
  })

  test('an organization that does not divide gives the whole to one; what was divided before stays', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { sales, support } = await books(shop)
    const both = { departments: [byPercent(sales, '50'), byPercent(support, '50')] }
    const refused = await shop.refusal('/v1/contracts', {
      name: 'Outro',
      organizationId: shop.organizationId,
      customerId: await shop.customer(),
      rules: [{ ...shop.rule(), details: both }],
    })
    expect(refused.faults).toMatchObject([{ path: '/rules/0/details/departments', code: 'apportionment_disabled' }])
    const contract = await shop.contract({ details: { departments: [byPercent(sales, '100')] } })

    const organization = `/v1/organizations/${shop.organizationId}`
    await shop.api.patch(organization, { apportionmentEnabled: true }, { version: 1 })
    const rule = `/v1/invoice-rules/${contract.ruleId}`
    expect((await shop.api.patch(rule, { details: both }, { version: 1 })).status).toBe(200)
    expect((await shop.api.patch(organization, { apportionmentEnabled: false }, { version: 2 })).body).toMatchObject({
      apportionmentEnabled: false,
    })
    const noted = await shop.api.patch(rule, { details: { notes: 'Nova' } }, { version: 2 })
    expect(noted.body.details).toMatchObject({ notes: 'Nova', departments: [{ percent: '50' }, { percent: '50' }] })
    expect((await shop.api.patch(rule, { details: both }, { version: 3 })).body.faults).toMatchObject([
      { code: 'apportionment_disabled' },
    ])
    await shop.bill()
    expect(amounts((await shop.lastInvoice(contract)).details.departments)).toEqual([5_000, 5_000])
  })

  test('a line has its category, which goes to the invoice and stays when a price changes', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { services, licences } = await books(shop)
    const line = { serviceItemId: shop.serviceItemId }
    const contract = await shop.contract({
      lines: [
        { ...line, unitPrice: '100', categoryId: services },
        { ...line, unitPrice: '50', description: 'Licença', categoryId: licences },
        { ...line, unitPrice: '1', description: 'Outro' },
      ],
    })
    const preview = await shop.preview()
    await shop.tellRun(preview, 'bill', { planHash: preview.planHash })
    expect(categoriesOf(await shop.lastInvoice(contract))).toEqual([services, licences, null])

    await shop.changeTerms(contract, {
      lines: [
        { ...line, unitPrice: '110' },
        { ...line, unitPrice: '55', description: 'Licença', categoryId: null },
      ],
    })
    const { terms } = await shop.get(`/v1/invoice-rules/${contract.ruleId}`)
    expect(categoriesOf(terms)).toEqual([services, null])
    await shop.until('2026-02-10')
    await shop.bill()
    expect(categoriesOf(await shop.lastInvoice(contract))).toEqual([services, null])

    const archived = await shop.post(`/v1/categories/${licences}/archive`)
    expect(archived.archivedAt).not.toBeNull()
    const unknown = {
      lines: [
        { ...line, unitPrice: '1', categoryId: 'cat_99' },
        { ...line, unitPrice: '1', categoryId: licences },
      ],
    }
    const refused = await shop.refusal(`/v1/contracts/${contract.id}/invoice-rules`, { ...shop.rule(), ...unknown })
    expect(refused.faults.map(({ path, code }) => `${path} ${code}`)).toEqual([
      '/lines/0/categoryId unknown_reference',
      '/lines/1/categoryId archived_reference',
    ])
    // The rule has named it before: there it may still be said.
    const again = { lines: [{ ...line, unitPrice: '110', categoryId: licences }] }
    expect((await shop.changeTerms(contract, again)).rule.terms.lines).toMatchObject([{ categoryId: licences }])
  })

  test('a line keeps its category when a file says another price of it', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { services } = await books(shop)
    await shop.importContracts(1)
    const contract = await shop.contractOf('C-1')
    const rule = `/v1/invoice-rules/${contract.ruleId}`
    const [line] = (await shop.get(rule)).terms.lines
    const { serviceItemId, unitPrice } = line
    await shop.changeTerms(contract, { lines: [{ serviceItemId, unitPrice, categoryId: services }] })
    const heading = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento'
    const row = `C-1;Cliente 1;${cpfOf(1)};Suporte;120,00;10;10/01/2026;dia 10`
    await shop.import(Buffer.from([heading, row].join('\n')), 'update=true')
    expect((await shop.get(rule)).terms.lines).toMatchObject([{ unitPrice: '120', categoryId: services }])
  })

  test('a template says how what is made of it is divided; an invoice made of it divides what it charges', async () => {
    const shop = await Shop.open(database(), '2026-01-10', divides)
    const { north, south } = await books(shop)
    const { organizationId, serviceItemId } = shop
    const template = await shop.post('/v1/invoice-templates', {
      organizationId,
      name: 'Usual',
      recurrence: null,
      lines: [{ serviceItemId, unitPrice: '30' }],
      due: { kind: 'day_quantity', days: 10 },
      details: { costCentres: [byValue(north, 1000), byValue(south, 3000)] },
    })
    expect(template.details.costCentres).toMatchObject([{ valueCents: 1000 }, { valueCents: 3000 }])
    const { id: contractId } = await shop.contract()
    const made = await shop.post('/v1/invoices', { contractId, templateId: template.id })
    expect(amounts(made.details.costCentres)).toEqual([750, 2_250])
    const other = await shop.post('/v1/invoices', {
      contractId,
      templateId: template.id,
      details: { costCentres: [{ costCentreId: south, percent: '100' }] },
    })
    expect(amounts(other.details.costCentres)).toEqual([3_000])
  })

  test('a line that a person wrote keeps its category, and that is kept in use', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { services } = await books(shop)
    const contract = await shop.contract()
    const made = await shop.post('/v1/invoices', {
      contractId: contract.id,
      lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '10', categoryId: services }],
      receivables: [{ dueOn: '2026-02-10', percent: '100' }],
    })
    expect(categoriesOf(made)).toEqual([services])
    expect((await shop.api.delete(`/v1/categories/${services}`, { version: 1 })).body).toMatchObject({ code: 'in_use' })
    const line = { serviceItemId: shop.serviceItemId, unitPrice: '12', position: 1 }
    const draft = `/v1/invoices/${made.id}/draft`
    expect(categoriesOf((await shop.api.put(draft, { lines: [line] }, { version: 1 })).body)).toEqual([services])
    const without = await shop.api.put(draft, { lines: [{ ...line, categoryId: null }] }, { version: 2 })
    expect(categoriesOf(without.body)).toEqual([null])
    expect((await shop.api.delete(`/v1/categories/${services}`, { version: 1 })).status).toBe(204)
  })

  const amounts = (shares: { amountCents: number }[]) => shares.map(({ amountCents }) => amountCents)
  const categoriesOf = ({ lines }: { lines: { categoryId: string | null }[] }) => lines.map(({ categoryId }) => categoryId)
})
