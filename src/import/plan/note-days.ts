import { chargeOf, ledgerStart, nextPeriod, type Period, type Validity, validityOfRule } from '../../contracts/ledger/coverage.ts'
import { firstOpenDay, type RuleData } from '../../contracts/rules/invoice-rule.ts'
import { intervalAround, lastOccurrenceOnOrBefore, occurrence } from '../../contracts/rules/recurrence.ts'
import type { Terms } from '../../contracts/rules/terms.ts'
import { addDays, addMonths, type CivilDate, formatDate, maxDate } from '../../core/dates.ts'
import type { FileFaults } from '../file/fault.ts'
import type { ContractRows, RuleRows } from '../file/group-rows.ts'
import type { Heading, Row } from '../file/read-rows.ts'

// What is worth a look in the days of a contract that a file brings along: what they leave to be billed, and from when on.

/** A contract that begins later than this is rather a year that was mistyped. */
const MOST_MONTHS_UNTIL_START = 12

/** Says that a new contract begins so late that it may be meant otherwise. */
export function noteStart({ line, cells }: ContractRows, today: CivilDate, heading: Heading, warnings: FileFaults): void {
  const { startsOn } = cells
  if (startsOn == null || startsOn <= addMonths(today, MOST_MONTHS_UNTIL_START)) return
  const sentence = `O contrato só começa em ${formatDate(startsOn)}: nada será faturado até lá. Confira o ano.`
  warnings.note(line, heading.spelled('startsOn'), 'starts_far_ahead', sentence)
}

/**
 * Says from when on the rule is billed, where periods lie before that of which nobody said who billed them, or where more is said to
 * have been billed than who wrote it may have meant.
 */
export function notePast(
  line: number,
  { terms, billedThrough, takenOver }: RuleData,
  ofContract: Validity,
  today: CivilDate,
  heading: Heading,
  warnings: FileFaults,
): void {
  if (takenOver !== null) return
  if (billedThrough === null) {
    const past = pastLeftOut(terms, ofContract, today)
    if (past !== null) warnings.note(line, heading.spelled('startsOn'), 'past_not_billed', pastSentence(past))
    return
  }
  const column = heading.spelled('billedThrough')
  const far = billedFarAhead(terms, ofContract, today, billedThrough)
  if (far !== null) {
    warnings.note(line, column, 'billed_far_ahead', farSentence(far, billedThrough))
    return
  }
  const inside = billedInside(terms, ofContract, billedThrough)
  if (inside === null) return
  const code = inside.period.scheduledOn > today ? 'billed_ahead' : 'billed_part_way'
  warnings.note(line, column, code, insideSentence(inside, billedThrough))
}

/** Says of a new contract that its end, or its rule's, leaves nothing to be billed, or has come already. */
export function noteEnd(
  line: number,
  { terms, billedThrough, takenOver }: RuleData,
  ofContract: Validity,
  today: CivilDate,
  heading: Heading,
  warnings: FileFaults,
): void {
  const validity = validityOfRule([terms], ofContract)
  const { endsOn } = validity
  // Where nobody said who billed the past, it was said already that all of it is left out.
  if (endsOn === null || (billedThrough === null && takenOver === null)) return
  const column = heading.spelled(endsOn === ofContract.endsOn ? 'endsOn' : 'ruleEndsOn')
  const end = `O fim ${formatDate(endsOn)}`
  const begins = firstOpenDay(ledgerStart(terms, validity, today, billedThrough, takenOver))
  const isNothingLeft = begins > endsOn && (takenOver?.open ?? []).length === 0
  if (isNothingLeft) {
    const why = endsOn < today ? 'já passou' : `vem antes do primeiro período a faturar, que começaria em ${formatDate(begins)}`
    warnings.note(line, column, 'nothing_to_bill', `${end} ${why}: não há mais nada a faturar. Se é engano, corrija o dia.`)
  } else if (endsOn < today) {
    const sentence = `${end} já passou: só se fatura o que ainda está em aberto até esse dia, e nada depois dele. Se é engano, corrija o dia.`
    warnings.note(line, column, 'ended_already', sentence)
  }
}

/**
 * Says of a new rule whose end cuts its last period that all of it is charged nevertheless, where nobody said so: what is billed in
 * advance is, unless it is said otherwise.
 */
export function noteWholeEnd(
  { line, cells }: RuleRows,
  { terms, billedThrough, takenOver }: RuleData,
  ofContract: Validity,
  today: CivilDate,
  heading: Heading,
  warnings: FileFaults,
): void {
  const validity = validityOfRule([terms], ofContract)
  const { endsOn } = validity
  if (endsOn === null || cells.cutEnd != null || terms.cutEnd !== 'full') return
  const last = lastOccurrenceOnOrBefore(terms.recurrence, endsOn)
  if (last === null) return
  const period = nextPeriod([terms], occurrence(terms.recurrence, last))
  const begins = firstOpenDay(ledgerStart(terms, validity, today, billedThrough, takenOver))
  if (period.startsOn < begins || addDays(endsOn, 1) === period.endsOn) return
  const column = heading.spelled(endsOn === ofContract.endsOn ? 'endsOn' : 'ruleEndsOn')
  const days = `${formatDate(period.startsOn)} a ${formatDate(addDays(period.endsOn, -1))}`
  const cut = heading.spelled('cutEnd')
  const sentence = `O fim ${formatDate(endsOn)} fica dentro do período de ${days}, que é cobrado inteiro. Para cobrar só os dias até o fim, escreva "proporcional" na coluna "${cut}"; "integral" diz o mesmo sem esta observação.`
  warnings.note(line, column, 'last_period_whole', sentence)
}

/**
 * Says of the lines of a new rule which of them have ended before they are charged here, or have come to their end: one that is in force
 * on a period's first day is charged for all of it. What ends with its contract or rule was said of that.
 */
export function noteEndedLines(
  rows: readonly Row[],
  { terms, billedThrough, takenOver }: RuleData,
  ofContract: Validity,
  today: CivilDate,
  heading: Heading,
  warnings: FileFaults,
): void {
  const validity = validityOfRule([terms], ofContract)
  const begins = firstOpenDay(ledgerStart(terms, validity, today, billedThrough, takenOver))
  for (const { line, cells } of rows) {
    const { lineUntil } = cells
    if (lineUntil == null || (lineUntil >= begins && lineUntil >= today)) continue
    if (validity.endsOn !== null && validity.endsOn <= lineUntil) continue
    const end = `O item ${lineUntil < today ? 'terminou' : 'termina'} em ${formatDate(lineUntil)}`
    const sentence =
      lineUntil < begins
        ? `${end}, antes do primeiro período a faturar, que começa em ${formatDate(begins)}: nada será cobrado por ele. Se é engano, corrija o dia.`
        : `${end}: só se cobra o que ainda está em aberto até esse dia, e nada depois dele. Se é engano, corrija o dia.`
    warnings.note(line, heading.spelled('lineUntil'), 'line_ended', sentence)
  }
}

/**
 * Periods of the contract that would have been charged before the first one that the rule will bill, if nobody said who billed them;
 * null when there are none.
 */
function pastLeftOut(
  terms: Terms,
  ofContract: Validity,
  today: CivilDate,
): { from: CivilDate; first: CivilDate | null; scheduledOn: CivilDate } | null {
  const validity = validityOfRule([terms], ofContract)
  const begins = firstOpenDay(ledgerStart(terms, validity, today, null))
  const k = lastOccurrenceOnOrBefore(terms.recurrence, validity.startsOn) ?? 0
  let from = occurrence(terms.recurrence, k)
  // The first one may lie before the validity by the rule's cuts; the second does not.
  const isCharged = () => chargeOf(nextPeriod([terms], from), terms, validity, []).charged === true
  if (!isCharged()) from = nextPeriod([terms], from).endsOn
  if (from >= begins || !isCharged()) return null
  const { scheduledOn } = nextPeriod([terms], begins)
  return { from, first: validity.endsOn !== null && begins > validity.endsOn ? null : begins, scheduledOn }
}

/** Said to whoever imports it: from when on it is charged, and what to write where the past is to be charged too. */
function pastSentence({ from, first, scheduledOn }: NonNullable<ReturnType<typeof pastLeftOut>>): string {
  const begins =
    first === null
      ? 'Nada será cobrado: o contrato ou a regra termina antes do primeiro período a partir de hoje.'
      : `O primeiro período cobrado começa em ${formatDate(first)} e é faturado em ${formatDate(scheduledOn)}; o que vem antes não é cobrado.`
  return `${begins} Se foi faturado em outro sistema, diga até quando em "faturado_ate"; para cobrar aqui também o passado, preencha "faturar_desde" com ${formatDate(from)}. As duas colunas só valem para contratos novos.`
}

/**
 * The last period that `billedThrough` closes, where the day lies within it: who wrote the end of a month may not have meant the period
 * that began in it. Null where the day is the period's own last one, or nothing of the contract comes after it anyway.
 */
function billedInside(
  terms: Terms,
  ofContract: Validity,
  billedThrough: CivilDate,
): { period: Period; next: Period; isLast: boolean } | null {
  const validity = validityOfRule([terms], ofContract)
  // A day before the anchor closes nothing, and the day does not matter where the validity ends on it.
  const last = lastOccurrenceOnOrBefore(terms.recurrence, billedThrough)
  const isOver = validity.endsOn !== null && validity.endsOn <= billedThrough
  if (last === null || isOver) return null
  const period = nextPeriod([terms], occurrence(terms.recurrence, last))
  const isBeforeStart = period.endsOn <= validity.startsOn
  if (isBeforeStart || addDays(billedThrough, 1) === period.endsOn) return null
  return {
    period,
    next: nextPeriod([terms], period.endsOn),
    isLast: validity.endsOn !== null && period.endsOn > validity.endsOn,
  }
}

/** Said to whoever imports it: what will not be billed, when it goes on, and what to write where that was not meant. */
function insideSentence(
  { period, next, isLast }: NonNullable<ReturnType<typeof billedInside>>,
  billedThrough: CivilDate,
): string {
  const days = `${formatDate(period.startsOn)} a ${formatDate(addDays(period.endsOn, -1))}`
  const isLater = next.scheduledOn !== next.startsOn
  const begins = isLast
    ? 'é o último, e nada mais será faturado'
    : `a primeira fatura daqui começa em ${formatDate(next.startsOn)}${isLater ? ` e sai em ${formatDate(next.scheduledOn)}` : ''}`
  return `${formatDate(billedThrough)} fica dentro do período de ${days}: ele conta como faturado inteiro; ${begins}. Se esse período ainda não foi faturado, escreva ${formatDate(addDays(period.startsOn, -1))}; se foi, ${formatDate(addDays(period.endsOn, -1))} diz o mesmo sem esta observação.`
}

/** Where `billedThrough` closes more than the period of today, or of the start, and the one after it: the first one that is billed. */
function billedFarAhead(terms: Terms, ofContract: Validity, today: CivilDate, billedThrough: CivilDate): Period | null {
  const validity = validityOfRule([terms], ofContract)
  const { billedElsewhereUntil: begins } = ledgerStart(terms, validity, today, billedThrough)
  if (begins === null) return null
  const current = intervalAround(terms.recurrence, maxDate(today, validity.startsOn, terms.recurrence.anchor))
  const following = nextPeriod([terms], current.endsOn)
  return begins > following.endsOn ? nextPeriod([terms], begins) : null
}

function farSentence({ startsOn, scheduledOn }: Period, billedThrough: CivilDate): string {
  return `${formatDate(billedThrough)} está longe no futuro: nada será faturado até ${formatDate(scheduledOn)}, quando sai a fatura do período que começa em ${formatDate(startsOn)}. Confira o dia e o ano.`
}
