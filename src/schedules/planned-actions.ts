// What is to happen by itself with an occurrence: its charge and its note, dated by what was said of them.

import { addDays, type CivilDate, maxDate } from '../core/dates.ts'
import type { PlannedAction } from '../invoices/planned-actions.ts'
import type { Receivable } from '../receivables/receivable.ts'
import type { Automation, ChargeIntent } from './automation.ts'
import type { Occurrence } from './schedule.ts'

type Asked = Pick<Occurrence, 'disposition' | 'dueOn' | 'saidOn'>
type Asking = Pick<Receivable, 'state' | 'receivedOn'>

/** Days before the due date are of the calendar. None of them, and a day that has passed when it was said, are that day itself. */
export function plannedOfOccurrence(occurrence: Asked, { charge, nfse }: Automation, asking: Asking): PlannedAction[] {
  if (occurrence.disposition === 'waived' || asking.state === 'renegotiated') return []
  const actions: PlannedAction[] = []
  // What is received is charged no more.
  const charging = asking.state === 'to_receive' ? charge : null
  const chargeOn = charging === null ? null : dayOf(occurrence, charging.daysBeforeDue)
  if (charging !== null)
    actions.push({ action: 'charge', on: chargeOn, after: null, because: chargeSentence(occurrence, charging) })
  if (nfse === null) return actions
  switch (nfse.when) {
    case 'at_once':
    case 'days_before_due':
      actions.push({
        action: 'nfse',
        on: dayOf(occurrence, nfse.daysBeforeDue),
        after: null,
        because: `A nota sai ${whenSaid(occurrence, nfse.daysBeforeDue)}.`,
      })
      break
    case 'on_receipt':
      actions.push({ action: 'nfse', on: asking.receivedOn, after: 'receipt', because: 'A nota sai quando tudo é recebido.' })
      break
    case 'with_charge':
      actions.push({ action: 'nfse', on: chargeOn, after: 'charge', because: 'A nota sai quando o boleto é criado.' })
  }
  return actions
}

function dayOf({ dueOn, saidOn }: Asked, daysBeforeDue: number | null): CivilDate {
  return daysBeforeDue === null || daysBeforeDue === 0 ? saidOn : maxDate(addDays(dueOn, -daysBeforeDue), saidOn)
}

const deliveries: Record<ChargeIntent['delivery'], string> = {
  email: 'e vai por e-mail ao cliente',
  accountant: 'e vai para a integração do contador',
}

function chargeSentence(occurrence: Asked, { daysBeforeDue, delivery }: ChargeIntent): string {
  return `O boleto é criado ${whenSaid(occurrence, daysBeforeDue)}, ${deliveries[delivery]}.`
}

/** As its day is: where that had passed when it was said, the sentence says so too. */
function whenSaid({ dueOn, saidOn }: Asked, days: number | null): string {
  if (days === null || days === 0) return 'na hora'
  const before = beforeDue(days)
  return addDays(dueOn, -days) < saidOn ? `na hora, porque o dia, ${before}, já tinha passado` : before
}

function beforeDue(days: number): string {
  return days === 1 ? 'um dia antes do vencimento' : `${days} dias antes do vencimento`
}
