import { type Cents, cents, type Decimal, decimal, micros, rawTaxOf, roundTax, zeroCents } from '../../core/money.ts'
import { refuse } from '../../core/refusal.ts'
import type { TpRetIssqn } from '../rates/iss-case.ts'

// What a note comes back with (schema notes of infNFSe/valores): the figures that ours are held against.

/** By percent or by value. */
export type Reduction = { readonly percent: Decimal } | { readonly cents: Cents } | null

export interface NoteValuesCase {
  readonly serviceCents: Cents
  readonly unconditionalDiscountCents: Cents
  readonly conditionalDiscountCents: Cents
  /** Over the price less its unconditional discount. */
  readonly deduction: Reduction
  /** Of the city's benefit, over what remains after the deduction. */
  readonly benefit: Reduction
  /** The rate that the city applies; null: no ISS on this note. */
  readonly issPercent: Decimal | null
  readonly tpRetISSQN: TpRetIssqn
  /** vRetCP, vRetIRRF, vRetCSLL. */
  readonly inssCents: Cents
  readonly irrfCents: Cents
  readonly contributionsCents: Cents
}

export interface NoteValues {
  readonly deductionCents: Cents
  readonly benefitCents: Cents
  /** vBC */
  readonly issBaseCents: Cents
  /** vISSQN */
  readonly issCents: Cents
  /** vTotalRet */
  readonly withheldCents: Cents
  /** vLiq */
  readonly liquidCents: Cents
}

/** Throws a Refusal where a base or the net would fall below zero (E1508). */
export function noteValuesOf(it: NoteValuesCase): NoteValues {
  const price = it.serviceCents - it.unconditionalDiscountCents
  const deductionCents = reducedBy(it.deduction, cents(price))
  const benefitCents = reducedBy(it.benefit, cents(price - deductionCents))
  const issBase = price - deductionCents - benefitCents
  if (issBase < 0)
    refuse('base_below_zero', 'Descontos, deduções e benefícios passam do valor do serviço.', { details: { issBase } })
  const issBaseCents = cents(issBase)
  const issCents = it.issPercent === null ? zeroCents : roundTax(rawTaxOf(issBaseCents, it.issPercent))
  const withheld = it.inssCents + it.irrfCents + it.contributionsCents + (it.tpRetISSQN === 1 ? 0 : issCents)
  const liquid = price - it.conditionalDiscountCents - withheld
  if (liquid < 0)
    refuse('liquid_below_zero', 'As retenções e os descontos passam do valor do serviço (E1508).', { details: { liquid } })
  return { deductionCents, benefitCents, issBaseCents, issCents, withheldCents: cents(withheld), liquidCents: cents(liquid) }
}

function reducedBy(reduction: Reduction, of: Cents): Cents {
  if (reduction === null) return zeroCents
  return 'cents' in reduction ? reduction.cents : roundTax(rawTaxOf(of, reduction.percent))
}

/** The least part of the gross that stays the base of INSS when materials are itemised without being in the contract (IN RFB 2.110/2022, art. 117). */
export const leastInssBase = {
  transport: decimal('30'),
  hospitalCleaning: decimal('65'),
  cleaning: decimal('80'),
  other: decimal('50'),
} as const

/** The base of INSS: less what is itemised as materials and equipment, though never less than the part that the law keeps. */
export function inssBaseOf(serviceCents: Cents, materialsCents: Cents, leastPercent: Decimal | null): Cents {
  if (materialsCents < 0 || materialsCents > serviceCents) {
    refuse('materials_out_of_range', 'Os materiais vão de zero ao valor do serviço.', { path: '/materialsCents' })
  }
  const left = cents(serviceCents - materialsCents)
  if (leastPercent === null || micros(leastPercent) === 0n) return left
  return cents(Math.max(left, roundTax(rawTaxOf(serviceCents, leastPercent))))
}
