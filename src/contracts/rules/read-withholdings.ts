// What a rule, or a line of it, says of what is withheld, judged.

import type { Faults } from '../../core/faults.ts'
import { type Cents, cents, sum, taxOf } from '../../core/money.ts'
import { amountsOfLine, MOST_CENTS_OF_A_LINE } from './line-amounts.ts'
import type { Line, Tax, WithholdingRate } from './terms.ts'

export interface WithholdingInput {
  tax: Tax
  rateMicros: number
}

const WHOLE_RATE = 1_000_000

export function readWithholdings(input: readonly WithholdingInput[], path: string, faults: Faults): WithholdingInput[] {
  const seen = new Set<Tax>()
  let total = 0
  input.forEach(({ tax, rateMicros }, i) => {
    if (!isWhole(rateMicros, WHOLE_RATE)) {
      faults.add(
        `${path}/${i}/rateMicros`,
        'percent_out_of_range',
        'A alíquota é maior que 0 e menor que 100% (1000000 milionésimos).',
      )
    } else total += rateMicros
    if (seen.has(tax)) faults.add(`${path}/${i}/tax`, 'tax_repeated', 'Cada tributo é retido uma vez só.')
    seen.add(tax)
  })
  // With the whole withheld nothing is left to receive; each rounded for itself, they may even pass what there is.
  if (total >= WHOLE_RATE) {
    faults.add(
      path,
      'withholdings_above_whole',
      'As retenções somadas chegam a 100%: não sobraria o que receber. Reveja as alíquotas.',
    )
  }
  return input.map(({ tax, rateMicros }) => ({ tax, rateMicros }))
}

/** An amount that was agreed upon; `path` is that of its line. */
export function readWithheldCents(amount: number | null | undefined, path: string, faults: Faults): Cents | null {
  if (amount == null) return null
  if (!isWhole(amount, MOST_CENTS_OF_A_LINE)) {
    faults.add(`${path}/withheldCents`, 'amount_not_positive', 'O valor retido deve ser maior que zero, até R$ 99.999.999,99.')
  }
  return amount as Cents // whole and safe, or refused by the fault above
}

/** What is withheld of a line as an amount must leave something of it, beside its taxes: `usual` where it says none. Lines are sound. */
export function checkWithheld(lines: readonly Line[], usual: readonly WithholdingRate[], path: string, faults: Faults): void {
  lines.forEach((line, i) => {
    if (line.withheldCents === null) return
    const { grossCents, discountCents } = amountsOfLine(line)
    const net = cents(grossCents - discountCents)
    const rates = new Map((line.withholdings ?? usual).map(({ tax, rateMicros }) => [tax, rateMicros]))
    const taxes = sum([...rates.values()].map(rateMicros => taxOf(net, rateMicros)))
    if (line.withheldCents < net - taxes) return
    faults.add(
      `${path}/${i}/withheldCents`,
      'withheld_above_line',
      'O valor retido, com os tributos, chega ao valor do serviço: não sobraria o que receber.',
    )
  })
}

function isWhole(n: number, most: number): boolean {
  return Number.isSafeInteger(n) && n >= 1 && n <= most
}
