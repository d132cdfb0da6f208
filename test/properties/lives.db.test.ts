import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, addToMonth, civilDate, monthOf } from '../../src/core/dates.ts'
import type { Reply } from '../http/test-api.ts'
import { type Agreement, Shop, stories } from '../stories/story.ts'

// Random lives of two contracts of one customer: whatever people ask for, in whatever order, nothing of the ledger, of the cents and of
// the events is lost, and verify, which derives it all in another way, agrees. BORDERO_LIVES=200 tries other lives, and more of them.

const asked = process.env.BORDERO_LIVES
const lives = asked === undefined ? { numRuns: 4, seed: 20_260_131 } : { numRuns: Number(asked) }

/** What somebody asks for. `at` picks among what there is; what is refused changes nothing. */
type Step =
  | { do: 'pass'; days: number }
  | { do: 'bill'; catchUp: boolean; ahead: boolean }
  | { do: 'preview'; billIt: boolean }
  | { do: 'event'; of: number; kind: 'surcharge' | 'discount'; amountCents: number; parts: number; monthsAhead: number | null }
  | { do: 'cancelEvent'; at: number }
  | { do: 'terms'; of: number; from: number; change: Record<string, unknown>; price: number | null; anchorIn: number | null }
  | { do: 'endRule'; of: number; from: number; in: number | null }
  | { do: 'suspend'; of: number; from: number; chargeLater: boolean }
  | { do: 'resume'; of: number; in: number }
  | { do: 'cancel'; of: number; in: number }
  | { do: 'reactivate'; of: number; in: number | null }
  | { do: 'moveEnd'; of: number; in: number | null }
  | { do: 'waive'; of: number; at: number }
  | { do: 'replaceRule'; of: number }
  | {
      do: 'invoice'
      at: number
      verb: 'cancel' | 'undo-cancellation' | 'release' | 'redraft' | 'undo-emission' | 'emit' | 'approve'
    }
  | { do: 'adjust'; at: number; kind: 'surcharge' | 'discount'; amountCents: number }
  | { do: 'deleteInvoice'; at: number }
  | { do: 'pay'; at: number; amountCents: number }
  | { do: 'undoReceipt'; at: number }

const at = fc.nat(1_000)
const of = fc.nat(1)
const cents = fc.integer({ min: 1, max: 40_000 })
const kind = fc.constantFrom('surcharge' as const, 'discount' as const)
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 })
const change = fc.record({
  every: some(fc.constantFrom(1, 1, 2, 3, 12)),
  unit: some(fc.constantFrom('month', 'month', 'week')),
  timing: some(fc.constantFrom('advance', 'arrears')),
  priceChange: some(fc.constantFrom('next_period', 'prorate', 'prorate')),
  cutStart: some(fc.constantFrom('full', 'prorate', 'none')),
  cutEnd: some(fc.constantFrom('full', 'prorate', 'prorate', 'none')),
  competenceShift: some(fc.constantFrom(-1, 0, 1)),
  management: some(fc.constantFrom('automatic', 'draft', 'on_request')),
  approvalWanted: some(fc.boolean()),
  installments: some(fc.constantFrom(1, 3, 7)),
  withheld: some(fc.constantFrom(0, 15_000, 48_000)),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 50 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('bill' as const), catchUp: fc.boolean(), ahead: fc.constantFrom(false, false, true) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('preview' as const), billIt: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('event' as const),
      of,
      kind,
      amountCents: cents,
      parts: fc.constantFrom(1, 1, 2, 3),
      monthsAhead: fc.option(fc.integer({ min: 0, max: 3 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancelEvent' as const), at }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('terms' as const),
      of,
      from: fc.integer({ min: -40, max: 60 }),
      change,
      price: fc.option(fc.integer({ min: 0, max: 50_000 })),
      anchorIn: fc.option(fc.integer({ min: -40, max: 60 }), { freq: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('endRule' as const),
      of,
      from: fc.integer({ min: -40, max: 60 }),
      in: fc.option(fc.integer({ min: -20, max: 90 }), { freq: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('suspend' as const),
      of,
      from: fc.integer({ min: -10, max: 40 }),
      chargeLater: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resume' as const), of, in: fc.integer({ min: -10, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), of, in: fc.integer({ min: -5, max: 40 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reactivate' as const), of, in: fc.option(fc.integer({ min: -30, max: 30 })) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('moveEnd' as const),
      of,
      in: fc.option(fc.integer({ min: -20, max: 90 }), { freq: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('waive' as const), of, at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replaceRule' as const), of }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('invoice' as const),
      at,
      verb: fc.constantFrom('cancel', 'undo-cancellation', 'release', 'redraft', 'undo-emission', 'emit', 'approve'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('adjust' as const), at, kind, amountCents: cents }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deleteInvoice' as const), at }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pay' as const), at, amountCents: cents }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undoReceipt' as const), at }) },
)

stories('the random lives of rules', database => {
  test('keep the ledger whole, add up to the cent, use each event once, and stand verification', async () => {
    const life = fc.record({
      isScheduled: fc.boolean(),
      steps: fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }),
    })
    await fc.assert(
      fc.asyncProperty(life, async ({ isScheduled, steps }) => {
        const shop = await (isScheduled ? Shop.openWithScheduler : Shop.open)(database(), '2026-01-31')
        await new Life(shop, isScheduled).live(steps)
      }),
      { ...lives, endOnFailure: true },
    )
  }, 600_000)
})

class Life {
  readonly #shop: Shop
  #contracts: Agreement[] = []
  /** Those that were replaced, too. */
  readonly #rules: Agreement[] = []

  /** Each day that passes is billed by itself: then fewer pass at once, for each is a run. */
  readonly #isScheduled: boolean

  constructor(shop: Shop, isScheduled: boolean) {
    this.#shop = shop
    this.#isScheduled = isScheduled
  }

  async live(steps: readonly Step[]): Promise<void> {
    const monthly = await this.#shop.contract({ from: '2026-01-31' })
    const weekly = await this.#shop.contract(
      { from: '2026-02-03', unit: 'week', every: 2, timing: 'arrears', price: '33.33' },
      { customerId: monthly.customerId, billWhileOverdue: false },
    )
    this.#contracts = [monthly, weekly]
    this.#rules.push(monthly, weekly)
    for (const step of steps) await this.#take(step)
    await this.#expectNothingLost()
    await this.#shop.prove()
  }

  async #take(step: Step): Promise<void> {
    const shop = this.#shop
    const today = civilDate(shop.today)
    const contract = 'of' in step ? this.#contracts[step.of] : undefined
    switch (step.do) {
      case 'pass':
        return shop.until(addDays(today, this.#isScheduled ? 1 + (step.days % 9) : step.days))
      case 'bill':
        await shop.bill({
          filters: { catchUp: step.catchUp, ...(step.ahead && { ahead: true, contracts: this.#contracts.map(of => of.id) }) },
        })
        return
      case 'preview': {
        const preview = await shop.preview()
        if (step.billIt) await shop.tellRun(preview, 'bill')
        return
      }
      case 'event': {
        const { kind, amountCents, parts, monthsAhead } = step
        const firstMonth = monthsAhead === null ? null : addToMonth(monthOf(today), monthsAhead)
        return this.#ask(`/v1/invoice-rules/${contract?.ruleId}/events`, {
          kind,
          description: 'Evento',
          amountCents,
          parts,
          firstMonth,
        })
      }
      case 'cancelEvent': {
        const event = pick(await shop.all('/v1/billing-events'), step.at)
        return event && this.#ask(`/v1/billing-events/${event.id}/cancel`)
      }
      case 'terms':
        return this.#ask(`/v1/invoice-rules/${contract?.ruleId}/terms`, this.#termsOf(step))
      case 'endRule':
        return this.#ask(`/v1/invoice-rules/${contract?.ruleId}/terms`, {
          validFrom: addDays(today, step.from),
          endsOn: step.in === null ? null : addDays(today, step.in),
        })
      case 'suspend':
        return this.#ask(`/v1/contracts/${contract?.id}/suspend`, {
          fromOn: addDays(today, step.from),
          reason: 'Pausa',
          chargeLater: step.chargeLater,
        })
      case 'resume':
        return this.#ask(`/v1/contracts/${contract?.id}/resume`, { on: addDays(today, step.in) })
      case 'cancel':
        return this.#ask(`/v1/contracts/${contract?.id}/cancel`, { on: addDays(today, step.in), reason: 'Fim' })
      case 'reactivate':
        return this.#ask(
          `/v1/contracts/${contract?.id}/reactivate`,
          step.in === null ? undefined : { on: addDays(today, step.in) },
        )
      case 'moveEnd': {
        const path = `/v1/contracts/${contract?.id}`
        const { version } = await shop.get(path)
        const endsOn = step.in === null ? null : addDays(today, step.in)
        return allowed(await shop.api.patch(path, { endsOn }, { version }))
      }
      case 'waive': {
        const { data, forecast } = await shop.get(`/v1/invoice-rules/${contract?.ruleId}/periods?limit=200`)
        const open = data.filter((period: { disposition: string }) => period.disposition === 'open')
        const period = pick([...open, ...forecast.slice(0, 1)], step.at)
        return (
          period && this.#ask(`/v1/invoice-rules/${contract?.ruleId}/periods/${period.startsOn}/waive`, { reason: 'Cortesia' })
        )
      }
      case 'replaceRule':
        return this.#replaceRule(step.of)
      case 'invoice': {
        const invoice = pick(await shop.all('/v1/invoices'), step.at)
        return (
          invoice &&
          this.#ask(`/v1/invoices/${invoice.id}/${step.verb}`, step.verb === 'approve' ? undefined : { reason: 'Acerto' })
        )
      }
      case 'adjust': {
        const invoice = pick(await shop.all('/v1/invoices?state=to_emit'), step.at)
        const { kind, amountCents } = step
        return invoice && this.#ask(`/v1/invoices/${invoice.id}/adjustments`, { kind, amountCents, reason: 'Acerto' })
      }
      case 'deleteInvoice': {
        const invoice = pick(await shop.all('/v1/invoices'), step.at)
        if (invoice) allowed(await shop.api.delete(`/v1/invoices/${invoice.id}`, { version: invoice.version }))
        return
      }
      case 'pay': {
        const receivable = pick(await shop.all('/v1/receivables?state=to_receive'), step.at)
        const payment = { amountCents: step.amountCents, receivedOn: today }
        return receivable && this.#ask(`/v1/receivables/${receivable.id}/receive`, payment)
      }
      case 'undoReceipt': {
        const receivable = pick(await shop.all('/v1/receivables'), step.at)
        if (!receivable) return
        const { receipts } = await shop.get(`/v1/receivables/${receivable.id}`)
        const receipt = pick(receipts as { id: string }[], step.at)
        return receipt && this.#ask(`/v1/receivables/${receivable.id}/receipts/${receipt.id}/undo`, { reason: 'Engano' })
      }
    }
  }

  async #ask(path: string, body?: unknown): Promise<void> {
    allowed(await this.#shop.api.post(path, body))
  }

  #termsOf({ from, change, price, anchorIn }: Extract<Step, { do: 'terms' }>): Record<string, unknown> {
    const today = civilDate(this.#shop.today)
    const { every, unit, installments, withheld, ...same } = change
    const recurrence = {
      ...(every === undefined ? {} : { every }),
      ...(unit === undefined ? {} : { unit }),
      ...(anchorIn === null ? {} : { anchorOn: addDays(today, anchorIn) }),
    }
    return {
      ...Object.fromEntries(Object.entries(same).filter(([, value]) => value !== undefined)),
      validFrom: addDays(today, from),
      ...(Object.keys(recurrence).length === 0 ? {} : { recurrence }),
      ...(installments === undefined ? {} : { due: { kind: 'day_quantity', days: 10, installments } }),
      ...(withheld === undefined ? {} : { withholdings: withheld === 0 ? [] : [{ tax: 'iss', rateMicros: withheld }] }),
      ...(price === null ? {} : { lines: [{ serviceItemId: this.#shop.serviceItemId, unitPrice: (price / 100).toFixed(2) }] }),
    }
  }

  async #replaceRule(index: number): Promise<void> {
    const contract = this.#contracts[index]
    if (!contract) return
    const rule = this.#shop.rule({ price: '88.88', replacesRuleId: contract.ruleId })
    const made = await this.#shop.api.post(`/v1/contracts/${contract.id}/invoice-rules`, rule)
    allowed(made)
    if (made.status !== 201) return
    const successor = { ...contract, ruleId: made.body.id }
    this.#contracts[index] = successor
    this.#rules.push(successor)
  }

  // --- What must hold at the end of any life ---

  async #expectNothingLost(): Promise<void> {
    const last = await this.#shop.bill({ filters: { contracts: this.#contracts.map(({ id }) => id) } })
    expect(['done', 'error']).toContain(last.state)
    expect(last.counters).toMatchObject({ pending: 0, parked: 0 })
    const named = new Set((await this.#shop.items(last)).map(({ rule, periodStart }) => `${rule} ${periodStart}`))
    for (const rule of this.#rules) await this.#expectWhole(rule, named)
    for (const invoice of await this.#shop.all('/v1/invoices')) await this.#expectCents(invoice.id)
    for (const { id } of await this.#shop.all('/v1/billing-events')) await this.#expectUsedOnce(id)
  }

  /** Each period begins where the one before ends, and what is due is closed or named by the last run. */
  async #expectWhole(rule: Agreement, named: ReadonlySet<string>): Promise<void> {
    const { today } = this.#shop
    const periods = await this.#shop.periods(rule)
    expect(periods.slice(1).map(({ startsOn }) => startsOn)).toEqual(periods.slice(0, -1).map(({ endsOn }) => endsOn))
    const { archivedAt } = await this.#shop.get(`/v1/invoice-rules/${rule.ruleId}`)
    const { forecast } = await this.#shop.get(`/v1/invoice-rules/${rule.ruleId}/periods`)
    const left = [...periods.filter(({ disposition }) => disposition === 'open'), ...(archivedAt === null ? forecast : [])]
    const due = left.filter(({ scheduledOn }) => scheduledOn <= today).map(({ startsOn }) => `${rule.ruleId} ${startsOn}`)
    expect(due.filter(period => !named.has(period))).toEqual([])
  }

  async #expectCents(id: string): Promise<void> {
    const { lines, receivables, ...invoice } = await this.#shop.invoice(id)
    const total = (rows: Record<string, number>[], field: string) => rows.reduce((sum, row) => sum + (row[field] ?? 0), 0)
    expect(invoice.netCents).toBeGreaterThanOrEqual(0)
    expect(invoice.netCents).toBe(invoice.grossCents - invoice.discountCents - invoice.withheldCents)
    expect([total(lines, 'grossCents'), total(lines, 'discountCents')]).toEqual([invoice.grossCents, invoice.discountCents])
    expect(total(receivables, 'amountCents')).toBe(invoice.netCents)
  }

  /** Every cent of an event is used by one standing invoice, open, or cancelled. */
  async #expectUsedOnce(id: string): Promise<void> {
    const { amountCents, parts }: { amountCents: number; parts: ShownPart[] } = await this.#shop.get(`/v1/billing-events/${id}`)
    const spread = parts.map(part => {
      if (part.state === 'consumed') return part.givenBackAt === null ? (part.usedCents ?? 0) : 0
      const kept = parts.find(({ origin, originPartId }) => origin === 'reduced' && originPartId === part.id)
      return part.amountCents - (kept?.amountCents ?? 0)
    })
    expect(spread.reduce((sum: number, one: number) => sum + one, 0)).toBe(amountCents)
  }
}

interface ShownPart {
  id: string
  state: string
  origin: string
  originPartId: string | null
  amountCents: number
  usedCents: number | null
  givenBackAt: string | null
}

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list.length === 0 ? undefined : list[at % list.length]
}

/** Done, or refused for a reason: nothing else may happen. */
function allowed({ status, body }: Reply): void {
  if (status < 300 || status === 409 || status === 412 || status === 422) return
  throw new Error(`answered ${status}: ${JSON.stringify(body)}`)
}
