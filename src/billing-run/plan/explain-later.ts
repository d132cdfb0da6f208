// What `explain` says of what comes after its day: the period that follows, whether it will be billed, and from when another price is.

import { beginsWithin, chargeOf, nextPeriod, type Period, validityOfRule } from '../../contracts/ledger/coverage.ts'
import { nextBilling } from '../../contracts/ledger/next-billing.ts'
import { linesOn } from '../../contracts/rules/line-amounts.ts'
import { linePhrase } from '../../contracts/rules/rule-sentence.ts'
import { type Terms, termsAt } from '../../contracts/rules/terms.ts'
import { type CivilDate, formatDate } from '../../core/dates.ts'
import { formatBrl, formatDecimal } from '../../core/money.ts'
import type { RuleFacts } from './rule-facts.ts'

/** When the period after the ledger's end is billed, or why it will not be. Null: none follows. */
export function nextPeriodSentence(rule: RuleFacts, today: CivilDate): string | null {
  const { coveredUntil, contract, versions, open } = rule
  const { validity, suspensions } = contract
  if (coveredUntil === null || validity === null) return null
  const own = validityOfRule(versions, validity)
  if (!beginsWithin(own, coveredUntil)) return null
  const next = nextPeriod(versions, coveredUntil)
  const terms = termsAt(versions, next.startsOn)
  const charge = chargeOf(next, terms, own, suspensions)
  const begins = formatDate(next.startsOn)
  if (charge.charged === true) {
    const scheduled = formatDate(next.scheduledOn)
    const how =
      terms.management === 'on_request' ? `só é faturado quando se pede, de ${scheduled} em diante` : `é faturado em ${scheduled}`
    return `O próximo período começa em ${begins} e ${how}.`
  }
  const { byItselfOn } = nextBilling(versions, coveredUntil, validity, suspensions, open, today)
  const billed = byItselfOn === null ? '' : ` O próximo faturamento é em ${formatDate(byItselfOn)}.`
  if (charge.charged === 'later') {
    return charge.resumed
      ? `O próximo período começa em ${begins}, com o contrato suspenso, e nenhuma execução o fatura sem que se peça (bill --catch-up).${billed}`
      : `Próximo faturamento: nenhum enquanto suspenso. O próximo período começa em ${begins} e fica em aberto, para cobrar depois (bill --catch-up).`
  }
  if (charge.reason === 'outside_validity')
    return `O próximo período começa em ${begins} e não é cobrado, por estar fora da vigência.${billed}`
  const isOpen = suspensions.some(({ fromOn, untilOn }) => untilOn === null && fromOn <= next.startsOn)
  return isOpen
    ? `Próximo faturamento: nenhum enquanto suspenso. O próximo período começa em ${begins} e não é cobrado se o contrato não for retomado até esse dia.`
    : `O próximo período começa em ${begins}, com o contrato suspenso, e não é cobrado.${billed}`
}

/** A long rhythm needs few periods to reach a version; one of weeks some more. */
const MOST_PERIODS = 600

/**
 * From which period on something else is charged than `shown`: a price that was changed in the middle of a period is billed from the
 * next one on.
 */
export function laterPriceSentences({ versions, coveredUntil }: RuleFacts, shown: Terms, day: CivilDate): string[] {
  if (coveredUntil === null) return []
  const later = versions.filter(({ version, validFrom }) => version > shown.version && validFrom >= shown.validFrom)
  let before = pricesOf(shown, day)
  return later.flatMap(terms => {
    const first = firstPeriodFrom(versions, coveredUntil, terms)
    if (first === null || first.startsOn <= day) return []
    const prices = pricesOf(terms, first.startsOn)
    if (prices === before) return []
    before = prices
    return [`Do período que começa em ${formatDate(first.startsOn)} em diante: ${prices}.`]
  })
}

function pricesOf(terms: Terms, day: CivilDate): string {
  return linesOn(terms.lines, day).map(linePhrase).join('; ')
}

/** The first period that is not closed and that these terms decide; null where others stand in their place by then. */
function firstPeriodFrom(versions: readonly Terms[], coveredUntil: CivilDate, terms: Terms): Period | null {
  let until = coveredUntil
  for (let i = 0; i < MOST_PERIODS; i++) {
    const period = nextPeriod(versions, until)
    if (period.startsOn >= terms.validFrom) {
      return termsAt(versions, period.startsOn).version === terms.version ? period : null
    }
    until = period.endsOn
  }
  return null
}

/** What a period may cost before it waits for a person. */
export function boundSentences({ maxAmountCents, maxGrowthPercent }: Terms, last: RuleFacts['last']): string[] {
  const bounds = [
    ...(maxAmountCents === null ? [] : [`${formatBrl(maxAmountCents)} por fatura`]),
    ...(maxGrowthPercent === null
      ? []
      : [`${formatDecimal(maxGrowthPercent)}% a mais que a última${last === null ? '' : `, de ${formatBrl(last.grossCents)}`}`]),
  ]
  return bounds.length === 0
    ? []
    : [`Limite de segurança: ${bounds.join('; ')}, do valor bruto. Acima disso espera alguém liberar (run allow).`]
}
