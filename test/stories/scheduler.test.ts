import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

stories('the scheduler', database => {
  const schedulerRuns = async (shop: Shop) => (await shop.runs()).filter(run => run.cause === 'scheduler')

  test('bills and emits what is automatic, only bills drafts, and leaves what waits for a run', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-01-09')
    const from = '2026-01-10'
    const automatic = await shop.contract({ from })
    const draft = await shop.contract({ from, management: 'draft' })
    const onRequest = await shop.contract({ from, management: 'on_request' })
    await shop.until('2026-01-10')
    expect(await schedulerRuns(shop)).toMatchObject([{ day: '2026-01-10', state: 'done', outcomes: { emitted: 1, billed: 1 } }])
    expect((await shop.lastInvoice(automatic)).state).toBe('to_receive')
    expect((await shop.lastInvoice(draft)).state).toBe('to_emit')
    expect(await shop.ledger(onRequest)).toEqual([])

    // A run that a person starts bills and emits whatever the management.
    expect((await shop.bill()).outcomes).toEqual({ emitted: 2 })
    expect((await shop.lastInvoice(draft)).state).toBe('to_receive')
    expect((await shop.lastInvoice(onRequest)).state).toBe('to_receive')
  })

  test('lists nothing of a rule that bills when asked, however many of its periods are open', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-01-09')
    await shop.contract({ from: '2026-01-10', management: 'on_request' })
    await shop.until('2026-03-12')
    const runs = await schedulerRuns(shop)
    expect(runs.length).toBeGreaterThan(0)
    expect(runs.filter(({ counters }) => counters.due > 0)).toEqual([])
    expect((await shop.verification()).due).toEqual({ on_request: 3 })
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1, needs_catch_up: 2 })
  })

  test('emits an approved automatic invoice at once, and leaves an approved draft to its person', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-01-09')
    const wish = { from: '2026-01-10', approvalWanted: true }
    const automatic = await shop.contract(wish)
    const draft = await shop.contract({ ...wish, management: 'draft' })
    await shop.until('2026-01-10')
    const approve = async (of: typeof draft) => shop.post(`/v1/invoices/${(await shop.lastInvoice(of)).id}/approve`)
    expect((await approve(automatic)).state).toBe('to_receive')
    expect(await approve(draft)).toMatchObject({ state: 'to_emit', approval: 'approved' })
    await shop.until('2026-01-12')
    expect((await shop.lastInvoice(draft)).state).toBe('to_emit')
  })

  test('counts an invoice that waits as billed once, asks no number for it, and leaves it alone each day after', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-01-09')
    const from = '2026-01-10'
    const late = await shop.contract({ from, every: 1, unit: 'week' }, { billWhileOverdue: false })
    const approved = await shop.contract({ from, approvalWanted: true })
    await shop.contract({ from: '2026-01-15' })
    // The first weekly invoice is due on 10 February: from then on its customer is late, and the next one is held.
    await shop.until('2026-02-20')
    const runs = (await shop.all('/v1/billing-runs')).filter(run => run.cause === 'scheduler')
    const invoices = await shop.all('/v1/invoices')
    const sumOf = (cents: number[]) => cents.reduce((total, one) => total + one, 0)
    expect(invoices.map(one => one.heldBy).filter(held => held !== null)).toEqual(['customer_overdue'])
    expect((await shop.lastInvoice(approved)).approval).toBe('blocked')
    expect(sumOf(runs.map(run => run.totals.billedCents))).toBe(sumOf(invoices.map(one => one.netCents)))
    expect(sumOf(runs.map(run => run.counters.billed))).toBe(invoices.length)
    expect(sumOf(runs.map(run => run.emissions.due))).toBe(0)
    const numbers = invoices.flatMap(one => one.number ?? []).sort((a, b) => a - b)
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
    expect((await shop.lastInvoice(late)).number).toBeNull()

    // Whoever starts a run is told of what waits, beside what is billed.
    const run = await shop.bill()
    expect(run.counters).toMatchObject({ due: 0, billed: 0 })
    expect(run.totals).toMatchObject({ billedCents: 0, notBilledCents: 0 })
    expect(run.emissions).toMatchObject({ due: 3, emitted: 0, notEmitted: 3 })
    expect(run.outcomes).toEqual({ awaiting_approval: 2, customer_overdue: 1 })
    const waiting = await shop.all(`/v1/billing-runs/${run.id}/items?kind=emit&class=not_billed`)
    expect(waiting.map(item => item.sentence)).toEqual(expect.arrayContaining([expect.stringContaining('continua bloqueada')]))
  })

  test('bills each organization at its own hour of its own zone, once a day', async () => {
    // Noon in São Paulo is ten in Rio Branco, which is two hours behind.
    const shop = await Shop.openWithScheduler(database(), '2026-01-09', { billingHour: 9 })
    const north = await shop.post('/v1/organizations', {
      legalName: 'Filial Norte Ltda',
      cnpj: '11222333000181',
      taxRegime: 'simples_nacional',
      timeZone: 'America/Rio_Branco',
      billingHour: 9,
    })
    const mornings = async () => (await schedulerRuns(shop)).map(run => run.day)
    await shop.api.moveClock('2026-01-10T11:59:59Z')
    expect(await mornings()).toEqual([])
    await shop.api.moveClock('2026-01-10T12:00:00Z')
    expect(await mornings()).toEqual(['2026-01-10'])
    await shop.api.settle()
    await shop.api.moveClock('2026-01-10T14:00:00Z')
    expect(await mornings()).toEqual(['2026-01-10', '2026-01-10'])
    const runs = await shop.all('/v1/billing-runs')
    expect(new Set(runs.map(run => run.organization))).toEqual(new Set([shop.organizationId, north.id]))
    await shop.api.moveClock('2026-01-11T11:00:00Z')
    expect(await mornings()).toHaveLength(2)
  })

  test('whose server was up bills forty days one after the other', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-03-01')
    const contract = await shop.contract({ unit: 'week' })
    await shop.bill()
    await shop.until('2026-04-10')
    const invoices = await shop.invoices(contract)
    expect(invoices.map(invoice => invoice.issueOn)).toEqual([
      '2026-03-01',
      '2026-03-08',
      '2026-03-15',
      '2026-03-22',
      '2026-03-29',
      '2026-04-05',
    ])
    expect(invoices.every(invoice => invoice.issueOn === invoice.scheduledOn)).toBe(true)
  })

  test('whose server was off for forty days bills the latest period, and the others wait to be chosen', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-03-01')
    const weekly = await shop.contract({ unit: 'week' })
    const monthly = await shop.contract()
    await shop.bill()
    await shop.untilWithoutServer('2026-04-10')
    await shop.api.settle()
    expect(await schedulerRuns(shop)).toMatchObject([
      { day: '2026-04-10', state: 'done', outcomes: { emitted: 2, needs_catch_up: 4 } },
    ])
    expect(await shop.ledger(weekly)).toEqual([
      '2026-03-01 billed',
      '2026-03-08 open',
      '2026-03-15 open',
      '2026-03-22 open',
      '2026-03-29 open',
      '2026-04-05 billed',
    ])
    expect(await shop.ledger(monthly)).toEqual(['2026-03-01 billed', '2026-04-01 billed'])
    expect((await shop.lastInvoice(weekly)).issueOn).toBe('2026-04-10')

    await shop.until('2026-04-11')
    expect((await schedulerRuns(shop)).at(-1)?.outcomes).toEqual({ needs_catch_up: 4 })
    expect((await shop.bill({ filters: { contracts: [weekly.id], catchUp: true } })).outcomes).toEqual({ emitted: 4 })
    expect((await shop.ledger(weekly)).filter(row => row.endsWith('open'))).toEqual([])
  })

  test('sends out a held invoice once its customer is late no more in another way than by paying', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-01-05')
    const contract = await shop.contract({}, { billWhileOverdue: false })
    await shop.bill()
    await shop.until('2026-02-05')
    const [first, held] = await shop.invoices(contract)
    expect(held).toMatchObject({ state: 'to_emit', heldBy: 'customer_overdue' })
    const { id, version } = first.receivables[0]
    await shop.api.patch(`/v1/receivables/${id}`, { dueOn: '2026-02-20', reason: 'Acordo' }, { version })
    expect((await shop.invoice(held.id)).state).toBe('to_receive')
  })
})
