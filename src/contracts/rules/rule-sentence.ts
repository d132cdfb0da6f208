// What a rule says, in Portuguese sentences for people; for `explain` and the console. Lower case where a phrase stands within a
// sentence.

import { dayOfMonth, formatDate, monthOf, weekday } from '../../core/dates.ts'
import { formatBrl, formatDecimal } from '../../core/money.ts'
import { sentence as dueSentence } from './due-dates.ts'
import { amountsOfLine } from './line-amounts.ts'
import type { Recurrence } from './recurrence.ts'
import type { Cut, Line, Management, PaymentMethod, Terms } from './terms.ts'

/** 'todo mês no dia 10', 'a cada 3 meses no dia 31 (ou no último dia do mês)', 'toda segunda-feira', 'todo ano em 10 de março'. */
export function recurrencePhrase({ unit, every, anchor }: Recurrence): string {
  if (unit === 'week') {
    const day = weekdays[weekday(anchor)] ?? ''
    const isMasculine = day === 'domingo' || day === 'sábado'
    return every === 1
      ? `${isMasculine ? 'todo' : 'toda'} ${day}`
      : `a cada ${every} semanas, ${isMasculine ? 'no' : 'na'} ${day}`
  }
  const day = dayOfMonth(anchor)
  if (every % 12 === 0) {
    const month = months[Number(monthOf(anchor).slice(5)) - 1]
    const when = `em ${day === 1 ? '1º' : day} de ${month}`
    return every === 12 ? `todo ano ${when}` : `a cada ${every / 12} anos ${when}`
  }
  const when = day > 28 ? `no dia ${day} (ou no último dia do mês)` : `no dia ${day}`
  return every === 1 ? `todo mês ${when}` : `a cada ${every} meses ${when}`
}

const weekdays = ['domingo', 'segunda-feira', 'terça-feira', 'quarta-feira', 'quinta-feira', 'sexta-feira', 'sábado']
const months = 'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro'.split(' ')

/** 'todo mês no dia 10, adiantado', 'todo mês no dia 10, adiantado, até 31/12/2026' */
export function rhythmPhrase({ recurrence, timing, endsOn }: Pick<Terms, 'recurrence' | 'timing' | 'endsOn'>): string {
  const until = endsOn === null ? '' : `, até ${formatDate(endsOn)}`
  return `${recurrencePhrase(recurrence)}, ${timing === 'advance' ? 'adiantado' : 'vencido'}${until}`
}

/** 'vence no dia 10 após o faturamento, em 3 parcelas' */
export function duePhrase(terms: Pick<Terms, 'due'>): string {
  return `vence ${dueSentence(terms.due)}`
}

export function competencePhrase({ competenceShift }: Pick<Terms, 'competenceShift'>): string {
  if (competenceShift === 0) return 'competência do mês do faturamento'
  return competenceShift < 0 ? 'competência do mês anterior ao faturamento' : 'competência do mês seguinte ao faturamento'
}

/** What comes by itself, and what somebody asks for: a run that was asked for bills and emits whatever the management. */
export const managementPhrase: Record<Management, string> = {
  automatic: 'faturado e emitido automaticamente',
  draft: 'a execução diária só faz o rascunho; ele é emitido por uma pessoa ou por uma execução pedida (bordero bill)',
  on_request: 'a execução diária não fatura; só uma execução pedida (bordero bill) fatura, e emite',
}

export const paymentPhrase: Record<PaymentMethod, string> = {
  boleto: 'boleto',
  pix: 'Pix',
  card: 'cartão',
  transfer: 'transferência',
  other: 'outra forma de pagamento',
}

/** What becomes of a period that the validity of the contract or of the rule cuts. */
export function cutPhrase(cut: Cut): string {
  if (cut === 'full') return 'cobrado por inteiro'
  return cut === 'prorate' ? 'cobrado pelos dias' : 'não cobrado'
}

/** '2,5 × Hospedagem: R$ 14,38, menos 10% (R$ 1,44)' */
export function linePhrase(line: Line): string {
  const { grossCents, discountCents } = amountsOfLine(line)
  const discount =
    line.discountPercent !== null
      ? `, menos ${formatDecimal(line.discountPercent)}% (${formatBrl(discountCents)})`
      : discountCents > 0
        ? `, menos ${formatBrl(discountCents)}`
        : ''
  return `${formatDecimal(line.quantity)} × ${line.description}: ${formatBrl(grossCents)}${discount}${validityPhrase(line)}`
}

function validityPhrase({ validFrom, validUntil }: Line): string {
  if (validFrom !== null && validUntil !== null) return `, de ${formatDate(validFrom)} a ${formatDate(validUntil)}`
  if (validFrom !== null) return `, a partir de ${formatDate(validFrom)}`
  return validUntil === null ? '' : `, até ${formatDate(validUntil)}`
}

/** The whole of a version in one sentence: 'Fatura todo mês no dia 10, adiantado; vence …; boleto; faturado e emitido …'. */
export function termsSentence(terms: Terms): string {
  const parts = [
    `Fatura ${rhythmPhrase(terms)}`,
    duePhrase(terms),
    paymentPhrase[terms.paymentMethod],
    competencePhrase(terms),
    managementPhrase[terms.management],
  ]
  if (terms.approvalWanted) parts.push('precisa de aprovação')
  return `${parts.join('; ')}.`
}
