import { type Hundredths, hundredths, percentOf } from '../amounts.ts'
import { rateOf } from '../register/city.ts'
import type { DpsCase } from '../rules/rule.ts'

/** What follows from a DPS, before anything of it is shown. */
export interface Reckoned {
  readonly discount: Hundredths
  readonly conditional: Hundredths
  readonly deduction: Hundredths
  /** What a benefit takes off the base. */
  readonly benefit: Hundredths
  readonly base: Hundredths
  /** Null: no ISS is reckoned on this note. */
  readonly rate: Hundredths | null
  readonly iss: Hundredths
  readonly withheld: Hundredths
  readonly net: Hundredths
}

/** `vBC = vServ − vDescIncond − (vDR | vCalcDR) − (vRedBCBM | vCalcBM)`, and what follows from it. */
export function reckon(asked: DpsCase): Reckoned {
  const { dps } = asked
  const discount = dps.amount('valores/vDescCondIncond/vDescIncond')
  const conditional = dps.amount('valores/vDescCondIncond/vDescCond')
  const deduction = deductionOf(asked, dps.price - discount)
  const benefit = benefitOf(asked, dps.price - discount - deduction)
  const base = dps.price - discount - deduction - benefit
  const rate = rateFor(asked)
  const iss = rate === null ? 0n : percentOf(base, rate)
  const federal = ['vRetCP', 'vRetIRRF', 'vRetCSLL'].map(name => dps.amount(`valores/trib/tribFed/${name}`))
  const withheld = federal.reduce((a, b) => a + b, 0n) + (dps.isWithheld ? iss : 0n)
  return {
    discount,
    conditional,
    deduction,
    benefit,
    base,
    rate,
    iss,
    withheld,
    net: dps.price - discount - conditional - withheld,
  }
}

function deductionOf({ dps }: DpsCase, of: Hundredths): Hundredths {
  const percent = dps.text('valores/vDedRed/pDR')
  if (percent !== undefined) return percentOf(of, hundredths(percent))
  const documents = dps.places('valores/vDedRed/documentos/docDedRed')
  return documents.reduce(
    (sum, document) => sum + hundredths(document.text('vDeducaoReducao')),
    dps.amount('valores/vDedRed/vDR'),
  )
}

function benefitOf({ dps }: DpsCase, of: Hundredths): Hundredths {
  const percent = dps.text('valores/trib/tribMun/BM/pRedBCBM')
  return percent === undefined ? dps.amount('valores/trib/tribMun/BM/vRedBCBM') : percentOf(of, hundredths(percent))
}

/** Whether nothing but the net value may stand on the note (E1302, E1303, E1307, E1311). */
export function showsNetOnly({ dps }: DpsCase): boolean {
  return dps.isMei || !dps.isTaxable || dps.hasSpecialRegime || dps.isSuspended
}

/** The rate that the note applies: the city's own where it is active, else what the document says. */
function rateFor(asked: DpsCase): Hundredths | null {
  const { dps, taxing, benefit } = asked
  if (showsNetOnly(asked) || benefit?.kind === 'exemption') return null
  if (benefit?.kind === 'rate') return benefit.percent
  const said = dps.text('valores/trib/tribMun/pAliq')
  if (said !== undefined) return hundredths(said)
  if (dps.paysThroughSimples || taxing === null) return null
  return rateOf(taxing, dps.service, dps.competence)
}
