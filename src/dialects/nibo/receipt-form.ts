// What they say of money that came in: on a schedule that is there, or on one that is made along with it.

import type { CivilDate } from '../../core/dates.ts'
import { type Cents, sum } from '../../core/money.ts'
import type { NewScheduleInput } from '../../schedules/said-schedule.ts'
import type { Form } from './form.ts'
import { readSaid } from './schedule-form.ts'
import { accountNotFound, notCompatible, notPositive, scheduleNotFound } from './words.ts'

const TEXT = 2000
const NOTE = 500

export interface Payment {
  readonly amountCents: Cents
  readonly receivedOn: CivilDate
  readonly financialAccountId: number
  readonly note: string | null
}

/** On a schedule that is there: `{accountId, date, value, identifier}`. */
export function readPayment(form: Form): Payment {
  for (const name of ['accountId', 'date', 'value']) form.need(name)
  const financialAccountId = form.guid('accountId', 'financial_account', accountNotFound)
  const receivedOn = form.day('date')
  const amountCents = form.money('value')
  if (amountCents !== null && amountCents <= 0) form.wrong(notPositive)
  const note = form.text('identifier', NOTE)
  return {
    amountCents: form.given(amountCents),
    receivedOn: form.given(receivedOn),
    financialAccountId: form.given(financialAccountId),
    note,
  }
}

/** Whether a schedule that is there is meant. */
export function readScheduleReceived(form: Form): number | null {
  return form.guid('scheduleId', 'receivable', scheduleNotFound)
}

/** A schedule that is made along with it, due on the day of the money. Without an account theirs makes the schedule and receives nothing (vendors §4.3). */
export function readNewReceipt(form: Form, organizationId: number): { schedule: NewScheduleInput; payment: Payment | null } {
  for (const name of ['stakeholderId', 'date']) form.need(name)
  const customerId = form.guid('stakeholderId', 'customer', notCompatible)
  const date = form.day('date')
  const accrualOn = form.day('accrualDate')
  const financialAccountId = form.guid('accountId', 'financial_account', accountNotFound)
  const note = form.text('identifier', NOTE)
  // Written by one name and read by the other (n8n-nodes-nibo-empresas, PLAN-v0.10.0 §1.4).
  const isFlagged = form.flag('isFlag') ?? form.flag('isFlagged') ?? false
  const said = { ...readSaid(form, false), isFlagged, description: form.text('description', TEXT) }
  form.refuseIfAny()
  const receivedOn = form.given(date)
  const amountCents = sum(said.categories.flatMap(({ valueCents }) => valueCents ?? []))
  return {
    schedule: {
      organizationId,
      customerId: form.given(customerId),
      ...said,
      amountCents,
      dueOn: receivedOn,
      scheduledOn: receivedOn,
      accrualOn: accrualOn ?? receivedOn,
    },
    payment: financialAccountId === null ? null : { amountCents, receivedOn, financialAccountId, note },
  }
}
