import type { YearMonth } from '../../core/dates.ts'
import { type Cents, cents, type Decimal, decimal, rawTaxOf, roundTax, sum } from '../../core/money.ts'
import { refuse } from '../../core/refusal.ts'

// What IBS and CBS a note will come back with. It only declares; the national system reckons (schema notes of vBC and vTotNF, set
// 1.01-20260727), and what comes back is compared with a tolerance of one cent (E1568, E1572).

export interface IbsCbsRates {
  readonly ibsState: Decimal
  readonly ibsCity: Decimal
  readonly cbs: Decimal
}

/** Of the year of trial (LC 214/2025, arts. 343 and 346). Those of later years are not known here: whoever asks has to say them. */
export const testRates2026: IbsCbsRates = { ibsState: decimal('0.1'), ibsCity: decimal('0'), cbs: decimal('0.9') }

export interface IbsCbsCase {
  readonly competence: YearMonth
  readonly serviceCents: Cents
  readonly unconditionalDiscountCents: Cents
  /** Reimbursed, passed on, or of third parties (vCalcReeRepRes). */
  readonly reimbursedCents: Cents
  readonly issCents: Cents
  /** The provider's own contributions. */
  readonly pisCents: Cents
  readonly cofinsCents: Cents
  readonly rates: IbsCbsRates
}

export interface IbsCbsAmounts {
  readonly baseCents: Cents
  readonly ibsStateCents: Cents
  readonly ibsCityCents: Cents
  readonly ibsCents: Cents
  readonly cbsCents: Cents
}

const FIRST = '2026-01' as YearMonth // well formed
const LAST_WITH_PIS_COFINS = '2026-12' as YearMonth // well formed
const LAST_WITH_ISS = '2032-12' as YearMonth // well formed

/** Whether a note of that competence may carry the group (E0850). */
export function hasIbsCbs(competence: YearMonth): boolean {
  return competence >= FIRST
}

/** The base is what the other taxes leave: PIS and COFINS until 2026, ISS until 2032. Refuses where no formula is known. */
export function ibsCbsOf(it: IbsCbsCase): IbsCbsAmounts {
  if (!hasIbsCbs(it.competence)) {
    refuse('ibs_cbs_too_early', 'Não há IBS e CBS antes da competência de janeiro de 2026 (E0850).', { path: '/competence' })
  }
  if (it.competence > LAST_WITH_ISS) {
    refuse('ibs_cbs_unknown', 'O leiaute só dá a base do IBS e da CBS até a competência de dezembro de 2032.', {
      path: '/competence',
    })
  }
  const others = it.competence <= LAST_WITH_PIS_COFINS ? it.pisCents + it.cofinsCents : 0
  const base = it.serviceCents - it.unconditionalDiscountCents - it.reimbursedCents - it.issCents - others
  if (base < 0) refuse('base_below_zero', 'Descontos, reembolsos e tributos passam do valor do serviço.', { details: { base } })
  const baseCents = cents(base)
  const [ibsStateCents, ibsCityCents, cbsCents] = [it.rates.ibsState, it.rates.ibsCity, it.rates.cbs].map(rate =>
    roundTax(rawTaxOf(baseCents, rate)),
  ) as [Cents, Cents, Cents] // one for each of the three
  return { baseCents, ibsStateCents, ibsCityCents, ibsCents: sum([ibsStateCents, ibsCityCents]), cbsCents }
}

/** What the note totals: in 2026 what it nets; from 2027 on IBS and CBS come on top (vTotNF). */
export function totalOfNote(
  competence: YearMonth,
  liquidCents: Cents,
  amounts: Pick<IbsCbsAmounts, 'ibsCents' | 'cbsCents'>,
): Cents {
  return competence <= LAST_WITH_PIS_COFINS ? liquidCents : sum([liquidCents, amounts.ibsCents, amounts.cbsCents])
}
