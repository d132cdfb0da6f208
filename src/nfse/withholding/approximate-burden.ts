import { type Cents, type Decimal, formatBrl, formatDecimal, micros, rawTaxOf, roundTax, sum } from '../../core/money.ts'

/** The approximate burden of taxes on a price (Lei 12.741/2012): percents per level of government, and who says so. */
export interface Burden {
  readonly federal: Decimal | null
  readonly state: Decimal | null
  readonly city: Decimal | null
  /** In place of the three, where only their sum is known. */
  readonly total: Decimal | null
  readonly source: string | null
}

export interface BurdenAmounts {
  readonly federalCents: Cents | null
  readonly stateCents: Cents | null
  readonly cityCents: Cents | null
  readonly totalCents: Cents
}

/** Each level rounds by itself, half even; the total is their sum, so that a note adds up. */
export function burdenOf(priceCents: Cents, burden: Burden): BurdenAmounts {
  const of = (percent: Decimal | null) => (percent === null ? null : roundTax(rawTaxOf(priceCents, percent)))
  const [federalCents, stateCents, cityCents] = [of(burden.federal), of(burden.state), of(burden.city)]
  const levels = [federalCents, stateCents, cityCents].filter(amount => amount !== null)
  return { federalCents, stateCents, cityCents, totalCents: levels.length > 0 ? sum(levels) : (of(burden.total) ?? sum([])) }
}

/** The sentence for the customer; null where nothing is known. Worded as the seed has it (Fintera, nfse_service_items). */
export function burdenSentence(priceCents: Cents, burden: Burden): string | null {
  const { federalCents, stateCents, cityCents, totalCents } = burdenOf(priceCents, burden)
  const source = burden.source === null ? '' : `, segundo a fonte ${burden.source}`
  const levels = (
    [
      ['federal', federalCents, burden.federal],
      ['estadual', stateCents, burden.state],
      ['municipal', cityCents, burden.city],
    ] as const
  ).filter(([, , percent]) => percent !== null && micros(percent) > 0n)
  if (levels.length > 0) {
    const each = levels.map(([name, amount, percent]) => `${name} ${shown(amount, percent)}`)
    return `Conforme lei 12.741/12, a carga tributária aproximada é de ${formatBrl(totalCents)}: ${each.join(', ')}${source}`
  }
  if (burden.total === null || micros(burden.total) === 0n) return null
  return `Conforme lei 12.741/12, a carga tributária aproximada é de ${shown(totalCents, burden.total)}${source}`
}

function shown(amount: Cents | null, percent: Decimal | null): string {
  return amount === null || percent === null ? '' : `${formatBrl(amount)} (${formatDecimal(percent)}%)`
}
