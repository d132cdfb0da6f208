import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { aCnpj } from '../../../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../../../test/fixtures/verified.ts'
import { testApi } from '../../../../test/http/test-api.ts'
import { vendorApi } from '../../../../test/http/vendor-api.ts'
import { instant } from '../../../core/dates.ts'

const onDay = (month: number) => ({ due_date: `20/0${month}/2026` })
const invoice = {
  description: 'Mensalidade ',
  nfe_body: ' $DESCRICAO ',
  issue_date: '10/01/2026',
  gross_value: '100',
  receivables: [onDay(2)],
}
const byPercent = (...percents: (string | number)[]) => percents.map((value, i) => ({ ...onDay(i + 2), value }))
const byGross = (...grosses: (string | number)[]) => grosses.map((gross_value, i) => ({ ...onDay(i + 2), gross_value }))

const rule = {
  description: 'Plano',
  nfe_body: '$DESCRICAO',
  charge_type: 'day_quantity',
  gross_value: '50.01',
  additional_information: { title: 'Plano', init_date: '10/01/2026', month_quantity: 1, accrual_month_quantity: 'same_month' },
  receivables_additional_information: { day_quantity: 5, parcel_number: 3 },
}

eachEngine('a client of Fintera writes an invoice again', database => {
  const verified = verifiedAfterwards(database)

  async function company() {
    const api = await testApi(database(), { now: instant('2026-01-05T12:00:00Z') })
    verified(api.account)
    const client = vendorApi(api, { authorization: `Token token=${api.key}` })
    const organization = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body.organization.id
    const customer = (await client('POST /api/v1/companies', { name: 'Cliente', cnpj: aCnpj() })).body.company.id
    const service = (await client('POST /api/v1/service_items', { name: 'Suporte', description: 'x', value: '40' })).body
      .service_item.id
    const contract = await client('POST /api/v1/contracts', {
      kind: 'sale',
      name: 'Contrato',
      title: 'Contrato',
      customer_id: customer,
      customer_type: 'Company',
      supplier_id: organization,
      supplier_type: 'Company',
    })
    const at = `/api/v1/contracts/${contract.body.contract.id}`
    const invoices = `${at}/invoices`
    const found = async (id: number) => (await client(`GET ${invoices}/${id}`)).body.invoice
    const make = async (body: object = {}) => {
      const reply = await client(`POST ${invoices}`, { invoice: { ...invoice, ...body } })
      expect([reply.status, reply.text]).toEqual([201, expect.anything()])
      return reply.body.invoice
    }
    const change = async (id: number, body: object) => {
      const reply = await client(`PATCH ${invoices}/${id}`, { invoice: body })
      expect([reply.status, reply.text]).toEqual([200, expect.anything()])
      return reply.body.invoice
    }
    const refused = async (id: number, body: object) => {
      const reply = await client(`PATCH ${invoices}/${id}`, { invoice: body })
      return [reply.status, reply.body?.errors]
    }
    const stands = async (id: number) => {
      const { body } = await api.get(`/v1/invoices/inv_${id}`)
      const { data } = (await api.get(`/v1/invoices/inv_${id}/history`)).body
      return { body, entries: data.length }
    }
    const netOf = async (id: number) => (await stands(id)).body.netCents
    /** By PUT and by PATCH, wrapped and flat: nothing is another, and nothing is told to anybody. */
    const comesBack = async (id: number) => {
      const before = await stands(id)
      const answer = await found(id)
      const { invoices: listed } = (await client(`GET ${invoices}`)).body
      const inList = listed.find((each: { id: number }) => each.id === id)
      for (const reply of [
        await client(`PUT ${invoices}/${id}`, { invoice: answer }),
        await client(`PATCH ${invoices}/${id}`, answer),
        await client(`PUT ${invoices}/${id}`, { invoice: inList }),
      ]) {
        expect([reply.status, reply.text]).toEqual([200, expect.anything()])
      }
      expect(await found(id)).toEqual(answer)
      expect(await stands(id)).toEqual(before)
    }
    return {
      api,
      client,
      at,
      organization,
      service,
      contract: contract.body.contract.id,
      invoices,
      found,
      make,
      change,
      refused,
      netOf,
      comesBack,
    }
  }

  interface Answer {
    gross_value: string
    payment_value: string
    services: { id: number }[]
    receivables: Record<string, string>[]
  }
  type Seen = { receivables: Record<string, string | number>[] }
  const cents = ({ receivables }: Seen) =>
    receivables.map(({ value, gross_value, payment_value }) => [value, gross_value, payment_value])
  const ids = ({ receivables }: Seen) => receivables.map(({ id }) => id)

  it('as it was answered, and nothing changes', async () => {
    const it = await company()
    const services = [
      { service_item_id: it.service, units: 1, unit_value: 40 },
      { service_item_id: it.service, units: 3, unit_value: 10.005, description: 'Extra' },
    ]
    for (const body of [
      {},
      { receivables: byPercent('33.335', '66.665'), gross_value: '1.01' },
      { receivables: byPercent('33.333333', '33.333333', '33.333334'), gross_value: '1000.01' },
      { receivables: byGross('0.01', '0.01', '99.98') },
      { receivables: byPercent('33.33', '33.33', '33.34'), payment_value: '66.67' },
      { receivables: byGross('33.33', '66.67'), payment_value: '0.01' },
      { receivables: byPercent(50, 30, 20), payment_value: 0 },
      { receivables: byPercent(50, 30, 20), payment_value: '100' },
      { receivables: byPercent(50, 30, 20), gross_value: 0 },
      { services, receivables: byPercent('33.33', '66.67') },
      { attachments: [{ filename: 'a.txt', content: 'aGk=', content_type: 'text/plain' }] },
      { services, payment_value: 7, accrual_date: '03/2026', estimated_issue_date: '11/01/2026', number: 7, comments: 0 },
    ]) {
      await it.comesBack((await it.make(body)).id)
    }
  })

  it('as it was answered, whatever it was made of, and nothing changes', async () => {
    const it = await company()
    const { service } = it
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          gross: fc.integer({ min: 1, max: 200_000 }),
          paid: fc.option(fc.nat(1000)),
          weights: fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 5 }),
          isByGross: fc.boolean(),
          hasService: fc.boolean(),
        }),
        async ({ gross, paid, weights, isByGross, hasService }) => {
          const money = (whole: number) => (whole / 100).toFixed(2)
          const parts = (whole: number) => {
            const total = weights.reduce((a, b) => a + b)
            const each = weights.map(weight => Math.floor((whole * weight) / total))
            return each.map((part, i) => money(i > 0 ? part : part + whole - each.reduce((a, b) => a + b)))
          }
          const made = await it.make({
            ...(hasService
              ? { services: [{ service_item_id: service, units: 1, unit_value: money(gross) }] }
              : { gross_value: money(gross) }),
            ...(paid !== null && { payment_value: money(Math.floor((gross * paid) / 1000)) }),
            receivables: isByGross ? byGross(...parts(gross)) : byPercent(...parts(10_000)),
          })
          expect(
            made.receivables.map((part: Record<string, string>) => Number(part[isByGross ? 'gross_value' : 'value'])),
          ).toEqual((isByGross ? parts(gross) : parts(10_000)).map(Number))
          await it.comesBack(made.id)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('after whatever was changed of it: what is shown is what is asked for', async () => {
    const it = await company()
    const amount = fc.integer({ min: 0, max: 30_000 }).map(cents => (cents / 100).toFixed(2))
    const step = fc.oneof(
      fc.record({ gross_value: amount }),
      fc.record({ payment_value: amount }),
      fc.record({ gross_value: amount, payment_value: amount }),
      fc.record({ unit: amount, units: fc.integer({ min: 1, max: 3 }) }),
      fc.constant({ clear: true }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }).map(percents => ({ percents })),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }).map(grosses => ({ grosses })),
    )
    const sentBy = (now: Answer, wish: Record<string, unknown>): object => {
      const going = now.receivables.map(({ id }) => ({ id, _destroy: true }))
      if (wish.unit !== undefined)
        return { services: [{ service_item_id: it.service, unit_value: wish.unit, units: wish.units }] }
      if (wish.clear === true) return { services: now.services.map(({ id }) => ({ id, _destroy: true })) }
      const parts = (weights: unknown, whole: number, name: string) => {
        const each = (weights as number[]).map(weight => Math.floor((whole * weight) / 100))
        const rest = whole - each.reduce((a, b) => a + b)
        return [...each, rest].map((part, i) => ({ ...onDay(i + 2), [name]: (part / 100).toFixed(2) }))
      }
      if (wish.percents) return { receivables: [...going, ...parts(wish.percents, 10_000, 'value')] }
      const gross = Math.round(Number(now.gross_value) * 100)
      if (wish.grosses)
        return {
          receivables: [
            ...going.slice(1),
            ...parts(wish.grosses, gross, 'gross_value').map((part, i) => (i === 0 ? { ...part, id: going[0]?.id } : part)),
          ],
        }
      return wish
    }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async steps => {
        const { id } = await it.make({ receivables: byPercent('33.33', '66.67') })
        for (const wish of steps) {
          const reply = await it.client(`PATCH ${it.invoices}/${id}`, { invoice: sentBy(await it.found(id), wish) })
          expect([200, 422], reply.text).toContain(reply.status)
          const now: Answer = await it.found(id)
          const total = (name: string) => now.receivables.reduce((all, part) => all + Math.round(Number(part[name]) * 100), 0)
          expect([total('gross_value'), total('payment_value'), total('value')]).toEqual([
            Math.round(Number(now.gross_value) * 100),
            Math.round(Number(now.payment_value) * 100),
            10_000,
          ])
          expect(await it.netOf(id)).toBe(total('payment_value'))
        }
        await it.comesBack(id)
      }),
      { numRuns: 8 },
    )
  })

  it('that came of elsewhere, in any state, and nothing changes', async () => {
    const it = await company()
    const { api } = it
    const v1 = async (body: object) => {
      const reply = await api.post('/v1/invoices', { contractId: `ctr_${it.contract}`, issueOn: '2026-01-10', ...body })
      expect([reply.status, reply.body]).toEqual([201, expect.anything()])
      return Number(reply.body.id.slice(4))
    }
    const dueOns = ['2026-02-10', '2026-03-10', '2026-04-10']
    const line = { serviceItemId: `svc_${it.service}`, unitPrice: '125.01' }
    const thirds = await v1({ lines: [line], receivables: dueOns.map(dueOn => ({ dueOn, amountCents: 4167 })) })
    const withheld = await v1({
      lines: [{ ...line, discountPercent: '10' }],
      withholdings: [{ tax: 'iss', rateMicros: 50_000 }],
      receivables: [
        { dueOn: '2026-02-10', percent: '33.33' },
        { dueOn: '2026-03-10', percent: '66.67' },
      ],
    })
    const adjusted = await v1({
      lines: [line, { description: 'Frete', unitPrice: '9.99' }],
      receivables: [{ dueOn: '2026-02-10', percent: '100' }],
    })
    await api.post(`/v1/invoices/inv_${adjusted}/adjustments`, { kind: 'discount', amountCents: 1000, reason: 'Cortesia' })
    // Percents are shown to the hundredth, and total 100 all the same.
    expect(cents(await it.found(thirds)).map(([value]) => value)).toEqual(['33.33', '33.33', '33.34'])

    await it.client(`POST ${it.at}/invoice_rules`, { invoice_rule: rule })
    await it.client(`POST ${it.at}/invoice_rules`, {
      invoice_rule: { ...rule, services: [{ service_item_id: it.service, units: 2, unit_value: 33.335 }] },
    })
    await api.moveClock('2026-01-11')
    await api.settle()
    const { invoices } = (await it.client(`GET ${it.invoices}`)).body
    expect(invoices).toHaveLength(5)
    for (const { id } of invoices) await it.comesBack(id)

    const [one, two, three] = [thirds, withheld, adjusted]
    for (const id of [one, two, three]) expect((await api.post(`/v1/invoices/inv_${id}/emit`)).status).toBe(200)
    await api.post(`/v1/invoices/inv_${two}/cancel`, { reason: 'Engano' })
    const [first] = (await it.found(three)).receivables
    await it.client(`PATCH ${it.at}/receivables/${first.id}/receive`, { receivable: { received_value: '50.00' } })
    for (const [id, state] of [
      [one, 'to_receive'],
      [two, 'cancelled'],
      [three, 'received'],
    ] as const) {
      expect(await it.found(id)).toMatchObject({ state })
      await it.comesBack(id)
    }
    expect((await it.refused(one, { receivables: [{ id: (await it.found(one)).receivables[0].id, value: 50 }] }))[0]).toBe(422)
  })

  it('with one thing changed in it, and only that changes', async () => {
    const it = await company()
    const made = await it.make({ receivables: byGross('33.33', '33.33', '33.34'), payment_value: '50.01' })
    const answer = await it.found(made.id)
    const [first, ...others] = answer.receivables
    const later = { ...answer, receivables: [{ ...first, due_date: '25/02/2026' }, ...others] }
    const moved = await it.change(made.id, later)
    const { emites_service_values_id, emites_service_value_name, ...same } = moved
    expect(answer).toMatchObject({ ...same, receivables: answer.receivables })
    expect(moved.receivables).toEqual(later.receivables)
    const renamed = await it.change(made.id, { ...moved, description: 'Outra' })
    expect([cents(renamed), renamed.description]).toEqual([cents(answer), 'Outra'])
    const split = await it.change(made.id, {
      ...renamed,
      receivables: renamed.receivables.map((part: object, i: number) => ({ ...part, gross_value: [20, 30, 50][i] })),
    })
    expect([ids(split), cents(split)]).toEqual([
      ids(made),
      [
        ['20.0', '20.0', '10.0'],
        ['30.0', '30.0', '15.0'],
        ['50.0', '50.0', '25.01'],
      ],
    ])
  })

  it('with other services in it, and its totals as they were: all of them is to be paid', async () => {
    const it = await company()
    const made = await it.make({
      services: [{ service_item_id: it.service, units: 1, unit_value: 40 }],
      receivables: byPercent('33.33', '66.67'),
    })
    const answer = await it.found(made.id)
    const services = [{ ...answer.services[0], units: '3.0' }]
    const tripled = await it.change(made.id, { ...answer, services })
    expect([tripled.gross_value, tripled.payment_value, ...cents(tripled)]).toEqual([
      '120.0',
      '120.0',
      ['33.33', '40.0', '40.0'],
      ['66.67', '80.0', '80.0'],
    ])
    // Said to be less, it is less.
    await it.change(made.id, { payment_value: 90 })
    const less = { ...(await it.found(made.id)), services: [{ ...services[0], units: 4 }] }
    expect(await it.change(made.id, less)).toMatchObject({ gross_value: '160.0', payment_value: '90.0' })
    expect(
      await it.change(made.id, { gross_value: 160, payment_value: 160, services: [{ ...services[0], units: 5 }] }),
    ).toMatchObject({
      gross_value: '200.0',
      payment_value: '200.0',
    })
  })

  it('with what theirs does not know of it, which stays', async () => {
    const it = await company()
    const line = { serviceItemId: `svc_${it.service}`, unitPrice: '100', discountPercent: '10' }
    const reply = await it.api.post('/v1/invoices', {
      contractId: `ctr_${it.contract}`,
      issueOn: '2026-01-10',
      lines: [line, { description: 'Frete', unitPrice: '9.99' }],
      receivables: [{ dueOn: '2026-02-10', percent: '100' }],
    })
    const id = Number(reply.body.id.slice(4))
    const [service] = (await it.found(id)).services
    const changed = await it.change(id, { services: [{ id: service.id, unit_value: '200' }] })
    expect([changed.gross_value, changed.services.length]).toEqual(['199.99', 1])
    expect((await it.refused(id, { services: [{ id: service.id, unit_value: '5' }] }))[1]).toEqual({
      'services.value': 'O desconto passa do valor do serviço.',
    })
  })

  it('of which nothing is to be paid: so it is asked for nothing, and goes out by nobody but a person', async () => {
    const it = await company()
    const automatic = { management_type: 'automatic', automatic_email_template_id: 1, receivables: byPercent(50, 50) }
    const unread = await it.make({ ...automatic, payment_value: 'decimal' })
    const none = await it.make({ ...automatic, payment_value: '0,00' })
    const meant = await it.make({ ...automatic, payment_value: 0, approval_status: 'approved' })
    const manual = await it.make({ payment_value: 0 })
    const later = await it.make(automatic)
    const changed = await it.change(later.id, { payment_value: 0 })
    for (const [seen, approval_status] of [
      [unread, 'blocked'],
      [none, 'blocked'],
      [changed, 'blocked'],
      [meant, 'approved'],
      [manual, 'approved'],
    ]) {
      expect(seen).toMatchObject({ gross_value: '100.0', payment_value: '0.0', approval_status, state: 'to_emit' })
      expect(await it.netOf(seen.id)).toBe(0)
    }
    expect(cents(none)).toEqual([
      ['50.0', '50.0', '0.0'],
      ['50.0', '50.0', '0.0'],
    ])
    await it.api.moveClock('2026-01-12')
    await it.api.settle()
    const state = async ({ id }: { id: number }) => (await it.found(id)).state
    expect([await state(unread), await state(none), await state(changed), await state(meant)]).toEqual([
      'to_emit',
      'to_emit',
      'to_emit',
      'received',
    ])
    expect((await it.client(`PATCH ${it.invoices}/${none.id}/approve`)).body.invoice).toMatchObject({ state: 'received' })
    // It was no more than a slip: what is to be paid can still be said.
    expect(cents(await it.change(unread.id, { payment_value: '100' }))).toEqual([
      ['50.0', '50.0', '50.0'],
      ['50.0', '50.0', '50.0'],
    ])
  })

  it('whose receivables say their share of the gross value, though less is to be paid', async () => {
    const it = await company()
    const parts = byGross('33.33', '66.67')
    const made = await it.make({ payment_value: '10', receivables: parts })
    expect(cents(made)).toEqual([
      ['33.33', '33.33', '3.33'],
      ['66.67', '66.67', '6.67'],
    ])
    const [one, two] = ids(made)
    const sums = { receivables: 'A soma dos vencimentos deve ser igual ao valor bruto.' }
    const wrong = [
      { id: one, gross_value: 5 },
      { id: two, gross_value: 5 },
    ]
    expect(await it.refused(made.id, { receivables: wrong })).toEqual([422, sums])
    const right = [
      { id: one, gross_value: '40.00' },
      { id: two, gross_value: 60 },
    ]
    expect(cents(await it.change(made.id, { receivables: right }))).toEqual([
      ['40.0', '40.0', '4.0'],
      ['60.0', '60.0', '6.0'],
    ])
    const doubled = await it.change(made.id, {
      gross_value: 200,
      payment_value: 30,
      receivables: byGross(100, 50)
        .map((part, i) => ({ ...part, id: [one, two][i] }))
        .concat([{ ...onDay(4), gross_value: 50 } as never]),
    })
    expect(cents(doubled)).toEqual([
      ['50.0', '100.0', '15.0'],
      ['25.0', '50.0', '7.5'],
      ['25.0', '50.0', '7.5'],
    ])
    expect(ids(doubled).slice(0, 2)).toEqual([one, two])
  })

  it('after somebody split it otherwise, which stands', async () => {
    const it = await company()
    const made = await it.make({ receivables: byPercent(50, 50) })
    const draft = {
      receivables: [
        { id: `rec_${ids(made)[0]}`, dueOn: '2026-02-20', amountCents: 2000 },
        { id: `rec_${ids(made)[1]}`, dueOn: '2026-03-20', amountCents: 8000 },
      ],
    }
    expect((await it.api.put(`/v1/invoices/inv_${made.id}/draft`, draft, { version: 1 })).status).toBe(200)
    const shares = [
      ['20.0', '20.0', '20.0'],
      ['80.0', '80.0', '80.0'],
    ]
    await it.comesBack(made.id)
    expect(cents(await it.change(made.id, { description: 'Outra' }))).toEqual(shares)
    const [first] = made.receivables
    expect(cents(await it.change(made.id, { receivables: [{ id: first.id, due_date: '25/02/2026' }] }))).toEqual(shares)
    expect(cents(await it.change(made.id, { payment_value: 10 }))).toEqual([
      ['20.0', '20.0', '2.0'],
      ['80.0', '80.0', '8.0'],
    ])
    expect(cents(await it.change(made.id, { payment_value: '0.01' }))[1]).toEqual(['80.0', '80.0', '0.01'])
    expect(cents(await it.change(made.id, { payment_value: 100 }))).toEqual(shares)
  })

  it('that is worth nothing for a while: its receivables stay, and so does what each of them is of the whole', async () => {
    const it = await company()
    const whole = [
      ['50.0', '150.0', '150.0'],
      ['30.0', '90.0', '90.0'],
      ['20.0', '60.0', '60.0'],
    ]
    for (const receivables of [byPercent(50, 30, 20), byGross(150, 90, 60)]) {
      const made = await it.make({ gross_value: 300, receivables })
      for (const [down, up] of [
        [{ gross_value: 0 }, { gross_value: 300 }],
        [{ payment_value: 0 }, { payment_value: 300 }],
        [{ payment_value: '0.01' }, { payment_value: 300 }],
        [{ gross_value: '0.01' }, { gross_value: 300 }],
        [{ payment_value: 0 }, { gross_value: 300, payment_value: '300' }],
      ]) {
        expect(ids(await it.change(made.id, down as object))).toEqual(ids(made))
        await it.comesBack(made.id)
        const again = await it.change(made.id, up as object)
        expect([ids(again), cents(again)]).toEqual([ids(made), whole])
      }
    }
  })

  it('for less than what was not to be paid before', async () => {
    const it = await company()
    const made = await it.make({ payment_value: 10 })
    expect(await it.change(made.id, { gross_value: 50 })).toMatchObject({ gross_value: '50.0', payment_value: '50.0' })
    await it.change(made.id, { payment_value: 5 })
    expect(await it.change(made.id, { gross_value: 20, payment_value: 15 })).toMatchObject({
      gross_value: '20.0',
      payment_value: '15.0',
    })
    expect(await it.change(made.id, { services: [{ service_item_id: it.service, units: 1, unit_value: 2 }] })).toMatchObject({
      gross_value: '2.0',
      payment_value: '2.0',
    })
    expect(await it.refused(made.id, { payment_value: 3 })).toEqual([
      422,
      'O valor a receber não pode ser maior que o valor bruto.',
    ])
  })

  it('that a rule made: its days, not its amounts', async () => {
    const it = await company()
    const services = [{ service_item_id: it.service, units: 2, unit_value: 40 }]
    await it.client(`POST ${it.at}/invoice_rules`, { invoice_rule: { ...rule, services } })
    await it.api.moveClock('2026-01-11')
    await it.api.settle()
    const [made] = (await it.client(`GET ${it.invoices}`)).body.invoices
    const [first, ...others] = made.receivables
    const text = 'não pode ser alterado num faturamento que veio de uma regra: altere a regra'
    expect(
      await it.refused(made.id, {
        ...made,
        issue_date: '12/01/2026',
        gross_value: '90.0',
        services: [{ ...made.services[0], units: '3.0' }],
        receivables: [{ ...first, value: 40 }, ...others],
      }),
    ).toEqual([
      422,
      {
        issue_date: text,
        gross_value: text,
        services: text,
        receivables: 'só podem ter outro vencimento num faturamento que veio de uma regra: altere a regra',
      },
    ])
    expect((await it.refused(made.id, { services: [{ id: 999, units: 1 }] }))[0]).toBe(404)
    const moved = await it.change(made.id, {
      ...made,
      comments: 'Pedido 7',
      receivables: [{ ...first, due_date: '18/01/2026' }, ...others],
    })
    expect(moved).toMatchObject({ comments: 'Pedido 7', receivables: [{ due_date: '18/01/2026' }, ...others] })
    await it.comesBack(made.id)
  })

  it('with another gross value alone in it: all of that is to be paid, and once', async () => {
    const it = await company()
    for (const [before, after] of [
      [100, '200.0'],
      [100, '50.0'],
      ['0.05', '0.03'],
    ]) {
      const made = await it.make({ gross_value: before, receivables: byPercent(50, 50) })
      const whole = { ...(await it.found(made.id)), gross_value: after }
      const once = await it.change(made.id, whole)
      expect([once.gross_value, once.payment_value]).toEqual([after, after])
      expect(await it.change(made.id, whole)).toEqual(once)
    }
    // What is said by itself is meant.
    const made = await it.make()
    expect(await it.change(made.id, { gross_value: 200, payment_value: 100 })).toMatchObject({ payment_value: '100.0' })
  })

  it('with totals that are of other services than those that it has: they say that all is to be paid', async () => {
    const it = await company()
    const made = await it.make({ services: [{ service_item_id: it.service, units: 1, unit_value: 100 }] })
    const services = [{ id: made.services[0].id, units: 2 }]
    const doubled = { gross_value: '100.0', payment_value: '100.0', services }
    for (const _ of [1, 2]) {
      expect(await it.change(made.id, doubled)).toMatchObject({ gross_value: '200.0', payment_value: '200.0' })
    }
    // Somebody else writes from the copy that is one edit behind.
    expect(await it.change(made.id, { ...made, services: undefined, description: 'Outra' })).toMatchObject({
      description: 'Outra',
      gross_value: '200.0',
      payment_value: '200.0',
    })
    const half = { ...made, services: [{ ...made.services[0], units: '0.5' }] }
    for (const _ of [1, 2]) {
      expect(await it.change(made.id, half)).toMatchObject({ gross_value: '50.0', payment_value: '50.0' })
    }
    const totals = { gross_value: 100, payment_value: 100 }
    const both = await it.make({ ...totals, services: [{ service_item_id: it.service, units: 2, unit_value: 100 }] })
    expect(both).toMatchObject({ gross_value: '200.0', payment_value: '200.0' })
  })

  it('twice, and it is as after once', async () => {
    const it = await company()
    const amount = fc.integer({ min: 0, max: 30_000 }).map(cents => (cents / 100).toFixed(2))
    const change = fc.record(
      {
        isWhole: fc.boolean(),
        gross: amount,
        payment: amount,
        equal: amount,
        units: fc.integer({ min: 1, max: 3 }),
        unit: amount,
        percents: fc.integer({ min: 1, max: 99 }),
        day: fc.constantFrom('25/02/2026', '26/02/2026'),
      },
      { requiredKeys: ['isWhole'] },
    )
    const sentBy = (now: Answer, wish: Record<string, unknown>) => ({
      ...(wish.isWhole === true && now),
      ...(wish.gross !== undefined && { gross_value: wish.gross }),
      ...(wish.payment !== undefined && { payment_value: wish.payment }),
      ...(wish.equal !== undefined && { gross_value: wish.equal, payment_value: wish.equal }),
      ...((wish.units !== undefined || wish.unit !== undefined) &&
        now.services.length > 0 && {
          services: now.services.map(service => ({
            ...(wish.isWhole === true && service),
            id: service.id,
            ...(wish.units !== undefined && { units: wish.units }),
            ...(wish.unit !== undefined && { unit_value: wish.unit }),
          })),
        }),
      ...((wish.percents !== undefined || wish.day !== undefined) && {
        receivables: now.receivables.map((part, i) => ({
          ...(wish.isWhole === true && part),
          id: part.id,
          ...(wish.percents !== undefined && { value: i === 0 ? wish.percents : 100 - Number(wish.percents) }),
          ...(wish.day !== undefined && { due_date: wish.day }),
        })),
      }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.array(change, { minLength: 2, maxLength: 4 }),
        async (hasService, isTaxed, isSplit, changes) => {
          const line = hasService ? { serviceItemId: `svc_${it.service}` } : { description: 'Mensalidade' }
          const reply = await it.api.post('/v1/invoices', {
            contractId: `ctr_${it.contract}`,
            issueOn: '2026-01-10',
            lines: [{ ...line, unitPrice: '100' }],
            ...(isTaxed && { withholdings: [{ tax: 'irrf', rateMicros: 15_000 }] }),
            receivables: isSplit
              ? [
                  { dueOn: '2026-02-20', percent: '33.33' },
                  { dueOn: '2026-03-20', percent: '66.67' },
                ]
              : [{ dueOn: '2026-02-20', percent: '100' }],
          })
          const id = Number(reply.body.id.slice(4))
          for (const wish of changes) {
            const body = sentBy(await it.found(id), isSplit ? wish : { ...wish, percents: undefined })
            await it.client(`PUT ${it.invoices}/${id}`, { invoice: body })
            const once = await it.found(id)
            await it.client(`PATCH ${it.invoices}/${id}`, { invoice: body })
            expect(await it.found(id), JSON.stringify(body)).toEqual(once)
          }
        },
      ),
      {
        numRuns: 7,
        examples: [
          [true, false, false, [{ isWhole: true, units: 2 }]],
          [true, true, true, [{ isWhole: false, units: 2, equal: '100.00' }]],
          [false, false, true, [{ isWhole: true, gross: '200.00' }]],
          [false, false, true, [{ isWhole: true, percents: 20 }]],
        ],
      },
    )
  })

  it('of which taxes are withheld: what is sent to be paid is what is answered', async () => {
    const it = await company()
    const taxed = async () => {
      const reply = await it.api.post('/v1/invoices', {
        contractId: `ctr_${it.contract}`,
        issueOn: '2026-01-10',
        lines: [{ serviceItemId: `svc_${it.service}`, unitPrice: '1000' }],
        receivables: [
          { dueOn: '2026-02-10', percent: '50' },
          { dueOn: '2026-03-10', percent: '50' },
        ],
        withholdings: [
          { tax: 'irrf', rateMicros: 15_000 },
          { tax: 'pis', rateMicros: 6500 },
        ],
      })
      return Number(reply.body.id.slice(4))
    }
    const id = await taxed()
    for (const payment of ['978.5', '900.0', '900.0', '900.01', '900.02', '0.01', '978.49', '978.5', '978.5']) {
      expect(await it.change(id, { payment_value: payment })).toMatchObject({ gross_value: '1000.0', payment_value: payment })
    }
    const text = 'O valor a receber não pode ser maior que o valor bruto menos os impostos retidos.'
    for (const payment of ['978.51', '1000']) expect(await it.refused(id, { payment_value: payment })).toEqual([422, text])
    await it.comesBack(id)

    // Other services, its totals as they were: the whole of the new ones, net of taxes.
    const answer = await it.found(id)
    const tripled = { ...answer, services: [{ ...answer.services[0], units: '3.0' }] }
    for (const _ of [1, 2]) {
      expect(await it.change(id, tripled)).toMatchObject({ gross_value: '3000.0', payment_value: '2935.5' })
    }
    // Two equal totals are the whole too.
    await it.change(id, { payment_value: 100 })
    expect(await it.change(id, { gross_value: 3000, payment_value: 3000 })).toMatchObject({ payment_value: '2935.5' })
  })

  it('of whose lines other taxes are withheld: what is sent to be paid is what is answered', async () => {
    const it = await company()
    const of = (unitPrice: string, more: object) => ({ serviceItemId: `svc_${it.service}`, unitPrice, ...more })
    const made = await it.api.post(`/v1/contracts/ctr_${it.contract}/invoice-rules`, {
      title: 'Mensal',
      recurrence: { unit: 'month', anchorOn: '2026-01-10' },
      due: { kind: 'day_quantity', days: 5 },
      approvalWanted: true,
      lines: [
        of('700', { withholdings: [{ tax: 'iss', rateMicros: 50_000 }], withheldCents: 1_050 }),
        of('300', { withholdings: [{ tax: 'iss', rateMicros: 20_000 }] }),
        of('50', { withholdings: [] }),
      ],
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    await it.api.moveClock('2026-01-11')
    await it.api.settle()
    const [{ id }] = (await it.client(`GET ${it.invoices}`)).body.invoices
    expect(await it.found(id)).toMatchObject({ gross_value: '1050.0', payment_value: '998.5' })
    for (const payment of ['900.0', '900.0', '900.01', '500.0', '998.49', '998.5', '998.5']) {
      expect(await it.change(id, { payment_value: payment })).toMatchObject({ gross_value: '1050.0', payment_value: payment })
    }
    expect((await it.refused(id, { payment_value: '998.51' }))[0]).toBe(422)
  })

  it('that somebody adjusted: the gross value that is sent is the one that is answered', async () => {
    const it = await company()
    const adjust = (id: number, kind: string) =>
      it.api.post(`/v1/invoices/inv_${id}/adjustments`, { kind, amountCents: 1000, reason: 'Acordo' })
    for (const [kind, shown] of [
      ['surcharge', '110.0'],
      ['discount', '90.0'],
    ] as const) {
      const made = await it.make()
      await adjust(made.id, kind)
      expect(await it.found(made.id)).toMatchObject({ gross_value: shown, payment_value: shown })
      for (const _ of [1, 2]) {
        expect(await it.change(made.id, { gross_value: 200 })).toMatchObject({ gross_value: '200.0', payment_value: '200.0' })
      }
      // It counts again when services go, adjusted as it was.
      const services = [{ service_item_id: it.service, units: 1, unit_value: 40 }]
      const [, { id }] = (await it.change(made.id, { services })).services
      expect(await it.change(made.id, { services: [{ id, _destroy: true }] })).toMatchObject({ gross_value: '200.0' })
    }
    const made = await it.make()
    await adjust(made.id, 'surcharge')
    expect(await it.refused(made.id, { gross_value: 9 })).toEqual([
      422,
      { gross_value: 'Há acréscimos de R$ 10,00 neste faturamento, que fazem parte do valor bruto.' },
    ])
  })

  it('with a gross value that changes nothing, or another text: what is not to be paid stays so', async () => {
    const it = await company()
    const services = [{ service_item_id: it.service, units: 1, unit_value: 100 }]
    const made = await it.make({ services, payment_value: 90 })
    for (const body of [
      { gross_value: 70 },
      { gross_value: '100.00' },
      { services: [{ id: made.services[0].id, description: 'Outra' }] },
      { services: [{ id: made.services[0].id, units: 2, unit_value: 50 }] },
    ]) {
      expect(await it.change(made.id, body)).toMatchObject({ gross_value: '100.0', payment_value: '90.0' })
    }
  })

  it('in whole cents alone', async () => {
    const it = await company()
    const tooFine = 'deve ter no máximo duas casas decimais'
    const sent = { gross_value: 100.005, payment_value: '0.001', receivables: [{ ...onDay(2), gross_value: 100.005 }] }
    const reply = await it.client(`POST ${it.invoices}`, { invoice: { ...invoice, ...sent } })
    expect([reply.status, reply.body.errors]).toEqual([
      422,
      { gross_value: tooFine, payment_value: tooFine, 'receivables.gross_value': tooFine },
    ])
    const made = await it.make({ gross_value: '100.10' })
    expect(await it.refused(made.id, { payment_value: 99.999 })).toEqual([422, { payment_value: tooFine }])
    expect(await it.refused(made.id, { payment_value: -1 })).toEqual([422, { payment_value: 'deve ser maior ou igual a 0' }])
    await it.api.post(`/v1/invoices/inv_${made.id}/emit`)
    const at = `PATCH ${it.at}/receivables/${made.receivables[0].id}/receive`
    for (const [received_value, text] of [
      [100.101, tooFine],
      ['0.004', tooFine],
      [0, 'deve ser maior que 0'],
      [-1, 'deve ser maior que 0'],
      ['x', 'deve ser numérico'],
    ]) {
      expect((await it.client(at, { received_value })).body).toEqual({ errors: { received_value: text } })
    }
    expect((await it.client(at, { received_value: '100.1000' })).body.receivable).toMatchObject({ received_value: '100.1' })
  })

  it('not with a text that is one to some and a thousand to others', async () => {
    const it = await company()
    const ambiguous = 'é ambíguo: escreva com duas casas decimais, como 1000.00 ou 1,00'
    const service = { service_item_id: it.service, units: '1.000', unit_value: '2,500' }
    const sent = { gross_value: '1.000', payment_value: '1,000', services: [service] }
    const reply = await it.client(`POST ${it.invoices}`, { invoice: { ...invoice, ...sent } })
    expect([reply.status, reply.body.errors]).toEqual([
      422,
      { gross_value: ambiguous, payment_value: ambiguous, 'services.units': ambiguous, 'services.unit_value': ambiguous },
    ])
    const made = await it.make({ gross_value: '1.000,00' })
    expect(made.gross_value).toBe('1000.0')
    await it.api.post(`/v1/invoices/inv_${made.id}/emit`)
    const at = `PATCH ${it.at}/receivables/${made.receivables[0].id}/receive`
    expect((await it.client(at, { received_value: '1.000' })).body).toEqual({ errors: { received_value: ambiguous } })
    expect((await it.client(at, { received_value: '1000.00' })).body.receivable).toMatchObject({ state: 'received' })
    // It does not pass for what stands there, and what we answer does.
    const one = await it.make({ gross_value: 1 })
    expect(await it.refused(one.id, { gross_value: '1.000' })).toEqual([422, { gross_value: ambiguous }])
    const fine = await it.make({ services: [{ service_item_id: it.service, units: 1, unit_value: 10.005 }] })
    expect(fine.services[0].unit_value).toBe('10.005')
    expect(await it.change(fine.id, { services: [{ ...fine.services[0], units: 2 }] })).toMatchObject({ gross_value: '20.01' })
  })

  it('with what a program multiplied: whole cents, not the noise of its fractions', async () => {
    const it = await company()
    const service = { service_item_id: it.service, units: 10_000, unit_value: 0.57 * 100 }
    expect(await it.make({ services: [service] })).toMatchObject({ gross_value: '570000.0' })
    const made = await it.make({ gross_value: 57.00000001 })
    expect(made).toMatchObject({ gross_value: '57.0' })
    expect(await it.change(made.id, { payment_value: 1.1 * 3 })).toMatchObject({ payment_value: '3.3' })
  })
})
