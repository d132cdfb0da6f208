import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { instant } from '../core/dates.ts'

const CSV = { headers: { 'content-type': 'text/csv' } }
const HEADING = 'codigo;cliente;cpf_cnpj;servico;descricao;quantidade;valor;dia_faturamento;inicio;vencimento'

async function account(database: TestDatabase, day: string): Promise<TestApi> {
  const api = await testApi(database, { now: instant(`${day}T12:00:00.000Z`) })
  await api.post('/v1/organizations', { legalName: 'Prestadora Ltda', cnpj: '11222333000181', taxRegime: 'simples_nacional' })
  return api
}

/** What one contract charges, one line a row. */
const row = (price: string, service = 'Internet', description = '', quantity = '') =>
  `P1;Ana;529.982.247-25;${service};${description};${quantity};${price};15;15/02/2027;dia 10`

async function send(api: TestApi, rows: string[], query = '', more: { heading?: string } = {}) {
  const { body } = await api.post(`/v1/imports?${query}`, Buffer.from([more.heading ?? HEADING, ...rows].join('\n')), CSV)
  expect(body.faults).toEqual([])
  type Found = { line: number; column: string; code: string; from: string; to: string; message: string }
  return {
    ...(body as { updated: number; unchanged: number; differing: number }),
    differences: body.differences.map(({ column, from, to }: Found) => [column, from, to]),
    codes: body.warnings.map(({ line, column, code }: Found) => `${line} ${column} ${code}`),
    messages: body.warnings.map(({ message }: Found) => message).join('\n'),
  }
}

const ruleOf = async (api: TestApi): Promise<string> => (await api.get('/v1/contracts/ctr_1')).body.rules[0].id

/** What is charged from a day on, by what is known now: of each line its description and price. */
async function chargedOn(api: TestApi, day: string) {
  const { body } = await api.get(`/v1/invoice-rules/${await ruleOf(api)}`)
  type Version = { version: number; validFrom: string; lines: { description: string; unitPrice: string; quantity: string }[] }
  const [speaks] = (body.versions as Version[])
    .filter(({ validFrom }) => validFrom <= day)
    .sort((a, b) => b.validFrom.localeCompare(a.validFrom) || b.version - a.version)
  return speaks?.lines.map(({ description, quantity, unitPrice }) => [description, quantity, unitPrice])
}

eachEngine('a file that is applied where a price was planned', database => {
  /** 100 reais a month from 15 February, and from 15 April on what was planned. */
  async function planned(lines: (services: string[]) => object[], ...rows: string[]) {
    const api = await account(database(), '2027-02-15')
    await send(api, rows.length === 0 ? [row('100,00')] : rows)
    const { body } = await api.get('/v1/service-items')
    // In order of their names.
    const services = body.data.map(({ id }: { id: string }) => id)
    const said = await api.post(`/v1/invoice-rules/${await ruleOf(api)}/terms`, {
      validFrom: '2027-04-15',
      lines: lines(services),
    })
    expect(said.status).toBe(201)
    return api
  }
  const at300 = ([serviceItemId]: string[]) => [{ serviceItemId, unitPrice: '300' }]

  test('carries what it changes, and leaves the planned price what it is', async () => {
    const api = await planned(at300)
    const sent = await send(api, [row('100,00', 'Internet', 'Internet 300 Mega')], 'update=true')
    expect(sent).toMatchObject({ updated: 1, codes: [], differences: [['descricao', 'Internet', 'Internet 300 Mega']] })
    expect(await chargedOn(api, '2027-03-15')).toEqual([['Internet 300 Mega', '1', '100']])
    expect(await chargedOn(api, '2027-04-15')).toEqual([['Internet 300 Mega', '1', '300']])
  })

  test('with another price changes it until the planned day, and says what becomes of what was planned', async () => {
    const api = await planned(at300)
    expect(await send(api, [row('120,00')])).toMatchObject({ differing: 1, codes: [] })
    const dry = await send(api, [row('120,00')], 'update=true&dryRun=true')
    expect(dry).toMatchObject({ differences: [['valor', '100,00', '120,00']], codes: ['2 valor planned_stays'] })
    expect(dry.messages).toContain('A partir de 15/04/2027 está planejado para este item: 300,00. Isso continua valendo')
    const sent = await send(api, [row('120,00')], 'update=true')
    expect(sent).toMatchObject({ updated: 1, codes: ['2 valor planned_stays'] })
    expect(await chargedOn(api, '2027-03-15')).toEqual([['Internet', '1', '120']])
    expect(await chargedOn(api, '2027-04-15')).toEqual([['Internet', '1', '300']])
    expect(await send(api, [row('120,00')], 'update=true')).toMatchObject({ unchanged: 1, codes: [] })
  })

  test('keeps what was planned to come, and what was planned to go', async () => {
    const both = [row('100,00'), row('50,00', 'Telefone')]
    const api = await planned(([internet]) => [{ serviceItemId: internet, unitPrice: '100' }], ...both)
    const sent = await send(api, [row('100,00'), row('60,00', 'Telefone'), row('9,00', 'Backup')], 'update=true')
    expect(sent.differences).toEqual([
      ['valor', '50,00', '60,00'],
      ['servico', '', 'Backup (9,00)'],
    ])
    expect(sent.messages).toContain('A partir de 15/04/2027 está planejado que este item não é mais cobrado')
    expect(await chargedOn(api, '2027-04-15')).toEqual([
      ['Internet', '1', '100'],
      ['Backup', '1', '9'],
    ])
  })

  test('that drops a line says which, with its price, and of a planned one that it goes too', async () => {
    const both = [row('50,00', 'Telefone', '', '2'), row('100,00')]
    const api = await planned(
      ([internet, telephone]) => [
        { serviceItemId: telephone, unitPrice: '70', quantity: '2' },
        { serviceItemId: internet, unitPrice: '100' },
      ],
      ...both,
    )
    const sent = await send(api, [row('100,00')], 'update=true')
    expect(sent.differences).toEqual([['servico', 'Telefone (2 × 50,00)', '']])
    expect(sent.codes).toEqual(['2 null planned_lost'])
    expect(sent.messages).toContain('tinha outro preço a partir de 15/04/2027 (2 × 70,00)')
    expect(await chargedOn(api, '2027-04-15')).toEqual([['Internet', '1', '100']])
  })
})

eachEngine('a file of before a readjustment', database => {
  const heading = `${HEADING};indice_reajuste;data_base_reajuste`
  const of = (price: string, description = '') =>
    `P1;Ana;529.982.247-25;Internet;${description};;${price};10;10/09/2025;dia 10;IGP-M;10/10/2025`

  async function readjusted() {
    const api = await account(database(), '2025-09-10')
    await send(api, [of('100,00')], '', { heading })
    await api.post('/v1/sandbox/clock', { to: '2025-10-11' })
    await api.settle()
    expect(await chargedOn(api, '2025-10-10')).toEqual([['Internet', '1', '102.83']])
    return api
  }

  test('changes nothing, also with update, and is told that its price is the one of before', async () => {
    const api = await readjusted()
    for (const query of ['', 'update=true']) {
      const again = await send(api, [of('100,00')], query, { heading })
      expect(again).toMatchObject({ unchanged: 1, differences: [], codes: ['2 valor price_before_readjustment'] })
      expect(again.messages).toContain(
        '100,00 é o preço de antes do reajuste de 10/10/2025 pelo IGP-M, e não é aplicado: fica 102,83. Para voltar ao preço de antes, desfaça o reajuste (npx bordero readjustments undo rdj_1)',
      )
    }
    // What else it says anew is applied, beside the price that stands; and so told the next file finds the same price.
    await send(api, [of('100,00', 'Fibra')], 'update=true', { heading })
    expect(await send(api, [of('100,00', 'Fibra')], 'update=true', { heading })).toMatchObject({ unchanged: 1 })
    expect(await chargedOn(api, '2025-11-10')).toEqual([['Fibra', '1', '102.83']])
  })

  test('with another price is applied', async () => {
    const api = await readjusted()
    const sent = await send(api, [of('110,00')], 'update=true', { heading })
    expect(sent).toMatchObject({ updated: 1, differences: [['valor', '102,83', '110,00']], codes: [] })
    expect(await chargedOn(api, '2025-11-10')).toEqual([['Internet', '1', '110']])
    // Somebody wrote 110 since: so 100 is a price like any other.
    expect(await send(api, [of('100,00')], 'update=true', { heading })).toMatchObject({ updated: 1, codes: [] })
    expect(await chargedOn(api, '2025-11-10')).toEqual([['Internet', '1', '100']])
  })
})
