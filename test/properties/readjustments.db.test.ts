import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, addToMonth, civilDate, monthOf } from '../../src/core/dates.ts'
import type { Reply } from '../http/test-api.ts'
import { type Agreement, Shop, stories } from '../stories/story.ts'

// Random lives of a contract whose prices follow indices: whatever people ask for, no period is billed past a date that nothing became of,
// every price is what its months make, and verify, which derives it all in another way, agrees. BORDERO_LIVES=200 tries others, and more.

const asked = process.env.BORDERO_LIVES
const lives = asked === undefined ? { numRuns: 4, seed: 20_251_001 } : { numRuns: Number(asked) }

/** IGP-M is known until April 2026, IGP-DI until December 2025, and what somebody enters. */
const FIRST_DAY = '2025-08-31'

const days = (min: number, max: number) => fc.integer({ min, max })
const at = fc.nat(1_000)
const of = fc.nat(1)
const index = fc.constantFrom('igpm', 'igpdi')
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 })
const step = <K extends string, T extends object>(kind: K, fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
  fc.record({ do: fc.constant(kind), ...fields }) as fc.Arbitrary<{ do: K } & T>

const clause = {
  index,
  in: days(-60, 90),
  everyMonths: fc.constantFrom(1, 1, 2, 3, 6, 12),
  allowsNegative: fc.boolean(),
  approvalWanted: fc.constantFrom(false, false, true),
}

const life = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: step('pass', { days: days(1, 40) }) },
    { weight: 8, arbitrary: step('bill', { catchUp: fc.boolean(), ahead: fc.constantFrom(false, false, true) }) },
    { weight: 4, arbitrary: step('add', { of, ofService: fc.boolean(), ...clause }) },
    {
      weight: 2,
      arbitrary: step('change', { at, in: some(clause.in), everyMonths: some(clause.everyMonths), index: some(index) }),
    },
    { weight: 1, arbitrary: step('archive', { at }) },
    { weight: 3, arbitrary: step('approve', { at, byWindow: fc.boolean() }) },
    { weight: 1, arbitrary: step('skip', { at }) },
    { weight: 3, arbitrary: step('undo', { at }) },
    { weight: 4, arbitrary: step('enter', { index, monthsBack: days(1, 3), hundredths: days(-150, 300) }) },
    { weight: 1, arbitrary: step('withdraw', { index, monthsBack: days(-1, 3) }) },
    {
      weight: 3,
      arbitrary: step('price', {
        of,
        in: days(-40, 60),
        cents: days(0, 90_000),
        priceChange: fc.constantFrom('prorate', 'next_period'),
      }),
    },
    { weight: 1, arbitrary: step('suspend', { of, in: days(-10, 40) }) },
    { weight: 2, arbitrary: step('resume', { of, in: days(-10, 30) }) },
    { weight: 1, arbitrary: step('cancel', { of, in: days(-5, 30) }) },
    { weight: 2, arbitrary: step('reactivate', { of }) },
    { weight: 1, arbitrary: step('moveEnd', { of, in: some(days(-20, 90)) }) },
    { weight: 2, arbitrary: step('replace', { of, keeps: fc.boolean() }) },
    { weight: 4, arbitrary: step('invoice', { at, verb: fc.constantFrom('redraft', 'redraft', 'cancel', 'release') }) },
  ),
  { minLength: 30, maxLength: 60, size: 'max' },
)
type Step = typeof life extends fc.Arbitrary<(infer S)[]> ? S : never

stories('the random lives of prices that follow an index', database => {
  test('pass over no date, and stand verification', async () => {
    await fc.assert(
      fc.asyncProperty(life, async steps => {
        const shop = await Shop.open(database(), FIRST_DAY)
        const hosting = (await shop.post('/v1/service-items', { name: 'Hospedagem' })).id
        const lines = [
          { serviceItemId: shop.serviceItemId, unitPrice: '1000' },
          { serviceItemId: hosting, unitPrice: '0.123456', quantity: '1000' },
        ]
        const contracts = [
          await shop.contract({ from: FIRST_DAY, lines }),
          await shop.contract({ from: '2025-09-10', lines, timing: 'arrears', priceChange: 'prorate' }),
        ]
        const agreed = [
          { index: 'igpm', startsOn: '2025-10-31', everyMonths: 1, allowsNegative: true },
          { index: 'igpdi', startsOn: '2025-11-05', everyMonths: 2, approvalWanted: true },
        ]
        for (const [i, { ruleId }] of contracts.entries()) await shop.post(`/v1/invoice-rules/${ruleId}/readjustments`, agreed[i])
        for (const each of steps) await take(shop, contracts, { hosting, lines }, each)
        await expectNothingPassedOver(shop)
        await shop.prove()
      }),
      { ...lives, endOnFailure: true },
    )
  }, 600_000)
})

interface Services {
  hosting: string
  lines: object[]
}

async function take(shop: Shop, contracts: Agreement[], { hosting, lines }: Services, it: Step): Promise<void> {
  const today = civilDate(shop.today)
  const contract = contracts['of' in it ? it.of : 0]
  if (contract === undefined) return
  const ask = async (path: string, body?: unknown) => {
    allowed(await shop.api.post(path, body))
    await shop.api.settle()
  }
  const change = async (path: string, fields: object) => {
    const { version } = await shop.get(path)
    allowed(await shop.api.patch(path, fields, { version }))
    await shop.api.settle()
  }
  const some = async () => pick(await shop.all('/v1/readjustments'), 'at' in it ? it.at : 0)
  const monthBack = (n: number) => addToMonth(monthOf(today), -n)
  switch (it.do) {
    case 'pass':
      return shop.until(addDays(today, it.days))
    case 'bill':
      await shop.bill({
        filters: { catchUp: it.catchUp, ...(it.ahead && { ahead: true, contracts: contracts.map(({ id }) => id) }) },
      })
      return
    case 'add': {
      const { index, everyMonths, allowsNegative, approvalWanted } = it
      const service = it.ofService ? { serviceItemId: hosting } : {}
      const wish = { index, startsOn: addDays(today, it.in), everyMonths, allowsNegative, approvalWanted, ...service }
      return ask(`/v1/invoice-rules/${contract.ruleId}/readjustments`, wish)
    }
    case 'change': {
      const one = await some()
      const startsOn = it.in === undefined ? undefined : addDays(today, it.in)
      return one && change(`/v1/readjustments/${one.id}`, { startsOn, everyMonths: it.everyMonths, index: it.index })
    }
    case 'archive': {
      const one = await some()
      if (one) allowed(await shop.api.delete(`/v1/readjustments/${one.id}`, { version: one.version }))
      return
    }
    case 'approve': {
      const one = await some()
      return one && ask('/v1/readjustments/approve', it.byWindow ? { from: one.nextOn, to: one.nextOn } : { ids: [one.id] })
    }
    case 'skip':
    case 'undo': {
      const one = await some()
      return one && ask(`/v1/readjustments/${one.id}/${it.do}`, { reason: 'Acerto' })
    }
    case 'enter': {
      const percent = (it.hundredths / 100).toFixed(2)
      allowed(await shop.api.put(`/v1/indices/${it.index}/${monthBack(it.monthsBack)}`, { percent, source: 'Boletim' }))
      return shop.api.settle().then(() => undefined)
    }
    case 'withdraw':
      return allowed(await shop.api.delete(`/v1/indices/${it.index}/${monthBack(it.monthsBack)}`), 404)
    case 'price': {
      const [first, ...others] = lines
      const price = { ...first, unitPrice: (it.cents / 100).toFixed(2) }
      const terms = { validFrom: addDays(today, it.in), priceChange: it.priceChange, lines: [price, ...others] }
      return ask(`/v1/invoice-rules/${contract.ruleId}/terms`, terms)
    }
    case 'suspend':
      return ask(`/v1/contracts/${contract.id}/suspend`, { fromOn: addDays(today, it.in), reason: 'Pausa' })
    case 'resume':
      return ask(`/v1/contracts/${contract.id}/resume`, { on: addDays(today, it.in) })
    case 'cancel':
      return ask(`/v1/contracts/${contract.id}/cancel`, { on: addDays(today, it.in), reason: 'Fim' })
    case 'reactivate':
      return ask(`/v1/contracts/${contract.id}/reactivate`)
    case 'moveEnd':
      return change(`/v1/contracts/${contract.id}`, { endsOn: it.in === undefined ? null : addDays(today, it.in) })
    case 'replace': {
      const rule = shop.rule({ lines, replacesRuleId: contract.ruleId, ...(it.keeps ? {} : { readjustments: [] }) })
      const made = await shop.api.post(`/v1/contracts/${contract.id}/invoice-rules`, rule)
      allowed(made)
      if (made.status === 201) contracts[it.of] = { ...contract, ruleId: made.body.id }
      return
    }
    case 'invoice': {
      const invoice = pick(await shop.all('/v1/invoices'), it.at)
      return invoice && ask(`/v1/invoices/${invoice.id}/${it.verb}`, { reason: 'Acerto' })
    }
  }
}

/** Of each clause its dates stand once, in order, and none that is over has a date that is asked for still. */
async function expectNothingPassedOver(shop: Shop): Promise<void> {
  for (const { id, nextOn } of await shop.all('/v1/readjustments')) {
    const { applications } = await shop.get(`/v1/readjustments/${id}`)
    const standing = applications.filter((it: { undone: unknown }) => it.undone === null).map((it: { dueOn: string }) => it.dueOn)
    expect(new Set(standing).size).toBe(standing.length)
    expect([...standing].sort().at(-1) ?? '').not.toBe(nextOn)
  }
}

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list.length === 0 ? undefined : list[at % list.length]
}

/** Done, or refused for a reason: nothing else may happen. */
function allowed({ status, body }: Reply, ...others: number[]): void {
  if (status < 300 || [409, 412, 422, ...others].includes(status)) return
  throw new Error(`answered ${status}: ${JSON.stringify(body)}`)
}
