// What is asked for an invoice that was not issued yet, split anew after its amount or its dates changed. Receivables keep their ids as
// far as they go; more or fewer of them come only where due dates follow a rule, and the net became zero or stopped being zero.

import { type DueRule, dueDates } from '../contracts/rules/due-dates.ts'
import type { CivilDate } from '../core/dates.ts'
import type { Cents } from '../core/money.ts'
import type { Receivable } from '../receivables/receivable.ts'
import type { Dossier } from './dossier.ts'
import { type PlannedReceivable, receivablesInProportion, receivablesOf, receivablesOn } from './invoice.ts'

export interface Resplit {
  readonly kept: readonly Receivable[]
  readonly added: readonly PlannedReceivable[]
  readonly droppedIds: readonly number[]
}

/** By rule the due dates are those of the forecast and the parts are even; by hand both stay as they were chosen. */
export function plannedAnew(
  { invoice, receivables }: Dossier,
  netCents: Cents,
  dueRule: DueRule | null,
  holidays: ReadonlySet<CivilDate>,
): PlannedReceivable[] {
  if (invoice.ruleId === null) return receivablesInProportion(netCents, receivables)
  return invoice.dueByRule && dueRule !== null
    ? receivablesOf(netCents, dueDates(dueRule, invoice.estimatedIssueOn, holidays))
    : receivablesOn(
        netCents,
        receivables.map(({ dueOn }) => dueOn),
      )
}

export function resplit(receivables: readonly Receivable[], planned: readonly PlannedReceivable[]): Resplit {
  const byInstallment = new Map(planned.map(part => [part.installment, part]))
  const kept: Receivable[] = []
  const droppedIds: number[] = []
  for (const receivable of receivables) {
    const part = byInstallment.get(receivable.installment)
    byInstallment.delete(receivable.installment)
    if (part === undefined) droppedIds.push(receivable.id)
    else if (isSame(receivable, part, planned.length)) kept.push(receivable)
    else kept.push({ ...receivable, ...part, installments: planned.length, version: receivable.version + 1 })
  }
  return { kept, added: [...byInstallment.values()], droppedIds }
}

function isSame(receivable: Receivable, part: PlannedReceivable, installments: number): boolean {
  return (
    receivable.dueOn === part.dueOn && receivable.amountCents === part.amountCents && receivable.installments === installments
  )
}
