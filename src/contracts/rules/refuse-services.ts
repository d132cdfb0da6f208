import { type CivilDate, formatDate } from '../../core/dates.ts'
import { refuse } from '../../core/refusal.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { InvoiceRule } from './invoice-rule.ts'
import { billedServices } from './rule-store.ts'
import { SERVICE_IN_ANOTHER_RULE, serviceBilledTwice, serviceInAnotherRule } from './services-once.ts'
import type { Line, Terms } from './terms.ts'
import { termsOf } from './terms-store.ts'

// What a rule asks of its contract's other rules before it takes a service on. The contract is held: whoever else makes or changes a
// rule of it waits.

/** Refuses the first of the lines whose service one of the others, archived ones too, has billed for days from `from` on. */
export async function refuseServicesBilled(
  tx: Reader,
  others: readonly InvoiceRule[],
  lines: readonly Line[],
  from: CivilDate,
): Promise<void> {
  const services = lines.map(line => line.serviceItemId)
  const billed = await billedServices(
    tx,
    others.map(rule => rule.id),
    services,
    from,
  )
  const [first] = billed
  const line = lines.find(({ serviceItemId }) => serviceItemId === first?.serviceItemId)
  if (!first || !line) return
  refuse(
    'service_already_billed',
    `Este serviço já foi faturado neste contrato até ${formatDate(first.until)} por outra regra; informe em replacesRuleId a regra que esta substitui, ou comece depois.`,
    { path: pathOf(line), details: { rules: billed } },
  )
}

/** Refuses the first line of `own` that would bill, from `from` on, what a line of one of the others that live bills. */
export async function refuseServicesToBill(
  tx: Reader,
  others: readonly InvoiceRule[],
  own: readonly Terms[],
  from: CivilDate,
): Promise<void> {
  const living = others.filter(rule => rule.archivedAt === null).map(rule => rule.id)
  if (living.length === 0) return
  const terms = await termsOf(tx, living)
  const line = serviceBilledTwice(own, [...terms.values()], from)
  if (line) refuse(SERVICE_IN_ANOTHER_RULE, serviceInAnotherRule, { path: pathOf(line), details: { rules: living } })
}

function pathOf(line: Line): string {
  return `/lines/${line.position - 1}/serviceItemId`
}
