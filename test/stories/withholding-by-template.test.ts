import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

/** Fintera's example, in our words, with INSS as the law has it. */
const seed = {
  name: 'Serviços de informática',
  itemListaServico: '0105',
  aliquotaIss: '5.0',
  aliquotaIrrf: '1.5',
  aliquotaPis: '0.65',
  aliquotaCofins: '3.0',
  aliquotaCsll: '1.0',
  retencoesDestacadas: ['irrf', 'pis', 'cofins', 'csll'],
  limiteRetencaoIrrf: '666.67',
  limiteRetencaoPcc: '215.06',
}

const company = { kind: 'company', name: 'Tomadora S.A.', taxId: '90.118.777/0001-48' }

interface Told {
  withholdings: { tax: string; amountCents: number; baseCents: number; leastBaseCents: number | null }[]
}
const withheld = ({ withholdings }: Told) =>
  Object.fromEntries(withholdings.filter(({ amountCents }) => amountCents > 0).map(({ tax, amountCents }) => [tax, amountCents]))

stories('what a template of notes withholds', database => {
  async function shopAt(day: string, more: object = {}) {
    const shop = await Shop.open(database(), day, { taxRegime: 'lucro_presumido' })
    const template = await shop.post('/v1/nfse-templates', { ...seed, ...more, organizationId: shop.organizationId })
    const customerId = await shop.customer(company)
    const contract = (price: string, rule: object = {}) =>
      shop.contract({ price, withholdingTemplateId: template.id, ...rule }, { customerId })
    return { shop, template: template.id as string, customerId, contract }
  }

  test.each([
    ['215.05', {}, 21_505],
    ['215.06', { pis: 140, cofins: 645, csll: 215 }, 20_506],
    ['666.66', { pis: 433, cofins: 2000, csll: 667 }, 63_566],
    ['666.67', { irrf: 1000, pis: 433, cofins: 2000, csll: 667 }, 62_567],
    ['1234.56', { irrf: 1852, pis: 802, cofins: 3704, csll: 1235 }, 115_863],
  ])('of R$ %s is withheld what §11.3 says, and the rest is to be received', async (price, taxes, netCents) => {
    const { shop, contract } = await shopAt('2026-11-10')
    const of = await contract(price)
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1 })
    const invoice = await shop.lastInvoice(of)
    expect(withheld(invoice)).toEqual(taxes)
    expect(invoice).toMatchObject({ netCents, receivables: [{ amountCents: netCents }] })
  })

  test('with 2026 PIS and COFINS end, and CSLL alone has another least base: nobody touches the rule', async () => {
    const { shop, contract } = await shopAt('2026-12-10')
    const [small, large] = [await contract('1000.00'), await contract('1000.01')]
    await shop.bill()
    for (const day of ['2027-01-10', '2027-02-10']) {
      await shop.until(day)
      await shop.bill()
    }
    const contributions = async (of: typeof small) =>
      (await shop.invoices(of)).map(invoice => {
        const { irrf: _, ...others } = withheld(invoice)
        return others
      })
    expect(await contributions(small)).toEqual([{ pis: 650, cofins: 3000, csll: 1000 }, {}, {}])
    expect(await contributions(large)).toEqual([{ pis: 650, cofins: 3000, csll: 1000 }, { csll: 1000 }, { csll: 1000 }])
  })

  test('the competence decides, not the day: what is billed in January for December is December’s', async () => {
    const { shop, contract } = await shopAt('2027-01-10')
    const of = await contract('1000.00', { competenceShift: -1 })
    await shop.bill()
    expect(await shop.lastInvoice(of)).toMatchObject({ competence: '2026-12', withheldCents: 1500 + 4650 })
  })

  test('an adjustment carries an invoice over a least base, and back', async () => {
    const { shop, contract } = await shopAt('2026-11-10')
    const of = await contract('666.66', { approvalWanted: true })
    await shop.bill()
    const { id } = await shop.lastInvoice(of)
    const adjusted = (kind: string) => shop.post(`/v1/invoices/${id}/adjustments`, { kind, amountCents: 1, reason: 'Acerto' })
    expect(withheld(await adjusted('surcharge'))).toMatchObject({ irrf: 1000 })
    expect(withheld(await adjusted('discount'))).toEqual({ pis: 433, cofins: 2000, csll: 667 })
  })

  test('part of a period is judged by what it costs', async () => {
    const { shop, template, customerId } = await shopAt('2026-11-10')
    const rule = { price: '600.00', withholdingTemplateId: template, cutEnd: 'prorate' }
    const of = await shop.contract(rule, { customerId, endsOn: '2026-11-19' })
    await shop.bill()
    // Ten days of thirty: R$ 200,00 pass no least base.
    expect(await shop.lastInvoice(of)).toMatchObject({ grossCents: 20_000, withheldCents: 0 })
  })

  test('another template is no other agreement: it holds once it is said again, for what is to come', async () => {
    const { shop, template, contract } = await shopAt('2026-11-10')
    const of = await contract('1000.00')
    await shop.bill()
    const known = await shop.api.get(`/v1/nfse-templates/${template}`)
    await shop.api.patch(
      `/v1/nfse-templates/${template}`,
      { aliquotaIrrf: '1.0', limiteRetencaoIrrf: null },
      { version: known.body.version },
    )
    await shop.until('2026-12-10')
    await shop.bill()
    const before = await shop.get(`/v1/invoice-rules/${of.ruleId}`)
    expect(before.terms).toMatchObject({ withholdingTemplateId: template, withholdingTemplateVersion: 1 })
    await shop.changeTerms(of, { withholdingTemplateId: template, cause: 'Serviço de limpeza' })
    await shop.until('2027-01-10')
    await shop.bill()
    expect((await shop.invoices(of)).map(invoice => withheld(invoice).irrf ?? 0)).toEqual([1500, 1500, 0])
    const after = await shop.get(`/v1/invoice-rules/${of.ruleId}`)
    expect(after.terms.withholdings[0]).toEqual({
      tax: 'irrf',
      rateMicros: 10_000,
      leastBaseCents: 100_001,
      from: null,
      until: null,
      source: 'Lei 9.430/1996, art. 67',
    })
    expect(after.terms.withholdingTemplateVersion).toBe(2)
  })

  test('all rules that took from it take anew at once, after it was changed or who bills came into another regime', async () => {
    const { shop, template, contract } = await shopAt('2026-11-10')
    const [small, large, given] = [await contract('1000.00'), await contract('2000.00'), await contract('3000.00')]
    await shop.changeTerms(given, { withholdings: [{ tax: 'iss', rateMicros: 20_000 }] })
    const retake = (asked: object = {}) => shop.post(`/v1/nfse-templates/${template}/retake`, asked)
    expect(await retake()).toEqual({ changed: 0, isDone: true })

    const regime = async (taxRegime: string) => {
      const known = await shop.api.get(`/v1/organizations/${shop.organizationId}`)
      await shop.api.patch(`/v1/organizations/${shop.organizationId}`, { taxRegime }, { version: known.body.version })
    }
    const warned = async () =>
      JSON.stringify(await shop.get(`/v1/contracts/${small.id}/explain`)).includes(`withholdings retake ${template}`)
    expect(await warned()).toBe(false)
    await regime('simples_nacional')
    expect(await warned()).toBe(true)
    expect(await retake()).toEqual({ changed: 2, isDone: true })
    expect(await warned()).toBe(false)
    await shop.bill()
    for (const rule of [small, large]) expect(withheld(await shop.lastInvoice(rule))).toEqual({})
    expect(withheld(await shop.lastInvoice(given))).toEqual({ iss: 6000 })

    await regime('lucro_real')
    expect(await retake({ validFrom: '2027-01-01' })).toMatchObject({ changed: 2 })
    for (const day of ['2026-12-10', '2027-01-10']) {
      await shop.until(day)
      await shop.bill()
    }
    const irrf = async (rule: typeof small) => (await shop.invoices(rule)).map(invoice => withheld(invoice).irrf ?? 0)
    expect(await irrf(small)).toEqual([0, 0, 1500])
    expect(await irrf(large)).toEqual([0, 0, 3000])
  })

  test('what is given ends what was taken, and null leaves nothing', async () => {
    const { shop, template, contract } = await shopAt('2026-11-10')
    const of = await contract('1000.00')
    await shop.changeTerms(of, { withholdings: [{ tax: 'iss', rateMicros: 20_000 }] })
    await shop.bill()
    expect(withheld(await shop.lastInvoice(of))).toEqual({ iss: 2000 })
    expect((await shop.get(`/v1/invoice-rules/${of.ruleId}`)).terms.withholdingTemplateId).toBeNull()
    await shop.changeTerms(of, { withholdingTemplateId: template })
    await shop.changeTerms(of, { withholdingTemplateId: null })
    await shop.until('2026-12-10')
    await shop.bill()
    expect(withheld(await shop.lastInvoice(of))).toEqual({})
  })

  test('a price that changes alone keeps what was taken', async () => {
    const { shop, template, contract } = await shopAt('2026-11-10')
    const of = await contract('100.00')
    await shop.changeTerms(of, { lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '700' }] })
    await shop.bill()
    expect(withheld(await shop.lastInvoice(of))).toMatchObject({ irrf: 1050 })
    expect((await shop.get(`/v1/invoice-rules/${of.ruleId}`)).terms.withholdingTemplateId).toBe(template)
  })

  test('a person withholds nothing, and nothing is withheld of who is in the Simples', async () => {
    const { shop, template } = await shopAt('2026-11-10')
    const person = await shop.contract({ price: '5000', withholdingTemplateId: template })
    await shop.bill()
    expect(await shop.lastInvoice(person)).toMatchObject({ withheldCents: 0, withholdings: [] })

    const small = await Shop.open(database(), '2026-11-10')
    const own = await small.post('/v1/nfse-templates', {
      ...seed,
      aliquotaIssRetido: '2.79',
      issRetidoFonte: true,
      retencoesDestacadas: [...seed.retencoesDestacadas, 'iss'],
      organizationId: small.organizationId,
    })
    const customerId = await small.customer(company)
    const of = await small.contract({ price: '1000', withholdingTemplateId: own.id }, { customerId })
    await small.bill()
    expect(await small.lastInvoice(of)).toMatchObject({ withheldCents: 2790, netCents: 97_210 })
  })

  test('what was seen in a preview is what is billed', async () => {
    const { shop, contract } = await shopAt('2026-11-10')
    const of = await contract('1234.56')
    const seen = await shop.preview()
    const [item] = await shop.items(seen)
    expect(item).toMatchObject({ withheldCents: 7593, netCents: 115_863 })
    await shop.tellRun(seen, 'bill', { planHash: seen.planHash })
    expect(await shop.lastInvoice(of)).toMatchObject({ withheldCents: 7593 })
  })

  test('a new rule of a contract takes it too, and part of its lines may say otherwise', async () => {
    const { shop, template, contract } = await shopAt('2026-11-10')
    const of = await contract('10.00')
    const lines = [
      { serviceItemId: shop.serviceItemId, description: 'Suporte', unitPrice: '700' },
      { serviceItemId: shop.serviceItemId, description: 'Licença', unitPrice: '700', withholdings: [] },
      { serviceItemId: shop.serviceItemId, description: 'Obra', unitPrice: '100', withheldCents: 500 },
    ]
    const project = await shop.post('/v1/service-items', { name: 'Projeto' })
    const rule = shop.rule({ withholdingTemplateId: template, lines: [{ serviceItemId: project.id, unitPrice: '1000.00' }] })
    await shop.post(`/v1/contracts/${of.id}/invoice-rules`, { ...rule, title: 'Projeto' })
    const other = await shop.contract({ withholdingTemplateId: template, lines }, { customerId: of.customerId })
    await shop.bill()
    expect((await shop.invoices(of)).map(invoice => invoice.withheldCents)).toEqual([0, 6150])
    const invoice = await shop.lastInvoice(other)
    expect(withheld(invoice)).toEqual({ irrf: 1200, pis: 520, cofins: 2400, csll: 800, other: 500 })
    expect(invoice.withholdings.find(({ tax }: { tax: string }) => tax === 'irrf')).toMatchObject({
      baseCents: 80_000,
      lines: [1, 3],
    })
  })

  test('an invoice that a person makes takes it as well, in the month of its competence', async () => {
    const { shop, template, contract } = await shopAt('2026-12-10')
    const of = await contract('1.00')
    const made = (more: object) =>
      shop.post('/v1/invoices', {
        contractId: of.id,
        lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '1000' }],
        receivables: [{ dueOn: '2026-12-20', percent: '100' }],
        withholdingTemplateId: template,
        ...more,
      })
    expect(withheld(await made({}))).toEqual({ irrf: 1500, pis: 650, cofins: 3000, csll: 1000 })
    const next = await made({ competence: '2027-01' })
    expect(withheld(next)).toEqual({ irrf: 1500 })
    const adjustment = { kind: 'surcharge', amountCents: 1, reason: 'Acerto' }
    const changed = await shop.post(`/v1/invoices/${next.id}/adjustments`, adjustment)
    expect(withheld(changed)).toEqual({ irrf: 1500, csll: 1000 })
  })

  test('a file that says its rates leaves the template where it is; other rates end it', async () => {
    const { shop, template, contract } = await shopAt('2026-11-10')
    const of = await contract('700.00')
    const file: string = (await shop.api.get('/v1/exports/contracts.csv')).body
    expect(file).toContain('IRRF 1,5%|PIS 0,65%|COFINS 3%|CSLL 1%')
    expect(file).toContain(`não os limites e o calendário do modelo de NFS-e ${template}`)
    const said = async () => (await shop.get(`/v1/invoice-rules/${of.ruleId}`)).terms
    await shop.import(Buffer.from(file), 'update=true')
    expect(await said()).toMatchObject({ version: 1, withholdingTemplateId: template })
    await shop.import(Buffer.from(file.replace(';700', ';600')), 'update=true')
    expect(await said()).toMatchObject({ version: 2, withholdingTemplateId: template, lines: [{ unitPrice: '600' }] })
    await shop.import(Buffer.from(file.replace(';700', ';600').replace('IRRF 1,5%|', '')), 'update=true')
    expect(await said()).toMatchObject({ version: 3, withholdingTemplateId: null })
    await shop.bill()
    expect(withheld(await shop.lastInvoice(of))).toEqual({ pis: 390, cofins: 1800, csll: 600 })
  })

  test('explain tells each tax: base, rate, what it is before rounding, from which base on, and the article', async () => {
    const { shop, contract } = await shopAt('2026-11-10', { limiteRetencaoPcc: null })
    const of = await contract('300.00')
    const told = await shop.get(`/v1/contracts/${of.id}/explain`)
    const [period] = told.rules[0].periods
    expect(period.withholdings.slice(0, 2)).toEqual([
      { tax: 'irrf', rateMicros: 15_000, baseCents: 30_000, raw: '4.5', leastBaseCents: 66_667, source: null, amountCents: 0 },
      {
        tax: 'pis',
        rateMicros: 6500,
        baseCents: 30_000,
        raw: '1.95',
        leastBaseCents: 21_506,
        source: 'Lei 10.833/2003, art. 31, § 3º',
        amountCents: 195,
      },
    ])
    const sentences = told.rules[0].sentences.join(' ')
    expect(sentences).toContain(
      'IRRF: 1,5% de R$ 300,00 = R$ 4,50; não é retido: retém-se de R$ 666,67 em diante (o limite do modelo).',
    )
    expect(sentences).toContain(
      'PIS: 0,65% de R$ 300,00 = R$ 1,95; retém-se de R$ 215,06 em diante (Lei 10.833/2003, art. 31, § 3º); retém R$ 1,95.',
    )
    expect(sentences).not.toContain('retenção de IRRF')
  })

  test('what names no template of one’s own is refused at its place', async () => {
    const { shop, template, customerId, contract } = await shopAt('2026-11-10')
    const of = await contract('100.00')
    const refused = async (rule: object) => {
      const asked = { name: 'x', organizationId: shop.organizationId, customerId, rules: [shop.rule(rule as never)] }
      const { faults } = await shop.refusal('/v1/contracts', asked)
      return faults.map(({ path, code }) => `${path} ${code}`)
    }
    expect(await refused({ withholdingTemplateId: 'nft_99' })).toEqual(['/rules/0/withholdingTemplateId unknown_reference'])
    expect(await refused({ withholdingTemplateId: template, withholdings: [{ tax: 'iss', rateMicros: 20_000 }] })).toEqual([
      '/rules/0/withholdingTemplateId two_withholdings',
    ])
    const faulty = await shop.post('/v1/nfse-templates', {
      ...seed,
      name: 'Cartório',
      regimeEspecial: 4,
      issRetidoFonte: true,
      organizationId: shop.organizationId,
    })
    expect(await refused({ withholdingTemplateId: faulty.id })).toEqual([
      '/rules/0/withholdingTemplateId iss_retention_forbidden',
    ])
    await shop.post(`/v1/nfse-templates/${faulty.id}/archive`)
    const { faults } = await shop.refusal(`/v1/invoice-rules/${of.ruleId}/terms`, { withholdingTemplateId: faulty.id })
    expect(faults.map(({ path, code }) => `${path} ${code}`)).toContain('/withholdingTemplateId archived_reference')
    // What a rule took from it keeps it from being deleted.
    const kept = await shop.api.get(`/v1/nfse-templates/${template}`)
    expect((await shop.api.delete(`/v1/nfse-templates/${template}`, { version: kept.body.version })).body.code).toBe('in_use')
  })
})
