import { type Cents, type Decimal, decimal, rawTaxOf } from '../../core/money.ts'

/** The least that ISS takes of the price of a service (LC 116/2003, art. 8º-A). */
export const LEAST_ISS_PERCENT = decimal('2')

/** 7.02, 7.05 and 16.01 of the list may be reduced below (LC 116/2003, art. 8º-A, § 1º). */
const mayBeReduced = ['0702', '0705', '1601']

export interface Reduced {
  /** The national code of the service, six digits. */
  cTribNac: string
  serviceCents: Cents
  /** What ISS is reckoned on: less discounts, deductions, benefits. */
  baseCents: Cents
  percent: Decimal
}

/** Whether discounts, deductions and benefits push the ISS below two per cent of the price (E0429, E0430, E0444). */
export function isBelowIssFloor({ cTribNac, serviceCents, baseCents, percent }: Reduced): boolean {
  if (mayBeReduced.includes(cTribNac.slice(0, 4))) return false
  return rawTaxOf(baseCents, percent) < rawTaxOf(serviceCents, LEAST_ISS_PERCENT)
}
