import { expect, test } from 'vitest'
import { addDays, civilDate, daysBetween } from '../../src/core/dates.ts'
import { verify } from '../../src/verify/verify.ts'
import { ctxOf } from '../verify/company.ts'
import { Receiver } from '../webhooks/receiver.ts'
import { type Agreement, Shop, stories } from './story.ts'

interface Subscribed extends Agreement {
  contractId: string
  token: string
}

stories('subscriptions', database => {
  const open = (today: string) => Shop.open(database(), today)
  const plan = (shop: Shop, name: string, price: string, more: Record<string, unknown> = {}) =>
    shop.post('/v1/plans', {
      name,
      price,
      organizationId: shop.organizationId,
      serviceItemId: shop.serviceItemId,
      ...more,
    })
  const subscribe = async (shop: Shop, { id }: { id: string }, more: Record<string, unknown> = {}): Promise<Subscribed> => {
    const made = await shop.post('/v1/subscriptions', { planId: id, customerId: await shop.customer(), ...more })
    return { ...made, subscription: made.id, id: made.contractId }
  }
  const at = (of: Agreement) => `/v1/subscriptions/${of.id.replace('ctr', 'sub')}`
  const shown = (shop: Shop, of: Agreement) => shop.get(at(of))
  const changeTo = (shop: Shop, of: Agreement, to: { id: string }) => shop.post(`${at(of)}/change-plan`, { planId: to.id })
  const previewOf = (shop: Shop, of: Agreement, to: { id: string }) =>
    shop.post(`${at(of)}/change-plan/preview`, { planId: to.id })
  const cancel = (shop: Shop, of: Agreement) => shop.post(`${at(of)}/cancel`, { reason: 'Pediu' })
  const billOn = async (shop: Shop, ...days: string[]) => {
    for (const day of days) {
      await shop.until(day)
      await shop.bill()
    }
  }
  /** What the invoices that stand ask for, by the first day of their period. */
  const nets = async (shop: Shop, of: Agreement) =>
    Object.fromEntries(
      (await shop.invoices(of))
        .filter(({ state }) => state !== 'cancelled')
        .map(({ period, netCents }) => [period.startsOn, netCents]),
    )
  const linesOf = async (shop: Shop, of: Agreement) =>
    (await shop.lastInvoice(of)).lines.map(
      ({ description, grossCents, discountCents }: { description: string; grossCents: number; discountCents: number }) =>
        `${description}: ${grossCents - discountCents}`,
    )

  test('ends with its contract, where that is deleted', async () => {
    const shop = await open('2026-01-10')
    const [small, large] = [await plan(shop, 'Básico', '30', { trialDays: 15 }), await plan(shop, 'Completo', '60')]
    const subscription = await subscribe(shop, small)
    const { version } = await shop.get(`/v1/contracts/${subscription.id}`)
    await shop.until('2026-01-12')
    expect((await shop.api.delete(`/v1/contracts/${subscription.id}`, { version })).status).toBe(204)
    expect(await shown(shop, subscription)).toMatchObject({ status: 'cancelled', validUntil: '2026-01-12' })
    for (const status of ['trial', 'established', 'cancelled'])
      expect(await shop.all(`/v1/subscriptions?status=${status}`)).toEqual([])
    expect(await shop.refusal(`${at(subscription)}/cancel`, { reason: 'Pediu' })).toMatchObject({ code: 'contract_archived' })
    expect(await shop.refusal(`${at(subscription)}/change-plan`, { planId: large.id })).toMatchObject({
      code: 'contract_archived',
    })
  })

  test('a month that is billed changes hands by days: credit and debit are lines of the next one', async () => {
    const shop = await open('2026-01-01')
    const [small, large] = [await plan(shop, 'Básico', '31'), await plan(shop, 'Completo', '62')]
    const subscription = await subscribe(shop, small)
    expect(subscription).toMatchObject({ status: 'established', state: 'active', validUntil: null, plan: { name: 'Básico' } })
    await shop.bill()
    await shop.until('2026-01-16')
    const preview = await previewOf(shop, subscription, large)
    expect(preview).toMatchObject({
      creditCents: 1_600,
      debitCents: 3_200,
      netCents: 1_600,
      effectiveOn: '2026-02-01',
      swapped: { startsOn: '2026-01-01', endsOn: '2026-02-01', days: 16 },
    })
    expect(await shop.all('/v1/billing-events')).toEqual([])
    expect(await changeTo(shop, subscription, large)).toEqual(preview)
    await billOn(shop, '2026-02-01')
    expect(await nets(shop, subscription)).toEqual({ '2026-01-01': 3_100, '2026-02-01': 6_200 + 1_600 })
    expect(await linesOf(shop, subscription)).toEqual([
      'Completo: 6200',
      'Plano Completo a partir de 16/01/2026: 3200',
      'Crédito do plano Básico a partir de 16/01/2026: -1600',
    ])
    expect(await shown(shop, subscription)).toMatchObject({
      validUntil: '2026-03-01',
      plan: { name: 'Completo' },
      planChanges: [{ fromPlanId: small.id, planId: large.id, changedOn: '2026-01-16', creditCents: 1_600 }],
    })
    expect(await shop.get(`/v1/subscriptions/token/${subscription.token}`)).toEqual(await shown(shop, subscription))
  })

  test('a plan that is called one already is called so once, on invoices and by verify', async () => {
    const shop = await open('2026-01-01')
    const [small, large] = [await plan(shop, 'PLANO Básico', '31'), await plan(shop, 'Plano Completo', '62')]
    const subscription = await subscribe(shop, small)
    await shop.bill()
    await shop.until('2026-01-16')
    await changeTo(shop, subscription, large)
    await billOn(shop, '2026-02-01')
    expect(await linesOf(shop, subscription)).toEqual([
      'Plano Completo: 6200',
      'Plano Completo a partir de 16/01/2026: 3200',
      'Crédito do PLANO Básico a partir de 16/01/2026: -1600',
    ])
    expect((await verify(await ctxOf(shop), { full: true })).findings).toEqual([])
  })

  test('what the credit has beyond the next invoice carries on to those after it, and no invoice is below zero', async () => {
    const shop = await open('2026-01-01')
    const [large, small] = [await plan(shop, 'Anual', '3650', { billingMonths: 12 }), await plan(shop, 'Mensal', '100')]
    const subscription = await subscribe(shop, large)
    await shop.bill()
    await shop.until('2026-11-02')
    // 60 days of 10 reais; of the new plan the whole December and 29 of November's 30 days.
    expect(await changeTo(shop, subscription, small)).toMatchObject({
      creditCents: 60_000,
      debitCents: 10_000 + 9_667,
      effectiveOn: '2027-01-01',
    })
    await billOn(shop, '2027-01-01', '2027-02-01', '2027-03-01', '2027-04-01', '2027-05-01')
    const paid = await nets(shop, subscription)
    expect(paid).toEqual({
      '2026-01-01': 365_000,
      '2027-01-01': 0,
      '2027-02-01': 0,
      '2027-03-01': 0,
      '2027-04-01': 0,
      '2027-05-01': 50_000 + 19_667 - 60_000,
    })
  })

  test('a year is begun where the month ends that is paid', async () => {
    const shop = await open('2026-01-31')
    const [monthly, yearly] = [await plan(shop, 'Mensal', '280'), await plan(shop, 'Anual', '3650', { billingMonths: 12 })]
    const quarterly = await plan(shop, 'Trimestral', '700', { billingMonths: 3 })
    const first = await subscribe(shop, monthly)
    const second = await subscribe(shop, monthly)
    await shop.bill()
    await shop.until('2026-02-14')
    expect(await changeTo(shop, first, yearly)).toMatchObject({ creditCents: 14_000, debitCents: 14_000, netCents: 0 })
    expect(await changeTo(shop, second, quarterly)).toMatchObject({ creditCents: 14_000, effectiveOn: '2026-02-28' })
    await billOn(shop, '2026-02-28', '2026-05-31')
    expect(await nets(shop, first)).toEqual({ '2026-01-31': 28_000, '2026-02-28': 365_000 })
    // Its day is the 31st still.
    expect(await shop.ledger(second)).toEqual(['2026-01-31 billed', '2026-02-28 billed', '2026-05-31 billed'])
  })

  test('before its first period is billed, the first day belongs to the new plan whole, a later one is split', async () => {
    const shop = await open('2026-01-01')
    const [small, large] = [await plan(shop, 'Básico', '31'), await plan(shop, 'Completo', '62')]
    const yearly = await plan(shop, 'Anual', '3650', { billingMonths: 12 })
    const [first, second, third] = [await subscribe(shop, small), await subscribe(shop, small), await subscribe(shop, small)]
    expect(await changeTo(shop, first, large)).toMatchObject({ creditCents: 0, debitCents: 0, effectiveOn: '2026-01-01' })
    expect(await changeTo(shop, third, yearly)).toMatchObject({ creditCents: 0, debitCents: 0, effectiveOn: '2026-01-01' })
    await shop.until('2026-01-11')
    await changeTo(shop, second, large)
    await shop.bill()
    expect(await nets(shop, first)).toEqual({ '2026-01-01': 6_200 })
    expect(await nets(shop, second)).toEqual({ '2026-01-01': 1_000 + 4_200 })
    expect(await nets(shop, third)).toEqual({ '2026-01-01': 365_000 })
  })

  test('several changes in one month compose, back to the first one too', async () => {
    const shop = await open('2026-01-01')
    const [small, large] = [await plan(shop, 'Básico', '31'), await plan(shop, 'Completo', '62')]
    const other = await plan(shop, 'Outro', '10')
    const subscription = await subscribe(shop, small)
    await shop.bill()
    const days = [
      ['2026-01-11', large],
      ['2026-01-21', other],
      ['2026-01-31', small],
      ['2026-01-31', large],
    ] as const
    for (const [day, to] of days) {
      await shop.until(day)
      await changeTo(shop, subscription, to)
    }
    await billOn(shop, '2026-02-01')
    // Ten days each of 1,00, 2,00 and 10,00 ⁄ 31, and one of 2,00.
    expect(await nets(shop, subscription)).toEqual({
      '2026-01-01': 3_100,
      '2026-02-01': 6_200 + 1_000 + 2_000 + 323 + 200 - 3_100,
    })
  })

  test('paid afterwards, the period under way is billed by the days of each plan', async () => {
    const shop = await open('2026-01-01')
    const [small, large] = [
      await plan(shop, 'Básico', '31', { chargingMethod: 'post_paid' }),
      await plan(shop, 'Completo', '62', { chargingMethod: 'post_paid' }),
    ]
    const subscription = await subscribe(shop, small)
    expect(subscription).toMatchObject({ validUntil: '2026-02-01' })
    await shop.until('2026-01-16')
    expect(await changeTo(shop, subscription, large)).toMatchObject({ creditCents: 1_600, debitCents: 3_200 })
    await billOn(shop, '2026-02-01', '2026-03-01')
    expect(await nets(shop, subscription)).toEqual({ '2026-01-01': 1_500 + 3_200, '2026-02-01': 6_200 })
    await cancel(shop, subscription)
    expect(await shown(shop, subscription)).toMatchObject({ status: 'cancelled', state: 'cancelled', validUntil: '2026-03-02' })
  })

  test('from advance to arrears and back no day is billed twice, and none is forgotten', async () => {
    const shop = await open('2026-01-01')
    const [before, after] = [await plan(shop, 'Pré', '31'), await plan(shop, 'Pós', '62', { chargingMethod: 'post_paid' })]
    const subscription = await subscribe(shop, before)
    await shop.bill()
    await shop.until('2026-01-16')
    expect(await changeTo(shop, subscription, after)).toMatchObject({ creditCents: 1_600, debitCents: 3_200 })
    await billOn(shop, '2026-02-01', '2026-03-01')
    expect(await nets(shop, subscription)).toEqual({ '2026-01-01': 3_100, '2026-02-01': 6_200 + 1_600 })
    await shop.until('2026-03-11')
    // March is due at once: at the end of it two would be.
    expect(await changeTo(shop, subscription, before)).toMatchObject({ creditCents: 4_200, debitCents: 2_100 })
    await shop.bill()
    await billOn(shop, '2026-04-01')
    expect(await nets(shop, subscription)).toMatchObject({ '2026-03-01': 2_000 + 2_100, '2026-04-01': 3_100 })
  })

  test('a trial is days of the ledger that nobody pays; changed and cancelled in it, nothing is asked', async () => {
    const shop = await open('2026-01-10')
    const [small, large] = [await plan(shop, 'Básico', '31', { trialDays: 15 }), await plan(shop, 'Completo', '62')]
    const yearly = await plan(shop, 'Anual', '3650', { billingMonths: 12 })
    const [stays, changes, leaves, rises] = [
      await subscribe(shop, small),
      await subscribe(shop, small),
      await subscribe(shop, small),
      await subscribe(shop, small),
    ]
    expect(stays).toMatchObject({ status: 'trial', trialEndsOn: '2026-01-25', validUntil: '2026-01-25' })
    await shop.bill()
    await shop.until('2026-01-20')
    expect(await changeTo(shop, changes, large)).toMatchObject({ creditCents: 0, debitCents: 0, effectiveOn: '2026-01-25' })
    expect(await changeTo(shop, rises, yearly)).toMatchObject({ creditCents: 0, debitCents: 0, effectiveOn: '2026-01-25' })
    await cancel(shop, leaves)
    await billOn(shop, '2026-01-25', '2026-02-25')
    expect(await shown(shop, stays)).toMatchObject({ status: 'established', validUntil: '2026-03-25' })
    expect(await shop.ledger(stays)).toEqual(['2026-01-10 uncharged', '2026-01-25 billed', '2026-02-25 billed'])
    expect(await nets(shop, stays)).toEqual({ '2026-01-25': 3_100, '2026-02-25': 3_100 })
    expect(await nets(shop, changes)).toEqual({ '2026-01-25': 6_200, '2026-02-25': 6_200 })
    expect(await nets(shop, rises)).toEqual({ '2026-01-25': 365_000 })
    expect(await nets(shop, leaves)).toEqual({})
    expect(await shown(shop, leaves)).toMatchObject({ status: 'cancelled', validUntil: '2026-01-21' })
    expect((await shop.get('/v1/subscriptions?status=cancelled')).data).toHaveLength(1)
    expect((await shop.get('/v1/subscriptions?status=established')).data).toHaveLength(3)
    expect((await shop.get('/v1/subscriptions?status=trial')).data).toHaveLength(0)
  })

  test('of an invoice that is cancelled no credit is given; undone, it is', async () => {
    const shop = await open('2026-01-01')
    const [small, large] = [await plan(shop, 'Básico', '31'), await plan(shop, 'Completo', '62')]
    const subscription = await subscribe(shop, large)
    await shop.bill()
    await shop.until('2026-01-16')
    expect(await changeTo(shop, subscription, small)).toMatchObject({ creditCents: 3_200, debitCents: 1_600 })
    const { id } = await shop.lastInvoice(subscription)
    const open_ = async () =>
      (await shop.all('/v1/billing-events')).map(({ kind, openCents }) => ({ kind, openCents })).filter(one => one.openCents > 0)
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Engano' })
    const owed = (await open_()).reduce((sum, one) => sum + (one.kind === 'surcharge' ? 1 : -1) * one.openCents, 0)
    expect(owed).toBe(0)
    await shop.post(`/v1/invoices/${id}/undo-cancellation`, { reason: 'Outro engano' })
    await billOn(shop, '2026-02-01')
    expect(await nets(shop, subscription)).toEqual({ '2026-01-01': 6_200, '2026-02-01': 3_100 - 1_600 })
  })

  test('of a rule that is archived nothing is settled any more, whatever becomes of its invoices', async () => {
    const shop = await open('2026-01-01')
    const [small, large] = [await plan(shop, 'Básico', '31'), await plan(shop, 'Completo', '62')]
    const [before, after] = [await subscribe(shop, large), await subscribe(shop, large)]
    await shop.bill()
    await shop.until('2026-01-16')
    const turn = async (of: Agreement, verb: string) =>
      shop.post(`/v1/invoices/${(await shop.lastInvoice(of)).id}/${verb}`, { reason: 'Engano' })
    for (const one of [before, after]) await changeTo(shop, one, small)
    await turn(before, 'cancel')
    for (const { ruleId } of [before, after]) {
      const { version } = await shop.get(`/v1/invoice-rules/${ruleId}`)
      expect((await shop.api.delete(`/v1/invoice-rules/${ruleId}`, { version })).status).toBe(204)
    }
    await turn(before, 'undo-cancellation')
    await turn(after, 'cancel')
    for (const { id, openCents } of await shop.all('/v1/billing-events')) {
      if (openCents > 0) await shop.post(`/v1/billing-events/${id}/cancel`)
    }
    expect(await shop.refusal(`${at(before)}/change-plan`, { planId: large.id })).toMatchObject({ code: 'rule_archived' })
  })

  test('billed anew after the change, the month has its swap by itself; waived, it has none', async () => {
    const shop = await open('2026-01-01')
    const [small, large] = [await plan(shop, 'Básico', '31'), await plan(shop, 'Completo', '62')]
    const [anew, waived] = [await subscribe(shop, small), await subscribe(shop, small)]
    await shop.bill()
    await shop.until('2026-01-16')
    for (const one of [anew, waived]) {
      await changeTo(shop, one, large)
      await shop.post(`/v1/invoices/${(await shop.lastInvoice(one)).id}/redraft`, { reason: 'Refazer' })
    }
    await shop.post(`/v1/invoice-rules/${waived.ruleId}/periods/2026-01-01/waive`, { reason: 'Cortesia' })
    await shop.bill({ filters: { catchUp: true } })
    await billOn(shop, '2026-02-01')
    expect(await nets(shop, anew)).toEqual({ '2026-01-01': 1_500 + 3_200, '2026-02-01': 6_200 })
    expect(await nets(shop, waived)).toEqual({ '2026-02-01': 6_200 })
  })

  test('a price that had changed in the month, and a suspension in it, are reckoned with', async () => {
    const shop = await open('2026-01-01')
    const [small, large] = [await plan(shop, 'Básico', '31'), await plan(shop, 'Completo', '62')]
    const [dearer, resting] = [await subscribe(shop, small), await subscribe(shop, small)]
    await shop.bill()
    await shop.until('2026-01-11')
    await shop.changeTerms(dearer, { lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '46.50' }] })
    await shop.post(`/v1/contracts/${resting.id}/suspend`, { reason: 'Férias' })
    await shop.until('2026-01-21')
    expect(await changeTo(shop, dearer, large)).toMatchObject({ creditCents: 1_650, debitCents: 2_200 })
    await billOn(shop, '2026-02-01')
    await shop.until('2026-02-06')
    // February began in the suspension and is not charged: nothing changes hands.
    expect(await changeTo(shop, resting, large)).toMatchObject({ creditCents: 0, debitCents: 0, effectiveOn: '2026-03-01' })
    await shop.post(`/v1/contracts/${resting.id}/resume`)
    await billOn(shop, '2026-03-01')
    expect(await nets(shop, dearer)).toMatchObject({ '2026-02-01': 6_200 + 500 + 550 + 550 })
    expect(await nets(shop, resting)).toEqual({ '2026-01-01': 3_100, '2026-03-01': 6_200 })
  })

  test('a price of the plan that changes reaches nobody who has it already', async () => {
    const shop = await open('2026-01-01')
    const small = await plan(shop, 'Básico', '31')
    const subscription = await subscribe(shop, small)
    await shop.bill()
    const { version } = await shop.get(`/v1/plans/${small.id}`)
    await shop.api.patch(`/v1/plans/${small.id}`, { price: '99' }, { version })
    const later = await subscribe(shop, small)
    await billOn(shop, '2026-02-01')
    expect(await nets(shop, subscription)).toEqual({ '2026-01-01': 3_100, '2026-02-01': 3_100 })
    expect(await nets(shop, later)).toMatchObject({ '2026-02-01': 9_900 })
  })

  test('of two changes to one plan at once, one is made and the other is told that it is made', async () => {
    const shop = await open('2026-01-01')
    const [small, large] = [await plan(shop, 'Básico', '31'), await plan(shop, 'Completo', '62')]
    const subscription = await subscribe(shop, small)
    await shop.bill()
    await shop.until('2026-01-16')
    const replies = await Promise.all([1, 2, 3].map(() => shop.api.post(`${at(subscription)}/change-plan`, { planId: large.id })))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 422, 422])
    expect(replies.flatMap(({ body }) => body.code ?? [])).toEqual(['same_plan', 'same_plan'])
    await billOn(shop, '2026-02-01')
    expect(await nets(shop, subscription)).toMatchObject({ '2026-02-01': 6_200 + 1_600 })
  })

  test('what cannot be, is refused with what to do', async () => {
    const shop = await open('2026-01-01')
    const [small, large] = [await plan(shop, 'Básico', '31'), await plan(shop, 'Completo', '62')]
    const subscription = await subscribe(shop, small)
    const refused = async (to: { id: string }) => {
      const { code, faults } = await shop.refusal(`${at(subscription)}/change-plan`, { planId: to.id })
      return [code, ...(faults ?? []).map(fault => fault.code)]
    }
    expect(await refused(small)).toContain('same_plan')
    expect(await refused({ id: 'pln_999' })).toContain('unknown_reference')
    await shop.post(`/v1/plans/${large.id}/archive`)
    expect(await refused(large)).toContain('archived_reference')
    const { status } = await shop.refusal('/v1/subscriptions', { planId: large.id, customerId: subscription.customerId })
    expect(status).toBe(422)
    expect(
      (await shop.refusal('/v1/subscriptions', { planId: small.id, customerId: await shop.customer(), installments: 2 })).faults,
    ).toMatchObject([{ path: '/installments', code: 'installments_out_of_range' }])
    // What is out of use in the plan is told of the plan, and the plan is told apart.
    const { id: serviceItemId } = await shop.post('/v1/service-items', { name: 'Antigo' })
    const old = await plan(shop, 'Antigo', '10', { serviceItemId })
    await shop.post(`/v1/service-items/${serviceItemId}/archive`)
    for (const [path, body] of [
      [`${at(subscription)}/change-plan`, { planId: old.id }],
      [`${at(subscription)}/change-plan/preview`, { planId: old.id }],
      ['/v1/subscriptions', { planId: old.id, customerId: subscription.customerId }],
    ] as const) {
      expect((await shop.refusal(path, body)).faults).toEqual([
        { path: '/planId', code: 'archived_service_item', message: 'No plano: Este serviço está arquivado.' },
      ])
    }
    const stranger = await shop.refusal('/v1/subscriptions', { planId: small.id, customerId: 'cus_999' })
    expect(stranger.faults).toMatchObject([{ path: '/customerId', code: 'unknown_customer' }])
    await cancel(shop, subscription)
    expect(await refused(small)).toEqual(['contract_state'])
    const { version } = await shop.get(`/v1/plans/${small.id}`)
    expect((await shop.api.delete(`/v1/plans/${small.id}`, { version })).body).toMatchObject({ code: 'in_use' })
    const faults = await shop.refusal('/v1/plans', {
      name: ' ',
      price: '1.001',
      billingMonths: 4,
      organizationId: shop.organizationId,
      serviceItemId: 'svc_999',
      allowInstallments: true,
      readjustmentIndex: 'igpm',
    })
    expect(faults.faults.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      '/billingMonths months_out_of_range',
      '/installmentsLimit installments_out_of_range',
      '/name blank',
      '/price not_whole_cents',
      '/readjustmentMonths required',
      '/serviceItemId unknown_reference',
    ])
  })

  test('a plan of products bills each of them, and all of them change hands by days', async () => {
    const shop = await open('2026-04-01')
    const hosting = await shop.post('/v1/service-items', { name: 'Hospedagem' })
    const products = [
      { serviceItemId: shop.serviceItemId, quantity: '3', unitPrice: '20.02' },
      { serviceItemId: hosting.id, description: 'Hospedagem de um site', unitPrice: '29.94' },
    ]
    const bundle = await plan(shop, 'Pacote', '90', { products, serviceItemId: null })
    expect(bundle).toMatchObject({ serviceItemId: null, products: [{ quantity: '3' }, { quantity: '1', unitPrice: '29.94' }] })
    const [grows, shrinks] = [await subscribe(shop, bundle), await subscribe(shop, await plan(shop, 'Básico', '30'))]
    await shop.bill()
    expect(await linesOf(shop, grows)).toEqual(['Suporte: 6006', 'Hospedagem de um site: 2994'])
    await shop.until('2026-04-16')
    const large = await plan(shop, 'Completo', '300')
    expect(await changeTo(shop, grows, large)).toMatchObject({ creditCents: 4_500, debitCents: 15_000 })
    expect(await changeTo(shop, shrinks, bundle)).toMatchObject({ creditCents: 1_500, debitCents: 4_500 })
    await billOn(shop, '2026-05-01')
    expect([await nets(shop, grows), await nets(shop, shrinks)]).toEqual([
      { '2026-04-01': 9_000, '2026-05-01': 30_000 + 10_500 },
      { '2026-04-01': 3_000, '2026-05-01': 9_000 + 3_000 },
    ])
    // Another product reaches those who come later, and no others.
    const { version } = await shop.get(`/v1/plans/${bundle.id}`)
    const change = { products: [{ serviceItemId: hosting.id, unitPrice: '50' }], price: '50' }
    expect((await shop.api.patch(`/v1/plans/${bundle.id}`, change, { version })).status).toBe(200)
    await billOn(shop, '2026-06-01')
    expect((await nets(shop, shrinks))['2026-06-01']).toBe(9_000)
  })

  test('what a plan bills is said once: its service at its price, or products that make the price', async () => {
    const shop = await open('2026-04-01')
    const { id: serviceItemId, version } = await shop.post('/v1/service-items', { name: 'Hospedagem' })
    const refused = async (price: string, more: Record<string, unknown>) => {
      const base = { name: 'Pacote', organizationId: shop.organizationId, price }
      return (await shop.refusal('/v1/plans', { ...base, ...more })).faults.map(({ path, code }) => `${path} ${code}`)
    }
    expect(await refused('10', {})).toEqual(['/serviceItemId blank'])
    expect(await refused('10', { products: [{ serviceItemId, quantity: '3', unitPrice: '3.33' }] })).toEqual([
      '/price price_not_of_products',
    ])
    expect(await refused('0', { products: [{ serviceItemId: 'svc_999', quantity: '0', unitPrice: '3' }] })).toEqual([
      '/products/0/quantity quantity_not_positive',
      '/products/0/serviceItemId unknown_reference',
    ])
    expect(await refused('10', { products: [{ serviceItemId, quantity: '999999999', unitPrice: '999999999' }] })).toEqual([
      '/products/0/unitPrice amount_too_large',
    ])
    expect(await refused('10', { serviceItemId, features: [{ description: ' ' }] })).toEqual(['/features/0/description blank'])
    const features = [{ description: '10 usuários', value: '10', tag: 'usuarios' }, { description: 'Suporte' }]
    const made = await plan(shop, 'Pacote', '10', { products: [{ serviceItemId, unitPrice: '10' }], features })
    expect(made.features).toEqual([features[0], { description: 'Suporte', value: null, tag: null }])
    expect((await shop.api.delete(`/v1/service-items/${serviceItemId}`, { version })).body).toMatchObject({ code: 'in_use' })
    // Without products it would bill nothing any more.
    const { body } = await shop.api.patch(
      `/v1/plans/${made.id}`,
      { products: [], serviceItemId: null },
      { version: made.version },
    )
    expect(body.faults).toMatchObject([{ path: '/serviceItemId', code: 'blank' }])
  })

  test('installments, references and the readjustment of the plan are those of the rule', async () => {
    const shop = await open('2026-01-01')
    const readjusted = { readjustmentIndex: 'ipca', readjustmentMonths: 12, readjustmentNoticeDays: 30 }
    const small = await plan(shop, 'Básico', '300', { allowInstallments: true, installmentsLimit: 3, ...readjusted })
    const plain = await plan(shop, 'Simples', '200')
    const subscription = await subscribe(shop, small, { installments: 3, paymentMethod: 'pix' })
    expect(subscription).toMatchObject({ installments: 3, paymentMethod: 'pix' })
    const clauses = () => shop.all(`/v1/invoice-rules/${subscription.ruleId}/readjustments`)
    expect(await clauses()).toMatchObject([{ index: 'ipca', everyMonths: 12, nextOn: '2027-01-01', noticeDays: 30 }])
    await shop.bill()
    expect((await shop.lastInvoice(subscription)).receivables).toHaveLength(3)
    await changeTo(shop, subscription, plain)
    expect(await shown(shop, subscription)).toMatchObject({ installments: 1, paymentMethod: 'pix' })
    expect((await clauses()).filter(({ archivedAt }) => archivedAt === null)).toEqual([])
  })

  for (const [name, first, next] of [
    ['a January', '2026-01-01', '2026-02-01'],
    ['a February of a leap year', '2028-02-01', '2028-03-01'],
  ] as const) {
    test(`changed on any day of ${name}, what is paid are the days of each plan, to the cent`, async () => {
      const shop = await open(first)
      const [small, large] = [await plan(shop, 'Básico', '99.90'), await plan(shop, 'Completo', '149.99')]
      const of = daysBetween(civilDate(first), civilDate(next))
      const all = await Promise.all(
        Array.from({ length: of }, async (_, day) => ({
          day,
          rises: await subscribe(shop, small),
          falls: await subscribe(shop, large),
        })),
      )
      await shop.bill()
      for (const { day, rises, falls } of all) {
        await shop.until(addDays(civilDate(first), day))
        const left = of - day
        const [cheap, dear] = [Math.round((9_990 * left) / of), Math.round((14_999 * left) / of)]
        const up = await changeTo(shop, rises, large)
        const down = await changeTo(shop, falls, small)
        for (const [change, credit, debit] of [
          [up, cheap, dear],
          [down, dear, cheap],
        ] as const) {
          expect(Math.abs(change.creditCents - credit)).toBeLessThanOrEqual(1)
          expect(Math.abs(change.debitCents - debit)).toBeLessThanOrEqual(1)
        }
        const net = Math.round((5_009 * left) / of)
        expect([up.netCents, down.netCents]).toEqual([net, -net])
      }
      await billOn(shop, next)
      const found: unknown[] = []
      const wanted: unknown[] = []
      for (const { day, rises, falls } of all) {
        const net = Math.round((5_009 * (of - day)) / of)
        wanted.push([day, { [first]: 9_990, [next]: 14_999 + net }, { [first]: 14_999, [next]: 9_990 - net }])
        found.push([day, await nets(shop, rises), await nets(shop, falls)])
      }
      expect(found).toEqual(wanted)
    })
  }

  test('a year by itself: trial, two changes of plan that others are told of, and the end', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-01-05')
    const receiver = await Receiver.open()
    try {
      const [small, large] = [await plan(shop, 'Básico', '62', { trialDays: 14 }), await plan(shop, 'Completo', '93')]
      await shop.post('/v1/webhook-endpoints', {
        address: receiver.url,
        events: ['contract.change_plan'],
        form: 'fintera',
      })
      const subscription = await subscribe(shop, small)
      expect(subscription).toMatchObject({ status: 'trial', validUntil: '2026-01-19' })
      await shop.until('2026-05-04')
      expect(await shown(shop, subscription)).toMatchObject({ status: 'established', validUntil: '2026-05-19' })
      // Fifteen of April's thirty days.
      expect(await changeTo(shop, subscription, large)).toMatchObject({ creditCents: 3_100, debitCents: 4_650 })
      await shop.until('2026-09-18')
      // The last day of thirty-one.
      expect(await changeTo(shop, subscription, small)).toMatchObject({ creditCents: 300, debitCents: 200 })
      await shop.until('2026-11-25')
      await cancel(shop, subscription)
      await shop.until('2027-02-01')
      expect(await shown(shop, subscription)).toMatchObject({
        status: 'cancelled',
        endsOn: '2026-11-25',
        validUntil: '2026-12-19',
        planChanges: [{ planId: small.id }, { planId: large.id }],
      })
      expect(Object.values(await nets(shop, subscription))).toEqual([
        ...[6_200, 6_200, 6_200, 6_200],
        9_300 + 4_650 - 3_100,
        ...[9_300, 9_300, 9_300],
        6_200 + 200 - 300,
        ...[6_200, 6_200],
      ])
      const told = (id: string) => ({ event: 'change_plan', plan_id: id.slice(4), contract_token: subscription.token })
      expect(receiver.bodies).toEqual([told(large.id), told(small.id)])
    } finally {
      await receiver.goAway()
    }
  })
})
