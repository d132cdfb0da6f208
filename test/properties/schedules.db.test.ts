import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, type CivilDate } from '../../src/core/dates.ts'
import { Shop, stories } from '../stories/story.ts'

const asked = process.env.BORDERO_LIVES
const lives = asked === undefined ? { numRuns: 6, seed: 20_261_121 } : { numRuns: Number(asked) }

type Rhythm = {
  unit: 'day' | 'week' | 'month' | 'year'
  every: number
  ends: 'never' | 'after' | 'until'
  last: number
  until: number
}
type Step =
  | { does: 'pass'; days: number }
  | { does: 'change'; at: number; scope: 'one' | 'following'; days?: number; amountCents?: number; rhythm?: Rhythm }
  | { does: 'delete'; at: number; scope: 'one' | 'following' }
  | { does: 'receive'; at: number }

const rhythm: fc.Arbitrary<Rhythm> = fc.record({
  unit: fc.constantFrom('day', 'week', 'month', 'year'),
  every: fc.constantFrom(1, 2, 3, 10),
  ends: fc.constantFrom('never', 'never', 'after', 'until'),
  last: fc.integer({ min: 1, max: 80 }),
  until: fc.integer({ min: -30, max: 900 }),
})
const at = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) }, fc.integer({ min: 1, max: 120 }))
const scope = fc.constantFrom('one' as const, 'following' as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 200 }) }) },
  {
    weight: 6,
    arbitrary: fc.record(
      {
        does: fc.constant('change' as const),
        at,
        scope,
        days: fc.integer({ min: -400, max: 1500 }),
        amountCents: fc.integer({ min: 1, max: 100_000 }),
        rhythm,
      },
      { requiredKeys: ['does', 'at', 'scope'] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('delete' as const), at, scope }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('receive' as const), at: fc.integer({ min: 1, max: 4 }) }) },
)

/** One company in whose account everything happens; each life is a schedule of its own. */
class Schedules {
  readonly shop: Shop

  constructor(shop: Shop) {
    this.shop = shop
  }

  async live(first: Rhythm, steps: readonly Step[]): Promise<void> {
    const { shop } = this
    const body = { organizationId: shop.organizationId, customerId: await shop.customer(), amountCents: 10_000 }
    const made = await shop.api.post('/v1/schedules', { ...body, dueOn: shop.today, recurrence: this.#said(first) })
    if (made.status === 422) return
    expect(made.status).toBe(201)
    for (const one of steps) await this.#do(made.body.id, one)
    await this.#isWhole(made.body.id)
  }

  async #do(id: string, step: Step): Promise<void> {
    const { shop } = this
    if (step.does === 'pass') return shop.until(addDays(shop.today as CivilDate, step.days))
    const { version } = await shop.get(`/v1/schedules/${id}`)
    const place = `/v1/schedules/${id}/occurrences/${step.at}`
    if (step.does === 'delete') return this.#is(await shop.api.delete(`${place}?scope=${step.scope}`, { version }))
    if (step.does === 'receive') {
      const { receivableId, outstandingCents } = (await shop.api.get(place)).body
      if (!outstandingCents) return
      const body = { amountCents: outstandingCents, receivedOn: shop.today }
      return this.#is(await shop.api.post(`/v1/receivables/${receivableId}/receive`, body))
    }
    const { scope, days, amountCents, rhythm } = step
    const change = {
      scope,
      ...(amountCents !== undefined && { amountCents }),
      ...(days !== undefined && { dueOn: addDays(shop.today as CivilDate, days) }),
      ...(rhythm !== undefined && { recurrence: this.#said(rhythm) }),
    }
    return this.#is(await shop.api.patch(place, change, { version }))
  }

  #said({ unit, every, ends, last, until }: Rhythm) {
    const end = ends === 'after' ? { maxOccurrences: last } : { until: addDays(this.shop.today as CivilDate, until) }
    return { unit, every, ends, ...(ends !== 'never' && end) }
  }

  /** What cannot be is refused in a sentence, whatever it is. */
  #is({ status, body }: { status: number; body: unknown }): void {
    expect([200, 204, 404, 409, 422], JSON.stringify(body)).toContain(status)
  }

  /** Nobody is asked for what lies more than twelve months ahead, but for what was told by its day; and each is asked for once. */
  async #isWhole(id: string): Promise<void> {
    await this.shop.api.settle()
    const schedule = await this.shop.get(`/v1/schedules/${id}`)
    const standing = (await this.shop.all(`/v1/schedules/occurrences?schedule=${id}`)).filter(({ state }) => state !== 'waived')
    const numbers = standing.map(({ number }) => number)
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(Math.max(0, ...numbers)).toBeLessThanOrEqual(schedule.madeUntil)
    const owed = await this.shop.all(`/v1/receivables?schedule=${id}`)
    const open = owed.filter(({ state }) => state !== 'cancelled').map(({ id }) => id)
    expect(open.toSorted()).toEqual(standing.map(({ receivableId }) => receivableId).toSorted())
  }
}

stories('any life of a schedule', database => {
  test('is as its last words have it: verify finds it so, and whatever cannot be is refused', { timeout: 600_000 }, async () => {
    const schedules = new Schedules(await Shop.open(database(), '2026-01-31'))
    await fc.assert(
      fc.asyncProperty(rhythm, fc.array(step, { minLength: 1, maxLength: 10 }), (first, steps) => schedules.live(first, steps)),
      lives,
    )
  })
})
