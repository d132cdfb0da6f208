import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import type { TestDatabase } from '../../../test/database/test-database.ts'
import { bill } from '../../../test/fixtures/invoices.ts'
import { textsOfPdf } from '../../../test/fixtures/pdf-text.ts'
import { ctxAt, type RuleOptions, rules } from '../../../test/fixtures/rules.ts'
import { type TestApi, testApi } from '../../../test/http/test-api.ts'
import { instant } from '../../core/dates.ts'

const now = '2026-01-31T12:00:00.000Z'
const draft = { terms: { management: 'draft' } } as const

async function billed(
  database: TestDatabase,
  options: RuleOptions = {},
  by: 'person' | 'scheduler' = 'person',
): Promise<TestApi> {
  const api = await testApi(database, { now: instant(now) })
  const ctx = await ctxAt(database, now, api.account)
  await rules(ctx, 1, options)
  await bill(ctx, by)
  return api
}

/** As bytes: the harness reads answers as text. */
async function pdf(api: TestApi, headers: Record<string, string> = {}) {
  const {
    statusCode,
    headers: answered,
    rawPayload,
  } = await api.app.inject({
    url: '/v1/invoices/inv_1/pdf',
    headers: { authorization: `Bearer ${api.key}`, ...headers },
  })
  return { status: statusCode, headers: answered, bytes: rawPayload }
}

const texts = async (api: TestApi): Promise<string[]> => textsOfPdf((await pdf(api)).bytes).flat()

const digests = new Set<string>()

eachEngine('the PDF of an invoice', database => {
  test('is shown by a browser, under a name that says which it is', async () => {
    const api = await billed(database())
    const { status, headers, bytes } = await pdf(api)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/pdf')
    expect(headers['content-disposition']).toBe('inline; filename="fatura-1.pdf"')
    expect(textsOfPdf(bytes).flat()).toEqual(
      expect.arrayContaining(['nº 1', 'A receber', 'R$ 100,00', '31/01/2026', '10/02/2026']),
    )
  })

  test('is the same bytes until something changes: whoever has them is told so', async () => {
    const api = await billed(database())
    const first = await pdf(api)
    const etag = String(first.headers.etag)
    expect((await pdf(api)).bytes.equals(first.bytes)).toBe(true)
    const again = await pdf(api, { 'if-none-match': `"other", W/${etag}` })
    expect(again).toMatchObject({ status: 304, headers: { etag } })
    expect(again.bytes).toHaveLength(0)
    expect((await pdf(api, { 'if-none-match': '*' })).status).toBe(304)
    expect((await pdf(api, { 'if-none-match': '"other"' })).status).toBe(200)
    await api.post('/v1/receivables/rec_1/receive', { amountCents: 4_000, receivedOn: '2026-01-31', method: 'pix' })
    const changed = await pdf(api, { 'if-none-match': etag })
    expect(changed.status).toBe(200)
    expect(changed.headers.etag).not.toBe(etag)
    expect(textsOfPdf(changed.bytes).flat()).toEqual(
      expect.arrayContaining(['Recebida em parte', 'Pagamento de 40,00 em 31/01/2026, por Pix', 'em aberto: 60,00']),
    )
  })

  test('is the same on both engines', async () => {
    const { bytes } = await pdf(await billed(database()))
    digests.add(createHash('sha256').update(bytes).digest('hex'))
    expect(digests.size).toBe(1)
  })

  test('says of one that is not issued, blocked or cancelled that it is not to be paid', async () => {
    const api = await billed(database(), draft, 'scheduler')
    expect(await texts(api)).toEqual(expect.arrayContaining(['sem número', 'Fatura ainda não emitida', 'Parcelas previstas']))
    expect((await pdf(api)).headers['content-disposition']).toBe('inline; filename="fatura-inv_1.pdf"')
    await api.post('/v1/invoices/inv_1/adjustments', {
      kind: 'discount',
      amountCents: 500,
      reason: 'Cortesia',
      description: 'Abono',
    })
    await api.post('/v1/invoices/inv_1/comments', { body: 'Só entre nós' })
    await api.post('/v1/invoices/inv_1/block', { reason: 'Só entre nós' })
    const blocked = await texts(api)
    expect(blocked).toEqual(
      expect.arrayContaining(['Fatura bloqueada', 'Abono', 'Desconto por ajuste: Cortesia', '−5,00', 'R$ 95,00']),
    )
    await api.post('/v1/invoices/inv_1/approve')
    await api.post('/v1/invoices/inv_1/emit')
    await api.post('/v1/invoices/inv_1/cancel', { reason: 'Só entre nós' })
    const cancelled = await texts(api)
    expect(cancelled).toEqual(
      expect.arrayContaining(['nº 1', 'Cancelada', 'Fatura cancelada em 31/01/2026', 'Não deve ser paga.']),
    )
    expect([...blocked, ...cancelled].join('\n')).not.toContain('Só entre nós')
  })

  test('is nothing to another account, nor to a key without the area', async () => {
    const api = await billed(database())
    const other = await testApi(database())
    expect((await other.get('/v1/invoices/inv_1/pdf')).body).toMatchObject({ status: 404, code: 'not_found' })
    expect((await api.get('/v1/invoices/inv_2/pdf')).status).toBe(404)
    expect((await api.get('/v1/invoices/inv_1/pdf', { key: null })).status).toBe(401)
    expect((await api.get('/v1/invoices/inv_1/pdf', { key: await api.keyWith(['customers:read']) })).status).toBe(403)
    expect((await api.get('/v1/invoices/inv_1/pdf', { key: await api.keyWith(['invoices:read']) })).status).toBe(200)
  })
})
