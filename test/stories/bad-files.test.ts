import { expect, test } from 'vitest'
import { MOST_BYTES } from '../../src/import/file/decode.ts'
import { Shop, stories } from './story.ts'

// Files that people send, as programs have saved them and as they have broken on the way.

const HEADING = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;observacoes'
const row = (code: string, note = '') => `${code};Conceição;529.982.247-25;Manutenção;100,00;10;10/01/2026;dia 20;${note}`

stories('a file to be imported', database => {
  const sent = async (bytes: Buffer) => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { status, body } = await shop.api.post('/v1/imports', bytes, { headers: { 'content-type': 'text/csv' } })
    expect(status, JSON.stringify(body)).toBe(201)
    return { body, contracts: (await shop.api.get('/v1/contracts')).body.data as { comments: string | null }[] }
  }
  const faults = (body: { faults: { line: number; column: string | null; code: string; found: string }[] }) =>
    body.faults.map(({ line, column, code, found }) => [line, column, code, found])

  test('with 200 columns is refused at its heading', async () => {
    const wide = Array.from({ length: 200 }, (_, i) => `coluna ${i}`).join(';')
    const { body, contracts } = await sent(Buffer.from(`${wide}\n${'x;'.repeat(199)}x\n`))
    expect(body).toMatchObject({ state: 'refused', rows: 0, created: 0 })
    expect(faults(body)).toEqual([[1, null, 'too_many_columns', '200 colunas']])
    expect(contracts).toEqual([])
  })

  test('with a quote that is never closed is refused at the line where it was opened', async () => {
    const { body, contracts } = await sent(Buffer.from([HEADING, row('A'), row('B', '"liga antes'), row('C')].join('\n')))
    expect(body).toMatchObject({ state: 'refused', rows: 0, created: 0 })
    expect(faults(body)).toEqual([[3, null, 'unclosed_quote', expect.stringContaining('B;Conceição')]])
    expect(contracts).toEqual([])
  })

  test('in Latin-1 is read as it was meant', async () => {
    const { body, contracts } = await sent(Buffer.from(`${HEADING}\r\n${row('A', 'às terças')}\r\n`, 'latin1'))
    expect(body).toMatchObject({ state: 'done', created: 1, encoding: 'Windows-1252', faults: [] })
    expect(contracts).toMatchObject([{ name: expect.stringContaining('Manutenção') }])
  })

  test('in broken UTF-8 is refused at the line where it breaks', async () => {
    const bytes = Buffer.from([HEADING, row('A'), row('B', 'às ter?as')].join('\n'))
    bytes[bytes.lastIndexOf('?')] = 0xe7
    const { body, contracts } = await sent(bytes)
    expect(faults(body)).toEqual([[3, null, 'broken_encoding', 'byte 0xe7']])
    expect(contracts).toEqual([])
  })

  test('of 20 MB that says nothing we know is refused at its heading, and its rows are not counted', async () => {
    const { body } = await sent(Buffer.alloc(MOST_BYTES, 'foo;bar\n'))
    expect(body).toMatchObject({ state: 'refused', rows: 0, refused: 0 })
    expect(body.faults.map(({ code }: { code: string }) => code)).toContain('missing_column')
  })
})
