import { formatBrl, formatDecimal, formatRawTax } from '../../core/money.ts'
import { groupOf, nameOfTax } from './tax-calendar.ts'
import type { Outcome, TaxDecision, Threshold, Withheld } from './withhold.ts'

/** One sentence for each tax that the template speaks of: base, rate, what it is before rounding, threshold, what is withheld, and the rule. */
export function explainWithheld(withheld: Withheld): string[] {
  return withheld.taxes.map(explainTax)
}

export function explainTax(decision: TaxDecision): string {
  const { tax, outcome, source } = decision
  const cited = source === null ? '' : ` (${source})`
  return `${nameOfTax[tax]}: ${[reckoned(decision), threshold(decision), ended(decision)].filter(Boolean).join('; ')}${
    outcome === 'withheld' && decision.threshold === null ? '' : cited
  }.`
}

function reckoned({ percent, baseCents, raw, outcome }: TaxDecision): string {
  if (percent === null || raw === null || !isReckoned(outcome)) return ''
  return `${formatDecimal(percent)}% de ${formatBrl(baseCents)} = R$ ${formatRawTax(raw)}`
}

const isReckoned = (outcome: Outcome) =>
  outcome === 'withheld' || outcome === 'below_limit' || outcome === 'below_waiver' || outcome === 'rounds_to_zero'

function threshold({ tax, threshold: asked, baseCents, groupRaw, outcome }: TaxDecision): string {
  if (asked === null || groupRaw === null) return ''
  const passes = outcome === 'withheld' || outcome === 'rounds_to_zero'
  if (asked.of === 'base') {
    return `a base de ${formatBrl(baseCents)} ${passes ? 'alcança' : 'não alcança'} o limite do modelo, de ${formatBrl(asked.cents)}`
  }
  const what = groupOf[tax] === 'pcc' ? `as contribuições somam R$ ${formatRawTax(groupRaw)}, e isso` : 'isso'
  return `${what} ${wordsOf(asked, passes)} ${formatBrl(asked.cents)}`
}

function wordsOf({ how }: Extract<Threshold, { of: 'tax' }>, passes: boolean): string {
  if (how === 'above') return passes ? 'passa de' : 'não passa de'
  return passes ? 'chega a' : 'não chega a'
}

function ended({ outcome, amountCents }: TaxDecision): string {
  return outcome === 'withheld' ? `retém ${formatBrl(amountCents)}` : sentenceOf[outcome]
}

const sentenceOf: Record<Exclude<Outcome, 'withheld'>, string> = {
  taker_does_not_withhold: 'não é retido, porque só retém quem é empresa no Brasil',
  provider_is_mei: 'não é retido de MEI',
  provider_is_simples: 'não é retido de quem é do Simples Nacional',
  tax_ended: 'acabou com a competência de dezembro de 2026',
  iss_not_retained: 'não é retido na fonte, diz o modelo',
  iss_retention_forbidden: 'a lei não admite a retenção neste caso',
  no_rate: 'o modelo não diz a alíquota, e nada é retido',
  below_waiver: 'fica dispensado',
  below_limit: 'não é retido',
  rounds_to_zero: 'não chega a um centavo, e nada é retido',
}
