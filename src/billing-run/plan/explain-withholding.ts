import type { Terms, WithholdingRate } from '../../contracts/rules/terms.ts'
import { showId } from '../../core/ids.ts'
import {
  type Cents,
  type Decimal,
  decimal,
  formatBrl,
  formatDecimal,
  formatRawTax,
  type RawTax,
  rawTaxOf,
  scaledBy,
  zeroCents,
} from '../../core/money.ts'
import type { Withholding } from '../../invoices/withholding.ts'
import type { InvoicePlan } from './plan-invoice.ts'

/** What a plan makes of a tax: what it is before rounding, from which base on it is withheld, and which article says so. */
export interface ExplainedWithholding {
  tax: Withholding['tax']
  rateMicros: number
  baseCents: Cents
  /** Null where an amount was agreed upon. */
  raw: RawTax | null
  leastBaseCents: Cents | null
  source: string | null
  amountCents: Cents
}

export function explainedWithholdings(
  { withholdings }: InvoicePlan,
  { withholdings: rates }: Pick<Terms, 'withholdings'>,
): ExplainedWithholding[] {
  return withholdings.map(({ tax, rateMicros, baseCents, leastBaseCents, amountCents }) => ({
    tax,
    rateMicros,
    baseCents,
    raw: tax === 'other' ? null : rawTaxOf(baseCents, percentOf(rateMicros)),
    leastBaseCents: leastBaseCents ?? null,
    source: rates.find(rate => isOf(rate, { tax, rateMicros }, leastBaseCents))?.source ?? null,
    amountCents,
  }))
}

function isOf(
  rate: WithholdingRate,
  { tax, rateMicros }: Pick<Withholding, 'tax' | 'rateMicros'>,
  leastBaseCents = zeroCents,
): boolean {
  return rate.tax === tax && rate.rateMicros === rateMicros && (rate.leastBaseCents ?? 0) === leastBaseCents
}

/** One sentence for each tax that was taken from a template of notes, withheld or not; those that were given have their amount alone. */
export function withholdingSentences(plan: InvoicePlan, terms: Pick<Terms, 'withholdings' | 'withholdingTemplate'>): string {
  if (!terms.withholdingTemplate) return ''
  return explainedWithholdings(plan, terms)
    .map(each => ` ${sentence(each)}`)
    .join('')
}

function sentence({ tax, rateMicros, baseCents, raw, leastBaseCents, source, amountCents }: ExplainedWithholding): string {
  if (raw === null) return `Outras retenções: ${formatBrl(amountCents)}.`
  const reckoned = `${tax.toUpperCase()}: ${formatDecimal(percentOf(rateMicros))}% de ${formatBrl(baseCents)} = R$ ${formatRawTax(raw)}`
  const withheld = `retém ${formatBrl(amountCents)}`
  if (leastBaseCents === null) return `${reckoned}; ${withheld}.`
  const cited = source === null ? 'o limite do modelo' : source
  const from = `retém-se de ${formatBrl(leastBaseCents)} em diante (${cited})`
  return baseCents < leastBaseCents ? `${reckoned}; não é retido: ${from}.` : `${reckoned}; ${from}; ${withheld}.`
}

const ONE_PERCENT = 10_000n

/** 15000 is 1.5 per cent. */
function percentOf(rateMicros: number): Decimal {
  return scaledBy(decimal(rateMicros), 1n, ONE_PERCENT, 4)
}

/** Of terms that took from a template what it does not say any more. */
export function outdatedSentence({ withholdingTemplate }: Pick<Terms, 'withholdingTemplate'>): string {
  const which = withholdingTemplate === undefined ? '' : ` ${showId('nfse_template', withholdingTemplate.id)}`
  return `As retenções foram tiradas do modelo de NFS-e${which} como ele era: o modelo, ou quem são as partes, mudou desde então. Para valer o que ele diz hoje: withholdings retake${which}.`
}
