import { expect, it } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { aCnpj } from '../../../../test/fixtures/contracts.ts'
import { type TestApi, testApi } from '../../../../test/http/test-api.ts'
import { vendorApi } from '../../../../test/http/vendor-api.ts'

const asClient = (api: TestApi, key = api.key) => vendorApi(api, { authorization: `Token token=${key}` })

eachEngine('a client of Fintera and its parties', database => {
  it('is told nothing but 401 without a key that opens', async () => {
    const api = await testApi(database())
    for (const authorization of ['', 'Token token=no', `Bearer ${api.key}`, 'Token', 'Token token=']) {
      const reply = await vendorApi(api, { authorization })('GET /api/v1/companies')
      expect([reply.status, reply.text], authorization).toEqual([401, ''])
    }
    for (const token of [`Token token="${api.key}"`, `token token=${api.key}`, `Token ${api.key}`]) {
      expect((await vendorApi(api, { authorization: token })('GET /api/v1/companies')).status).toBe(200)
    }
    const narrow = await api.keyWith(['catalog:read'])
    expect((await asClient(api, narrow)('GET /api/v1/companies')).status).toBe(403)
    expect((await asClient(api, narrow)('GET /api/v1/service_items')).status).toBe(200)
  })

  it('never sees an organization and a company of one number', async () => {
    const api = await testApi(database())
    const client = asClient(api)
    const organization = (await client('POST /api/v1/organizations', { name: 'A', cnpj: aCnpj() })).body.organization
    const company = (await client('POST /api/v1/companies', { name: 'B', cnpj: aCnpj() })).body.company
    // Ours both have the number 1, as they had before.
    expect((await api.get('/v1/organizations/org_1')).status).toBe(200)
    expect((await api.get('/v1/customers/cus_1')).status).toBe(200)
    expect(organization.id).not.toBe(company.id)
    expect((await client(`GET /api/v1/companies/${organization.id}`)).status).toBe(404)
    expect((await client(`PATCH /api/v1/organizations/${company.id}`, { name: 'C' })).status).toBe(404)
  })

  it('finds nothing of another account, nor what does not exist', async () => {
    const theirs = asClient(await testApi(database()))
    const { company } = (await theirs('POST /api/v1/companies', { name: 'B', cnpj: aCnpj() })).body
    const client = asClient(await testApi(database()))
    for (const id of [company.id, 0, -1, 'x', '9'.repeat(30), 1_000_000_001]) {
      for (const noun of ['companies', 'people']) {
        const reply = await client(`GET /api/v1/${noun}/${id}`)
        expect([reply.status, reply.text]).toEqual([404, ''])
      }
      expect((await client(`DELETE /api/v1/service_items/${id}`)).status).toBe(404)
      expect((await client(`PATCH /api/v1/organizations/${id}`, {})).status).toBe(404)
    }
  })

  it('makes a thing once per Idempotency-Key', async () => {
    const api = await testApi(database())
    const client = asClient(api)
    const body = { company: { name: 'Uma', cnpj: aCnpj() } }
    const first = await client('POST /api/v1/companies', body, { 'idempotency-key': 'k1' })
    const again = await client('POST /api/v1/companies', body, { 'idempotency-key': 'k1' })
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.text).toBe(first.text)
    expect((await client('GET /api/v1/companies')).body.companies).toHaveLength(1)
    expect((await api.get('/v1/customers/cus_1/history')).body.data).toMatchObject([{ action: 'create' }])
  })

  it('may say texts for numbers and add what nobody knows, and is refused what no text may hold', async () => {
    const client = asClient(await testApi(database()))
    const made = await client('POST /api/v1/companies', {
      company: {
        name: 123,
        cnpj: aCnpj(),
        unknown: { deep: true },
        client_since: '2018-02-30',
        myfinance_customer_id: '12',
        number: 5,
      },
    })
    expect(made).toMatchObject({
      status: 201,
      body: { company: { name: '123', client_since: null, myfinance_customer_id: 12, number: '5' } },
    })
    const wrong = await client('POST /api/v1/companies', { name: { a: 1 }, cnpj: ['x'] })
    expect(wrong).toMatchObject({ status: 422, body: { errors: { name: ['inválido'], cnpj: ['inválido'] } } })
    expect(await client('POST /api/v1/companies', { name: 'a\u0000b', cnpj: aCnpj() })).toMatchObject({
      status: 422,
      body: { errors: { name: ['inválido'] } },
    })
    expect(await client('POST /api/v1/companies', { name: 'x'.repeat(201), cnpj: aCnpj() })).toMatchObject({
      body: { errors: { name: ['é muito longo (máximo: 200 caracteres)'] } },
    })
    expect((await client('POST /api/v1/companies', '{"name":')).status).toBe(400)
    expect((await client('POST /api/v1/companies', '[]')).status).toBe(422)
    // A client that forgets to say that it sends JSON.
    const plain = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await client('POST /api/v1/companies', JSON.stringify({ name: 'Sem tipo', cnpj: aCnpj() }), plain)).status).toBe(201)
  })

  it('hears what it said again, until somebody says otherwise in our words', async () => {
    const api = await testApi(database())
    const client = asClient(api)
    const said = {
      name: ' Loja ',
      cnpj: aCnpj(),
      complement: '',
      billing_contacts: 'Ana <ana@loja.com.br>; rua',
      comments: ' x ',
    }
    const { company } = (await client('POST /api/v1/companies', said)).body
    expect(company).toMatchObject({ name: ' Loja ', complement: '', billing_contacts: said.billing_contacts, comments: ' x ' })
    const native = await api.get(`/v1/customers/cus_${company.id}`)
    expect(native.body).toMatchObject({ name: 'Loja', billingEmails: ['ana@loja.com.br'], notes: 'x' })
    const change = { name: 'Loja Nova', billingEmails: ['b@loja.com.br'], notes: null }
    await api.patch(`/v1/customers/cus_${company.id}`, change, { version: native.body.version })
    const after = (await client(`GET /api/v1/companies/${company.id}`)).body.company
    expect(after).toMatchObject({ name: 'Loja Nova', billing_contacts: 'b@loja.com.br', comments: null, complement: '' })
  })

  it('keeps its other addresses and contacts when it changes one field', async () => {
    const api = await testApi(database())
    const addresses = [
      { purpose: 'billing', street: 'Rua B' },
      { purpose: 'main', street: 'Rua A', municipio: '3550308', zipCode: '01310-100' },
    ]
    await api.post('/v1/customers', { kind: 'company', name: 'X', addresses, contacts: [{ name: 'Ana' }] })
    await asClient(api)('PUT /api/v1/companies/1', { city: 'Santos' })
    const { body } = await api.get('/v1/customers/cus_1')
    expect(body).toMatchObject({
      contacts: [{ name: 'Ana' }],
      addresses: [
        { purpose: 'main', street: 'Rua A', city: 'Santos', uf: 'SP', municipio: null, zipCode: '01310100' },
        { purpose: 'billing', street: 'Rua B' },
      ],
    })
  })

  it('sees what it deletes no more, and its tax id is free again', async () => {
    const client = asClient(await testApi(database()))
    const cnpj = aCnpj()
    const { company } = (await client('POST /api/v1/companies', { name: 'A', cnpj })).body
    expect((await client(`DELETE /api/v1/companies/${company.id}`)).status).toBe(204)
    for (const request of ['GET', 'PATCH', 'DELETE']) {
      const reply = await client(`${request} /api/v1/companies/${company.id}`, request === 'PATCH' ? {} : undefined)
      expect([reply.status, reply.text]).toEqual([404, ''])
    }
    expect((await client(`GET /api/v1/companies/search?cnpj=${cnpj}`)).body).toEqual({ companies: [] })
    expect((await client('POST /api/v1/companies', { name: 'A', cnpj })).status).toBe(201)
  })

  it('asks for everything in one list, however much there is', async () => {
    const api = await testApi(database())
    const client = asClient(api)
    for (const name of ['b', 'a', 'B']) await client('POST /api/v1/companies', { name, cnpj: aCnpj() })
    const { companies } = (await client('GET /api/v1/companies')).body
    expect(companies.map((each: { name: string }) => each.name)).toEqual(['a', 'b', 'B'])
  })

  it('leaves nothing of a person who is erased, kept answers included', async () => {
    const api = await testApi(database())
    const client = asClient(api)
    const body = { name: 'Ana', cpf: '82868688977', comments: ' ', client_since: '01/02/2020' }
    await client('POST /api/v1/people', body, { 'idempotency-key': 'ana' })
    const known = await api.get('/v1/customers/cus_1/export')
    expect(JSON.stringify(known.body)).toContain('2020-02-01')
    expect((await api.post('/v1/customers/cus_1/erase')).status).toBe(200)
    const left = JSON.stringify((await api.get('/v1/customers/cus_1/export')).body)
    expect([left.includes('2020-02-01'), left.includes('Ana')]).toEqual([false, false])
    const again = await client('POST /api/v1/people', body, { 'idempotency-key': 'ana' })
    expect([again.status, again.text.includes('Ana')]).toEqual([422, false])
  })
})
