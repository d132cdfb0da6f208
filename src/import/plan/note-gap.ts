import {
  chargeOf,
  nextPeriod,
  type OpenStretch,
  type Suspension,
  type Validity,
  validityOfRule,
} from '../../contracts/ledger/coverage.ts'
import type { RuleData } from '../../contracts/rules/invoice-rule.ts'
import { intervalAround } from '../../contracts/rules/recurrence.ts'
import { addDays, type CivilDate, formatDate, maxDate, minDate } from '../../core/dates.ts'
import type { FileFaults } from '../file/fault.ts'
import type { RuleRows } from '../file/group-rows.ts'
import type { Heading } from '../file/read-rows.ts'

// A file may say until when another system billed, and from when on it is to be billed here. All that lies in between is closed as billed
// elsewhere, and nobody has said that it was.

/** Says which days lie between the two, where they would have been charged and are not told to stand open. */
export function noteGap(
  { line, cells }: RuleRows,
  rule: Pick<RuleData, 'terms' | 'takenOver'>,
  ofContract: Validity,
  suspensions: readonly Suspension[],
  heading: Heading,
  warnings: FileFaults,
): void {
  const { billedThrough } = cells
  if (billedThrough == null || rule.takenOver === null) return
  const gap = unbilledBetween(billedThrough, rule.takenOver, rule.terms, ofContract, suspensions)
  if (gap.length === 0) return
  const sentence = gapSentence(gap, billedThrough, rule.takenOver.billFrom)
  warnings.note(line, heading.spelled('billFrom'), 'gap_not_billed', sentence)
}

/** In order of days; those that follow each other are one stretch. */
function unbilledBetween(
  billedThrough: CivilDate,
  { billFrom, open }: NonNullable<RuleData['takenOver']>,
  terms: RuleData['terms'],
  ofContract: Validity,
  suspensions: readonly Suspension[],
): OpenStretch[] {
  const validity = validityOfRule([terms], ofContract)
  const firstDay = maxDate(addDays(billedThrough, 1), validity.startsOn)
  const gap: OpenStretch[] = []
  for (let day = firstDay; day < billFrom; ) {
    const interval = intervalAround(terms.recurrence, day)
    const [startsOn, endsOn] = [day, minDate(interval.endsOn, billFrom)]
    // A period is charged, or not, by its own first day, of which the row may have told before.
    const charge = chargeOf(nextPeriod([terms], interval.startsOn), terms, validity, suspensions)
    const isOpen = open.some(period => period.startsOn < endsOn && startsOn < period.endsOn)
    if (charge.charged !== false && !isOpen) add(gap, { startsOn, endsOn })
    day = endsOn
  }
  return gap
}

function add(gap: OpenStretch[], stretch: OpenStretch): void {
  const last = gap.at(-1)
  if (last?.endsOn === stretch.startsOn) last.endsOn = stretch.endsOn
  else gap.push(stretch)
}

const MOST_SHOWN = 3

/** What will be billed by nobody, and what to write where that was not meant. */
function gapSentence(gap: readonly OpenStretch[], billedThrough: CivilDate, billFrom: CivilDate): string {
  const [first] = gap
  if (first === undefined) throw new Error('a gap without days')
  const days = gap
    .slice(0, MOST_SHOWN)
    .map(({ startsOn, endsOn }) => `${formatDate(startsOn)} a ${formatDate(addDays(endsOn, -1))}`)
  const more = gap.length > MOST_SHOWN ? ` e mais ${gap.length - MOST_SHOWN}` : ''
  const between = `entre o "faturado_ate" (${formatDate(billedThrough)}) e o "faturar_desde" (${formatDate(billFrom)})`
  return `Ninguém vai faturar ${days.join(', ')}${more}, ${between}. Para faturar esses dias aqui, escreva ${formatDate(first.startsOn)} em "faturar_desde", ou diga quais períodos em "periodos_em_aberto"; se outro sistema os faturou, escreva ${formatDate(addDays(billFrom, -1))} em "faturado_ate".`
}
