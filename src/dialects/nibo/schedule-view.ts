import { waySaid } from '../../catalog/classification/apportionment.ts'
import type { CategoryKind } from '../../catalog/classification/category.ts'
import type { Customer } from '../../customers/customer.ts'
import { type Receivable, stillOwedOf } from '../../receivables/receivable.ts'
import type { NfseIntent } from '../../schedules/automation.ts'
import type { KnownOccurrence, KnownShare } from '../../schedules/read-schedule.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import type { RecurrenceUnit, Terms } from '../../schedules/terms.ts'
import { NO_GUID, toGuid } from './guid.ts'
import { asDay, asMoment, asNumber } from './values.ts'

export interface KnownCategory {
  readonly id: number
  readonly name: string
  readonly kind: CategoryKind
  readonly parentId: number | null
  readonly parent: string | null
}

/** All that is told of one of their schedules. */
export interface ScheduleFacts {
  readonly known: KnownOccurrence
  readonly customer: Customer
  readonly categories: ReadonlyMap<number, KnownCategory>
  readonly costCentres: ReadonlyMap<number, { readonly name: string }>
}

/** `isListed`: lists tell the customer's id within `stakeholder` alone, and of the boleto what a single record does not (vendors §4.3). */
export function showSchedule(facts: ScheduleFacts, { isListed = false } = {}) {
  const { known, customer } = facts
  const { occurrence, receivable, terms, schedule } = known
  return {
    scheduleId: toGuid('receivable', receivable.id),
    type: 'Credit',
    isEntry: false,
    isBill: false,
    isDebitNote: false,
    isFlagged: terms.isFlagged,
    isDued: known.isLate,
    dueDate: asDay(occurrence.dueOn),
    accrualDate: asDay(occurrence.accrualOn),
    scheduleDate: asDay(occurrence.scheduledOn),
    createDate: asMoment(receivable.createdAt),
    createUser: null,
    updateDate: null,
    updateUser: null,
    value: asNumber(receivable.amountCents),
    isPaid: receivable.state === 'received',
    costCenterValueType: known.costCentres.length > 0 && waySaid(known.costCentres) === 'percent' ? 1 : 0,
    paidValue: asNumber(receivable.receivedCents),
    openValue: asNumber(stillOwedOf(receivable)),
    stakeholderId: isListed ? NO_GUID : toGuid('customer', customer.id),
    stakeholder: showStakeholder(customer),
    description: descriptionOf(schedule, receivable, terms.description),
    reference: terms.reference,
    ...showShares(facts),
    hasInstallment: schedule.kind === 'installments',
    installment:
      schedule.kind === 'installments'
        ? { installmentId: toGuid('schedule', schedule.id), parcelNumber: `${occurrence.number}/${receivable.installments}` }
        : null,
    hasRecurrence: schedule.kind === 'recurrence',
    recurrence: schedule.kind === 'recurrence' ? showRecurrence(schedule, terms) : null,
    hasOpenEntryPromise: false,
    hasEntryPromise: false,
    autoGenerateEntryPromise: terms.charge !== null,
    hasInvoice: false,
    hasPendingInvoice: false,
    hasScheduleInvoice: false,
    customAttributes: [],
    autoGenerateNFSeType: nfseTypeOf(terms),
    ...(isListed && { autoGenerateCollectionType: terms.charge === null ? 0 : terms.charge.when === 'at_once' ? 3 : 2 }),
    isPaymentScheduled: false,
    serviceProvisionLocationType: terms.serviceCity === null ? 0 : 1,
  }
}

export function showStakeholder(customer: Customer) {
  return {
    id: toGuid('customer', customer.id),
    name: customer.name,
    isDeleted: customer.archivedAt !== null,
    type: 'Customer',
    cpfCnpj: customer.taxId,
  }
}

/** How its amount is divided: `category` is the first one, for who knows of one alone. */
export function showShares(facts: ScheduleFacts) {
  return { category: showFirstCategory(facts), categories: showCategories(facts), costCenters: showCostCentres(facts) }
}

function showFirstCategory({ known, categories }: ScheduleFacts) {
  const [first] = known.categories
  const category = first && categories.get(first.targetId)
  return category === undefined ? null : showCategoryName(category)
}

function showCategories(facts: ScheduleFacts) {
  return facts.known.categories.map((share, i) => showCategoryShare(facts, share, i))
}

function showCostCentres({ known, costCentres }: ScheduleFacts) {
  return known.costCentres.map((share, i) => ({
    id: shareGuid(known, 1 + known.categories.length + i),
    costCenterId: toGuid('cost_centre', share.targetId),
    percent: 'percent' in share ? Number(share.percent) : null,
    value: asNumber(share.amountCents),
    costCenterDescription: costCentres.get(share.targetId)?.name ?? null,
    description: share.description,
  }))
}

export function nfseTypeOf({ nfse }: Terms): number {
  return nfse === null ? 0 : nfseTypes[nfse.when]
}

const nfseTypes: Record<NfseIntent['when'], number> = { days_before_due: 2, on_receipt: 3, with_charge: 4, at_once: 5 }

type Place = Pick<Receivable, 'installment' | 'installments'>

/** Of an installment, which one it is, of how many there were, stands behind what was said of it. */
export function descriptionOf({ kind }: Schedule, place: Place, description: string | null): string | null {
  return kind === 'installments' && description !== null ? `${description}${ofAll(place)}` : description
}

/** What was said of it, of a description that was read here and is sent back. */
export function withoutPlace(description: string, { kind }: Schedule, place: Place): string {
  const suffix = ofAll(place)
  return kind === 'installments' && description.endsWith(suffix) ? description.slice(0, -suffix.length) : description
}

function ofAll({ installment, installments }: Place): string {
  return ` - ${installment}/${installments}`
}

function showCategoryName({ id, name, kind, parent, parentId }: KnownCategory) {
  return {
    id: toGuid('category', id),
    name,
    type: categoryType(kind),
    parent,
    parentId: parentId === null ? null : toGuid('category', parentId),
  }
}

export function categoryType(kind: CategoryKind): 'in' | 'out' {
  return kind === 'revenue' ? 'in' : 'out'
}

function showCategoryShare({ known, categories }: ScheduleFacts, share: KnownShare, i: number) {
  const category = categories.get(share.targetId)
  return {
    id: shareGuid(known, 1 + i),
    categoryId: toGuid('category', share.targetId),
    categoryName: category?.name ?? null,
    value: asNumber(share.amountCents),
    type: category === undefined ? null : categoryType(category.kind),
    parent: category?.parent ?? null,
    parentId: category?.parentId == null ? null : toGuid('category', category.parentId),
    description: share.description,
  }
}

/** More than any schedule has of categories and cost centres together. */
const PLACES = 1024

function shareGuid({ receivable }: KnownOccurrence, place: number): string {
  return toGuid('share', receivable.id * PLACES + place)
}

const intervalTypes: Record<RecurrenceUnit, number> = { day: 0, week: 1, month: 2, year: 3 }

function showRecurrence({ id, lastNumber, endsOn }: Schedule, { interval }: Terms) {
  return {
    recurrenceId: toGuid('schedule', id),
    enabled: true,
    intervalType: interval === null ? null : intervalTypes[interval.unit],
    interval: interval?.every ?? null,
    recurrenceEndType: lastNumber !== null ? 1 : endsOn !== null ? 2 : 0,
    maxOccurrences: lastNumber,
    endDate: endsOn === null ? null : asDay(endsOn),
  }
}
