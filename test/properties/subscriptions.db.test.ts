import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, addMonths, type CivilDate, civilDate, daysBetween } from '../../src/core/dates.ts'
import { type Agreement, Shop, stories } from '../stories/story.ts'

const asked = process.env.BORDERO_LIVES
const lives = asked === undefined ? { numRuns: 6, seed: 20_261_121 } : { numRuns: Number(asked) }

const plans = [
  { name: 'Básico', price: '99.90' },
  { name: 'Completo', price: '149.99', trialDays: 11 },
  { name: 'Livre', price: '0' },
  { name: 'Trimestral', price: '250.01', billingMonths: 3, trialDays: 40 },
  { name: 'Anual', price: '1000', billingMonths: 12 },
  { name: 'Pós', price: '120.07', chargingMethod: 'post_paid', trialDays: 3 },
  { name: 'Pós bimestral', price: '77.77', billingMonths: 2, chargingMethod: 'post_paid' },
  { name: 'Pacote', price: '130.01', products: [{ quantity: '2.5', unitPrice: '33.33' }, { unitPrice: '46.68' }] },
] as const

type Step =
  | { does: 'pass'; days: number }
  | { does: 'bill' }
  | { does: 'change'; to: number }
  | { does: 'cancelInvoice' | 'undoCancellation' | 'redraft' | 'waive' | 'suspend' | 'resume' | 'cancel' | 'reactivate' }
  | { does: 'price'; to: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 45 }) }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('bill' as const) }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('change' as const), to: fc.nat(plans.length - 1) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('price' as const), to: fc.integer({ min: 1, max: 300 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constantFrom(
        'cancelInvoice' as const,
        'undoCancellation' as const,
        'redraft' as const,
        'waive' as const,
        'suspend' as const,
        'resume' as const,
        'cancel' as const,
        'reactivate' as const,
      ),
    }),
  },
)

/** One company in whose account everything happens; each life is a subscription of its own. */
class Subscriptions {
  readonly shop: Shop
  readonly planIds: string[] = []

  constructor(shop: Shop) {
    this.shop = shop
  }

  async live(first: number, startsIn: number, steps: readonly Step[]): Promise<void> {
    const { shop } = this
    const startsOn = addDays(shop.today as CivilDate, startsIn)
    const made = await shop.post('/v1/subscriptions', {
      planId: this.planIds[first],
      customerId: await shop.customer(),
      startsOn,
    })
    const of = { ...made, id: made.contractId }
    for (const one of steps) await this.#do(made.id, of, one)
  }

  async #do(id: string, of: Agreement, step: Step): Promise<void> {
    const { shop } = this
    if (step.does === 'pass') return shop.until(addDays(shop.today as CivilDate, step.days))
    if (step.does === 'bill') return void (await shop.bill({ filters: { catchUp: true } }))
    if (step.does === 'change') return this.#change(id, { planId: this.planIds[step.to] })
    if (step.does === 'price') {
      const { planId } = await shop.get(`/v1/subscriptions/${id}`)
      const { serviceItemId } = await shop.get(`/v1/plans/${planId}`)
      return this.#try(`/v1/invoice-rules/${of.ruleId}/terms`, { lines: [{ serviceItemId, unitPrice: String(step.to) }] })
    }
    if (step.does === 'cancel') return this.#try(`/v1/subscriptions/${id}/cancel`, {})
    if (step.does === 'reactivate' || step.does === 'resume') return this.#try(`/v1/contracts/${of.id}/${step.does}`, {})
    if (step.does === 'suspend') return this.#try(`/v1/contracts/${of.id}/suspend`, { reason: 'Férias' })
    if (step.does === 'waive') {
      const open = (await shop.periods(of)).find(({ disposition }) => disposition === 'open')
      if (open) await this.#try(`/v1/invoice-rules/${of.ruleId}/periods/${open.startsOn}/waive`, { reason: 'Cortesia' })
      return
    }
    const invoices = await shop.invoices(of)
    const wanted = step.does === 'undoCancellation' ? 'cancelled' : 'to_receive'
    const invoice = invoices.findLast(({ state }) => state === wanted)
    if (!invoice) return
    const verb = { cancelInvoice: 'cancel', undoCancellation: 'undo-cancellation', redraft: 'redraft' }[step.does]
    await this.#try(`/v1/invoices/${invoice.id}/${verb}`, { reason: 'Engano' })
  }

  /** Refusals are fine, failures are not. What a preview said is what is done. */
  async #try(path: string, body: object): Promise<void> {
    const { status, body: answer } = await this.shop.api.post(path, body)
    if (status >= 500 || status === 400) throw new Error(`${path} answered ${status}: ${JSON.stringify(answer)}`)
  }

  async #change(id: string, body: object): Promise<void> {
    const path = `/v1/subscriptions/${id}/change-plan`
    const preview = await this.shop.api.post(`${path}/preview`, body)
    const done = await this.shop.api.post(path, body)
    expect([preview.status, preview.body.code ?? preview.body]).toEqual([done.status, done.body.code ?? done.body])
    expect(done.status).toBeLessThan(500)
  }
}

stories('whatever happens to subscriptions', database => {
  test('billing and verification see the same, and no invoice is below zero', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(plans.length - 1),
        fc.integer({ min: -20, max: 20 }),
        fc.integer({ min: 0, max: 60 }),
        fc.array(step, { minLength: 6, maxLength: 22 }),
        async (first, startsIn, offset, steps) => {
          const shop = await Shop.open(database(), addDays(civilDate('2027-12-15'), offset))
          const life = new Subscriptions(shop)
          for (const [i, plan] of plans.entries()) {
            const service = await shop.post('/v1/service-items', { name: `Serviço ${i}` })
            const made = await shop.post('/v1/plans', {
              ...plan,
              organizationId: shop.organizationId,
              // Of some plans the service is the same.
              serviceItemId: i % 3 === 0 ? service.id : shop.serviceItemId,
              ...('products' in plan && {
                products: plan.products.map((product, n) => ({
                  ...product,
                  serviceItemId: n === 0 ? service.id : shop.serviceItemId,
                })),
              }),
            })
            life.planIds.push(made.id)
          }
          await life.live(first, startsIn, steps)
          await shop.prove()
          expect((await shop.all('/v1/invoices')).filter(({ netCents }) => netCents < 0)).toEqual([])
        },
      ),
      lives,
    )
  })

  // A tenth of the lives that were asked for: each is a whole month of changes.
  const months = { numRuns: Math.max(2, Math.floor(lives.numRuns / 10)), seed: 20_261_121 }

  test('changed on any day of a month, what the credit has beyond the debit carries on until nothing of it is left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('2026-04-01', '2027-02-01', '2028-02-01', '2026-03-01'),
        fc.integer({ min: 500, max: 20_000 }),
        // A fraction of the new price, up to five months of it.
        fc.integer({ min: 1, max: 50 }),
        async (first, toCents, tenths) => {
          const shop = await Shop.open(database(), first)
          const fromCents = Math.max(1, Math.round((toCents * tenths) / 10))
          const plan = async (name: string, amount: number) =>
            shop.post('/v1/plans', {
              ...{ name, organizationId: shop.organizationId, serviceItemId: shop.serviceItemId },
              price: (amount / 100).toFixed(2),
            })
          const [from, to] = [await plan('De', fromCents), await plan('Para', toCents)]
          const days = daysBetween(civilDate(first), addMonths(civilDate(first), 1))
          const all: (Agreement & { change?: { netCents: number } })[] = []
          for (let day = 0; day < days; day++) {
            const made = await shop.post('/v1/subscriptions', { planId: from.id, customerId: await shop.customer() })
            all.push({ ...made, id: made.contractId })
          }
          await shop.bill()
          for (const [day, of] of all.entries()) {
            await shop.until(addDays(civilDate(first), day))
            of.change = await shop.post(`/v1/subscriptions/${of.id.replace('ctr', 'sub')}/change-plan`, { planId: to.id })
            const exact = ((toCents - fromCents) * (days - day)) / days
            expect(Math.abs((of.change?.netCents ?? 0) - exact)).toBeLessThanOrEqual(0.5)
          }
          const later = Array.from({ length: 6 }, (_, i) => addMonths(civilDate(first), i + 1))
          for (const day of later) {
            await shop.until(day)
            await shop.bill()
          }
          for (const of of all) {
            const wanted = [fromCents]
            let left = of.change?.netCents ?? 0
            for (const _ of later) {
              wanted.push(Math.max(0, toCents + left))
              left = Math.min(0, toCents + left)
            }
            expect(left).toBe(0)
            const billed = (await shop.invoices(of)).toSorted((a, b) => (a.period.startsOn < b.period.startsOn ? -1 : 1))
            expect(billed.map(({ netCents }) => netCents)).toEqual(wanted)
          }
          await shop.prove()
        },
      ),
      { ...months, examples: [['2026-04-01', 3_001, 45]] },
    )
  })
})
