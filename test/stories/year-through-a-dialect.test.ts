import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { instant } from '../../src/core/dates.ts'
import { eachEngine } from '../database/each-engine.ts'
import { type TestApi, testApi } from '../http/test-api.ts'
import { Receiver } from '../webhooks/receiver.ts'

const SECRET = 'um-segredo-que-o-cliente-ja-tinha'

eachEngine('a client of the vendor that Bordero replaces', database => {
  let receiver: Receiver
  let api: TestApi
  beforeEach(async () => {
    receiver = await Receiver.open()
    // Noon in São Paulo.
    api = await testApi(database(), { now: instant('2024-10-01T15:00:00.000Z') })
  })
  afterEach(() => receiver.goAway().catch(() => {}))

  /** In the vendor's words, as its client signs in. */
  const theirs = async (request: string, body?: unknown) => {
    const [method = '', path = ''] = request.split(' ')
    const { statusCode, body: text } = await api.app.inject({
      method: method as 'GET',
      url: `/api/v1${path}`,
      headers: { authorization: `Token token=${api.key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    })
    if (statusCode >= 300) throw new Error(`${request} answered ${statusCode}: ${text}`)
    if (method !== 'GET') await api.settle()
    return text === '' ? undefined : JSON.parse(text)
  }
  /** What the vendor has no address for. */
  const ours = async (path: string, body: unknown = {}) => {
    const reply = await api.post(path, body)
    if (reply.status >= 300) throw new Error(`${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`)
    await api.settle()
    return reply.body
  }
  const until = async (day: string) => {
    await api.moveClock(`${day}T15:00:00.000Z`)
    await api.settle()
  }

  it('bills a year, readjusts, receives, undoes, finds who is late and cancels, and its listener hears all of it in order', async () => {
    await ours('/v1/webhook-endpoints', { address: receiver.url, events: ['*'], form: 'fintera', secret: SECRET })

    const { organization } = await theirs('POST /organizations', { name: 'Prestadora Ltda', cnpj: '57.757.975/0001-86' })
    const { company } = await theirs('POST /companies', { company: { name: 'Cliente S.A.', cnpj: '55.391.268/0001-93' } })
    const { service_item: service } = await theirs('POST /service_items', { name: 'Suporte', description: 'Suporte mensal' })
    const { contract } = await theirs('POST /contracts', {
      kind: 'sale',
      name: 'Suporte',
      title: 'Suporte da loja',
      customer_id: company.id,
      customer_type: 'Company',
      supplier_id: organization.id,
      supplier_type: 'Company',
      init_date: '10/10/2024',
    })
    const template = await ours('/v1/invoice-templates', {
      organizationId: 'org_1',
      name: 'Suporte mensal',
      recurrence: { unit: 'month', every: 1 },
      management: 'draft',
      paymentMethod: 'boleto',
      description: 'Suporte de $MES_VENCIMENTO',
      due: { kind: 'fixed_day', day: 20 },
      lines: [{ serviceItemId: `svc_${service.id}`, unitPrice: '1000' }],
      details: { nfseBody: '$DESCRICAO' },
      readjustments: [{ serviceItemId: `svc_${service.id}`, index: 'igpm', everyMonths: 12 }],
    })
    const { invoice_rule: rule } = await theirs(`POST /contracts/${contract.id}/invoice_rules`, {
      invoice_rule: {
        invoice_template_id: numberIn(template.id),
        description: 'Suporte',
        issue_nfse: false,
        additional_information: { title: 'Suporte da loja', init_date: '10/10/2024', month_quantity: 1 },
        scheduled_updates: [
          {
            invoice_template_scheduled_update_id: numberIn(template.readjustments[0].id),
            init_date: '10/10/2025',
            month_quantity: 12,
            days_until_update: 10,
          },
        ],
      },
    })
    expect(rule).toMatchObject({ gross_value: '1000.0', scheduled_updates: [{ price_index: 'igpm', init_date: '2025-10-10' }] })
    // Nothing of that is among the nine: the listener has only been tried.
    expect(receiver.received.map(({ text }) => text)).toEqual(['{"test":true}'])

    const at = `/contracts/${contract.id}`
    const heard: string[] = []
    const billed: { id: number; gross_value: string; receivables: { id: number }[] }[] = []
    for (const month of months) {
      await until(`${month}-10`)
      const { invoices } = await theirs(`GET /organizations/${organization.id}/invoices/search?q[state_eq]=to_emit`)
      expect(invoices).toHaveLength(1)
      const [{ id }] = invoices
      if (month === months[0]) {
        await theirs(`PATCH ${at}/invoices/${id}`, { invoice: { description: 'Suporte, com a instalação' } })
        heard.push(`${id} update`)
      }
      await ours(`/v1/invoices/inv_${id}/emit`)
      const { invoice } = await theirs(`GET ${at}/invoices/${id}`)
      const [year, digits] = month.split('-')
      expect(invoice).toMatchObject({
        state: 'to_receive',
        issue_date: `10/${digits}/${year}`,
        receivables: [{ due_date: `20/${digits}/${year}`, state: 'to_receive' }],
      })
      billed.push(invoice)
      heard.push(`${id} emit`)
      const [due] = invoice.receivables
      const receivable = { received_value: invoice.gross_value, received_at: `10/${digits}/${year}` }
      await theirs(`PATCH ${at}/receivables/${due.id}/receive`, { receivable })
      heard.push(`${id} confirm_receival`)
    }
    // Twelve months at the price of the template, and from the day of the readjustment on by the IGP-M of 10/2024 to 09/2025.
    expect(billed.map(({ gross_value }) => gross_value)).toEqual([...Array(12).fill('1000.0'), '1028.28'])

    const last = billed.at(-1)
    const [owed] = last?.receivables ?? []
    const { receivable: undone } = await theirs(`PATCH ${at}/receivables/${owed?.id}/undo_receipt`)
    expect(undone.state).toBe('to_receive')
    heard.push(`${last?.id} undo_receival`)
    const late = async () => (await theirs(`GET ${at}/invoices/late`)).invoices.map(({ id }: { id: number }) => id)
    expect(await late()).toEqual([])
    await until('2025-10-22')
    expect(await late()).toEqual([last?.id])
    const found = async (query: string) =>
      (await theirs(`GET /organizations/${organization.id}/invoices/search?${query}`)).invoices.map(
        ({ id }: { id: number }) => id,
      )
    expect(await found('q[state_eq]=late')).toEqual([last?.id])
    // A word that is a state in one place is a text in another.
    expect(await found('q[description_eq]=late')).toEqual([])

    await ours(`/v1/invoices/inv_${last?.id}/cancel`, { reason: 'contrato encerrado' })
    heard.push(`${last?.id} cancel`)
    expect(await late()).toEqual([])
    const { invoices: cancelled } = await theirs(`GET /organizations/${organization.id}/invoices/search?q[state_eq]=cancelled`)
    expect(cancelled).toMatchObject([{ id: last?.id, state: 'cancelled', gross_value: '1028.28' }])

    expect(receiver.bodies.map(({ object_id, event }) => `${object_id} ${event}`)).toEqual(heard)
    expect(receiver.bodies.at(-1)).toEqual({
      event: 'cancel',
      object_type: 'Invoice',
      object_id: String(last?.id),
      contract_token: contract.token,
      contract_id: String(contract.id),
    })
    // Each after a ping of its own, and every request signed with the secret that both sides know.
    const texts = receiver.received.map(({ text }) => text)
    expect(texts.filter((_, i) => i % 2 === 1)).toEqual(Array(heard.length).fill('{"test":true}'))
    for (const { headers, text } of receiver.received) {
      const signature = createHmac('sha1', SECRET).update(`${headers['x-billimatic-requestid']}${text}`).digest('hex')
      expect(headers['x-billimatic-signature']).toBe(signature)
    }
    await prove()
  })

  /** Nothing is wrong with the account. */
  async function prove(): Promise<void> {
    const { id } = await ours('/v1/verifications', { full: true })
    const { state, result } = (await api.get(`/v1/verifications/${id}`)).body
    expect({ state, found: result?.found, findings: result?.findings }).toEqual({ state: 'done', found: {}, findings: [] })
  }
})

/** October to October. */
const months = Array.from({ length: 13 }, (_, k) => `${k < 3 ? 2024 : 2025}-${String(((9 + k) % 12) + 1).padStart(2, '0')}`)

function numberIn(id: string): number {
  return Number(id.replace(/^\w+_/, ''))
}
