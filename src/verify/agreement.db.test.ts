import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openSystemCtx } from '../../src/app/context.ts'
import { eachEngine } from '../../test/database/each-engine.ts'
import { type Agreement, Shop } from '../../test/stories/story.ts'
import { addDays, civilDate } from '../core/dates.ts'
import { systemClock } from '../platform/clock.ts'
import { openLog } from '../platform/log.ts'
import { verify } from './verify.ts'

const log = openLog({ level: 'silent' })

/** Something that a person may do to the contract. What the API refuses is no part of its life. */
type Act =
  | { act: 'wait'; days: number }
  | { act: 'bill'; catchUp: boolean; ahead: boolean }
  | { act: 'terms'; change: Record<string, unknown>; inDays: number }
  | { act: 'event'; event: Record<string, unknown> }
  | { act: 'suspend'; inDays: number; chargeLater: boolean }
  | { act: 'resume'; inDays: number }
  | { act: 'cancelContract'; inDays: number }
  | { act: 'reactivate' }
  | { act: 'invoice'; verb: string; which: number }
  | { act: 'pay'; which: number; amountCents: number }
  | { act: 'undoReceipt' }
  | { act: 'waive'; which: number }
  | { act: 'cancelEvent'; which: number }

const days = (least: number, most: number) => fc.integer({ min: least, max: most })
const cents = fc.constantFrom('100', '33.33', '0', '14.375', '1999.99')
const prices = fc.record({ unitPrice: cents, quantity: fc.constantFrom('1', '2.5', '0.333333') })
const discounts = fc.oneof(
  fc.constant({}),
  fc.record({ discountPercent: fc.constantFrom('10', '33.333', '100') }),
)
const lines = fc.array(
  fc.tuple(prices, discounts).map(([price, discount]) => ({ ...price, ...discount })),
  { minLength: 1, maxLength: 3 },
)
const change = fc.oneof(
  fc.record({ lines }),
  fc.record({ recurrence: fc.record({ every: fc.constantFrom(1, 2, 3) }) }),
  fc.record({ recurrence: fc.record({ unit: fc.constantFrom('week', 'month'), every: fc.constantFrom(1, 2) }) }),
  fc.record({ timing: fc.constantFrom('advance', 'arrears') }),
  fc.record({ lines, priceChange: fc.constant('prorate') }),
  fc.record({
    withholdings: fc.constantFrom(
      [],
      [
        { tax: 'irrf', rateMicros: 15_000 },
        { tax: 'iss', rateMicros: 27_900 },
      ],
    ),
  }),
)
const event = fc.record({
  kind: fc.constantFrom('surcharge', 'discount'),
  amountCents: fc.constantFrom(100, 3_333, 25_000),
  parts: fc.constantFrom(1, 1, 3),
})
const which = fc.nat({ max: 20 })

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant('wait' as const), days: days(1, 40) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('bill' as const),
      catchUp: fc.boolean(),
      ahead: fc.constantFrom(false, false, true),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('terms' as const), change, inDays: days(-40, 40) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('event' as const), event }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('suspend' as const), inDays: days(-20, 20), chargeLater: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('resume' as const), inDays: days(-20, 20) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('cancelContract' as const), inDays: days(-10, 20) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('reactivate' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('invoice' as const),
      verb: fc.constantFrom(
        'cancel',
        'release',
        'redraft',
        'undo-cancellation',
        'undo-emission',
        'emit',
        'adjustments',
        'delete',
        'block',
        'approve',
      ),
      which,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('pay' as const), which, amountCents: fc.constantFrom(1, 5_000, 100_000) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('undoReceipt' as const) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('waive' as const), which }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('cancelEvent' as const), which }) },
)

const life = fc.record({
  startsIn: days(-30, 10),
  anchor: fc.constantFrom('2026-01-31', '2026-01-10', '2025-12-15', '2026-02-28'),
  recurrence: fc.record({ unit: fc.constantFrom('month', 'month', 'week'), every: fc.constantFrom(1, 1, 2) }),
  timing: fc.constantFrom('advance', 'advance', 'arrears'),
  cutStart: fc.constantFrom('full', 'prorate', 'none'),
  cutEnd: fc.constantFrom('full', 'prorate', 'none'),
  installments: fc.constantFrom(1, 1, 3),
  management: fc.constantFrom('automatic', 'draft'),
  lines,
  acts: fc.array(act, { minLength: 10, maxLength: 25 }),
})

const TODAY = '2026-01-20'
const inDays = (today: string, n: number) => addDays(civilDate(today), n)
const nth = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)]

async function doIt(shop: Shop, of: Agreement, it: Act): Promise<void> {
  const say = (path: string, body: unknown = {}) => shop.api.post(path, body)
  const invoices = async () => shop.all(`/v1/invoices?contract=${of.id}`)
  switch (it.act) {
    case 'wait':
      return shop.until(inDays(shop.today, it.days))
    case 'bill':
      await say('/v1/billing-runs', {
        filters: { contracts: [of.id], ...(it.catchUp && { catchUp: true }), ...(it.ahead && { ahead: true }) },
      })
      return shop.api.settle()
    case 'terms':
      await say(`/v1/invoice-rules/${of.ruleId}/terms`, {
        ...withServices(shop, it.change),
        validFrom: inDays(shop.today, it.inDays),
      })
      return
    case 'event':
      await say(`/v1/invoice-rules/${of.ruleId}/events`, { description: 'Evento', ...it.event })
      return
    case 'suspend':
      await say(`/v1/contracts/${of.id}/suspend`, {
        reason: 'Pausa',
        fromOn: inDays(shop.today, it.inDays),
        chargeLater: it.chargeLater,
      })
      return
    case 'resume':
      await say(`/v1/contracts/${of.id}/resume`, { on: inDays(shop.today, it.inDays) })
      return
    case 'cancelContract':
      await say(`/v1/contracts/${of.id}/cancel`, { reason: 'Fim', on: inDays(shop.today, it.inDays) })
      return
    case 'reactivate':
      await say(`/v1/contracts/${of.id}/reactivate`)
      return
    case 'invoice': {
      const invoice = nth(await invoices(), it.which)
      if (!invoice) return
      if (it.verb === 'delete') await shop.api.delete(`/v1/invoices/${invoice.id}`, { version: invoice.version })
      else if (it.verb === 'adjustments')
        await say(`/v1/invoices/${invoice.id}/adjustments`, { kind: 'surcharge', amountCents: 777, reason: 'Ajuste' })
      else
        await say(`/v1/invoices/${invoice.id}/${it.verb}`, it.verb === 'release' || it.verb === 'emit' ? {} : { reason: 'Teste' })
      return
    }
    case 'pay': {
      const receivable = nth(await shop.all('/v1/receivables'), it.which)
      if (receivable)
        await say(`/v1/receivables/${receivable.id}/receive`, { amountCents: it.amountCents, receivedOn: shop.today })
      return
    }
    case 'undoReceipt':
      for (const { id } of await shop.all('/v1/receivables')) {
        const { receipts } = await shop.get(`/v1/receivables/${id}`)
        const [standing] = receipts.filter((receipt: { undoneAt: string | null }) => receipt.undoneAt === null)
        if (standing) await say(`/v1/receivables/${id}/receipts/${standing.id}/undo`, { reason: 'Engano' })
      }
      return
    case 'waive': {
      const open = (await shop.periods(of)).filter(period => period.disposition === 'open')
      const period = nth(open, it.which)
      if (period) await say(`/v1/invoice-rules/${of.ruleId}/periods/${period.startsOn}/waive`, { reason: 'Cortesia' })
      return
    }
    case 'cancelEvent': {
      const one = nth(await shop.all('/v1/billing-events'), it.which)
      if (one) await say(`/v1/billing-events/${one.id}/cancel`)
      return
    }
  }
}

function withServices(shop: Shop, terms: Record<string, unknown>): Record<string, unknown> {
  if (!Array.isArray(terms.lines)) return terms
  return { ...terms, lines: terms.lines.map(line => ({ ...line, serviceItemId: shop.serviceItemId })) }
}

eachEngine('billing and verify', database => {
  test('agree on whatever happens to a contract', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(life, async ({ startsIn, anchor, recurrence, installments, acts, ...terms }) => {
        const shop = await Shop.open(database(), TODAY)
        const of = await shop.contract(
          {
            recurrence: { ...recurrence, anchorOn: anchor },
            due: { kind: 'day_quantity', days: 10, installments },
            ...withServices(shop, terms),
          },
          { startsOn: inDays(TODAY, startsIn) },
        )
        for (const it of acts) await doIt(shop, of, it)
        const ctx = await openSystemCtx({ db: database().db, clock: systemClock, log }, shop.api.account, 'test')
        if (ctx === null) throw new Error('the account of a test is open')
        expect((await verify(ctx, { full: true })).findings).toEqual([])
      }),
      { numRuns: Number(process.env.BORDERO_LIVES ?? 8), interruptAfterTimeLimit: 240_000 },
    )
  })
})
