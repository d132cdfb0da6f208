import type { CivilDate } from '../../core/dates.ts'
import type { Decimal } from '../../core/money.ts'
import type { Application } from './readjustment-store.ts'
import type { PriceNote } from './readjustment-words.ts'

/** A price as a version of the terms gives it to a period. */
export interface PricedLine {
  serviceItemId: number | null
  unitPrice: Decimal
  /** The period's first day, and the version that it is billed by. */
  startsOn: CivilDate
  termsVersion: number
}

/**
 * The readjustment that made a price: the last one in force on the period's first day that was known to its version and made this very
 * price. Null where a person has set the price since, or none was ever readjusted.
 *
 * @param applications of the rule, undone ones too, in the order in which they became known
 */
export function noteOf(applications: readonly Application[], line: PricedLine): PriceNote | null {
  const last = applications.findLast(application => isInPrice(application, line))
  const step = last?.prices.find(one => one.serviceItemId === line.serviceItemId && one.newUnitPrice === line.unitPrice)
  if (last === undefined || step === undefined || last.factor === null) return null
  const { index, method, dueOn, firstMonth, lastMonth, factor } = last
  const { oldUnitPrice, newUnitPrice } = step
  return { index, method, date: dueOn, firstMonth, lastMonth, factor, oldUnitPrice, newUnitPrice }
}

function isInPrice(it: Application, { serviceItemId, startsOn, termsVersion }: PricedLine): boolean {
  const isKnown = it.firstVersion !== null && it.firstVersion <= termsVersion
  const isUndone = it.undoneVersion !== null && it.undoneVersion <= termsVersion
  return (
    isKnown &&
    !isUndone &&
    it.validFrom !== null &&
    it.validFrom <= startsOn &&
    it.prices.some(one => one.serviceItemId === serviceItemId)
  )
}
