import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, civilDate, instant, yearMonth } from '../core/dates.ts'
import { type Cents, cents, sum, zeroCents } from '../core/money.ts'
import { Refusal } from '../core/refusal.ts'
import { creditMoveOf, creditMoveOfUndoing, type Receipt } from '../receivables/receipt.ts'
import { dividePayment, notRenegotiated, requireToReceive, settled } from '../receivables/receivable.ts'
import { cancellation, restoration } from './cancellation.ts'
import { type Change, type Dossier, dossierAfter, following, lastStep, plainChange, revised } from './dossier.ts'
import { emission, undoneEmission } from './emission.ts'
import { type Invoice, receivablesOf } from './invoice.ts'

// Whatever is done to an invoice, in any order, as pure decisions: the money of the invoice and of its customer stays true.

const day = civilDate('2026-02-10')
const at = instant('2026-02-10T12:00:00.000Z')

interface World {
  dossier: Dossier
  creditCents: Cents
  lastReceiptId: number
}

function draftOf(netCents: Cents, installments: number): Dossier {
  const invoice: Invoice = {
    id: 1,
    organizationId: 1,
    customerId: 1,
    contractId: 1,
    ruleId: 1,
    termsVersion: 1,
    proration: null,
    runId: null,
    state: 'to_emit',
    approval: 'approved',
    management: 'automatic',
    emitWanted: false,
    heldBy: null,
    number: null,
    scheduledOn: day,
    period: null,
    competence: yearMonth('2026-02'),
    estimatedIssueOn: day,
    issueOn: null,
    grossCents: netCents,
    discountCents: zeroCents,
    withheldCents: zeroCents,
    netCents,
    paymentMethod: 'boleto',
    description: null,
    dueByRule: false,
    detailsId: null,
    cancelReason: null,
    cancelledFrom: null,
    releasedAt: null,
    version: 1,
    createdAt: at,
    emittedAt: null,
    cancelledAt: null,
  }
  const dueOns = Array.from({ length: installments }, (_, i) => addDays(day, 30 * i))
  const receivables = receivablesOf(netCents, dueOns).map((planned, i, all) => ({
    ...planned,
    id: i + 1,
    invoiceId: 1,
    scheduleId: null,
    organizationId: 1,
    customerId: 1,
    contractId: 1,
    installments: all.length,
    receivedCents: zeroCents,
    abatedCents: zeroCents,
    receivedOn: null,
    state: 'to_emit' as const,
    ...notRenegotiated,
    version: 1,
    createdAt: at,
  }))
  return { invoice, receivables, receipts: [] }
}

type Act = { verb: 'emit' | 'undo_emission' | 'cancel' | 'restore' | 'pay'; receivable: number; amount: number }

function changeOf({ dossier, creditCents }: World, { verb, receivable, amount }: Act): Change {
  switch (verb) {
    case 'emit':
      return emission(dossier, { today: day, at, dueRule: null, holidays: new Set(), creditCents })
    case 'undo_emission':
      return undoneEmission(dossier, null)
    case 'cancel':
      return cancellation(dossier, 'Engano', at)
    case 'restore':
      return restoration(dossier, null, creditCents)
    case 'pay':
      return payment(dossier, receivable % dossier.receivables.length, cents(amount))
  }
}

function payment(dossier: Dossier, index: number, paid: Cents): Change {
  const owed = dossier.receivables[index]
  if (owed === undefined) throw new Error('no such receivable')
  requireToReceive(owed.state)
  const receipt = {
    ...dividePayment(owed, paid),
    receivableId: owed.id,
    kind: 'payment',
    receivedOn: day,
    method: null,
    financialAccountId: null,
    note: null,
  } as const
  const standing = [...dossier.receipts.filter(one => one.receivableId === owed.id), receipt]
  const after = { ...settled(owed, standing, day), version: owed.version + 1 }
  const receivables = dossier.receivables.map(one => (one === owed ? after : one))
  const step = following(dossier.invoice, receivables) ?? {
    action: 'update' as const,
    invoice: revised(dossier.invoice, {}),
    receivables,
  }
  return { ...plainChange(dossier, [step]), addedReceipts: [receipt] }
}

/** The world after a change, as the stores would keep it. */
function applied(world: World, change: Change): World {
  const added = change.addedReceipts.map(
    (receipt, i): Receipt => ({ ...receipt, id: world.lastReceiptId + 1 + i, createdAt: at, undoneAt: null, undoReason: null }),
  )
  const { invoice, receivables, receipts } = dossierAfter(change)
  const moves = [...change.undoneReceipts.map(creditMoveOfUndoing), ...added.map(creditMoveOf)]
  const creditCents = moves.reduce<Cents>((credit, move) => cents(credit + (move?.amountCents ?? 0)), world.creditCents)
  return {
    dossier: { invoice, receivables, receipts: [...receipts, ...added] },
    creditCents,
    lastReceiptId: world.lastReceiptId + added.length,
  }
}

function expectTrue({ dossier: { invoice, receivables, receipts }, creditCents }: World): void {
  expect(creditCents).toBeGreaterThanOrEqual(0)
  expect(sum(receivables.map(one => one.amountCents))).toBe(invoice.netCents)
  expect(invoice.issueOn !== null || invoice.state === 'to_emit' || invoice.cancelledFrom === 'to_emit').toBe(true)
  for (const one of receivables) {
    const own = receipts.filter(receipt => receipt.receivableId === one.id)
    expect(sum(own.map(receipt => receipt.amountCents))).toBe(one.receivedCents)
    expect(one.state === 'received').toBe(
      invoice.issueOn !== null && invoice.state !== 'cancelled' && one.receivedCents === one.amountCents,
    )
  }
  const states = new Set(receivables.map(one => one.state))
  expect(invoice.state === 'received').toBe(states.size === 1 && states.has('received'))
  if (invoice.state === 'cancelled' || invoice.state === 'to_emit') expect([...states]).toEqual([invoice.state])
}

test('any life of an invoice keeps its books and those of its customer', () => {
  const act = fc.record<Act>({
    verb: fc.constantFrom('emit', 'undo_emission', 'cancel', 'restore', 'pay'),
    receivable: fc.nat(5),
    amount: fc.integer({ min: 1, max: 1_500 }),
  })
  const net = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2_000 }))
  fc.assert(
    fc.property(
      net,
      fc.integer({ min: 1, max: 4 }),
      fc.nat(3_000),
      fc.array(act, { maxLength: 25 }),
      (netCents, parts, credit, acts) => {
        let world: World = { dossier: draftOf(cents(netCents), parts), creditCents: cents(credit), lastReceiptId: 0 }
        for (const next of acts) {
          try {
            const change = changeOf(world, next)
            expect(lastStep(change).invoice.version).toBe(world.dossier.invoice.version + change.steps.length)
            world = applied(world, change)
          } catch (error) {
            // Refused: nothing happened.
            if (!(error instanceof Refusal)) throw error
          }
          expectTrue(world)
        }
      },
    ),
    { numRuns: 300 },
  )
})
