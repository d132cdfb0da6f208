import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
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

  test('is for keys of imports, and an import for its own account', async () => {
    const api = await account(database())
    await api.post('/v1/imports', good, CSV)
    const reader = await api.keyWith(['imports:read'])
    expect((await api.post('/v1/imports', good, { ...CSV, key: reader })).status).toBe(403)
    expect((await api.get('/v1/imports/imp_1', { key: reader })).status).toBe(200)
    expect((await api.get('/v1/exports/contracts.csv', { key: reader })).status).toBe(403)
    const other = await account(database())
    expect((await other.get('/v1/imports/imp_1')).status).toBe(404)
  })
})
