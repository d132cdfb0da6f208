import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { type Cnpj, cnpjCheckDigits, formatCnpj } from '../core/brazil/cnpj.ts'
import { instant } from '../core/dates.ts'

const CSV = { headers: { 'content-type': 'text/csv' } }
const HEADING = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento'
const good = Buffer.from(`${HEADING}\nC-1;Ana;529.982.247-25;Suporte;100,00;10;10/01/2027;dia 20\n`)

async function account(database: TestDatabase): Promise<TestApi> {
  const api = await testApi(database, { now: instant('2027-01-31T12:00:00.000Z') })
  await api.post('/v1/organizations', { legalName: 'Prestadora Ltda', cnpj: '11222333000181', taxRegime: 'simples_nacional' })
  return api
}

eachEngine('POST /v1/imports', database => {
  test('answers the report, which stays to be read, listed and traced', async () => {
    const api = await account(database())
    const made = await api.post('/v1/imports?filename=meus.csv', good, CSV)
    expect(made).toMatchObject({ status: 201, headers: { location: '/v1/imports/imp_1' } })
    expect(made.body).toMatchObject({
      id: 'imp_1',
      state: 'done',
      filename: 'meus.csv',
      rows: 1,
      created: 1,
      encoding: 'UTF-8',
      delimiter: ';',
    })
    expect((await api.get('/v1/imports/imp_1')).body).toEqual(made.body)
    await api.post('/v1/imports', Buffer.from('x'), CSV)
    const list = await api.get('/v1/imports?limit=1')
    expect(list.body.data).toMatchObject([{ id: 'imp_2', state: 'refused' }])
    expect((await api.get(`/v1/imports?limit=1&cursor=${list.body.nextCursor}`)).body.data).toMatchObject([{ id: 'imp_1' }])
    expect((await api.get('/v1/imports?state=done')).body.data).toMatchObject([{ id: 'imp_1' }])
    expect((await api.get('/v1/imports/imp_1/history')).body.data).toMatchObject([{ action: 'create' }])
  })

  test('happens once per Idempotency-Key', async () => {
    const api = await account(database())
    const first = await api.post('/v1/imports', good, { ...CSV, once: 'import-1' })
    expect(await api.post('/v1/imports', good, { ...CSV, once: 'import-1' })).toMatchObject({ status: 201, body: first.body })
    expect((await api.get('/v1/imports')).body.data).toHaveLength(1)
  })

  test.each([
    ['200 columns', `${Array.from({ length: 200 }, (_, i) => `c${i}`).join(';')}\n1`, 1, 'too_many_columns'],
    ['a quote never closed', `${HEADING}\nC-1;"Ana;529.982.247-25;Suporte;100,00\n`, 2, 'unclosed_quote'],
    ['a null byte', `${HEADING}\nC-1;A\0na`, 2, 'not_text'],
    ['nothing', '', 1, 'file_empty'],
  ])('refuses a file with %s by its line', async (_, text, line, code) => {
    const api = await account(database())
    const refused = await api.post('/v1/imports', Buffer.from(text), CSV)
    expect(refused.body).toMatchObject({ state: 'refused', faults: [{ line, code }] })
  })

  test('refuses broken UTF-8 at the line where it breaks', async () => {
    const api = await account(database())
    const broken = Buffer.concat([
      Buffer.from(`${HEADING}\nC-1;João;;Suporte;1,00;1;01/01/2027;dia 1\nC-2;Jo`),
      Buffer.from([0xe3]),
      Buffer.from('o'),
    ])
    expect((await api.post('/v1/imports', broken, CSV)).body.faults).toMatchObject([{ line: 3, code: 'broken_encoding' }])
  })

  test('refuses another content type, unknown choices and what is too large', async () => {
    const api = await account(database())
    expect((await api.post('/v1/imports', { rows: [] })).status).toBe(415)
    expect((await api.post('/v1/imports?dry=true', good, CSV)).body).toMatchObject({ status: 400, faults: [{ path: '/dry' }] })
    const large = Buffer.alloc(20 * 1024 * 1024 + 1, 'a')
    expect((await api.post('/v1/imports', large, CSV)).status).toBe(413)
    // A string of 10 MB is a cell like any other.
    const long = Buffer.concat([
      good,
      Buffer.from('C-2;'),
      Buffer.alloc(10 * 1024 * 1024, 'x'),
      Buffer.from(';;Suporte;1,00;1;01/01/2027;dia 1\n'),
    ])
    expect((await api.post('/v1/imports', long, CSV)).body.faults).toMatchObject([
      { line: 3, column: 'cliente', code: 'too_long' },
    ])
  })

  test('finds an organization among more than a thousand, and so does the export', async () => {
    const api = await account(database())
    const cnpjOf = (n: number) => {
      const base = `${String(n).padStart(8, '0')}0001`
      return (base + cnpjCheckDigits(base)) as Cnpj
    }
    await database().asOwner(owner =>
      owner.query(
        `insert into organization (account_id, id, legal_name, cnpj, tax_regime, time_zone, billing_hour, version, created_at)
         select account_id, id + n, legal_name, x.cnpj, tax_regime, time_zone, billing_hour, 1, created_at
           from organization, unnest(string_to_array($2, ',')) with ordinality as x (cnpj, n) where account_id = $1`,
        [api.account, Array.from({ length: 1_002 }, (_, i) => cnpjOf(i + 1)).join(',')],
      ),
    )
    const last = cnpjOf(1_002)
    const file = (cnpj: string) => Buffer.from(`empresa_cnpj;${good.toString().replace('\n', `\n${cnpj};`)}`)
    expect(await api.post('/v1/imports', file(last), CSV)).toMatchObject({ body: { state: 'done', created: 1, faults: [] } })
    const exported = await api.get('/v1/exports/contracts.csv')
    expect(exported).toMatchObject({ status: 200, body: expect.stringContaining(formatCnpj(last)) })
    expect((await api.post('/v1/imports', Buffer.from(exported.body), CSV)).body).toMatchObject({ state: 'done', unchanged: 1 })

    // Who names none, or one that is not there, is told so still.
    const told = async (content: Buffer) => (await api.post('/v1/imports', content, CSV)).body.faults
    expect(await told(good)).toMatchObject([{ code: 'organization_required' }])
    expect(await told(file(cnpjOf(2_000)))).toMatchObject([{ code: 'unknown_organization' }])
  })

  test('is for keys of imports, and an import for its own account', async () => {
    const api = await account(database())
    await api.post('/v1/imports', good, CSV)
    const reader = await api.keyWith(['imports:read', 'contracts:read', 'customers:read'])
    expect((await api.post('/v1/imports', good, { ...CSV, key: reader })).status).toBe(403)
    expect((await api.get('/v1/imports/imp_1', { key: reader })).status).toBe(200)
    expect((await api.get('/v1/exports/contracts.csv', { key: reader })).status).toBe(403)
    const other = await account(database())
    expect((await other.get('/v1/imports/imp_1')).status).toBe(404)
  })

  test('wants the scopes of all that it makes and shows, and so do its report and the export', async () => {
    const api = await account(database())
    const writes = ['imports:write', 'contracts:write', 'customers:write', 'catalog:write', 'receivables:write'] as const
    const sees = ['contracts:read', 'customers:read'] as const
    for (const left of [...writes, ...sees]) {
      const key = await api.keyWith([...writes, ...sees].filter(scope => scope !== left))
      expect(await api.post('/v1/imports', good, { ...CSV, key })).toMatchObject({
        status: 403,
        body: { code: 'insufficient_scope', details: { wanted: left, missing: [left] } },
      })
    }
    const alone = await api.keyWith(['imports:write'])
    expect((await api.post('/v1/imports', good, { ...CSV, key: alone })).body.detail).toBe(
      'Para isto a chave precisa também das permissões contracts:write, customers:write, catalog:write, receivables:write, contracts:read, customers:read.',
    )
    expect((await api.get('/v1/customers')).body.data).toEqual([])
    expect((await api.post('/v1/imports', good, { ...CSV, key: await api.keyWith([...writes, ...sees]) })).body.state).toBe(
      'done',
    )

    expect((await api.get('/v1/imports/imp_1', { key: await api.keyWith(['imports:read']) })).status).toBe(403)
    expect((await api.get('/v1/imports', { key: await api.keyWith(['imports:read']) })).status).toBe(200)
    const contracts = await api.keyWith(['contracts:read'])
    expect((await api.get('/v1/exports/contracts.csv', { key: contracts })).body.details.missing).toEqual([
      'customers:read',
      'catalog:read',
      'receivables:read',
    ])
    const all = await api.keyWith(['contracts:read', 'customers:read', 'catalog:read', 'receivables:read'])
    expect((await api.get('/v1/exports/contracts.csv', { key: all })).status).toBe(200)
  })
})
