import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('a billing run', database => {
  const contracts = async (shop: Shop, count: number, wish: Record<string, unknown> = {}): Promise<Agreement[]> => {
    const made: Agreement[] = []
    for (let i = 0; i < count; i++) made.push(await shop.contract(wish))
    return made
  }

  test('beside another one at the same time bills each period once', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    await contracts(shop, 12)
    const started = [await shop.post('/v1/billing-runs'), await shop.post('/v1/billing-runs')]
    await Promise.all([shop.api.settle(), shop.api.settle()])
    const both = await Promise.all(started.map(run => shop.run(run.id)))
    expect(both.map(run => run.state)).toEqual(['done', 'done'])
    expect(both.reduce((total, run) => total + (run.outcomes.emitted ?? 0), 0)).toBe(12)
    expect(await shop.all('/v1/invoices')).toHaveLength(12)
    expect((await shop.bill()).counters.due).toBe(0)
  })

  test('asked for twice with one key is one run', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const ask = () => shop.api.post('/v1/billing-runs', {}, { once: 'hoje' })
    expect((await ask()).body.id).toBe((await ask()).body.id)
    expect(await shop.runs()).toHaveLength(1)
  })

  test('parks one poisoned contract among 500, and mended it is the only one that is tried again', async () => {
    const shop = await Shop.open(database(), '2026-01-31')
    await shop.importContracts(500)
    const { account } = shop.api
    await database().asOwner(owner =>
      owner.query(
        `alter table invoice_line add constraint story_${account} check (account_id <> ${account} or description <> 'veneno')`,
      ),
    )
    const poisoned = await shop.contractOf('C-333')
    const [line] = (await shop.get(`/v1/invoice-rules/${poisoned.ruleId}`)).terms.lines
    const say = (description: string) =>
      shop.changeTerms(poisoned, { lines: [{ serviceItemId: line.serviceItemId, unitPrice: '100', description }] })
    await say('veneno')
    const run = await shop.bill()
    expect(run).toMatchObject({ state: 'error', outcomes: { emitted: 499, failed: 1 }, counters: { billed: 499, parked: 1 } })
    const [parked] = await shop.items(run, 'class=parked')
    expect(parked).toMatchObject({ rule: poisoned.ruleId, outcome: 'failed', detail: { sqlState: '23514' } })
    expect((await shop.bill()).outcomes).toEqual({ failed: 1 })

    await say('Suporte')
    expect(await shop.tellRun(run, 'retry')).toMatchObject({ state: 'done', outcomes: { emitted: 500 } })
    const invoices = await shop.all('/v1/invoices')
    expect(new Set(invoices.map(invoice => invoice.ruleId)).size).toBe(500)
    expect(invoices).toHaveLength(500)
    await database().asOwner(owner => owner.query(`alter table invoice_line drop constraint story_${account}`))
  })

  test('leaves out a customer without a tax id, and bills it once it has one', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const customerId = await shop.customer({ taxId: null })
    await shop.contract({}, { customerId })
    const run = await shop.bill()
    expect(run.outcomes).toEqual({ invalid_tax_id: 1 })
    await shop.api.patch(`/v1/customers/${customerId}`, { taxId: '52998224725' }, { version: 1 })
    expect((await shop.tellRun(run, 'retry')).outcomes).toEqual({ emitted: 1 })
    expect(await shop.api.post(`/v1/billing-runs/${run.id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'nothing_to_retry' },
    })
  })

  test('makes and blocks what wants approval; approved, it goes out', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({ approvalWanted: true })
    expect((await shop.bill()).outcomes).toEqual({ awaiting_approval: 1 })
    const { id, state, approval } = await shop.lastInvoice(contract)
    expect([state, approval]).toEqual(['to_emit', 'blocked'])
    expect(await shop.refusal(`/v1/invoices/${id}/emit`)).toMatchObject({ status: 409, code: 'awaiting_approval' })
    expect((await shop.bill()).outcomes).toEqual({ awaiting_approval: 1 })
    await shop.until('2026-01-15')
    expect(await shop.post(`/v1/invoices/${id}/approve`)).toMatchObject({ state: 'to_receive', issueOn: '2026-01-15', number: 1 })
  })

  test('bills ahead of its day only what is asked for, and that day finds it billed', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({ from: '2026-02-10' })
    const filters = { contracts: [contract.id] }
    expect((await shop.bill()).outcomes).toEqual({})
    expect((await shop.bill({ filters })).outcomes).toEqual({ not_yet_due: 1 })
    expect((await shop.bill({ filters: { ...filters, ahead: true } })).outcomes).toEqual({ emitted: 1 })
    expect(await shop.lastInvoice(contract)).toMatchObject({ scheduledOn: '2026-02-10', issueOn: '2026-01-10' })
    await shop.until('2026-02-10')
    expect((await shop.bill()).outcomes).toEqual({})
    expect((await shop.bill({ filters })).outcomes).toEqual({ already_billed: 1 })
  })

  test('ahead of its day bills one more than what is due, and leaves out none of that', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const ahead = { filters: { contracts: [contract.id], ahead: true } }
    expect((await shop.bill(ahead)).outcomes).toEqual({ emitted: 2 })
    expect(await shop.ledger(contract)).toEqual(['2026-01-10 billed', '2026-02-10 billed'])
    // What was billed ahead and is given back comes before what never was.
    const { id } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/redraft`, { reason: 'Outro valor' })
    expect((await shop.bill(ahead)).outcomes).toEqual({ emitted: 1 })
    expect(await shop.ledger(contract)).toEqual(['2026-01-10 billed', '2026-02-10 billed'])
    await shop.until('2026-02-10')
    expect((await shop.bill()).outcomes).toEqual({})
  })

  test('ahead of its day what an event waits for is on the invoice that is due', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.event(contract, { amountCents: 500 })
    const previewed = await shop.preview({ filters: { contracts: [contract.id], ahead: true } })
    expect((await shop.items(previewed)).map(({ periodStart, netCents }) => [periodStart, netCents])).toEqual([
      ['2026-01-10', 10_500],
      ['2026-02-10', 10_000],
    ])
    expect((await shop.tellRun(previewed, 'bill')).outcomes).toEqual({ emitted: 2 })
  })

  test('ahead of its day bills nothing of whom nobody named', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    await shop.contract()
    for (const filters of [{ ahead: true }, { ahead: true, customers: [await shop.customer()] }]) {
      expect(await shop.refusal('/v1/billing-runs', { preview: true, filters })).toMatchObject({
        status: 422,
        code: 'ahead_of_all',
        faults: [{ path: '/filters/ahead' }],
      })
    }
    expect(await shop.all('/v1/invoices')).toEqual([])
  })

  test('for an earlier day bills what was due by then; a day that has not come is refused', async () => {
    const shop = await Shop.open(database(), '2026-01-05')
    const early = await shop.contract()
    const late = await shop.contract({ from: '2026-01-20' })
    await shop.until('2026-01-20')
    expect((await shop.bill({ day: '2026-01-19' })).outcomes).toEqual({ emitted: 1 })
    expect([await shop.ledger(early), await shop.ledger(late)]).toEqual([['2026-01-05 billed'], []])
    expect(await shop.refusal('/v1/billing-runs', { day: '2026-01-21' })).toMatchObject({
      status: 422,
      code: 'day_in_the_future',
      faults: [{ path: '/day' }],
    })
  })
})

stories('a preview of a day to come', database => {
  test('shows each period that comes until then, and what will wait for somebody to choose it', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const other = await shop.contract({ from: '2026-03-01' })
    await shop.event(contract, { amountCents: 500, firstMonth: '2026-03' })
    await shop.until('2026-02-10')
    const forecast = await shop.preview({ day: '2026-03-31' })
    expect(forecast).toMatchObject({ state: 'previewed', forecast: true, day: '2026-03-31' })
    const seen = (await shop.items(forecast)).map(item => [item.contract.id, item.periodStart, item.netCents, item.outcome])
    expect(seen).toEqual([
      [contract.id, '2026-01-10', 10_000, 'needs_catch_up'],
      [contract.id, '2026-02-10', 10_000, null],
      [contract.id, '2026-03-10', 10_500, null],
      [other.id, '2026-03-01', 10_000, null],
    ])
  })

  test('is never billed, not even when that day has come', async () => {
    const shop = await Shop.open(database(), '2026-01-09')
    await shop.contract({ from: '2026-01-10' })
    const { id } = await shop.preview({ day: '2026-01-10' })
    const refused = { status: 409, code: 'preview_of_future_day' }
    expect(await shop.refusal(`/v1/billing-runs/${id}/bill`)).toMatchObject(refused)
    await shop.until('2026-01-10')
    expect(await shop.refusal(`/v1/billing-runs/${id}/bill`)).toMatchObject(refused)
    expect(await shop.all('/v1/invoices')).toEqual([])
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1 })
  })

  test('looks a year ahead, and no further', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    expect(await shop.preview({ day: '2027-01-10' })).toMatchObject({ forecast: true })
    expect(await shop.refusal('/v1/billing-runs', { preview: true, day: '2027-01-11' })).toMatchObject({
      status: 422,
      code: 'day_too_far',
      faults: [{ path: '/day' }],
    })
    expect(await shop.preview({ day: '2026-01-10' })).toMatchObject({ forecast: false })
  })
})

stories('a run that is stopped', database => {
  test('is not paused while it decides what is due; paused later, it goes on where it was', async () => {
    const shop = await Shop.open(database(), '2026-01-10', { runMaxInvoices: 1 })
    for (let i = 0; i < 2; i++) await shop.contract()
    const { id } = await shop.post('/v1/billing-runs')
    expect(await shop.refusal(`/v1/billing-runs/${id}/pause`)).toMatchObject({ status: 409, code: 'run_state' })
    await shop.api.settle()
    await shop.post(`/v1/billing-runs/${id}/resume`)
    expect(await shop.tellRun({ id }, 'pause')).toMatchObject({ state: 'paused', pauseReason: 'paused_by_person' })
    expect(await shop.all('/v1/invoices')).toEqual([])
    expect(await shop.tellRun({ id }, 'resume')).toMatchObject({ state: 'done', outcomes: { emitted: 2 } })
  })

  test('cancelled, its periods stay open for another run', async () => {
    const shop = await Shop.open(database(), '2026-01-10', { runMaxInvoices: 1 })
    const contract = await shop.contract()
    await shop.contract()
    const run = await shop.bill()
    expect(run.state).toBe('paused')
    expect(await shop.tellRun(run, 'cancel')).toMatchObject({ state: 'cancelled', outcomes: { run_cancelled: 2 } })
    expect((await shop.bill({ filters: { contracts: [contract.id] } })).outcomes).toEqual({ emitted: 1 })
    expect(await shop.api.post(`/v1/billing-runs/${run.id}/resume`)).toMatchObject({ status: 409, body: { code: 'run_state' } })
  })

  test('by the bounds of its organization, before its first invoice, until a person lets it go on', async () => {
    const shop = await Shop.open(database(), '2026-01-10', { runMaxInvoices: 2 })
    for (let i = 0; i < 3; i++) await shop.contract()
    const run = await shop.bill()
    expect(run).toMatchObject({ state: 'paused', pauseReason: 'above_run_bounds', counters: { pending: 3, billed: 0 } })
    expect(await shop.all('/v1/invoices')).toEqual([])
    expect(await shop.tellRun(run, 'resume')).toMatchObject({ state: 'done', outcomes: { emitted: 3 } })
  })

  test('by the total that its organization allows', async () => {
    const shop = await Shop.open(database(), '2026-01-10', { runMaxTotalCents: 25_000 })
    for (let i = 0; i < 3; i++) await shop.contract()
    expect(await shop.bill()).toMatchObject({ state: 'paused', pauseReason: 'above_run_bounds' })
  })

  test('by what was allowed while a person had it paused', async () => {
    const shop = await Shop.open(database(), '2026-01-10', { runMaxInvoices: 3 })
    for (let i = 0; i < 2; i++) await shop.contract()
    for (let i = 0; i < 2; i++) await shop.contract({ maxAmountCents: 5_000 })
    const run = await shop.bill()
    expect(run.outcomes).toEqual({ emitted: 2, above_safety_bound: 2 })
    const [one, other] = await shop.items(run, 'outcome=above_safety_bound')
    const tell = (verb: string) => shop.post(`/v1/billing-runs/${run.id}/${verb}`)
    expect(await tell(`items/${one.item}/allow`)).toMatchObject({ state: 'running' })
    await tell('pause')
    expect(await tell(`items/${other.item}/allow`)).toMatchObject({ state: 'paused', pauseReason: 'paused_by_person' })
    expect(await shop.tellRun(run, 'resume')).toMatchObject({ state: 'paused', pauseReason: 'above_run_bounds' })
    expect(await shop.all('/v1/invoices')).toHaveLength(2)
    expect(await shop.tellRun(run, 'resume')).toMatchObject({ state: 'done', outcomes: { emitted: 4 } })
  })

  test('by invoices that were made before and would go out with it', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-01-09')
    for (let i = 0; i < 3; i++) await shop.contract({ from: '2026-01-10', management: 'draft' })
    await shop.until('2026-01-10')
    const organization = `/v1/organizations/${shop.organizationId}`
    await shop.api.patch(organization, { runMaxTotalCents: 25_000 }, { version: 1 })
    const run = await shop.bill()
    expect(run).toMatchObject({ state: 'paused', pauseReason: 'above_run_bounds' })
    expect(await shop.tellRun(run, 'resume')).toMatchObject({ state: 'done', outcomes: { emitted: 3 } })
    await shop.prove()
  })
})

stories('the bounds of a rule', database => {
  test('an amount beyond the maximum waits until somebody allows it, and the others do not wait', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({ maxAmountCents: 15_000 })
    await shop.contract({ maxAmountCents: 15_000 })
    await shop.event(contract, { amountCents: 10_000 })
    const run = await shop.bill()
    expect(run).toMatchObject({ state: 'done', outcomes: { above_safety_bound: 1, emitted: 1 } })
    const [held] = await shop.items(run, 'outcome=above_safety_bound')
    expect(held).toMatchObject({
      contract: { id: contract.id },
      netCents: 20_000,
      detail: { bound: 'maxAmountCents', limit: 15_000 },
    })
    expect(await shop.tellRun(run, `items/${held.item}/allow`)).toMatchObject({ state: 'done', outcomes: { emitted: 2 } })
    expect((await shop.lastInvoice(contract)).netCents).toBe(20_000)
    expect(await shop.api.post(`/v1/billing-runs/${run.id}/items/${held.item}/allow`)).toMatchObject({
      status: 409,
      body: { code: 'item_not_held' },
    })
  })

  test('growth is measured against the last invoice', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({ maxGrowthPercent: '50' })
    await shop.bill()
    await shop.event(contract, { amountCents: 5_000, firstMonth: '2026-02' })
    await shop.event(contract, { amountCents: 12_501, firstMonth: '2026-03' })
    await shop.until('2026-02-10')
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1 }) // 150 after 100: exactly the half more
    await shop.until('2026-03-10')
    expect((await shop.bill()).outcomes).toEqual({ above_safety_bound: 1 }) // 225,01 after 150
  })
})

stories('a preview', database => {
  test('shows what would be billed and binds nothing; billed, it is exactly that', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const changed = await shop.contract()
    const kept = await shop.contract({ price: '70' })
    const preview = await shop.preview()
    expect(preview).toMatchObject({ state: 'previewed', totals: { plannedCents: 17_000 } })
    expect((await shop.items(preview)).map(item => [item.contract.id, item.netCents])).toEqual([
      [changed.id, 10_000],
      [kept.id, 7_000],
    ])
    expect(await shop.all('/v1/invoices')).toEqual([])

    await shop.event(changed, { amountCents: 100 })
    const hash = `/v1/billing-runs/${preview.id}/bill`
    expect(await shop.refusal(hash, { planHash: 'outro' })).toMatchObject({ status: 409, code: 'plan_hash_differs' })
    const billed = await shop.tellRun(preview, 'bill', { planHash: preview.planHash })
    expect(billed).toMatchObject({ state: 'done', outcomes: { changed_since_preview: 1, emitted: 1 } })
    expect((await shop.items(billed, 'class=not_billed'))[0].detail).toEqual({
      now: 'billed',
      netCents: 10_100,
      seenNetCents: 10_000,
    })
    expect(await shop.ledger(changed)).toEqual([])
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1 })
    expect((await shop.lastInvoice(changed)).netCents).toBe(10_100)
  })

  test('of what another run billed meanwhile bills nothing twice', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const preview = await shop.preview()
    await shop.bill()
    expect((await shop.tellRun(preview, 'bill')).outcomes).toEqual({ changed_since_preview: 1 })
    expect(await shop.invoices(contract)).toHaveLength(1)
  })

  test('expires after a day', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    await shop.contract()
    const preview = await shop.preview()
    await shop.api.moveClock('2026-01-11T14:59:59Z')
    expect((await shop.run(preview.id)).state).toBe('previewed')
    await shop.api.moveClock('2026-01-11T15:00:00Z')
    expect((await shop.run(preview.id)).state).toBe('expired')
    expect(await shop.refusal(`/v1/billing-runs/${preview.id}/bill`)).toMatchObject({ status: 409, code: 'preview_expired' })
  })

  test('is not billed after its day, though no server was up to see it expire', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const preview = await shop.preview()
    await shop.untilWithoutServer('2026-01-12')
    expect((await shop.run(preview.id)).state).toBe('previewed')
    expect(await shop.refusal(`/v1/billing-runs/${preview.id}/bill`)).toMatchObject({ status: 409, code: 'preview_expired' })
    expect(await shop.invoices(contract)).toEqual([])
  })

  test('of several periods whose event came later bills none of them: the event belongs on the first invoice that is made', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.until('2026-03-10')
    const preview = await shop.preview({ filters: { catchUp: true } })
    expect(preview.totals.plannedCents).toBe(30_000)
    await shop.event(contract, { amountCents: 500 })
    // In January it would be another invoice than was seen. Neither may February go out without it: that would be the next one made.
    expect((await shop.tellRun(preview, 'bill')).outcomes).toEqual({ changed_since_preview: 3 })
    await shop.prove()
    expect((await shop.bill({ filters: { catchUp: true } })).outcomes).toEqual({ emitted: 3 })
    expect((await shop.invoices(contract)).map(({ netCents }) => netCents)).toEqual([10_500, 10_000, 10_000])
  })

  test('flags what differs much from the last invoice', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.contract()
    await shop.bill()
    await shop.event(contract, { amountCents: 3_100 })
    await shop.until('2026-02-10')
    const preview = await shop.preview()
    expect(await shop.items(preview, 'unusual=true')).toMatchObject([
      { contract: { id: contract.id }, previousNetCents: 10_000, differenceCents: 3_100, differencePercent: '31.0' },
    ])
  })
})

stories('a customer who is late', database => {
  const lateSince = async (
    open: 'open' | 'openWithScheduler',
    wish: Record<string, unknown> = {},
  ): Promise<[Shop, Agreement]> => {
    const shop = await Shop[open](database(), '2026-01-05')
    const contract = await shop.contract(wish, { billWhileOverdue: false })
    await shop.bill()
    await shop.until('2026-02-05') // the invoice of January was due on 12 January: the 10th is a Saturday
    return [shop, contract]
  }

  test('gets the next invoice made, but not emitted, until the late one is paid', async () => {
    const [shop, contract] = await lateSince('open')
    expect((await shop.bill()).outcomes).toEqual({ customer_overdue: 1 })
    const [first, held] = await shop.invoices(contract)
    expect(held).toMatchObject({ state: 'to_emit', heldBy: 'customer_overdue' })
    await shop.until('2026-02-07')
    await shop.pay(first, 10_000)
    expect(await shop.invoice(held.id)).toMatchObject({ state: 'to_receive', heldBy: null, issueOn: '2026-02-07' })
  })

  test('may be sent it by a person, with a reason', async () => {
    const [shop, contract] = await lateSince('open')
    await shop.bill()
    const { id } = await shop.lastInvoice(contract)
    expect(await shop.refusal(`/v1/invoices/${id}/emit`)).toMatchObject({ status: 409, code: 'customer_overdue' })
    expect((await shop.post(`/v1/invoices/${id}/emit`, { reason: 'Combinado' })).state).toBe('to_receive')
  })

  test('is not late on a weekend or before the next business day has passed', async () => {
    const shop = await Shop.open(database(), '2026-01-05')
    await shop.contract({ due: { kind: 'day_quantity', days: 5 } }, { billWhileOverdue: false }) // Saturday 10 January
    const contract = await shop.contract({ unit: 'week', from: '2026-01-12' }, { billWhileOverdue: false })
    await shop.bill()
    await shop.until('2026-01-12')
    expect((await shop.bill({ filters: { contracts: [contract.id] } })).outcomes).toEqual({ emitted: 1 })
  })

  test('who pays has a draft no longer held, and its person still decides', async () => {
    const [shop, contract] = await lateSince('openWithScheduler', { management: 'draft' })
    const [first, second] = await shop.invoices(contract)
    expect([first.state, second.state, second.heldBy]).toEqual(['to_receive', 'to_emit', null])
    await shop.pay(first, 10_000)
    expect(await shop.invoice(second.id)).toMatchObject({ state: 'to_emit', heldBy: null })
  })
})
