import { addDays, formatDate, maxDate, minDate } from '../../core/dates.ts'
import { refuse } from '../../core/refusal.ts'
import type { Reader } from '../../platform/db/db.ts'
import { openPeriodsOf } from '../ledger/coverage-store.ts'
import type { InvoiceRule } from './invoice-rule.ts'
import { billedServices } from './rule-store.ts'
import { type BilledDays, overlap, SERVICE_IN_ANOTHER_RULE, serviceBilledTwice, type ToBill, unbegun } from './services-once.ts'
import type { Line, Terms } from './terms.ts'
import { termsOf } from './terms-store.ts'

// What a rule asks of its contract's other rules before it takes a service on. The contract is held: whoever else makes or changes a
// rule of it waits.

/** Refuses the first of the lines whose service one of the others, archived ones too, has billed for some of those days. */
export async function refuseServicesBilled(
  tx: Reader,
  others: readonly InvoiceRule[],
  days: readonly BilledDays[],
  pathOf = pathOfLine,
): Promise<void> {
  const [first, ...rest] = days
  if (first === undefined || others.length === 0) return
  const billed = await billedServices(
    tx,
    others.map(rule => rule.id),
    [...new Set(days.map(({ line }) => line.serviceItemId))],
    rest.reduce((day, { from }) => minDate(day, from), first.from),
  )
  for (const own of days) {
    const theirs = billed.filter(each => each.serviceItemId === own.line.serviceItemId)
    if (!theirs.some(each => overlap(own, each))) continue
    const until = theirs.reduce((day, each) => maxDate(day, each.until), own.from)
    refuse(
      'service_already_billed',
      `Este serviço já foi faturado neste contrato até ${formatDate(addDays(until, -1))} por outra regra; informe em replacesRuleId a regra que esta substitui, ou cobre-o a partir de ${formatDate(until)}.`,
      { path: pathOf(own.line), details: { rules: theirs } },
    )
  }
}

/** Refuses the first line of a rule that is to be billed for days for which a line of one of the others that live is. */
export async function refuseServicesToBill(
  tx: Reader,
  others: readonly InvoiceRule[],
  own: ToBill,
  pathOf = pathOfLine,
): Promise<void> {
  const living = others.filter(rule => rule.archivedAt === null)
  if (living.length === 0) return
  const twice = serviceBilledTwice(own, await toBillOf(tx, living))
  if (twice)
    refuse(SERVICE_IN_ANOTHER_RULE, twice.sentence, {
      path: pathOf(twice.line),
      details: { rules: living.map(rule => rule.id) },
    })
}

/** What rules still have to bill, as they stand. */
export async function toBillOf(tx: Reader, rules: readonly InvoiceRule[]): Promise<ToBill[]> {
  const ids = rules.map(rule => rule.id)
  const terms = await termsOf(tx, ids)
  const open = await openPeriodsOf(tx, ids)
  return rules.map(({ id, coveredUntil }) => toBill(terms.get(id) ?? [], coveredUntil, open.get(id) ?? []))
}

export function toBill(versions: readonly Terms[], coveredUntil: InvoiceRule['coveredUntil'], open: ToBill['open']): ToBill {
  return coveredUntil === null ? unbegun(versions) : { versions, open, coveredUntil }
}

/** In the list of lines as it was sent, unless told otherwise. */
export function pathOfLine(line: Line): string {
  return `/lines/${line.position - 1}/serviceItemId`
}
