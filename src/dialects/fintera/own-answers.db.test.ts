import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { aCnpj } from '../../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../../test/fixtures/verified.ts'
import { testApi } from '../../../test/http/test-api.ts'
import { vendorApi } from '../../../test/http/vendor-api.ts'
import { openSystemCtx } from '../../app/context.ts'
import { instant } from '../../core/dates.ts'
import { systemClock } from '../../platform/clock.ts'
import { openLog } from '../../platform/log.ts'

const log = openLog({ level: 'silent' })

eachEngine('a client of Fintera sends back what it was answered', database => {
  const verified = verifiedAfterwards(database)

  async function company(now = '2026-01-01T15:00:00.000Z') {
    const api = await testApi(database(), { mode: 'sandbox', now: instant(now) })
    verified(api.account)
    const client = vendorApi(api, { authorization: `Token token=${api.key}` })
    const organization = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body.organization.id
    const customer = (await client('POST /api/v1/companies', { name: 'Cliente', cnpj: aCnpj() })).body.company.id
    const parties = { customer_id: customer, customer_type: 'Company', supplier_id: organization, supplier_type: 'Company' }
    const contract = async (more: object = {}): Promise<number> => {
      const made = await client('POST /api/v1/contracts', { kind: 'sale', name: 'C', title: 'T', ...parties, ...more })
      expect([made.status, made.text]).toEqual([201, expect.anything()])
      return made.body.contract.id
    }
    const plan = async (more: object = {}) => {
      const body = { name: 'Básico', price: 31, billing_period: 1, charging_method: 'pre_paid', ...more }
      return (await client(`POST /api/v1/organizations/${organization}/plans`, { plan: body })).body.plan
    }
    const subscribe = async (planId: number) => {
      const buyer = { name: 'Loja Um', email: 'a@loja.com.br', document: aCnpj(), type: 'Company' }
      return (await client('POST /api/v1/subscriptions', { subscription: { plan_id: planId, customer: buyer } })).body
        .subscription
    }
    const shown = async (id: number) => (await client(`GET /api/v1/organizations/${organization}/contracts/${id}`)).body.contract
    const verb = async (id: number, name: string, body: object = {}) => {
      const reply = await api.post(`/v1/contracts/ctr_${id}/${name}`, body)
      expect([reply.status, reply.body]).toEqual([200, expect.anything()])
    }
    return { api, client, organization, customer, contract, plan, subscribe, shown, verb }
  }
  type Company = Awaited<ReturnType<typeof company>>

  /** How much was ever done, and told, in the account. */
  const written = async ({ api }: Company) => {
    const ctx = await openSystemCtx({ db: database().db, clock: systemClock, log }, api.account, 'test')
    return ctx?.transact(async tx => {
      const { rows } = await sql`
        select (select count(*) from history where account_id = ${api.account}) as done,
               (select count(*) from outbox where account_id = ${api.account}) as told,
               (select jsonb_agg(f order by noun, subject_id) from dialect_field f where account_id = ${api.account}) as kept`.execute(
        tx,
      )
      return rows
    })
  }

  /** Sent again it is answered as it was, and nothing at all is written. */
  const comesBackAsItIs = async (it: Company, id: number) => {
    const before = await it.shown(id)
    const stood = [(await it.api.get(`/v1/contracts/ctr_${id}`)).body, await written(it)]
    const { status, body } = await it.client(`PUT /api/v1/contracts/${id}`, { contract: before })
    expect([status, body]).toEqual([200, { contract: before }])
    expect([(await it.api.get(`/v1/contracts/ctr_${id}`)).body, await written(it)]).toEqual(stood)
    // Nor does a remark beside it change any of the rest.
    const comments = `${before.comments ?? ''} ligou`.trim()
    const remarked = await it.client(`PUT /api/v1/contracts/${id}`, { contract: { ...before, comments } })
    expect([remarked.status, remarked.body]).toEqual([200, { contract: { ...before, comments } }])
    const { comments: said, version, ...core } = stood[0] as Record<string, unknown>
    expect((await it.api.get(`/v1/contracts/ctr_${id}`)).body).toEqual({ ...core, comments, version: Number(version) + 1 })
    return before
  }

  test('a contract in each of its states stays as it is', async () => {
    const it = await company()
    const id = await it.contract()
    await comesBackAsItIs(it, id)
    await it.verb(id, 'suspend', { reason: 'Obra' })
    await comesBackAsItIs(it, id)
    await it.verb(id, 'resume')
    await comesBackAsItIs(it, id)
    await it.verb(id, 'cancel', { reason: 'Mudou-se' })
    await comesBackAsItIs(it, id)
    await it.verb(id, 'reactivate')
    await comesBackAsItIs(it, id)
    await comesBackAsItIs(it, await it.contract({ init_date: '01/06/2026', comments: ' com espaços ' }))
    const short = await it.contract({ init_date: '01/01/2026', end_date: '31/01/2026' })
    await comesBackAsItIs(it, short)
    await it.api.moveClock('2026-02-02T15:00:00.000Z')
    expect(await comesBackAsItIs(it, short)).toMatchObject({ state: 'inactive', end_date: '31/01/2026' })
  })

  test('a contract of /v1 without a title, with a longer name than theirs, or still a draft, does too', async () => {
    const it = await company()
    const parties = { organizationId: `org_${it.organization - 1_000_000_000}`, customerId: `cus_${it.customer}` }
    for (const more of [{}, { name: 'N'.repeat(200) }, { state: 'draft', startsOn: '2026-03-01' }, { description: 'D' }]) {
      const { status, body } = await it.api.post('/v1/contracts', {
        name: 'Nosso',
        code: `K${JSON.stringify(more).length}`,
        ...parties,
        ...more,
      })
      expect([status, body]).toEqual([201, expect.anything()])
      expect(await comesBackAsItIs(it, Number(body.id.slice(4)))).toMatchObject({ title: null })
    }
  })

  test('a subscription goes on after its trial, whatever was sent back meanwhile', async () => {
    const it = await company()
    const trial = await it.plan({ has_trial: true, trial_period: 10 })
    const { id, token } = await it.subscribe(trial.id)
    const inTrial = await comesBackAsItIs(it, id)
    expect(inTrial).toMatchObject({ status: 'trial', end_date: '11/01/2026', valid_until: '11/01/2026' })
    // The same day in another writing.
    expect((await it.client(`PATCH /api/v1/contracts/${id}`, { end_date: '2026-01-11' })).status).toBe(200)
    await it.api.moveClock('2026-01-20T15:00:00.000Z')
    expect(await comesBackAsItIs(it, id)).toMatchObject({ status: 'established', end_date: null, valid_until: '11/02/2026' })
    // Read during the trial, and sent when it is over.
    expect((await it.client(`PUT /api/v1/contracts/${id}`, { contract: inTrial })).body.contract).toMatchObject({
      status: 'established',
      end_date: null,
    })
    await it.api.moveClock('2026-03-12T15:00:00.000Z')
    expect((await it.client(`GET /api/v1/contracts/${id}/invoices`)).body.invoices).toHaveLength(3)

    await it.client(`PATCH /api/v1/subscriptions/${token}/cancel`)
    const over = await comesBackAsItIs(it, id)
    expect(over).toMatchObject({ status: 'cancelled', end_date: '11/04/2026', valid_until: '11/04/2026' })
    // Another end is one that somebody wishes, and a cancellation keeps its own.
    expect((await it.client(`PATCH /api/v1/contracts/${id}`, { end_date: '30/06/2026' })).status).toBe(422)
    await it.verb(id, 'reactivate')
    expect(await comesBackAsItIs(it, id)).toMatchObject({ status: 'established', end_date: null })
    expect((await it.client(`PUT /api/v1/contracts/${id}`, { contract: over })).body.contract.end_date).toBe(null)
    // One that is established ends when it is told to, also on the day until when it is paid.
    expect((await it.client(`PATCH /api/v1/contracts/${id}`, { end_date: '11/04/2026' })).body.contract.end_date).toBe(
      '11/04/2026',
    )
    await comesBackAsItIs(it, id)
  })

  test('one that is paid afterwards, or was cancelled in its trial, stays as it is', async () => {
    const it = await company()
    const later = await it.subscribe((await it.plan({ name: 'Depois', charging_method: 'post_paid' })).id)
    await comesBackAsItIs(it, later.id)
    const tried = await it.subscribe((await it.plan({ name: 'Teste', has_trial: true, trial_period: 10 })).id)
    await it.client(`PATCH /api/v1/subscriptions/${tried.token}/cancel`)
    expect(await comesBackAsItIs(it, tried.id)).toMatchObject({ status: 'cancelled' })
    await it.api.moveClock('2026-02-12T15:00:00.000Z')
    for (const { id } of [later, tried]) await comesBackAsItIs(it, id)
  })

  test('says how the plan charges that it changes to, not the one that it was shown with', async () => {
    const it = await company()
    const [first, second] = [
      await it.plan({ cobrato_payment_gateway_charge_config_id: 7, cobrato_payment_gateway_charge_config_name: 'Sete' }),
      await it.plan({ name: 'Outro', cobrato_payment_gateway_charge_config_id: 9 }),
    ]
    const { id, token } = await it.subscribe(first.id)
    expect(await comesBackAsItIs(it, id)).toMatchObject({ cobrato_payment_gateway_charge_config_id: 7 })
    await it.client(`PATCH /api/v1/subscriptions/${token}/change_plan`, { subscription: { new_plan_id: second.id } })
    expect(await comesBackAsItIs(it, id)).toMatchObject({
      cobrato_payment_gateway_charge_config_id: 9,
      cobrato_payment_gateway_charge_config_name: null,
    })
    // What the contract itself was told stays with it.
    await it.client(`PATCH /api/v1/contracts/${id}`, { cobrato_payment_gateway_charge_config_id: 5 })
    await it.client(`PATCH /api/v1/subscriptions/${token}/change_plan`, { subscription: { new_plan_id: first.id } })
    expect(await it.shown(id)).toMatchObject({ cobrato_payment_gateway_charge_config_id: 5 })
  })

  test('an organization, a company, a person and a service stay as they are, rich by /v1 or poor', async () => {
    const it = await company()
    const made = async (path: string, body: object) => {
      const reply = await it.api.post(`/v1/${path}`, body)
      expect([reply.status, reply.body]).toEqual([201, expect.anything()])
      return Number(reply.body.id.slice(4))
    }
    const manaus = { street: 'Rua A', number: '1', city: 'Manaus', uf: 'AM', zipCode: '69005010', municipio: '1302603' }
    const rich = { legalName: 'Rica Ltda', tradeName: 'Rica', cnpj: aCnpj(), taxRegime: 'simples_nacional', address: manaus }
    const richCompany = {
      kind: 'company',
      name: 'Legal SA',
      tradeName: 'Porta',
      taxId: aCnpj(),
      municipalRegistration: '99',
      billingEmails: ['x@y.com', 'z@w.com'],
      notes: 'n',
      addresses: [
        { purpose: 'main', ...manaus },
        { purpose: 'billing', street: 'Rua B', city: 'Manaus', uf: 'AM' },
      ],
      contacts: [{ name: 'Zé', email: 'z@z.co' }],
    }
    const own = { name: ' Loja ', cnpj: aCnpj(), comments: ' ok ', client_since: '01/02/2020', contacts: 'Ana', number: '5' }
    const theirs = (await it.client('POST /api/v1/companies', own)).body.company.id
    const ids = {
      organization: [it.organization, 1_000_000_000 + (await made('organizations', rich))],
      company: [theirs, await made('customers', richCompany), await made('customers', { kind: 'company', name: 'Sem CNPJ' })],
      person: [
        await made('customers', { kind: 'person', name: 'Ana', taxId: '52998224725', billingEmails: ['a@b.co', 'c@d.co'] }),
      ],
      service_item: [
        await made('service-items', { name: 'Sem descrição' }),
        await made('service-items', { code: 'ABC', name: 'Fino', description: 'd', unitPrice: '0.012345' }),
      ],
    }
    ids.person.push(await made('customers', { kind: 'person', name: 'Sem CPF' }))
    const lists = {
      organization: 'organizations',
      company: 'companies',
      person: 'people',
      service_item: 'service_items',
    } as const
    const neededOf = { organization: 'cnpj', company: 'cnpj', person: 'cpf', service_item: 'description' } as const
    const remark = { organization: 'complement', company: 'comments', person: 'comments', service_item: 'description' } as const
    for (const one of ['organization', 'company', 'person', 'service_item'] as const) {
      const path = `/api/v1/${lists[one]}`
      for (const id of ids[one]) {
        const before = (await it.client(`GET ${path}`)).body[lists[one]].find((each: { id: number }) => each.id === id)
        const stood = await written(it)
        for (const body of [{ [one]: before }, before]) {
          const reply = await it.client(`PUT ${path}/${id}`, body)
          expect([one, reply.status, reply.body]).toEqual([one, 200, { [one]: before }])
        }
        expect([one, id, await written(it)]).toEqual([one, id, stood])
        // Some send an empty text where there is none.
        if (before[neededOf[one]] === null) {
          expect((await it.client(`PATCH ${path}/${id}`, { [neededOf[one]]: '' })).status).toBe(200)
        }
        // One that says something else is written, with the rest as it was.
        const other = await it.client(`PUT ${path}/${id}`, { [one]: { ...before, [remark[one]]: 'outro' } })
        expect(other).toMatchObject({ status: 200, body: { [one]: { name: before.name, [remark[one]]: 'outro' } } })
        expect(await written(it)).not.toEqual(stood)
      }
    }
  })

  test('what only theirs knows of a company is a change of it too', async () => {
    const it = await company()
    const path = `/api/v1/companies/${it.customer}`
    const changes = async () => (await it.api.get(`/v1/customers/cus_${it.customer}/history`)).body.data.length
    const before = await changes()
    expect((await it.client(`PATCH ${path}`, { contacts: 'Falar com Ana' })).body.company.contacts).toBe('Falar com Ana')
    expect(await changes()).toBe(before + 1)
    expect((await it.client(`PATCH ${path}`, { contacts: 'Falar com Ana' })).status).toBe(200)
    expect(await changes()).toBe(before + 1)
  })
})
