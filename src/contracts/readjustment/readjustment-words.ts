// What readjustments say to people, in Portuguese.

import { type CivilDate, formatDate, type YearMonth } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { type Decimal, formatDecimal } from '../../core/money.ts'
import {
  type Factor,
  type FactorMethod,
  formatFactor,
  formatMonths,
  formatValueName,
  indexFacts,
  monthsFor,
  type PriceIndex,
  type Span,
} from '../../indices/price-index.ts'
import type { HoldReason, Readjustment } from './readjustment.ts'

export interface Warning {
  code: 'under_12_months'
  message: string
}

/** What is allowed and deserves a second look. */
export function warningsOf({ everyMonths }: Pick<Readjustment, 'everyMonths'>): Warning[] {
  if (everyMonths >= 12) return []
  const message =
    'O reajuste por índice em prazo menor que um ano é nulo pela Lei 10.192/2001, art. 2º, § 1º: confira se este contrato o admite.'
  return [{ code: 'under_12_months', message }]
}

/** Of a rule, each once, however many of its clauses deserve it. */
export function warningsOfAll(clauses: readonly Pick<Readjustment, 'everyMonths'>[]): Warning[] {
  return [...new Map(clauses.flatMap(warningsOf).map(warning => [warning.code, warning])).values()]
}

/** What a hold keeps beside its reason, as data. */
export interface HoldDetail {
  /** As shown: 'rdj_12'. */
  readjustment: string
  index: PriceIndex
  date: CivilDate
  month: YearMonth | null
  span: Span
}

export function holdDetail({ id, index, nextOn, missingMonth, method }: Readjustment): HoldDetail {
  return {
    readjustment: showId('readjustment', id),
    index,
    date: nextOn,
    month: missingMonth,
    span: method === 'published_12m' ? 12 : 1,
  }
}

/** Why a period waits, and what to do: the sentence of the reason with what it is about. */
export function holdSentence(reason: HoldReason, { index, date, month, span }: HoldDetail): string {
  const readjustment = `o reajuste de ${formatDate(date)} pelo ${indexFacts[index].name}`
  if (reason === 'index_missing' && month !== null) {
    return `Falta o ${formatValueName(index, month, span)} para ${readjustment}. Espere a publicação, ou informe o valor com a fonte (no comando, indices set ${index} ${month} --value <percentual> --source <fonte>${span === 12 ? ' --twelve-months' : ''}; na API, PUT /v1/indices/${index}/${month}${span === 12 ? ', com span twelve_months' : ''}); o reajuste é aplicado em seguida, e então tente de novo.`
  }
  if (reason === 'readjustment_unapproved') {
    return `Espera a aprovação: ${readjustment}. Confira e aprove (no comando, readjustments approve; na API, POST /v1/readjustments/approve), ou dispense este reajuste; depois tente de novo.`
  }
  return `Ainda não foi aplicado: ${readjustment}. Ele é aplicado sozinho na sua data; depois dela, tente de novo.`
}

/** 'Reajuste dos preços pelo IGP-M a cada 12 meses; o próximo é em 01/10/2026, pelos meses de 10/2025 a 09/2026.' */
export function clauseSentence(clause: Readjustment): string {
  const { index, everyMonths, nextOn, method, lagMonths } = clause
  const what = clause.serviceItemId === null ? 'dos preços' : 'do preço de um serviço'
  const often = everyMonths === 1 ? 'todo mês' : `a cada ${everyMonths} meses`
  const months = formatMonths(monthsFor(nextOn, lagMonths, everyMonths))
  const by = method === 'published_12m' ? 'pelo acumulado publicado de' : everyMonths === 1 ? 'pelo mês de' : 'pelos meses de'
  const approval = clause.approvalWanted ? ', e precisa de aprovação' : ''
  return `Reajuste ${what} pelo ${indexFacts[index].name} ${often}; o próximo é em ${formatDate(nextOn)}, ${by} ${months}${approval}.`
}

/** What a readjustment did to a price, as it stands on the invoice. */
export interface PriceNote {
  index: PriceIndex
  method: FactorMethod
  date: CivilDate
  firstMonth: YearMonth
  lastMonth: YearMonth
  factor: Factor
  oldUnitPrice: Decimal
  newUnitPrice: Decimal
}

/** 'Preço reajustado em 01/10/2025 pelo IGP-M (10/2024 a 09/2025), fator 1,02828436: de R$ 1.000,00 para R$ 1.028,28.' */
export function noteSentence({ index, method, date, firstMonth, lastMonth, factor, ...price }: PriceNote): string {
  const how = method === 'published_12m' ? ', acumulado publicado' : ''
  const months = formatMonths([firstMonth, lastMonth])
  return `Preço reajustado em ${formatDate(date)} pelo ${indexFacts[index].name} (${months}${how}), fator ${formatFactor(factor)}: de ${unitPrice(price.oldUnitPrice)} para ${unitPrice(price.newUnitPrice)}.`
}

/** With at least two decimals: 'R$ 1.028,20', 'R$ 0,126948'. */
function unitPrice(price: Decimal): string {
  const [whole = '', fraction = ''] = formatDecimal(price).split(',')
  return `R$ ${whole},${fraction.padEnd(2, '0')}`
}
