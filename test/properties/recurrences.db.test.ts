import fc from 'fast-check'
import { expect, test } from 'vitest'
import { intervalAround } from '../../src/contracts/rules/recurrence.ts'
import { addDays, civilDate, daysBetween } from '../../src/core/dates.ts'
import { type Agreement, Shop, stories } from '../stories/story.ts'

// Random lives of a rule that goes from one recurrence to another, from days past and to come, while invoices are given back: each day
// of service ends in one invoice, at the price of a day by the terms that billed it. BORDERO_LIVES=100 tries other lives, and more.

const asked = process.env.BORDERO_LIVES
const lives = asked === undefined ? { numRuns: 4, seed: 20_260_131 } : { numRuns: Number(asked) }

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 80 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('bill' as const), catchUp: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('redraft' as const, 'release' as const), at: fc.nat(1_000) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      recurrence: fc.record(
        {
          unit: fc.constantFrom('month', 'week'),
          every: fc.constantFrom(1, 2, 3, 12),
          anchorOn: fc.integer({ min: -90, max: 60 }),
        },
        { requiredKeys: ['unit', 'every'] },
      ),
      timing: fc.constantFrom('advance', 'arrears'),
      price: fc.integer({ min: 1, max: 999_999 }),
      from: fc.integer({ min: -300, max: 40 }),
    }),
  },
)

stories('the random lives of a rule under changing recurrences', database => {
  test('charge every day once, at the price of its day', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30, size: 'max' }), async steps => {
        const shop = await Shop.open(database(), '2026-01-31')
        // Valid long before: no cut of the validity has a part in a price.
        const contract = await shop.contract({}, { startsOn: '2024-01-01' })
        for (const one of steps) await take(shop, contract, one)
        await shop.bill({ filters: { catchUp: true } })
        await expectFairPrices(shop, contract)
        await shop.prove()
      }),
      { ...lives, endOnFailure: true },
    )
  }, 600_000)
})

async function take(shop: Shop, contract: Agreement, one: typeof step extends fc.Arbitrary<infer S> ? S : never): Promise<void> {
  const today = civilDate(shop.today)
  switch (one.do) {
    case 'pass':
      return shop.until(addDays(today, one.days))
    case 'bill':
      await shop.bill({ filters: { catchUp: one.catchUp } })
      return
    case 'change': {
      const { anchorOn, ...recurrence } = one.recurrence
      await shop.changeTerms(contract, {
        validFrom: addDays(today, one.from),
        recurrence: { ...recurrence, ...(anchorOn === undefined ? {} : { anchorOn: addDays(today, anchorOn) }) },
        timing: one.timing,
        lines: [{ serviceItemId: shop.serviceItemId, unitPrice: (one.price / 100).toFixed(2) }],
      })
      return
    }
    default: {
      const standing = (await shop.invoices(contract)).filter(invoice => invoice.state !== 'cancelled')
      const invoice = standing[one.at % Math.max(1, standing.length)]
      if (!invoice) return
      if (one.do === 'redraft') await shop.post(`/v1/invoices/${invoice.id}/redraft`, { reason: 'Refazer' })
      else {
        await shop.post(`/v1/invoices/${invoice.id}/cancel`, { reason: 'Refazer' })
        await shop.post(`/v1/invoices/${invoice.id}/release`, { reason: 'Refazer' })
      }
    }
  }
}

/** Of each period that is billed: the price of the version, for as many days of that version's interval as the period has. */
async function expectFairPrices(shop: Shop, contract: Agreement): Promise<void> {
  const { versions } = await shop.get(`/v1/invoice-rules/${contract.ruleId}`)
  const periods = await shop.periods(contract)
  expect(periods.slice(1).map(({ startsOn }) => startsOn)).toEqual(periods.slice(0, -1).map(({ endsOn }) => endsOn))
  for (const { startsOn, endsOn, invoiceId, scheduledOn } of periods) {
    expect([startsOn, endsOn]).toContain(scheduledOn)
    if (invoiceId === null) continue
    const { termsVersion, grossCents } = await shop.invoice(invoiceId)
    const { recurrence, lines } = versions.find(({ version }: { version: number }) => version === termsVersion)
    const interval = intervalAround({ ...recurrence, anchor: recurrence.anchorOn }, civilDate(startsOn))
    const whole = daysBetween(interval.startsOn, interval.endsOn)
    const days = daysBetween(civilDate(startsOn), civilDate(endsOn))
    expect(days).toBeLessThanOrEqual(whole)
    const exact = (Number(lines[0].unitPrice) * 100 * days) / whole
    expect(Math.abs(grossCents - exact)).toBeLessThanOrEqual(0.5 + 1e-6)
  }
}
