// Emitting an invoice, and undoing that, as pure decisions.

import type { DueRule } from '../contracts/rules/due-dates.ts'
import type { CivilDate, Instant } from '../core/dates.ts'
import { type Cents, zeroCents } from '../core/money.ts'
import { type NewReceipt, requireOnlyCredit } from '../receivables/receipt.ts'
import {
  byAge,
  outstandingOf,
  type Receivable,
  receivableAfter,
  requireNoneRenegotiated,
  settled,
  spendCredit,
} from '../receivables/receivable.ts'
import { type Change, type Dossier, following, plainChange, revised, type Step } from './dossier.ts'
import { type Invoice, invoiceAfter, issueDates } from './invoice.ts'

export interface EmissionFacts {
  /** Today in the organization's zone. */
  readonly today: CivilDate
  readonly at: Instant
  /** Of the stored version of the terms; null when the invoice has no rule. */
  readonly dueRule: DueRule | null
  readonly holidays: ReadonlySet<CivilDate>
  /** The customer's credit with the organization, under its lock. */
  readonly creditCents: Cents
  /** Reserved by a run; otherwise the next one is given when the change is saved. */
  readonly number?: number | null
  readonly reason?: string | null
}

/**
 * Issued today: due dates that the rule derived are counted from today, the customer's credit is spent on the oldest receivables, and
 * what nothing is outstanding of is received at once.
 */
export function emission(dossier: Dossier, facts: EmissionFacts): Change {
  const { invoice, receivables } = dossier
  const state = invoiceAfter(invoice.state, 'emit')
  const { issueOn, dueOns } = issueDates(
    facts.today,
    invoice.dueByRule ? facts.dueRule : null,
    receivables.map(receivable => receivable.dueOn),
    facts.holidays,
  )
  const due = receivables.map((receivable, i) => ({
    ...receivable,
    state: receivableAfter(receivable.state, 'emit'),
    dueOn: dueOns[i] ?? receivable.dueOn,
    version: receivable.version + 1,
  }))
  const emitted = revised(invoice, { state, number: facts.number ?? null, issueOn, emittedAt: facts.at, heldBy: null })
  return issued(
    dossier,
    { action: 'emit', invoice: emitted, receivables: due, reason: facts.reason ?? null },
    issueOn,
    facts.creditCents,
  )
}

/** What follows from standing issued: credit is spent, and what is settled by that, or was zero from the start, is received. */
export function issued(before: Dossier, step: Step, issueOn: CivilDate, creditCents: Cents): Change {
  const addedReceipts = creditReceipts(step.receivables, creditCents, issueOn)
  const receivables = step.receivables.map(receivable =>
    settled(
      receivable,
      addedReceipts.filter(receipt => receipt.receivableId === receivable.id),
      issueOn,
    ),
  )
  const first = { ...step, receivables }
  const next = following(first.invoice, receivables)
  return { ...plainChange(before, next === null ? [first] : [first, next]), addedReceipts }
}

function creditReceipts(receivables: readonly Receivable[], creditCents: Cents, receivedOn: CivilDate): NewReceipt[] {
  const oldestFirst = [...receivables].sort(byAge)
  return spendCredit(oldestFirst.map(outstandingOf), creditCents).flatMap(({ receivableIndex, amount }) => {
    const receivable = oldestFirst[receivableIndex]
    if (receivable === undefined) return []
    return [
      {
        receivableId: receivable.id,
        kind: 'credit',
        amountCents: amount,
        surplusCents: zeroCents,
        receivedOn,
        method: null,
        financialAccountId: null,
        note: null,
      },
    ]
  })
}

/**
 * Back to be emitted: number and issue date are taken back, credit is given back. From then on it waits for a person, whatever its
 * management was: what somebody took back must not go out again by itself the next morning, nor with whatever run comes next. That it
 * was emitted (`emittedAt`) stays with it, and tells runs so.
 */
export function undoneEmission(dossier: Dossier, reason: string | null): Change {
  const { invoice, receivables, receipts } = dossier
  const state = invoiceAfter(invoice.state, 'undo_emission')
  requireNoneRenegotiated(receivables)
  requireOnlyCredit(receipts)
  const takenBack = revised(invoice, { ...notIssued, state, management: 'draft', emitWanted: false })
  const open = receivables.map(receivable => ({
    ...emptied(receivable),
    state: receivableAfter(receivable.state, 'undo_emission'),
  }))
  return {
    ...plainChange(dossier, [{ action: 'undo_emission', invoice: takenBack, receivables: open, reason }]),
    undoneReceipts: receipts,
    undoReason: reason ?? 'undo_emission',
  }
}

const notIssued = { number: null, issueOn: null } satisfies Partial<Invoice>

/** Without what it had received, one version further. */
export function emptied(receivable: Receivable): Receivable {
  return { ...receivable, receivedCents: zeroCents, abatedCents: zeroCents, receivedOn: null, version: receivable.version + 1 }
}
