import { type Hundredths, hundredths, percentOf } from '../amounts.ts'
import type { DpsCase } from '../rules/rule.ts'
import type { Reckoned } from './reckon.ts'

/** In hundredths of a percent. */
interface Rates {
  readonly state: Hundredths
  readonly city: Hundredths
  readonly federal: Hundredths
}

/**
 * Rates by the first day on which they hold. 2026: test rates of LC 214/2025, arts. 343 and 346. From 2027 on the CBS has the reference
 * rate of a Senate resolution that was not there in October 2026: 8.80 is an estimate and stands for it.
 */
const ratesFrom: readonly (readonly [from: string, rates: Rates])[] = [
  ['2026-01-01', { state: 10n, city: 0n, federal: 90n }],
  ['2027-01-01', { state: 5n, city: 5n, federal: 880n }],
]

export interface IbsCbsTotals {
  /** IBGE code. */
  readonly place: string
  readonly base: Hundredths
  readonly reimbursed: Hundredths
  readonly rates: Rates
  readonly state: Hundredths
  readonly city: Hundredths
  readonly federal: Hundredths
  /** Null: the document defers nothing. */
  readonly deferred: Rates | null
  readonly total: Hundredths
}

/**
 * Base of 2026: price less unconditional discount, reimbursements, ISS, PIS and COFINS; from 2027 on the last two are gone. The total is
 * the net value in 2026, and from 2027 on the taxes come on top of it (notes of the schema, set of 27/07/2026).
 */
export function reckonIbsCbs({ dps }: DpsCase, { discount, iss, net }: Reckoned): IbsCbsTotals {
  const isOf2026 = dps.competence < '2027-01-01'
  const reimbursed = dps
    .places('IBSCBS/valores/gReeRepRes/documentos')
    .reduce((sum, document) => sum + hundredths(document.text('vlrReeRepRes')), 0n)
  const pisCofins = 'valores/trib/tribFed/piscofins'
  const contributions = isOf2026 ? dps.amount(`${pisCofins}/vPis`) + dps.amount(`${pisCofins}/vCofins`) : 0n
  const base = dps.price - discount - reimbursed - iss - contributions
  const rates = ratesFrom.findLast(([from]) => from <= dps.competence)?.[1] ?? { state: 0n, city: 0n, federal: 0n }
  const due = {
    state: percentOf(base, rates.state),
    city: percentOf(base, rates.city),
    federal: percentOf(base, rates.federal),
  }
  const deferral = 'IBSCBS/valores/trib/gIBSCBS/gDif'
  const deferred = dps.has(deferral)
    ? {
        state: percentOf(due.state, dps.amount(`${deferral}/pDifUF`)),
        city: percentOf(due.city, dps.amount(`${deferral}/pDifMun`)),
        federal: percentOf(due.federal, dps.amount(`${deferral}/pDifCBS`)),
      }
    : null
  const [state, city, federal] = [
    due.state - (deferred?.state ?? 0n),
    due.city - (deferred?.city ?? 0n),
    due.federal - (deferred?.federal ?? 0n),
  ]
  return {
    place: placeOf(dps),
    base,
    reimbursed,
    rates,
    state,
    city,
    federal,
    deferred,
    total: isOf2026 ? net : net + state + city + federal,
  }
}

/** Operations on real estate, on people and on things are where they are done; all others where the buyer is. */
const doneWhereTheyAre = ['02', '0301', '0501', '0502', '0601', '0801', '1001']

function placeOf(dps: DpsCase['dps']): string {
  const operation = dps.text('IBSCBS/cIndOp') ?? ''
  const done = dps.text('serv/locPrest/cLocPrestacao')
  const buyer = dps.text('IBSCBS/dest/end/endNac/cMun') ?? dps.text('toma/end/endNac/cMun')
  const issuer = dps.text('cLocEmi') ?? ''
  // At sea there is no city.
  const here = done === undefined || done === '0000000' ? issuer : done
  return doneWhereTheyAre.some(start => operation.startsWith(start)) ? here : (buyer ?? here)
}
