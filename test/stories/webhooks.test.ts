import { afterEach, beforeEach, expect, it } from 'vitest'
import { Receiver } from '../webhooks/receiver.ts'
import { Shop, stories } from './story.ts'

const HOUR = 3_600_000

stories('whoever is told of invoices', database => {
  let receiver: Receiver
  beforeEach(async () => {
    receiver = await Receiver.open()
  })
  afterEach(() => receiver.goAway().catch(() => {}))

  const listen = (shop: Shop, form = 'fintera') =>
    shop.post('/v1/webhook-endpoints', { address: receiver.url, events: ['invoice.*'], form })
  const settled = async (shop: Shop) => {
    await shop.api.settle()
    return receiver.bodies.map(({ event }) => event)
  }
  const later = async (shop: Shop, hours: number) => {
    const { now } = await shop.get('/v1/sandbox/clock')
    await shop.api.moveClock(new Date(Date.parse(now) + hours * HOUR).toISOString())
  }

  it('hears of every turn of an invoice, in order, each after a ping, in the words of the seed', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    await listen(shop)
    const contract = await shop.contract({ management: 'draft' })
    await shop.bill()
    await shop.api.settle()
    // That there is a new invoice is none of the nine.
    const invoice = await shop.lastInvoice(contract)
    const heard = receiver.bodies.length
    if (invoice.state === 'to_emit') await shop.post(`/v1/invoices/${invoice.id}/emit`)
    const emitted = await shop.invoice(invoice.id)
    const { receipts } = await shop.pay(emitted, 10_000)
    expect(receipts).toHaveLength(1)
    const [{ id: receivableId }] = emitted.receivables
    await shop.post(`/v1/receivables/${receivableId}/receipts/${receipts[0].id}/undo`, { reason: 'engano' })
    await shop.post(`/v1/invoices/${invoice.id}/undo-emission`)
    await shop.post(`/v1/invoices/${invoice.id}/emit`)
    await shop.post(`/v1/invoices/${invoice.id}/cancel`, { reason: 'engano' })
    await shop.post(`/v1/invoices/${invoice.id}/undo-cancellation`)
    expect(await settled(shop)).toEqual([
      'emit',
      'confirm_receival',
      'undo_receival',
      'undo_emission',
      'emit',
      'cancel',
      'undo_cancellation',
    ])
    expect(heard).toBeLessThanOrEqual(1)
    // The registration's test, and one ping before each body.
    expect(receiver.received.filter(({ text }) => text === '{"test":true}')).toHaveLength(1 + 7)
    const { token } = await tokenOf(shop, contract.id)
    expect(token).toMatch(/^[0-9a-f]{32}$/)
    const id = invoice.id.replace('inv_', '')
    expect(receiver.received.at(-1)?.text).toBe(
      `{"event":"undo_cancellation","object_type":"Invoice","object_id":"${id}","contract_token":"${token}","contract_id":"${contract.id.replace('ctr_', '')}"}`,
    )
  })

  it('hears of a change of plan in the words that the seed has for it', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { organizationId, serviceItemId } = shop
    await shop.post('/v1/webhook-endpoints', { address: receiver.url, events: ['contract.change_plan'], form: 'fintera' })
    const plan = { organizationId, serviceItemId, price: '31' }
    const first = await shop.post('/v1/plans', { ...plan, name: 'Um' })
    const other = await shop.post('/v1/plans', { ...plan, name: 'Dois' })
    const { id } = await shop.post('/v1/subscriptions', { planId: first.id, customerId: await shop.customer() })
    await shop.post(`/v1/subscriptions/${id}/change-plan`, { planId: other.id })
    await shop.api.settle()
    const { token } = await tokenOf(shop, (await shop.get(`/v1/subscriptions/${id}`)).contractId)
    expect(receiver.received.map(({ text }) => text)).toEqual([
      '{"test":true}',
      '{"test":true}',
      `{"event":"change_plan","plan_id":"${other.id.replace(/^\w+_/, '')}","contract_token":"${token}"}`,
    ])
  })

  it('is sent no body while its ping fails, and then everything in order', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { id } = await listen(shop)
    const [one, other] = [await shop.contract(), await shop.contract()]
    await shop.api.settle()
    receiver.manner = () => 500
    await shop.bill()
    expect(receiver.bodies).toEqual([])
    for (const contract of [one, other]) {
      const invoice = await shop.lastInvoice(contract)
      await shop.post(`/v1/invoices/${invoice.id}/cancel`, { reason: 'engano' })
    }
    await shop.api.settle()
    expect(receiver.bodies).toEqual([])
    const { data } = await shop.get(`/v1/webhook-deliveries?endpointId=${id}&state=waiting`)
    const first = await shop.get(`/v1/webhook-deliveries/${data.at(-1).id}`)
    expect(first).toMatchObject({ attempts: 1, failures: 1, tries: [{ outcome: 'ping_refused', status: 500 }] })

    receiver.manner = () => 200
    await later(shop, 2.3)
    for (const contract of [one, other]) {
      const invoice = await shop.lastInvoice(contract)
      const heard = receiver.bodies.filter(({ object_id }) => object_id === invoice.id.replace('inv_', ''))
      expect(heard.map(({ event }) => event)).toEqual(['emit', 'cancel'])
    }
  })

  it('is told again at about 2, 6, 12, 24 and 48 hours, and then no more; the next version comes all the same', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    await listen(shop)
    const contract = await shop.contract()
    receiver.manner = ({ body }) => (body.event === 'emit' ? 201 : 200)
    await shop.bill()
    const { id } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'engano' })
    for (const hours of [2.3, 4.5, 6.7, 13.3]) await later(shop, hours)
    expect(await settled(shop)).toEqual(['emit', 'emit', 'emit', 'emit', 'emit'])
    await later(shop, 27)
    expect(await settled(shop)).toEqual(['emit', 'emit', 'emit', 'emit', 'emit', 'emit', 'cancel'])
  })

  it('hears of a month that passes while the clock is moved, each thing at its instant', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-01-10')
    await listen(shop, 'standard')
    await shop.contract()
    await shop.until('2026-03-15')
    expect(receiver.bodies.map(({ type, timestamp }) => `${timestamp.slice(0, 10)} ${type}`)).toEqual([
      '2026-01-11 invoice.emit',
      '2026-02-10 invoice.emit',
      '2026-03-10 invoice.emit',
    ])
    const { data } = await shop.get('/v1/webhook-deliveries?state=delivered')
    expect(data.map(({ createdAt, endedAt }: { createdAt: string; endedAt: string }) => createdAt === endedAt)).toEqual([
      true,
      true,
      true,
    ])
  })
})

async function tokenOf(shop: Shop, contractId: string): Promise<{ token: string }> {
  const { rows } = await shop.database.asOwner(owner =>
    owner.query('select token from contract where account_id = $1 and id = $2', [
      shop.api.account,
      Number(contractId.replace('ctr_', '')),
    ]),
  )
  return { token: String(rows[0]?.token) }
}
