import { describe, expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

// The board of contracts is a reading of the ledger: what stands in "faturar hoje" is what a run of that day lists, and nothing else.

interface Item {
  contract: { id: string }
  kind: string
  plan: unknown
  class: string
  outcome: string | null
}

const columnNames = ['due_today', 'expiring', 'billed_this_month', 'suspended', 'ended']

async function columnOf(shop: Shop, column: string) {
  return shop.all(`/v1/contracts/kanban/${column}`)
}

/** Column by contract, and that the counts say the same. */
async function boardOf(shop: Shop): Promise<Map<string, string>> {
  const standing = new Map<string, string>()
  const counts = await shop.get('/v1/contracts/kanban')
  for (const column of columnNames) {
    const cards = await columnOf(shop, column)
    expect(counts.columns.find((one: { column: string }) => one.column === column).contracts).toBe(cards.length)
    for (const card of cards) {
      expect(standing.has(card.contract.id)).toBe(false)
      expect(card.reason.sentence).toMatch(/^\p{Lu}.+\.$/u)
      standing.set(card.contract.id, column)
    }
  }
  return standing
}

/** Contracts of what a run of today lists. A period that begins in a suspension that still lasts is only closed, or kept. */
async function listedByARun(shop: Shop, stillSuspended: ReadonlySet<string>): Promise<string[]> {
  const run = await shop.preview()
  const items: Item[] = await shop.items(run)
  const isOnlyKept = (item: Item) =>
    stillSuspended.has(item.contract.id) &&
    item.kind === 'bill' &&
    item.plan === null &&
    (item.outcome === null || item.outcome === 'contract_suspended')
  return [...new Set(items.filter(item => !isOnlyKept(item)).map(item => item.contract.id))].sort()
}

stories('the kanban of contracts', database => {
  test('a contract goes from due to billed to nothing, and to due again', async () => {
    const shop = await Shop.open(database(), '2026-03-10')
    const monthly = await shop.contract()
    const draft = await shop.contract({}, { state: 'draft' })
    expect(await boardOf(shop)).toEqual(new Map([[monthly.id, 'due_today']]))
    const [card] = await columnOf(shop, 'due_today')
    expect(card).toMatchObject({
      label: 'Faturar hoje',
      today: '2026-03-10',
      reason: { code: 'period_due' },
      due: [{ kind: 'period', rule: monthly.ruleId, periodStart: '2026-03-10', netCents: 10_000 }],
    })

    await shop.bill()
    expect(await boardOf(shop)).toEqual(new Map([[monthly.id, 'billed_this_month']]))
    await shop.until('2026-04-01')
    expect(await boardOf(shop)).toEqual(new Map())
    expect(await shop.get('/v1/contracts/kanban')).toMatchObject({ elsewhere: 2 })
    await shop.until('2026-04-10')
    expect(await boardOf(shop)).toEqual(new Map([[monthly.id, 'due_today']]))
    expect(draft.id).toBeTruthy()
  })

  test('what is due stands in its column whatever the state of its contract', async () => {
    const shop = await Shop.open(database(), '2026-03-10')
    const cancelled = await shop.contract()
    const suspended = await shop.contract()
    const quiet = await shop.contract({ from: '2026-03-20' })
    await shop.post(`/v1/contracts/${cancelled.id}/cancel`, { reason: 'Mudou', on: '2026-03-10' })
    await shop.post(`/v1/contracts/${suspended.id}/suspend`, { reason: 'Obra', fromOn: '2026-03-11' })
    await shop.post(`/v1/contracts/${quiet.id}/suspend`, { reason: 'Obra', fromOn: '2026-03-20' })
    await shop.until('2026-03-25')
    expect(await boardOf(shop)).toEqual(
      new Map([
        [cancelled.id, 'due_today'],
        [suspended.id, 'due_today'],
        [quiet.id, 'suspended'],
      ]),
    )
    await shop.bill()
    expect(await boardOf(shop)).toEqual(
      new Map([
        [cancelled.id, 'ended'],
        [suspended.id, 'suspended'],
        [quiet.id, 'suspended'],
      ]),
    )
  })

  test('an invoice that waits for approval is due until it went out', async () => {
    const shop = await Shop.open(database(), '2026-03-10')
    const agreed = await shop.contract({ approvalWanted: true })
    await shop.bill()
    const [card] = await columnOf(shop, 'due_today')
    expect(card).toMatchObject({ reason: { code: 'awaiting_approval' }, due: [{ kind: 'invoice' }] })
    await shop.post(`/v1/invoices/${card.due[0].invoice}/approve`)
    expect(await boardOf(shop)).toEqual(new Map([[agreed.id, 'billed_this_month']]))
  })

  test('ends in ninety days, counted from today, and not on the ninety-first', async () => {
    const shop = await Shop.open(database(), '2026-03-10')
    const soon = await shop.contract({ every: 12 }, { endsOn: '2026-06-08' })
    await shop.contract({ every: 12 }, { endsOn: '2026-06-09' })
    await shop.bill()
    await shop.until('2026-03-10')
    const board = await boardOf(shop)
    expect(board.get(soon.id)).toBe('expiring')
    expect([...board.values()].sort()).toEqual(['billed_this_month', 'expiring'])
  })

  test('a card counts the earlier periods that wait for a choice beside what is due', async () => {
    const shop = await Shop.open(database(), '2026-03-10')
    const { id } = await shop.contract({ management: 'on_request' })
    await shop.until('2026-05-10')
    const [card] = await columnOf(shop, 'due_today')
    expect(card).toMatchObject({ contract: { id }, earlierOpen: 2, reason: { code: 'period_due' } })
    expect(card.reason.sentence).toBe(
      'Período de 10/05/2026 a 09/06/2026, a faturar desde 10/05/2026. Mais 2 períodos anteriores em aberto, que só se faturam por escolha.',
    )
    await shop.bill()
    const [left] = await columnOf(shop, 'due_today')
    expect(left).toMatchObject({ earlierOpen: 2, reason: { code: 'needs_catch_up' } })
    expect(left.reason.sentence).toContain('Mais 1 período anterior em aberto, que só se fatura por escolha.')
  })

  test('each card stands on the day of its own organization', async () => {
    const shop = await Shop.open(database(), '2026-03-10')
    const far = await shop.post('/v1/organizations', {
      legalName: 'Filial do Acre Ltda',
      cnpj: '45997418000153',
      taxRegime: 'simples_nacional',
      timeZone: 'America/Rio_Branco',
    })
    const here = await shop.contract({ from: '2026-03-11' }, { startsOn: '2026-03-11' })
    await shop.contract({ from: '2026-03-11' }, { startsOn: '2026-03-11', organizationId: far.id })
    // In São Paulo it is the eleventh, in Acre still the tenth.
    await shop.api.moveClock('2026-03-11T03:30:00.000Z')
    expect((await columnOf(shop, 'due_today')).map(card => card.contract.id)).toEqual([here.id])
    await shop.until('2026-03-11')
  })

  test('a column is paged by its cursor, and one of another name is refused', async () => {
    const shop = await Shop.open(database(), '2026-03-10')
    await shop.importContracts(5)
    const first = await shop.get('/v1/contracts/kanban/due_today?limit=2')
    const second = await shop.get(`/v1/contracts/kanban/due_today?limit=2&cursor=${first.nextCursor}`)
    expect([...first.data, ...second.data].map(card => card.contract.code)).toEqual(['C-1', 'C-2', 'C-3', 'C-4'])
    const { status, body } = await shop.api.get('/v1/contracts/kanban/due')
    expect(status).toBe(404)
    expect(body.detail).toBe(
      'Não encontrado. Os valores aceitos são: "due_today", "expiring", "billed_this_month", "suspended", "ended".',
    )
    expect((await shop.api.get('/v1/contracts/kanban?organization=org_999')).body.code).toBe('unknown_organization')
  })

  describe('over months', () => {
    test('the column is what a run lists: suspensions, catch-up, ends, approvals, late customers', async () => {
      const shop = await Shop.open(database(), '2026-01-05')
      const plain = await shop.contract({ from: '2026-01-10' })
      const arrears = await shop.contract({ from: '2026-01-10', timing: 'arrears' }, { endsOn: '2026-03-15' })
      const held = await shop.contract({ from: '2026-01-12' })
      const later = await shop.contract({ from: '2026-01-12' })
      const strict = await shop.contract({ from: '2026-01-08' }, { billWhileOverdue: false })
      const approved = await shop.contract({ from: '2026-01-20', approvalWanted: true })
      const bounded = await shop.contract({ from: '2026-01-15', maxAmountCents: 5000 })
      const weekly = await shop.contract({ from: '2026-01-06', unit: 'week' })
      const gone = await shop.contract({ from: '2026-02-01' }, { endsOn: '2026-04-10', startsOn: '2026-02-01' })
      const suspended = new Set<string>()
      const agreements: Agreement[] = [plain, arrears, held, later, strict, approved, bounded, weekly, gone]
      const suspend = async (of: Agreement, fromOn: string, chargeLater: boolean) => {
        await shop.post(`/v1/contracts/${of.id}/suspend`, { reason: 'Obra', fromOn, chargeLater })
        suspended.add(of.id)
      }
      const resume = async (of: Agreement, on: string) => {
        await shop.post(`/v1/contracts/${of.id}/resume`, { on })
        suspended.delete(of.id)
      }
      const days: [string, (() => Promise<unknown>)?][] = [
        ['2026-01-06'],
        ['2026-01-12', () => shop.bill()],
        ['2026-01-22'],
        ['2026-02-01', () => suspend(held, '2026-02-01', false)],
        ['2026-02-05', () => suspend(later, '2026-02-05', true)],
        ['2026-02-14', () => shop.bill()],
        ['2026-02-28'],
        ['2026-03-12', () => resume(held, '2026-03-12')],
        ['2026-03-13', () => resume(later, '2026-03-13')],
        ['2026-03-20', () => shop.bill()],
        ['2026-04-09', () => shop.post(`/v1/contracts/${weekly.id}/cancel`, { reason: 'Saiu', on: '2026-04-09' })],
        ['2026-04-12'],
        ['2026-04-21', () => shop.bill({ filters: { catchUp: true } })],
        ['2026-05-01'],
      ]
      let seen = 0
      for (const [day, act] of days) {
        await shop.until(day)
        for (const what of [undefined, act]) {
          if (what !== undefined) await what()
          const listed = await listedByARun(shop, suspended)
          const due = (await columnOf(shop, 'due_today')).map(card => card.contract.id).sort()
          expect({ day, due }).toEqual({ day, due: listed })
          await boardOf(shop)
          seen += due.length
        }
      }
      expect(seen).toBeGreaterThan(agreements.length * 4)
    })
  })
})
