import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, civilDate } from '../../src/core/dates.ts'
import type { Reply } from '../http/test-api.ts'
import { type Agreement, Shop, stories } from '../stories/story.ts'

// A company takes its contracts elsewhere, by export and import, after whatever happened to them: what is billed from then on is the same
// there as here, on the same day and on a later one, unless the file says in words what it leaves out. BORDERO_LIVES=200 tries more.

const asked = process.env.BORDERO_LIVES
const lives = asked === undefined ? { numRuns: 6, seed: 20_261_121 } : { numRuns: Number(asked) }

type Step =
  | { do: 'pass'; days: number }
  | { do: 'bill'; catchUp: boolean; ahead: boolean }
  | { do: 'suspend'; of: number; from: number; chargeLater: boolean }
  | { do: 'resume'; of: number; in: number }
  | { do: 'cancel'; of: number; in: number }
  | { do: 'reactivate'; of: number }
  | { do: 'waive'; of: number; at: number }
  | { do: 'terms'; of: number; price: number | null; anchorIn: number | null; every: number; isAtOnce: boolean }
  | { do: 'event'; of: number }
  | { do: 'invoice'; at: number; verb: 'cancel' | 'release' | 'undo-emission' }

const of = fc.nat(2)
const at = fc.nat(1_000)
const as = <T extends string>(verb: T) => fc.constant(verb)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: as('pass'), days: fc.integer({ min: 5, max: 60 }) }) },
  { weight: 6, arbitrary: fc.record({ do: as('bill'), catchUp: fc.constantFrom(false, false, true), ahead: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: as('suspend'), of, from: fc.integer({ min: -40, max: 40 }), chargeLater: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: as('resume'), of, in: fc.integer({ min: -30, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ do: as('cancel'), of, in: fc.integer({ min: -5, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ do: as('reactivate'), of }) },
  { weight: 1, arbitrary: fc.record({ do: as('waive'), of, at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: as('terms'),
      of,
      price: fc.option(fc.integer({ min: 1, max: 50_000 })),
      anchorIn: fc.option(fc.integer({ min: -40, max: 60 })),
      every: fc.constantFrom(1, 1, 2),
      isAtOnce: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: as('event'), of }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: as('invoice'), at, verb: fc.constantFrom('cancel', 'release', 'release', 'undo-emission') }),
  },
)

stories('contracts that are taken over by another account', database => {
  test('are billed there as here, on the same day and on a later one', async () => {
    const life = fc.record({
      steps: fc.array(step, { minLength: 6, maxLength: 22, size: 'max' }),
      later: fc.integer({ min: 1, max: 70 }),
    })
    await fc.assert(
      fc.asyncProperty(life, async ({ steps, later }) => {
        const here = await Shop.open(database(), '2026-01-31')
        const contracts = await agreed(here)
        for (const step of steps) await take(here, contracts, step)
        const before = new Set((await here.all('/v1/invoices')).map(({ id }) => id))
        const file = (await here.api.get('/v1/exports/contracts.csv')).body
        const day = addDays(civilDate(here.today), later)
        const sameDay = await Shop.open(database(), here.today)
        await taken(sameDay, file)
        const laterDay = await Shop.open(database(), day)
        await taken(laterDay, file)
        for (const until of [day, addDays(day, 100)]) {
          for (const shop of [here, sameDay, laterDay]) {
            if (shop.today < until) await shop.until(until)
            await shop.bill({ filters: { catchUp: true } })
          }
        }
        const whole = wholeOf(file)
        const own = await billed(here, before)
        for (const there of [await billed(sameDay), await billed(laterDay)]) {
          expect(there.filter(({ code }) => whole.has(code))).toEqual(own.filter(({ code }) => whole.has(code)))
          // What is said to be left out may be billed otherwise; no contract falls silent.
          const codes = (list: { code: string }[]) => new Set(list.map(({ code }) => code))
          expect([...codes(own)].filter(code => !codes(there).has(code))).toEqual([])
        }
      }),
      { ...lives, endOnFailure: true },
    )
  }, 600_000)
})

async function agreed(shop: Shop): Promise<Agreement[]> {
  return [
    await shop.contract({ from: '2026-01-31', title: 'Mensal' }, { code: 'A' }),
    await shop.contract({ from: '2026-02-03', unit: 'week', every: 2, timing: 'arrears', price: '33.33' }, { code: 'B' }),
    await shop.contract({ from: '2025-12-10', timing: 'arrears', price: '77' }, { code: 'C', startsOn: '2026-01-20' }),
  ]
}

async function take(shop: Shop, contracts: readonly Agreement[], step: Step): Promise<void> {
  const today = civilDate(shop.today)
  const contract = 'of' in step ? contracts[step.of] : undefined
  const ask = async (path: string, body?: unknown) => allowed(await shop.api.post(path, body))
  switch (step.do) {
    case 'pass':
      return shop.until(addDays(today, step.days))
    case 'bill':
      await shop.bill({
        filters: { catchUp: step.catchUp, ...(step.ahead && { ahead: true, contracts: contracts.map(of => of.id) }) },
      })
      return
    case 'suspend': {
      const { from, chargeLater } = step
      return ask(`/v1/contracts/${contract?.id}/suspend`, { fromOn: addDays(today, from), reason: 'Pausa', chargeLater })
    }
    case 'resume':
      return ask(`/v1/contracts/${contract?.id}/resume`, { on: addDays(today, step.in) })
    case 'cancel':
      return ask(`/v1/contracts/${contract?.id}/cancel`, { on: addDays(today, step.in), reason: 'Fim' })
    case 'reactivate':
      return ask(`/v1/contracts/${contract?.id}/reactivate`)
    case 'waive': {
      const { data } = await shop.get(`/v1/invoice-rules/${contract?.ruleId}/periods?limit=200`)
      const period = pick(
        data.filter((each: { disposition: string }) => each.disposition === 'open') as { startsOn: string }[],
        step.at,
      )
      return period && ask(`/v1/invoice-rules/${contract?.ruleId}/periods/${period.startsOn}/waive`, { reason: 'Cortesia' })
    }
    case 'terms': {
      const { price, anchorIn, every, isAtOnce } = step
      // From its beginning on, a rule says one thing; otherwise the file has to say that there is more.
      const validFrom = isAtOnce ? '2025-12-10' : today
      return ask(`/v1/invoice-rules/${contract?.ruleId}/terms`, {
        validFrom,
        ...(anchorIn === null ? {} : { recurrence: { unit: 'month', every, anchorOn: addDays(today, anchorIn) } }),
        ...(price === null ? {} : { lines: [{ serviceItemId: shop.serviceItemId, unitPrice: (price / 100).toFixed(2) }] }),
      })
    }
    case 'event':
      return ask(`/v1/invoice-rules/${contract?.ruleId}/events`, { kind: 'surcharge', description: 'Extra', amountCents: 1_000 })
    case 'invoice': {
      const invoice = pick(await shop.all('/v1/invoices'), step.at)
      return invoice && ask(`/v1/invoices/${invoice.id}/${step.verb}`, { reason: 'Acerto' })
    }
  }
}

async function taken(shop: Shop, file: string): Promise<void> {
  const report = await shop.import(Buffer.from(file))
  expect(report).toMatchObject({ state: 'done', faults: [], created: 3 })
}

/** Codes of the contracts of which the file leaves nothing out. */
function wholeOf(file: string): Set<string> {
  const [, ...rows] = file.trimEnd().split('\r\n')
  return new Set(rows.filter(row => row.endsWith(';')).map(row => row.split(';')[0] ?? ''))
}

/** What was billed and stands, but for what stood before. */
async function billed(shop: Shop, before: ReadonlySet<string> = new Set()) {
  const codes = new Map<string, string>()
  for (const { id, code } of await shop.all('/v1/contracts')) codes.set(id, code)
  const invoices = (await shop.all('/v1/invoices')).filter(({ id, state }) => state !== 'cancelled' && !before.has(id))
  return invoices
    .map(({ contractId, period, netCents }) => ({ code: codes.get(contractId) ?? '', period, netCents }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list.length === 0 ? undefined : list[at % list.length]
}

/** Done, or refused for a reason: nothing else may happen. */
function allowed({ status, body }: Reply): void {
  if (status < 300 || status === 409 || status === 412 || status === 422) return
  throw new Error(`answered ${status}: ${JSON.stringify(body)}`)
}
