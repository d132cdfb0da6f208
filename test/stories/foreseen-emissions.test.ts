import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

stories('what a preview foresees of invoices that were there before', database => {
  test('it tells apart what goes out, what waits for approval and what for a late customer, as the bill does after it', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-01-09')
    const from = '2026-01-10'
    // Billed by the scheduler: a draft waits for its person, one for approval, and weekly invoices until one is overdue.
    await shop.contract({ from, management: 'draft', price: '150' })
    await shop.contract({ from, approvalWanted: true, price: '70' })
    await shop.contract({ from, every: 1, unit: 'week', price: '20' }, { billWhileOverdue: false })
    await shop.until('2026-02-08')
    await shop.until('2026-02-20')

    const preview = await shop.preview()
    expect(preview.emissions).toMatchObject({
      ...{ due: 5, pending: 5, goingOut: 2, goingOutCents: 30_000 },
      ...{ awaitingApproval: 2, awaitingApprovalCents: 14_000, customerOverdue: 1, customerOverdueCents: 2_000 },
    })
    const going = await shop.items(preview, 'waits=false')
    expect(going.map(item => [item.kind, item.netCents, item.waits])).toEqual([
      ['emit', 15_000, null],
      ['emit', 15_000, null],
    ])
    const waiting = await shop.items(preview, 'waits=true')
    expect(waiting.map(item => item.waits).sort()).toEqual(['awaiting_approval', 'awaiting_approval', 'customer_overdue'])

    const billed = await shop.tellRun(preview, 'bill')
    expect(billed.emissions).toMatchObject({
      ...{ emitted: 2, emittedCents: 30_000, goingOut: 0, goingOutCents: 0 },
      ...{ awaitingApproval: 2, awaitingApprovalCents: 14_000, customerOverdue: 1, customerOverdueCents: 2_000 },
    })
    expect(await shop.items(billed, 'waits=false')).toEqual([])
  })
})
