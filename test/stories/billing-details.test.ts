import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

stories('what goes along with an invoice', database => {
  /** One of each reference, by the field that names it. */
  const references = async (shop: Shop) => {
    const { organizationId } = shop
    const made = async (path: string, fields: object = {}) =>
      (await shop.post(`/v1/${path}`, { organizationId, name: 'Usual', ...fields })).id
    const emailTemplateId = await made('email-templates', { subject: 'Fatura', body: '$DESCRICAO' })
    return {
      chargeTemplateId: await made('charge-templates'),
      financialAccountId: await made('financial-accounts'),
      nfseTemplateId: await made('nfse-templates'),
      emailTemplateId,
      notificationRulerId: await made('notification-rulers', { steps: [{ days: -3, emailTemplateId }] }),
      categoryId: await made('categories'),
      revenueCentreId: await made('revenue-centres'),
      projectId: await made('projects'),
    }
  }
  const silent = {
    cardInstallments: null,
    chargingAccountId: null,
    issueNfse: false,
    nfseDaysAfterReceipt: 0,
    nfseBody: null,
    notes: null,
    departments: [],
    costCentres: [],
  }

  test('is taken from its rule as it was on the day of billing, with placeholders as they were written', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const named = await references(shop)
    const details = { ...named, issueNfse: true, nfseDaysAfterReceipt: 7, nfseBody: '$DESCRICAO do $PLANO', notes: 'Atenção' }
    const contract = await shop.contract({ paymentMethod: 'card', details: { ...details, cardInstallments: 3 } })
    const plain = await shop.contract()
    await shop.bill()
    const whole = { ...silent, ...details, cardInstallments: 3 }
    expect((await shop.lastInvoice(contract)).details).toEqual(whole)
    expect((await shop.get(`/v1/invoice-rules/${contract.ruleId}`)).details).toEqual(whole)
    expect((await shop.lastInvoice(plain)).details).toBeNull()

    const rule = `/v1/invoice-rules/${contract.ruleId}`
    const changed = await shop.api.patch(rule, { details: { notes: 'Outra', categoryId: null } }, { version: 1 })
    expect(changed.body).toMatchObject({ version: 2, details: { ...whole, notes: 'Outra', categoryId: null } })
    await shop.until('2026-02-10')
    await shop.bill()
    const [january, february] = await shop.invoices(contract)
    expect(january.details).toEqual(whole)
    expect(february.details).toEqual({ ...whole, notes: 'Outra', categoryId: null })
    const [entry] = await shop.all(`${rule}/history`)
    expect(entry).toMatchObject({
      action: 'update',
      before: { details: { notes: 'Atenção' } },
      after: { details: { notes: 'Outra' } },
    })
    expect((await shop.api.patch(rule, { details: null }, { version: 2 })).body.details).toBeNull()
  })

  test('changes nothing of what was previewed: the run bills exactly that, and takes what is said by then', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({ details: { notes: 'Antes' } })
    const preview = await shop.preview()
    await shop.api.patch(`/v1/invoice-rules/${contract.ruleId}`, { details: { notes: 'Depois' } }, { version: 1 })
    const run = await shop.tellRun(preview, 'bill', { planHash: preview.planHash })
    expect(run).toMatchObject({ state: 'done', outcomes: { emitted: 1 }, planHash: preview.planHash })
    expect((await shop.lastInvoice(contract)).details).toMatchObject({ notes: 'Depois' })
  })

  test('is refused with everything that is wrong with it, of a rule and of an invoice by hand', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const named = await references(shop)
    const other = await shop.post('/v1/organizations', {
      legalName: 'Outra Ltda',
      cnpj: '90118777000148',
      taxRegime: 'simples_nacional',
    })
    const theirs = await shop.post('/v1/nfse-templates', { organizationId: other.id, name: 'De outra' })
    await shop.post(`/v1/email-templates/${named.emailTemplateId}/archive`)
    const wrong = {
      cardInstallments: 2,
      chargingAccountId: 'cha_7',
      financialAccountId: named.financialAccountId,
      nfseTemplateId: theirs.id,
      emailTemplateId: named.emailTemplateId,
    }
    const found = [
      'cardInstallments not_by_card',
      'chargingAccountId two_accounts',
      'chargingAccountId unknown_reference',
      'nfseTemplateId other_organization',
      'emailTemplateId archived_reference',
    ]
    const faultsAt = (path: string, refused: { faults: { path: string; code: string }[] }) =>
      expect(refused.faults.map(fault => `${fault.path} ${fault.code}`).sort()).toEqual(
        found.map(each => `${path}/${each}`).sort(),
      )
    const contract = await shop.contract()
    faultsAt('/details', await shop.refusal(`/v1/contracts/${contract.id}/invoice-rules`, { ...shop.rule(), details: wrong }))
    faultsAt(
      '/rules/0/details',
      await shop.refusal('/v1/contracts', {
        name: 'Outro',
        organizationId: shop.organizationId,
        customerId: contract.customerId,
        rules: [{ ...shop.rule(), details: wrong }],
      }),
    )
    const invoice = {
      contractId: contract.id,
      lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '10' }],
      receivables: [{ dueOn: '2026-02-10', percent: '100' }],
    }
    faultsAt('/details', await shop.refusal('/v1/invoices', { ...invoice, details: wrong }))
    const patched = await shop.api.patch(`/v1/invoice-rules/${contract.ruleId}`, { details: wrong }, { version: 1 })
    faultsAt('/details', patched.body)
    const unknown = await shop.refusal('/v1/invoices', { ...invoice, details: { emailTemplate: 'eml_1' } })
    expect(unknown.faults).toMatchObject([{ path: '/details/emailTemplate', code: 'unknown_field' }])
  })

  test('of an invoice may be changed until it is issued, and what it names is kept', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { emailTemplateId, categoryId } = await references(shop)
    const contract = await shop.contract({ management: 'draft', details: { emailTemplateId } })
    await shop.bill()
    const made = await shop.post('/v1/invoices', {
      contractId: contract.id,
      lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '10' }],
      receivables: [{ dueOn: '2026-02-10', percent: '100' }],
      details: { categoryId, notes: '0' },
    })
    expect(made.details).toEqual({ ...silent, ...nothingNamed, categoryId, notes: '0' })

    const at = `/v1/invoices/${made.id}`
    const byCard = await shop.api.patch(at, { paymentMethod: 'card', details: { cardInstallments: 12 } }, { version: 1 })
    expect(byCard.body).toMatchObject({
      paymentMethod: 'card',
      details: { cardInstallments: 12, categoryId, notes: '0' },
      version: 2,
    })
    const byTransfer = await shop.api.patch(at, { paymentMethod: 'transfer' }, { version: 2 })
    expect(byTransfer.body).toMatchObject({ paymentMethod: 'transfer', details: { cardInstallments: null, categoryId } })
    expect(await shop.api.delete(`/v1/categories/${categoryId}`, { version: 1 })).toMatchObject({
      status: 422,
      body: { code: 'in_use' },
    })
    // What went out of use stays where it is named, and is named nowhere anew.
    await shop.post(`/v1/categories/${categoryId}/archive`)
    expect((await shop.api.patch(at, { details: { notes: 'Nova' } }, { version: 3 })).body.details).toMatchObject({ categoryId })
    await shop.post(`${at}/emit`)
    expect(await shop.api.patch(at, { details: null }, { version: 5 })).toMatchObject({
      status: 409,
      body: { code: 'invoice_state' },
    })
  })

  const nothingNamed = {
    chargeTemplateId: null,
    financialAccountId: null,
    nfseTemplateId: null,
    emailTemplateId: null,
    notificationRulerId: null,
    categoryId: null,
    revenueCentreId: null,
    projectId: null,
  }
})
