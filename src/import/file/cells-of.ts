import { dateOf, type Readjustment } from '../../contracts/readjustment/readjustment.ts'
import type { Terms, WithholdingRate } from '../../contracts/rules/terms.ts'
import { parseTaxId } from '../../core/brazil/tax-id.ts'
import { addMonths, isContractDay } from '../../core/dates.ts'
import type { CustomerData } from '../../customers/customer.ts'
import type { KnownContract } from '../plan/known.ts'
import { billingDayOf } from './anchor.ts'
import type { Cells } from './columns.ts'

// What stands in the database, in the words of a file. Exports write it, and imports compare with it, so that a file that was
// exported changes nothing when it comes back.

export function cellsOfContract({ contract, externalIds }: Pick<KnownContract, 'contract' | 'externalIds'>) {
  return {
    code: contract.code,
    number: contract.number,
    name: contract.name,
    startsOn: contract.startsOn,
    endsOn: contract.endsOn,
    billWhileOverdue: contract.billWhileOverdue,
    externalIds: externalIds.length === 0 ? null : externalIds,
    comments: contract.comments,
  } satisfies Cells
}

export function cellsOfCustomer(customer: CustomerData) {
  const address = mainAddress(customer)
  return {
    customerName: customer.name,
    taxId: customer.taxId === null ? null : parseTaxId(customer.taxId),
    emails: customer.billingEmails.length === 0 ? null : customer.billingEmails,
    phone: phoneContact(customer)?.phone ?? null,
    street: address?.street ?? null,
    streetNumber: address?.number ?? null,
    complement: address?.complement ?? null,
    district: address?.district ?? null,
    city: address?.city ?? null,
    uf: address?.uf ?? null,
    zipCode: address?.zipCode ?? null,
  } satisfies Cells
}

/** The address that the columns of a file speak of. */
export function mainAddress({ addresses }: Pick<CustomerData, 'addresses'>): CustomerData['addresses'][number] | undefined {
  return addresses.find(address => address.purpose === 'main') ?? addresses[0]
}

/** The contact whose telephone a file speaks of. */
export function phoneContact({ contacts }: Pick<CustomerData, 'contacts'>): CustomerData['contacts'][number] | undefined {
  return contacts.find(contact => contact.phone !== null)
}

export function cellsOfTerms(terms: Omit<Terms, 'version' | 'validFrom'>) {
  const { installments, ...due } = terms.due
  return {
    rhythm: { unit: terms.recurrence.unit, every: terms.recurrence.every },
    billingDay: billingDayOf(terms.recurrence),
    anchor: terms.recurrence.anchor,
    timing: terms.timing,
    competenceShift: terms.competenceShift,
    due: { ...due, roll: due.roll ?? 'none' },
    installments,
    paymentMethod: terms.paymentMethod,
    management: terms.management,
    approvalWanted: terms.approvalWanted,
    cutStart: terms.cutStart,
    cutEnd: terms.cutEnd,
    priceChange: terms.priceChange,
    ruleEndsOn: terms.endsOn,
    maxAmountCents: terms.maxAmountCents,
    maxGrowthPercent: terms.maxGrowthPercent,
    withholdings: terms.withholdings.length === 0 ? null : cellOfRates(terms.withholdings),
    invoiceDescription: terms.description,
  } satisfies Cells
}

/** Each tax once, as a cell says it: from which base on, and in which months, stands in no column. */
export function cellOfRates(rates: readonly WithholdingRate[]): WithholdingRate[] {
  const byTax = new Map(rates.map(({ tax, rateMicros }) => [tax, { tax, rateMicros }]))
  return [...byTax.values()]
}

/**
 * The clause of a whole rule. The date before its next one is the last that is done with, whether or not anything was applied on it:
 * whoever reads it goes on with the same one.
 */
export function cellsOfClause(clause: Readjustment) {
  const { nextNumber, nextOn, everyMonths } = clause
  const before = nextNumber === 0 ? addMonths(nextOn, -everyMonths) : dateOf(clause, nextNumber - 1)
  return {
    readjustmentIndex: clause.index,
    readjustmentBase: clause.startsOn,
    lastReadjustment: isContractDay(before) ? before : null,
    readjustmentMonths: everyMonths,
    readjustmentLag: clause.lagMonths,
    readjustmentMethod: clause.method,
    negativeReadjustment: clause.allowsNegative,
    readjustmentApproval: clause.approvalWanted,
    readjustmentNotice: clause.noticeDays,
  } satisfies Cells
}

export function cellsOfLine(line: Terms['lines'][number], service: { code: string | null; name: string }) {
  const { discountPercent, discountCents } = line
  return {
    service: service.name,
    serviceCode: service.code,
    description: line.description,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    discount: discountPercent !== null ? { percent: discountPercent } : discountCents !== null ? { cents: discountCents } : null,
    lineFrom: line.validFrom,
    lineUntil: line.validUntil,
  } satisfies Cells
}
