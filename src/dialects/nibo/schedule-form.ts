// What they say of a receipt that is scheduled (*agendamento de recebimento*), read into what a schedule of ours is made from.

import { sum } from '../../core/money.ts'
import type { AutomationInput, ChargeInput, NfseInput } from '../../schedules/automation.ts'
import type { TermsChange } from '../../schedules/edit.ts'
import type { InstallmentInput, NewScheduleInput, RecurrenceInput } from '../../schedules/said-schedule.ts'
import type { ShareInput } from '../../schedules/said-shares.ts'
import type { Form } from './form.ts'
import { withRest } from './values.ts'
import { notCompatible, notPositive } from './words.ts'

const MOST_INSTALMENTS = 100
const MOST_SHARES = 100
const MOST_DAYS = 3650
const MOST_OCCURRENCES = 10_000
const TEXT = 2000
const REFERENCE = 200

/** Everything that is wrong with the body is told at once; what our nouns find wrong comes after it. */
export function readNewSchedule(form: Form, organizationId: number): NewScheduleInput {
  form.need('stakeholderId')
  const customerId = form.guid('stakeholderId', 'customer', notCompatible)
  const instalments = form.list('instalment', MOST_INSTALMENTS)
  const recurrence = readRecurrence(form.inner('recurrence'))
  if (instalments.length > 0 && recurrence !== null) {
    form.wrong('Deve ser enviado apenas um objeto: parcelamento (instalment) ou recorrência (recurrence).')
  }
  const isDivided = instalments.length > 0
  const installments = isDivided ? readInstalments(instalments) : undefined
  if (!isDivided) for (const name of ['dueDate', 'scheduleDate']) form.need(name)
  const [dueOn, scheduledOn, accrualOn] = [form.day('dueDate'), form.day('scheduleDate'), form.day('accrualDate')]
  const said = { ...readSaid(form, isDivided), description: form.text('description', TEXT) }
  form.refuseIfAny()
  return {
    organizationId,
    customerId: form.given(customerId),
    ...said,
    ...(!isDivided && { dueOn: form.given(dueOn), scheduledOn, accrualOn }),
    installments,
    recurrence,
  }
}

/** A replacement says the whole: what is absent is wiped. The customer stays, and is to be the one that there is. */
export function readReplacement(form: Form, customerId: number): TermsChange {
  const said = form.guid('stakeholderId', 'customer', notCompatible)
  if (said !== null && said !== customerId) {
    form.wrong('O contato de um agendamento não muda: exclua-o e crie outro.')
  }
  for (const name of ['dueDate', 'scheduleDate', 'categories']) form.need(name)
  const [dueOn, scheduledOn, accrualOn] = [form.day('dueDate'), form.day('scheduleDate'), form.day('accrualDate')]
  const terms = { ...readSaid(form, false), description: form.text('description', TEXT) }
  form.refuseIfAny({ isReplacing: true })
  const day = form.given(dueOn)
  const values = terms.categories.flatMap(({ valueCents }) => valueCents ?? [])
  return {
    ...terms,
    amountCents: sum(values),
    dueOn: day,
    scheduledOn: form.given(scheduledOn),
    accrualOn: accrualOn ?? day,
  }
}

/** What new ones and replaced ones have in common. */
export function readSaid(form: Form, isDivided: boolean) {
  return {
    reference: form.text('reference', REFERENCE),
    isFlagged: form.flag('isFlagged') ?? false,
    categories: readCategories(form, isDivided),
    costCentres: readCostCentres(form),
    ...readAutomation(form),
  }
}

/** Of installments the values are proportions, and the only one needs none. */
function readCategories(form: Form, isDivided: boolean): ShareInput[] {
  form.needSome('categories')
  const lines = form.list('categories', MOST_SHARES)
  return lines.flatMap(line => {
    line.need('categoryId')
    if (!isDivided) line.need('value')
    const targetId = line.guid('categoryId', 'category', 'Categoria não encontrada.')
    const value = line.money('value')
    if (value !== null && value <= 0 && !(isDivided && lines.length === 1)) form.wrong(notPositive)
    const description = line.text('description', TEXT)
    if (targetId === null) return []
    const isWhole = value === null || (isDivided && lines.length === 1)
    return { targetId, description, ...(!isWhole && { valueCents: value }) }
  })
}

function readCostCentres(form: Form): ShareInput[] {
  const isByPercent = form.whole('costCenterValueType', 0, 1) === 1
  const shares = form.list('costCenters', MOST_SHARES).flatMap(line => {
    line.need('costCenterId')
    const targetId = line.guid('costCenterId', 'cost_centre', 'Centro de custo não encontrado.')
    // What the other way of dividing uses is not looked at.
    const percent = isByPercent ? line.percent('percent') : null
    const valueCents = isByPercent ? null : line.money('value')
    const description = line.text('description', TEXT)
    if (targetId === null) return []
    return { targetId, description, percent, ...(valueCents !== null && { valueCents }) }
  })
  const percents = shares.flatMap(({ percent }) => percent ?? [])
  // Where some say none, our noun tells it.
  const whole = percents.length === shares.length ? withRest(percents) : []
  return shares.map(({ percent, ...share }, i) => {
    const known = whole[i] ?? percent?.percent
    return { ...share, ...(known !== undefined && { percent: known }) }
  })
}

/** In the order of their numbers, where all have one; otherwise as they come. */
function readInstalments(forms: readonly Form[]): InstallmentInput[] {
  const areNumbered = forms.every(form => form.has('installmentnumber'))
  const read = forms.flatMap((form, i) => {
    for (const name of ['value', 'duedate']) form.need(name)
    const amountCents = form.money('value')
    if (amountCents !== null && amountCents <= 0) form.wrong(notPositive)
    const dueOn = form.day('duedate')
    const number = form.whole('installmentnumber', 1, MOST_INSTALMENTS)
    const rest = {
      scheduledOn: form.day('scheduledate'),
      accrualOn: form.day('accrualdate'),
      description: form.text('description', TEXT),
      reference: form.text('reference', REFERENCE) ?? undefined,
    }
    return amountCents === null || dueOn === null
      ? []
      : [{ number: (areNumbered ? number : null) ?? i, amountCents, dueOn, ...rest }]
  })
  return read.sort((a, b) => a.number - b.number).map(({ number: _, ...installment }) => installment)
}

const units = ['day', 'week', 'month', 'year'] as const
const ends = ['never', 'after', 'until'] as const

/** One that is not enabled is none, whatever else it says; a maximum or a day that its way of ending does not use is not looked at. */
function readRecurrence(form: Form | null): RecurrenceInput | null {
  if (form === null || form.flag('enabled') !== true) return null
  form.need('intervaltype')
  const unit = units[form.whole('intervaltype', 0, 3) ?? 2] ?? 'month'
  const every = form.whole('interval', 1, MOST_DAYS) ?? 1
  const end = ends[form.whole('recurrenceendtype', 0, 2) ?? 0] ?? 'never'
  const maxOccurrences = end === 'after' ? form.whole('maxoccurrences', 1, MOST_OCCURRENCES) : null
  const until = end === 'until' ? form.day('enddate') : null
  if (end === 'after' && !form.has('maxoccurrences')) {
    form.wrong('maxOccurrences deve ser preenchido se recurrenceEndType for por ocorrência (1).')
  }
  if (end === 'until' && !form.has('enddate')) form.wrong('endDate deve ser preenchida se recurrenceEndType for por data (2).')
  return { unit, every, ends: end, maxOccurrences, until }
}

function readAutomation(form: Form): Required<AutomationInput> {
  return {
    charge: readCollection(form.inner('collection')),
    nfse: readNfse(form),
    nfseTemplateId: form.guid('serviceProfileId', 'nfse_template', 'Perfil de serviço não encontrado.'),
    nfseRemarks: form.text('additionalRemarks', TEXT),
    nfseDescription: form.text('additionalServiceDescription', TEXT),
    serviceState: form.text('stateWhereServiceWasProvided', 2),
    serviceCity: form.text('cityWhereServiceWasProvided', 200),
  }
}

/** In the form of their document, and in the newer one: `autoGenerateCollectionType` 2 before the due date, 3 now. */
function readCollection(form: Form | null): ChargeInput | null {
  if (form === null) return null
  const delivery = form.whole('deliveryType', 0, 1) === 1 ? 'accountant' : 'email'
  if (form.has('autoGenerateCollectionType')) {
    const type = form.whole('autoGenerateCollectionType', 0, 3)
    if (type === 3) return { when: 'at_once', delivery }
    if (type !== 2) return null
    return {
      when: 'days_before_due',
      daysBeforeDue: form.whole('daysBeforeDueDateToGenerateCollection', 0, MOST_DAYS) ?? 0,
      delivery,
    }
  }
  const daysBeforeDue = form.whole('daysBeforeScheduleDateToGenerateEntryPromise', 0, MOST_DAYS) ?? 0
  return form.flag('enabled') === true ? { when: 'days_before_due', daysBeforeDue, delivery } : null
}

function readNfse(form: Form): NfseInput | null {
  const daysBeforeDue = form.whole('daysBeforeDueDateToGenerateNFSe', 0, MOST_DAYS) ?? 0
  switch (form.whole('autoGenerateNFSeType', 0, 5)) {
    case 2:
      return { when: 'days_before_due', daysBeforeDue }
    case 3:
      return { when: 'on_receipt' }
    case 4:
      return { when: 'with_charge' }
    case 5:
      return { when: 'at_once' }
    default:
      return null
  }
}
