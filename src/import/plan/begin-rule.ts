import {
  chargeOf,
  ledgerStart,
  misfit,
  nextPeriod,
  type TakenOver,
  type Validity,
  validityOfRule,
} from '../../contracts/ledger/coverage.ts'
import { firstOpenDay, type RuleInput } from '../../contracts/rules/invoice-rule.ts'
import { lastOccurrenceOnOrBefore, occurrence, type Recurrence } from '../../contracts/rules/recurrence.ts'
import type { Terms } from '../../contracts/rules/terms.ts'
import { addDays, addMonths, type CivilDate, formatDate, maxDate } from '../../core/dates.ts'
import { type Cells, type ColumnKey, showCell } from '../file/columns.ts'
import type { FaultCode, FileFaults } from '../file/fault.ts'
import type { Heading } from '../file/read-rows.ts'

// Where the ledger of a rule begins that a file brings along: where another system got to, or with today.

/** Billed further ahead than this, beyond an interval of the rule, is a slip of the pen, and would bill nothing for years. */
const MOST_MONTHS_AHEAD = 24

type Place = { line: number; heading: Heading; faults: FileFaults }

/** What the cells say of the rule's ledger. What is wrong with them is added to the faults. */
export function saidBeginning(
  cells: Cells,
  rhythm: { recurrence: Recurrence; timing: Terms['timing'] },
  of: { startsOn: CivilDate | null; today: CivilDate; isDraft: boolean },
  { line, heading, faults }: Place,
): Pick<RuleInput, 'billedThrough' | 'takenOver'> {
  const { billedThrough = null, billFrom = null, openPeriods = null } = cells
  const refuse = (key: ColumnKey, code: FaultCode, expected: string) =>
    faults.add(line, heading.spelled(key), code, expected, showCell(key, cells[key]))
  const latest = latestDay(rhythm.recurrence, maxDate(of.today, of.startsOn ?? of.today))
  if (billedThrough !== null && billedThrough > latest)
    refuse('billedThrough', 'invalid_billed_through', `até ${formatDate(latest)}`)
  if (billFrom !== null && billFrom > latest) refuse('billFrom', 'invalid_bill_from', `até ${formatDate(latest)}`)
  if (billFrom !== null && of.isDraft)
    refuse('billFrom', 'bill_from_unfit', 'a coluna vazia: um rascunho começa a ser faturado quando é ativado')
  else if (billFrom !== null && billedThrough !== null && billFrom <= billedThrough)
    refuse('billFrom', 'bill_from_unfit', `um dia depois do "faturado até", ${formatDate(billedThrough)}`)
  const open = openPeriods ?? []
  if (open.length > 0 && (billFrom === null || billedThrough === null))
    refuse('openPeriods', 'open_period_unfit', 'também "faturado_ate" e "faturar_desde": os períodos em aberto ficam antes deles')
  const beyond = billFrom === null ? undefined : open.find(({ endsOn }) => endsOn >= billFrom)
  if (beyond) refuse('openPeriods', 'open_period_unfit', 'períodos que terminam antes do "faturado até"')
  const wrong = misfit({ ...rhythm, version: 1, validFrom: rhythm.recurrence.anchor }, open)
  if (wrong)
    refuse('openPeriods', 'open_period_unfit', `um período como a recorrência o corta, a partir de ${formatDate(wrong.startsOn)}`)
  if (billFrom === null) return { billedThrough }
  return { billedThrough, takenOver: { billFrom, isClosedBefore: billedThrough !== null, open } satisfies TakenOver }
}

function latestDay({ unit, every }: Recurrence, from: CivilDate): CivilDate {
  return addMonths(unit === 'week' ? addDays(from, 7 * every) : addMonths(from, every), MOST_MONTHS_AHEAD)
}

/**
 * Periods of the contract that would have been charged before the first one that the rule will bill, if nobody said who billed them;
 * null when there are none.
 */
export function pastLeftOut(
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
export function pastSentence({ from, first, scheduledOn }: NonNullable<ReturnType<typeof pastLeftOut>>): string {
  const begins =
    first === null
      ? 'Nada será cobrado: o contrato ou a regra termina antes do primeiro período a partir de hoje.'
      : `O primeiro período cobrado começa em ${formatDate(first)} e é faturado em ${formatDate(scheduledOn)}; o que vem antes não é cobrado.`
  return `${begins} Se foi faturado em outro sistema, diga até quando em "faturado_ate"; para cobrar aqui também o passado, preencha "faturar_desde" com ${formatDate(from)}. As duas colunas só valem para contratos novos.`
}

/**
 * The last period that `billedThrough` closes, where its billing day has not come yet: who wrote the end of a month may not have meant
 * the period that begins within it. Null where it has come, or where the day is the period's own last one.
 */
export function billedAhead(terms: Terms, ofContract: Validity, today: CivilDate, billedThrough: CivilDate) {
  const validity = validityOfRule([terms], ofContract)
  const { billedElsewhereUntil: begins } = ledgerStart(terms, validity, today, billedThrough)
  const last = lastOccurrenceOnOrBefore(terms.recurrence, billedThrough)
  if (begins === null || last === null) return null
  const period = nextPeriod([terms], occurrence(terms.recurrence, last))
  const isLastDay = addDays(billedThrough, 1) === period.endsOn
  const isOver = validity.endsOn !== null && period.startsOn > validity.endsOn
  if (period.scheduledOn <= today || isLastDay || isOver) return null
  return { ...period, next: nextPeriod([terms], begins).scheduledOn }
}

/** Said to whoever imports it: what will not be billed, when it goes on, and what to write where that was not meant. */
export function aheadSentence({ startsOn, endsOn, scheduledOn, next }: NonNullable<ReturnType<typeof billedAhead>>): string {
  const period = `de ${formatDate(startsOn)} a ${formatDate(addDays(endsOn, -1))}`
  return `O período ${period}, que se faturaria em ${formatDate(scheduledOn)}, fica como já faturado em outro sistema, e o seguinte é faturado em ${formatDate(next)}. Se ele ainda não foi faturado, escreva ${formatDate(addDays(startsOn, -1))} nesta coluna.`
}
