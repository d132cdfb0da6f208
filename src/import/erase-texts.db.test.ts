import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { plain } from './file/plain.ts'

const HEADING = 'codigo;cliente;cpf_cnpj;email;telefone;endereco;servico;valor;dia_faturamento;inicio;fim;vencimento'
const joao = 'Jônatas Silvério;529.982.247-25;jonatas@exemplo.com.br;(21) 99999-0000;Rua das Flores'
const personal = ['jonatas', 'silverio', '529.982.247', '529982247', '99999-0000', 'rua das flores']

async function company(database: TestDatabase): Promise<TestApi> {
  const api = await testApi(database)
  await api.post('/v1/organizations', { legalName: 'Prestadora Ltda', cnpj: '11444777000161', taxRegime: 'simples_nacional' })
  return api
}

async function imported(api: TestApi, rows: readonly string[], query = '', once?: string) {
  const headers = { 'content-type': 'text/csv' }
  const options = once === undefined ? { headers } : { headers, once }
  const { status, body } = await api.post(`/v1/imports?${query}`, Buffer.from([HEADING, ...rows].join('\n')), options)
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}

/** Where, of all that is kept of the account in any table, one of the words stands: as 'table.column'. */
async function placesOf(database: TestDatabase, account: number, words: readonly string[]): Promise<string[]> {
  return database.asOwner(async owner => {
    const { rows: columns } = await owner.query(
      `select c.table_name as "table", c.column_name as "column" from information_schema.columns c
       join information_schema.columns a on a.table_schema = c.table_schema and a.table_name = c.table_name and a.column_name = 'account_id'
       where c.table_schema = 'public' and (c.data_type in ('text', 'jsonb', 'json', 'character varying', 'bytea') or c.data_type = 'ARRAY')
       order by 1, 2`,
      [],
    )
    const places: string[] = []
    for (const { table, column } of columns as { table: string; column: string }[]) {
      const { rows } = await owner.query(`select "${column}"::text as said from "${table}" where account_id = $1`, [account])
      const said = plain(rows.map(row => String(row.said)).join('\n'))
      if (words.some(word => said.includes(word))) places.push(`${table}.${column}`)
    }
    return places
  })
}

eachEngine('the erasure of a person that came by import', database => {
  it('leaves its name and tax id in no column of any table', async () => {
    const api = await company(database())
    const row = (code: string, price = '99,90', party = joao) => `${code};${party};Suporte;${price};1;01/01/2026;;dia 10`
    // Names and tax ids in faults, of rows that were refused; misspelled ones too, which nobody could search for.
    await imported(api, [row('A', 'caro', joao.replace('247-25', '247-26')), row('A', '1', joao.replace('exemplo.com.br', ''))])
    const done = await imported(api, [row('A'), row('', '50,00')], '', 'first-import')
    expect(done.faults).toEqual([])
    // And in differences, told and applied.
    await imported(api, [row('A', '99,90', joao.replace('Silvério', 'Silvério Souza'))], 'dryRun=true', 'dry')
    await imported(api, [row('A', '99,90', joao.replace('Silvério', 'Silvério Souza'))], 'update=true')
    await api.patch('/v1/customers/cus_1', { notes: 'Jônatas paga em dia' }, { version: 2, once: 'note' })
    await api.post(
      '/v1/customers/cus_1/credit',
      { organizationId: 'org_1', amountCents: 1, reason: 'cortesia' },
      { once: 'credit' },
    )
    expect(await placesOf(database(), api.account, personal)).toEqual(
      expect.arrayContaining([
        'customer.name',
        'external_id.external',
        'history_payload.after',
        'idempotency_key.body',
        'import.report',
      ]),
    )
    expect((await api.patch('/v1/contracts/ctr_2', { name: 'Suporte mensal' }, { version: 1, once: 'rename' })).status).toBe(200)
    for (const id of ['ctr_1', 'ctr_2']) {
      const { body } = await api.get(`/v1/contracts/${id}`)
      expect((await api.post(`/v1/contracts/${id}/cancel`, { reason: 'pedido' }, { version: body.version })).status).toBe(200)
    }
    // January has begun: it is given up first, since nothing could be billed to nobody.
    for (const id of ['rul_1', 'rul_2']) {
      await api.post(`/v1/invoice-rules/${id}/periods/2026-01-01/waive`, { reason: 'Cortesia' })
    }

    expect((await api.post('/v1/customers/cus_1/erase')).status).toBe(200)

    expect(await placesOf(database(), api.account, personal)).toEqual([])
    expect((await api.get('/v1/imports/imp_1')).body).toMatchObject({
      state: 'refused',
      textsErasedAt: '2026-01-01T12:00:00.000Z',
      faults: expect.arrayContaining([
        expect.objectContaining({ line: 2, column: 'valor', code: 'invalid_number', found: '', expected: '' }),
        expect.objectContaining({ line: 2, column: 'cpf_cnpj', code: 'invalid_tax_id' }),
      ]),
    })
    expect((await api.get('/v1/imports/imp_4')).body.differences).toMatchObject([
      { line: 2, column: 'cliente', from: 'Texto apagado (LGPD)', to: 'Texto apagado (LGPD)', isApplied: true },
    ])
    const replay = await api.post('/v1/imports', Buffer.from([HEADING, row('A'), row('', '50,00')].join('\n')), {
      headers: { 'content-type': 'text/csv' },
      once: 'first-import',
    })
    expect(replay).toMatchObject({ status: 409, body: { code: 'answer_not_kept' } })
  })

  it('takes a name too that a file without a heading had in its place', async () => {
    const api = await company(database())
    await api.post('/v1/customers', { kind: 'person', name: 'Jônatas Silvério', taxId: '52998224725' })
    await api.post('/v1/imports', Buffer.from('A;Jônatas Silvério;529.982.247-25\nB;Jônatas Silvério;529.982.247-25'), {
      headers: { 'content-type': 'text/csv' },
    })
    expect(await placesOf(database(), api.account, personal)).toContain('import.report')
    await api.post('/v1/customers/cus_1/erase')
    expect(await placesOf(database(), api.account, personal)).toEqual([])
  })
})
