import { addDays, type CivilDate } from '../../core/dates.ts'
import { date, listOf } from './cells.ts'
import { plain } from './plain.ts'
import { isMisread, type Kind, type Misreading } from './reading.ts'

// Days from one to another in a cell, as people write them: '01/02/2026 a 28/02/2026', both counted. Inside, an end is the day after.

/** Days [fromOn, untilOn). */
interface Span {
  readonly fromOn: CivilDate
  readonly untilOn: CivilDate
}

function readSpan(text: string): Span | null {
  const [from = '', last = '', ...rest] = text.split(/\s+(?:a|até)\s+/i)
  const [fromOn, lastOn] = [date.parse(from.trim()), date.parse(last.trim())]
  if (rest.length > 0 || isMisread(fromOn) || isMisread(lastOn) || lastOn.value < fromOn.value) return null
  return { fromOn: fromOn.value, untilOn: addDays(lastOn.value, 1) }
}

function showSpan({ fromOn, untilOn }: Span): string {
  return `${date.format(fromOn)} a ${date.format(addDays(untilOn, -1))}`
}

const inOrder = (a: CivilDate, b: CivilDate): number => (a < b ? -1 : a > b ? 1 : 0)

/** A period that is still to be billed although later ones are closed. */
export interface OpenSpan {
  readonly startsOn: CivilDate
  readonly endsOn: CivilDate
}

const OPEN_SPANS: Misreading = {
  code: 'invalid_period',
  expected: 'períodos como "01/02/2026 a 28/02/2026|01/03/2026 a 31/03/2026"',
}

/** '01/02/2026 a 28/02/2026|01/03/2026 a 31/03/2026', in order. */
export const openSpans: Kind<OpenSpan[]> = {
  parse(text) {
    const reading = spanList.parse(text)
    return isMisread(reading) ? reading : { value: reading.value.sort((a, b) => inOrder(a.startsOn, b.startsOn)) }
  },
  format: list => spanList.format(list),
}

const spanList: Kind<OpenSpan[]> = listOf({
  split: /[|\n]/,
  parse(item) {
    const span = readSpan(item)
    return span === null ? OPEN_SPANS : { value: { startsOn: span.fromOn, endsOn: span.untilOn } }
  },
  format: ({ startsOn, endsOn }) => showSpan({ fromOn: startsOn, untilOn: endsOn }),
})

/** When a contract was or will be suspended: [fromOn, untilOn), null while nobody knows until when. */
export interface SuspendedSpan {
  readonly fromOn: CivilDate
  readonly untilOn: CivilDate | null
  readonly chargeLater: boolean
}

const SUSPENSIONS: Misreading = {
  code: 'invalid_period',
  expected: 'intervalos como "01/02/2026 a 28/02/2026|15/05/2026, cobrar depois"; só o último pode não ter fim',
}

/** '01/02/2026 a 28/02/2026|15/05/2026, cobrar depois', in order; none reaches into the next. */
export const suspensions: Kind<SuspendedSpan[]> = {
  parse(text) {
    const reading = suspensionList.parse(text)
    if (isMisread(reading)) return reading
    const value = reading.value.sort((a, b) => inOrder(a.fromOn, b.fromOn))
    const overlaps = value.slice(1).some(({ fromOn }, i) => (value[i]?.untilOn ?? '9999') > fromOn)
    return overlaps ? SUSPENSIONS : { value }
  },
  format: list => suspensionList.format(list),
}

const suspensionList: Kind<SuspendedSpan[]> = listOf<SuspendedSpan>({
  split: /[|\n]/,
  parse(item) {
    const [days = '', later, ...rest] = item.split(',').map(part => part.trim())
    if (rest.length > 0 || (later !== undefined && plain(later) !== 'cobrar depois')) return SUSPENSIONS
    const chargeLater = later !== undefined
    const span = readSpan(days)
    if (span !== null) return { value: { ...span, chargeLater } }
    const fromOn = date.parse(days)
    return isMisread(fromOn) ? SUSPENSIONS : { value: { fromOn: fromOn.value, untilOn: null, chargeLater } }
  },
  format: ({ fromOn, untilOn, chargeLater }) =>
    `${untilOn === null ? date.format(fromOn) : showSpan({ fromOn, untilOn })}${chargeLater ? ', cobrar depois' : ''}`,
})
