import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { ctxAt, rules } from '../../test/fixtures/rules.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { createServiceItems } from '../catalog/create-service-item.ts'
import { serviceItemsByCode, serviceItemsByName } from '../catalog/service-item-store.ts'
import { createCustomers } from './create-customer.ts'
import { customersByName } from './customer-store.ts'

const bakery = { kind: 'company', name: 'Padaria Estrela', taxId: '11.222.333/0001-81', billingEmails: ['contas@estrela.com.br'] }
const joao = {
  kind: 'person',
  name: 'João da Silva',
  taxId: '529.982.247-25',
  billingEmails: ['joao@exemplo.com.br'],
  addresses: [{ street: 'Rua das Flores', number: '12', municipio: '3304557', zipCode: '20040-002' }],
  contacts: [{ name: 'Maria', phone: '+55 21 99999-0000', role: 'esposa' }],
  notes: 'prefere boleto',
}

const made = async (api: TestApi, customer: object) => {
  const { status, body } = await api.post('/v1/customers', customer)
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}

const idsOf = async (api: TestApi, query: string) =>
  (await api.get(`/v1/customers?${query}`)).body.data.map((it: { id: string }) => it.id)

eachEngine('customers', database => {
  it('are made, shown and listed', async () => {
    const api = await testApi(database())
    const { status, body, headers } = await api.post('/v1/customers', { ...joao, externalIds: [{ system: 'nibo', id: 'e3b0' }] })
    expect(status).toBe(201)
    expect(headers).toMatchObject({ etag: '"v1"', location: '/v1/customers/cus_1' })
    expect(body).toEqual({
      id: 'cus_1',
      kind: 'person',
      name: 'João da Silva',
      tradeName: null,
      taxId: '52998224725',
      municipalRegistration: null,
      billingEmails: ['joao@exemplo.com.br'],
      addresses: [
        {
          purpose: 'main',
          street: 'Rua das Flores',
          number: '12',
          complement: null,
          district: null,
          municipio: '3304557',
          city: 'Rio de Janeiro',
          uf: 'RJ',
          zipCode: '20040002',
        },
      ],
      contacts: [{ name: 'Maria', email: null, phone: '+55 21 99999-0000', role: 'esposa' }],
      notes: 'prefere boleto',
      externalIds: [{ system: 'nibo', id: 'e3b0' }],
      version: 1,
      createdAt: '2026-01-01T12:00:00.000Z',
      archivedAt: null,
    })
    expect((await api.get('/v1/customers/cus_1')).body).toEqual(body)
    expect((await api.get('/v1/customers')).body).toEqual({ data: [body], nextCursor: null })
  })

  it('may be without a tax id, and are refused with a wrong one', async () => {
    const api = await testApi(database())
    expect(await made(api, { kind: 'company', name: 'Sem CNPJ' })).toMatchObject({ taxId: null })
    expect(await made(api, { kind: 'company', name: 'Ainda sem', taxId: null })).toMatchObject({ taxId: null })
    expect(await made(api, { kind: 'company', name: 'Com letras', taxId: '12.abc.345/01de-35' })).toMatchObject({
      taxId: '12ABC34501DE35',
    })
    const wrong = await api.post('/v1/customers', { ...joao, taxId: '529.982.247-26' })
    expect(wrong).toMatchObject({ status: 422, body: { code: 'invalid_input', faults: [{ path: '/taxId' }] } })
    const other = await api.post('/v1/customers', { ...bakery, taxId: joao.taxId })
    expect(other).toMatchObject({ status: 422, body: { faults: [{ path: '/taxId', code: 'tax_id_of_other_kind' }] } })
  })

  it('are refused with all their faults at once', async () => {
    const api = await testApi(database())
    const { status, body } = await api.post('/v1/customers', {
      kind: 'robot',
      name: 'x'.repeat(201),
      billingEmails: ['certo@exemplo.com.br', 'errado'],
      addresses: [{ uf: 'SPX' }],
      contacts: [{ phone: '1' }],
      cpf: '1',
    })
    expect(status).toBe(422)
    expect(Object.fromEntries(body.faults.map((fault: { path: string; code: string }) => [fault.path, fault.code]))).toEqual({
      '/kind': 'invalid_choice',
      '/name': 'too_long',
      '/billingEmails/1': 'invalid_format',
      '/addresses/0/uf': 'too_long',
      '/contacts/0/name': 'required',
      '/cpf': 'unknown_field',
    })
  })

  it('have a tax id that no other in use has', async () => {
    const api = await testApi(database())
    await made(api, joao)
    const again = await api.post('/v1/customers', { ...joao, name: 'Outro João' })
    expect(again).toMatchObject({ status: 422, body: { code: 'tax_id_taken', faults: [{ path: '/taxId' }] } })
    const { id } = await made(api, bakery)
    expect(await api.patch(`/v1/customers/${id}`, { kind: 'person', taxId: joao.taxId }, { version: 1 })).toMatchObject({
      status: 422,
      body: { code: 'tax_id_taken' },
    })
    expect((await api.get(`/v1/customers/${id}`)).body.kind).toBe('company')
  })

  it('cannot hold what the database cannot', async () => {
    const api = await testApi(database())
    expect((await api.post('/v1/customers', { kind: 'company', name: 'nu\u0000lo' })).status).toBe(422)
    expect((await api.post('/v1/customers', { kind: 'company', name: 'meio \ud800 par' })).status).toBe(422)
    expect((await api.post('/v1/customers', { kind: 'company', name: '   ' })).body.faults).toMatchObject([
      { path: '/name', code: 'blank' },
    ])
  })

  it('are left alone by a change that changes nothing, which still has to know their version', async () => {
    const api = await testApi(database())
    const before = await made(api, joao)
    const { id: _, version: __, createdAt: ___, archivedAt: ____, ...whole } = before
    for (const same of [whole, { name: ` ${before.name} ` }, {}]) {
      expect(await api.patch('/v1/customers/cus_1', same, { version: 1 })).toMatchObject({ status: 200, body: before })
    }
    expect(await api.patch('/v1/customers/cus_1', {}, { version: 2 })).toMatchObject({ status: 412 })
    expect((await api.get('/v1/customers/cus_1/history')).body.data).toHaveLength(1)
    const ids = await api.patch('/v1/customers/cus_1', { externalIds: [{ system: 'erp', id: '7' }] }, { version: 1 })
    expect(ids.body.version).toBe(2)
    const again = await api.patch('/v1/customers/cus_1', { externalIds: [{ system: 'erp', id: '7' }] }, { version: 2 })
    expect(again.body).toEqual(ids.body)
  })

  it('change only what is sent, and null clears', async () => {
    const api = await testApi(database())
    const before = await made(api, joao)
    const changed = await api.patch('/v1/customers/cus_1', { notes: null, contacts: [], name: 'João Souza' }, { version: 1 })
    expect(changed.body).toEqual({ ...before, notes: null, contacts: [], name: 'João Souza', version: 2 })
    expect((await api.patch('/v1/customers/cus_1', { name: 'X' })).status).toBe(428)
    expect(await api.patch('/v1/customers/cus_1', { name: 'X' }, { version: 1 })).toMatchObject({
      status: 412,
      body: { code: 'stale_version' },
    })
    const kind = await api.patch('/v1/customers/cus_1', { kind: 'company' }, { version: 2 })
    expect(kind).toMatchObject({ status: 422, body: { faults: [{ path: '/taxId', code: 'tax_id_of_other_kind' }] } })
  })

  it('are found by name, tax id, e-mail and external id', async () => {
    const api = await testApi(database())
    await made(api, { ...joao, externalIds: [{ system: 'omie', id: '9' }] })
    await made(api, { ...bakery, tradeName: 'Pão Quente' })
    expect(await idsOf(api, 'q=silva')).toEqual(['cus_1'])
    expect(await idsOf(api, `q=${encodeURIComponent('pão')}`)).toEqual(['cus_2'])
    expect(await idsOf(api, 'q=529.982')).toEqual(['cus_1'])
    expect(await idsOf(api, 'q=33300018')).toEqual(['cus_2'])
    expect(await idsOf(api, `q=${encodeURIComponent('@ESTRELA')}`)).toEqual(['cus_2'])
    expect(await idsOf(api, 'q=_')).toEqual([])
    expect(await idsOf(api, 'taxId=529.982.247-25')).toEqual(['cus_1'])
    expect(await idsOf(api, 'email=JOAO@exemplo.com.br')).toEqual(['cus_1'])
    expect(await idsOf(api, 'kind=company')).toEqual(['cus_2'])
    expect(await idsOf(api, 'externalSystem=omie&externalId=9')).toEqual(['cus_1'])
    expect((await api.get('/v1/customers?taxId=123')).status).toBe(400)
    expect((await api.get('/v1/customers?nome=x')).status).toBe(400)
  })

  it('have an external id that names nobody else', async () => {
    const api = await testApi(database())
    await made(api, { ...joao, externalIds: [{ system: 'omie', id: '9' }] })
    expect(await api.post('/v1/customers', { ...bakery, externalIds: [{ system: 'omie', id: '9' }] })).toMatchObject({
      status: 422,
      body: { code: 'external_id_taken', faults: [{ path: '/externalIds' }] },
    })
    expect(await idsOf(api, '')).toEqual(['cus_1'])
  })

  it('are listed by name in pages that neither repeat nor skip', async () => {
    const api = await testApi(database())
    for (const name of ['bruno', 'Ana', 'ana', 'Carla', 'Ana']) await made(api, { kind: 'person', name })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const { body } = await api.get(`/v1/customers?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      seen.push(...body.data.map((it: { id: string }) => it.id))
      cursor = body.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(['cus_2', 'cus_3', 'cus_5', 'cus_1', 'cus_4'])
  })

  it('of another account, unknown or of another kind are not found', async () => {
    const owner = await testApi(database())
    const stranger = await testApi(database())
    await made(owner, joao)
    for (const api of [stranger, owner]) {
      for (const id of ['cus_2', 'org_1', '1', 'cus_9007199254740993']) {
        expect(await api.get(`/v1/customers/${id}`)).toMatchObject({ status: 404, body: { code: 'not_found' } })
      }
    }
    for (const path of ['', '/history', '/credit', '/export'])
      expect((await stranger.get(`/v1/customers/cus_1${path}`)).status).toBe(404)
    for (const path of ['/archive', '/unarchive', '/erase'])
      expect((await stranger.post(`/v1/customers/cus_1${path}`)).status).toBe(404)
    expect((await stranger.patch('/v1/customers/cus_1', { name: 'meu' }, { version: 1 })).status).toBe(404)
    expect((await owner.get('/v1/customers/cus_1')).body.name).toBe('João da Silva')
  })

  it('are made once under an Idempotency-Key', async () => {
    const api = await testApi(database())
    const first = await api.post('/v1/customers', joao, { once: 'abc' })
    const again = await api.post('/v1/customers', joao, { once: 'abc' })
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(await idsOf(api, '')).toEqual(['cus_1'])
  })

  it('are archived, keep being shown, and give their tax id free', async () => {
    const api = await testApi(database())
    await made(api, joao)
    expect((await api.post('/v1/customers/cus_1/archive')).body).toMatchObject({
      archivedAt: '2026-01-01T12:00:00.000Z',
      version: 2,
    })
    expect((await api.get('/v1/customers/cus_1')).status).toBe(200)
    expect(await idsOf(api, '')).toEqual([])
    expect(await idsOf(api, 'archived=true')).toEqual(['cus_1'])
    await made(api, joao)
    expect((await api.post('/v1/customers/cus_1/unarchive')).body.code).toBe('tax_id_taken')
  })

  it('are deleted while nothing hangs on them', async () => {
    const api = await testApi(database())
    await made(api, { ...joao, externalIds: [{ system: 'omie', id: '9' }] })
    expect((await api.delete('/v1/customers/cus_1')).status).toBe(428)
    expect((await api.delete('/v1/customers/cus_1', { version: 1 })).status).toBe(204)
    expect((await api.get('/v1/customers/cus_1')).status).toBe(404)
    expect((await api.get('/v1/customers/cus_1/history')).body.data).toMatchObject([{ action: 'delete' }, { action: 'create' }])
    await made(api, { ...bakery, externalIds: [{ system: 'omie', id: '9' }] })
  })

  it('with contracts are neither deleted nor, while those live, archived or erased', async () => {
    const api = await testApi(database())
    const ctx = await ctxAt(database(), '2026-01-01T12:00:00Z', api.account)
    await rules(ctx, 1)
    expect(await api.delete('/v1/customers/cus_1', { version: 1 })).toMatchObject({ status: 422, body: { code: 'in_use' } })
    expect(await api.post('/v1/customers/cus_1/archive')).toMatchObject({ status: 422, body: { code: 'in_use' } })
    expect(await api.post('/v1/customers/cus_1/erase')).toMatchObject({ status: 422, body: { code: 'in_use' } })
    expect(await api.delete('/v1/organizations/org_1', { version: 1 })).toMatchObject({ status: 422, body: { code: 'in_use' } })
    expect(await api.post('/v1/organizations/org_1/archive')).toMatchObject({ status: 422, body: { code: 'in_use' } })
    expect(await api.delete('/v1/service-items/svc_1', { version: 1 })).toMatchObject({ status: 422, body: { code: 'in_use' } })
    await ctx.transact(async tx => {
      await sql`update contract set state = 'ended' where account_id = ${api.account}`.execute(tx)
      await sql`update invoice_rule set next_due_on = null where account_id = ${api.account}`.execute(tx)
    })
    expect((await api.post('/v1/customers/cus_1/archive')).status).toBe(200)
    expect((await api.post('/v1/organizations/org_1/archive')).status).toBe(200)
    expect((await api.get('/v1/customers/cus_1')).status).toBe(200)
  })
})

eachEngine('many customers and services at once', database => {
  it('are made in the order in which they were given, and known again', async () => {
    const api = await testApi(database())
    const ctx = await ctxAt(database(), '2026-01-01T12:00:00Z', api.account)
    const names = Array.from({ length: 300 }, (_, i) => `Cliente ${i}`)
    const customers = await createCustomers(
      ctx,
      names.map((name, i) => ({
        kind: 'person',
        name,
        billingEmails: [`c${i}@exemplo.com.br`],
        externalIds: [{ system: 'x', id: `${i}` }],
      })),
    )
    expect(customers.map(it => [it.id, it.name])).toEqual(names.map((name, i) => [i + 1, name]))
    expect((await api.get('/v1/customers/cus_300')).body).toMatchObject({
      name: 'Cliente 299',
      billingEmails: ['c299@exemplo.com.br'],
      externalIds: [{ system: 'x', id: '299' }],
    })
    const items = await createServiceItems(ctx, [
      { name: 'Suporte', code: 'S' },
      { name: 'suporte', unitPrice: '1.5' },
    ])
    await ctx.transact(async tx => {
      expect((await customersByName(tx, ['CLIENTE 7', 'ninguém'])).get('cliente 7')).toMatchObject([{ id: 8 }])
      expect((await serviceItemsByName(tx, ['SUPORTE'])).get('suporte')?.id).toBe(items[0]?.id)
      expect([...(await serviceItemsByCode(tx, ['S', 'T'])).keys()]).toEqual(['S'])
    })
    expect(await createCustomers(ctx, [])).toEqual([])
  })
})

eachEngine('the credit of a customer', database => {
  const acme = { legalName: 'Acme', cnpj: '11.444.777/0001-61', taxRegime: 'lucro_real' }

  it('begins empty, is granted, and tells where it came from', async () => {
    const api = await testApi(database())
    await made(api, joao)
    await api.post('/v1/organizations', acme)
    expect((await api.get('/v1/customers/cus_1/credit')).body).toEqual({ balances: [], data: [], nextCursor: null })
    const grant = await api.post('/v1/customers/cus_1/credit', {
      organizationId: 'org_1',
      amountCents: 5000,
      reason: 'falha do serviço',
    })
    expect(grant).toMatchObject({
      status: 201,
      body: { organizationId: 'org_1', amountCents: 5000, cause: 'granted', receiptId: null },
    })
    await api.post('/v1/customers/cus_1/credit', { organizationId: 'org_1', amountCents: 250, reason: 'mais' })
    const { body } = await api.get('/v1/customers/cus_1/credit?limit=1')
    expect(body).toMatchObject({ balances: [{ organizationId: 'org_1', balanceCents: 5250 }], data: [{ amountCents: 250 }] })
    const rest = await api.get(`/v1/customers/cus_1/credit?limit=1&cursor=${body.nextCursor}`)
    expect(rest.body).toMatchObject({ data: [{ amountCents: 5000 }], nextCursor: null })
    expect((await api.get('/v1/customers/cus_1/history')).body.data).toMatchObject([
      { action: 'grant_credit', after: { amountCents: 250, balanceCents: 5250, reason: 'mais' } },
      { action: 'grant_credit' },
      { action: 'create' },
    ])
  })

  it('is a positive amount with an organization that exists', async () => {
    const api = await testApi(database())
    await made(api, joao)
    await api.post('/v1/organizations', acme)
    const wrong = async (body: object) =>
      (await api.post('/v1/customers/cus_1/credit', { organizationId: 'org_1', amountCents: 1, reason: 'x', ...body })).status
    expect(await wrong({ amountCents: 0 })).toBe(422)
    expect(await wrong({ amountCents: -1 })).toBe(422)
    expect(await wrong({ amountCents: 1.5 })).toBe(422)
    expect(await wrong({ amountCents: 1e15 })).toBe(422)
    expect(await wrong({ organizationId: 'org_2' })).toBe(404)
    expect(await wrong({ organizationId: 'cus_1' })).toBe(422)
    expect((await api.post('/v1/customers/cus_9/credit', { organizationId: 'org_1', amountCents: 1, reason: 'x' })).status).toBe(
      404,
    )
  })
})

eachEngine('what the LGPD gives to a person', database => {
  it('is an export of all that is kept', async () => {
    const api = await testApi(database())
    const customer = await made(api, joao)
    await api.patch('/v1/customers/cus_1', { notes: 'prefere Pix' }, { version: 1 })
    const { status, body } = await api.get('/v1/customers/cus_1/export')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      exportedAt: '2026-01-01T12:00:00.000Z',
      customer: { ...customer, notes: 'prefere Pix', version: 2 },
      credit: { balances: [], entries: [] },
      history: [{ action: 'update', before: { notes: 'prefere boleto' } }, { action: 'create' }],
    })
    expect(body.records).toMatchObject({ contracts: [], invoices: [], receivables: [] })
  })

  it('is an erasure that leaves nothing personal, neither in the customer nor in its history', async () => {
    const api = await testApi(database())
    await made(api, { ...joao, externalIds: [{ system: 'omie', id: 'joao-9' }] })
    await api.patch('/v1/customers/cus_1', { tradeName: 'Joãozinho' }, { version: 1 })
    const erased = await api.post('/v1/customers/cus_1/erase')
    expect(erased.body).toMatchObject({
      name: 'Dados apagados (LGPD)',
      taxId: null,
      billingEmails: [],
      addresses: [],
      contacts: [],
      notes: null,
      externalIds: [],
      version: 3,
      archivedAt: '2026-01-01T12:00:00.000Z',
    })
    const left = JSON.stringify([
      (await api.get('/v1/customers/cus_1')).body,
      (await api.get('/v1/customers/cus_1/history')).body,
      (await api.get('/v1/customers/cus_1/export')).body,
    ])
    for (const personal of ['João', 'joao', '52998224725', 'Flores', 'Maria', '99999', 'boleto'])
      expect(left).not.toContain(personal)
    const { body } = await api.get('/v1/customers/cus_1/history')
    expect(body.data).toMatchObject([
      { action: 'erase', erasedAt: null },
      { action: 'update', before: null, after: null, erasedAt: '2026-01-01T12:00:00.000Z' },
      { action: 'create', before: null, after: null, erasedAt: '2026-01-01T12:00:00.000Z' },
    ])
    await made(api, joao)
  })

  it('is an erasure of the answers kept under an Idempotency-Key', async () => {
    const api = await testApi(database())
    await api.post('/v1/customers', joao, { once: 'joao-1' })
    await api.post('/v1/customers/cus_1/erase')
    expect(await api.post('/v1/customers', joao, { once: 'joao-1' })).toMatchObject({
      status: 409,
      body: { code: 'answer_not_kept' },
    })
    const { rows } = await database().asOwner(owner =>
      owner.query('select coalesce(body::text, headers::text) as kept from idempotency_key where account_id = $1', [api.account]),
    )
    expect(JSON.stringify(rows)).not.toContain('João')
  })

  it('keeps the fiscal record, and the tax id that it names', async () => {
    const api = await testApi(database())
    const ctx = await ctxAt(database(), '2026-01-01T12:00:00Z', api.account)
    await rules(ctx, 1)
    await ctx.transact(async tx => {
      await sql`update contract set state = 'ended' where account_id = ${api.account}`.execute(tx)
      await sql`update invoice_rule set next_due_on = null where account_id = ${api.account}`.execute(tx)
      await sql`insert into invoice (account_id, id, organization_id, customer_id, contract_id, planned_seq, state, approval, management, emit_wanted,
                  number, scheduled_on, competence, estimated_issue_on, issue_on, gross_cents, discount_cents, withheld_cents, net_cents,
                  payment_method, due_by_rule, created_at)
                values (${api.account}, 1, 1, 1, 1, 1, 'to_receive', 'approved', 'automatic', true,
                  1, '2026-01-31', '2026-01-01', '2026-01-31', '2026-01-31', 10000, 0, 0, 10000, 'boleto', true, ${ctx.clock.now()})`.execute(
        tx,
      )
    })
    const erased = await api.post('/v1/customers/cus_1/erase')
    expect(erased.body).toMatchObject({ name: 'Dados apagados (LGPD)', taxId: '11222333000181' })
    const { body } = await api.get('/v1/customers/cus_1/export')
    expect(body.records.invoices).toHaveLength(1)
    expect(body.records.contracts).toHaveLength(1)
  })
})
