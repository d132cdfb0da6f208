import type { CivilDate } from '../../core/dates.ts'
import { addDays, daysBetween, maxDate, minDate } from '../../core/dates.ts'
import {
  firstOccurrenceOnOrAfter,
  intervalAround,
  lastOccurrenceOnOrBefore,
  occurrence,
  type Recurrence,
} from '../rules/recurrence.ts'
import { type Cut, endOfRule, type Timing, termsAt } from '../rules/terms.ts'

/** How a period of a rule ended; `open` until it has, and again after a release. */
export type Disposition = 'seed' | 'open' | 'billed' | 'billed_elsewhere' | 'waived' | 'uncharged'

/** Days [startsOn, endsOn) of a rule, with the day on which it is to be billed. */
export interface Period {
  startsOn: CivilDate
  endsOn: CivilDate
  /** The occurrence that bills it: its first day in advance, the day after its last in arrears. */
  scheduledOn: CivilDate
  /** Days of the whole recurrence interval that it lies in; more than its own when a changed recurrence cut it short. */
  regularDays: number
}

/** What of the terms decides where periods begin and end. */
export interface Rhythm {
  version: number
  validFrom: CivilDate
  recurrence: Recurrence
  timing: Timing
  /** The rule's own last day, counted. */
  endsOn?: CivilDate | null
}

/** The period that follows what is covered. It starts where the ledger ends, whatever the recurrence was before. */
export function nextPeriod(versions: readonly Rhythm[], coveredUntil: CivilDate): Period {
  const { recurrence, timing } = termsAt(versions, coveredUntil)
  const interval = intervalAround(recurrence, coveredUntil)
  return {
    startsOn: coveredUntil,
    endsOn: interval.endsOn,
    scheduledOn: timing === 'advance' ? coveredUntil : interval.endsOn,
    regularDays: daysBetween(interval.startsOn, interval.endsOn),
  }
}

/**
 * A period that stands in the ledger, told from its two ends. What it costs is a share of the interval that holds its first day: by
 * the version that it was billed by, or else by the terms in force there. `scheduledOn` stays what it was when the row was made.
 */
export function storedPeriod(
  versions: readonly Rhythm[],
  { startsOn, endsOn, scheduledOn, termsVersion = null }: Row & { termsVersion?: number | null },
): Period {
  const { recurrence } = versions.find(({ version }) => version === termsVersion) ?? termsAt(versions, startsOn)
  const interval = intervalAround(recurrence, startsOn)
  return { startsOn, endsOn, scheduledOn, regularDays: daysBetween(interval.startsOn, interval.endsOn) }
}

type Row = Pick<Period, 'startsOn' | 'endsOn' | 'scheduledOn'>

/**
 * Open rows that stand otherwise than the terms in force cut those days, since terms changed or a release opened them: each `gone`
 * stretch of them, with the periods that take its place. Where a closed period follows, the last one ends with its first day.
 *
 * @param open in order of days
 */
export function cutAnew(
  versions: readonly Rhythm[],
  open: readonly Row[],
  coveredUntil: CivilDate,
): { gone: Row[]; cut: Row[] }[] {
  return stretchesOf(open).flatMap(({ rows, until }) => {
    const next = (from: CivilDate) => {
      const period = nextPeriod(versions, from)
      return until < coveredUntil ? endedBy(period, until) : period
    }
    const first = rows.findIndex(row => !isSameCut(row, next(row.startsOn)))
    if (first < 0) return []
    const gone = rows.slice(first)
    const cut: Row[] = []
    for (let from = gone[0]?.startsOn; from !== undefined && from < until; from = cut.at(-1)?.endsOn) cut.push(next(from))
    return { gone, cut }
  })
}

/** Rows that follow each other without a closed one in between, and where they end. */
function stretchesOf(open: readonly Row[]): { rows: Row[]; until: CivilDate }[] {
  const stretches: { rows: Row[]; until: CivilDate }[] = []
  for (const row of open) {
    const last = stretches.at(-1)
    if (last?.until === row.startsOn) {
      last.rows.push(row)
      last.until = row.endsOn
    } else stretches.push({ rows: [row], until: row.endsOn })
  }
  return stretches
}

function endedBy(period: Period, limit: CivilDate): Period {
  if (period.endsOn <= limit) return period
  return { ...period, endsOn: limit, scheduledOn: period.scheduledOn === period.startsOn ? period.startsOn : limit }
}

function isSameCut(row: Row, period: Row): boolean {
  return row.endsOn === period.endsOn && row.scheduledOn === period.scheduledOn
}

export interface Validity {
  startsOn: CivilDate
  /** Last day, counted; null: until further notice. */
  endsOn: CivilDate | null
}

/** A ledger that was kept elsewhere, told to the day: what it leaves to be billed. */
export interface TakenOver {
  /** The first day that lies after all that was closed. It need not be an occurrence: a short first period is prorated. */
  billFrom: CivilDate
  /** Whether the days before it were closed; otherwise they are none of the ledger. */
  isClosedBefore: boolean
  /** Periods before it that stand open, in order. */
  open: readonly OpenStretch[]
}

/** Days [startsOn, endsOn) that are still to be billed. */
export interface OpenStretch {
  startsOn: CivilDate
  endsOn: CivilDate
}

/** Where the ledger of a rule begins, and until where it is closed from its beginning. */
export interface LedgerStart {
  seed: CivilDate
  billedElsewhereUntil: CivilDate | null
  /** Periods before that day that stand open. */
  open?: readonly Row[]
}

/**
 * Where a rule's ledger begins, and what of it was billed before Bordero.
 *
 * - A ledger that is taken over goes on where it ended.
 * - With `billedThrough`, every period that begins on or before that day is closed as billed elsewhere.
 * - Otherwise a start in the past begins at the first occurrence scheduled on or after `madeOn` and keeps its anchor.
 * - Periods that lie wholly before the contract's validity are no periods of it.
 */
export function ledgerStart(
  terms: Rhythm,
  validity: Validity,
  madeOn: CivilDate,
  billedThrough: CivilDate | null,
  takenOver: TakenOver | null = null,
): LedgerStart {
  const { recurrence, timing } = terms
  // The first period that touches the validity, never before the anchor: the anchor is the first day of service.
  const first = lastOccurrenceOnOrBefore(recurrence, validity.startsOn) ?? 0
  if (takenOver !== null) return goneOn(terms, validity, occurrence(recurrence, first), takenOver)
  if (billedThrough !== null) {
    const seed = occurrence(recurrence, first)
    const until = occurrence(recurrence, (lastOccurrenceOnOrBefore(recurrence, billedThrough) ?? -1) + 1)
    return { seed, billedElsewhereUntil: seed < until ? until : null }
  }
  const scheduled = firstOccurrenceOnOrAfter(recurrence, madeOn)
  const firstOpen = timing === 'advance' ? scheduled : scheduled - 1
  return { seed: occurrence(recurrence, Math.max(first, firstOpen)), billedElsewhereUntil: null }
}

function goneOn(terms: Rhythm, validity: Validity, firstPeriod: CivilDate, takenOver: TakenOver): LedgerStart {
  const { billFrom, isClosedBefore, open } = takenOver
  const fromStart: LedgerStart = { seed: billFrom, billedElsewhereUntil: null }
  if (!isClosedBefore) return fromStart
  // A rhythm that changed since may have its anchor after what was billed by the one before.
  const latest = open[0]?.startsOn ?? billFrom
  const earlier = [firstPeriod, validity.startsOn, intervalAround(terms.recurrence, validity.startsOn).startsOn]
  const seed = earlier.find(day => day <= latest) ?? latest
  if (seed === billFrom) return fromStart
  const scheduled = (row: OpenStretch): Row => ({ ...row, scheduledOn: terms.timing === 'advance' ? row.startsOn : row.endsOn })
  return { seed, billedElsewhereUntil: billFrom, open: open.map(scheduled) }
}

/** Of open periods with closed ones after them, in order: the first one that the terms would not cut so; null when there is none. */
export function misfit(terms: Rhythm, open: readonly OpenStretch[]): OpenStretch | null {
  const isMisfit = ({ startsOn, endsOn }: OpenStretch, i: number) => {
    const whole = nextPeriod([terms], startsOn).endsOn
    const isCutShort = endsOn < whole && open[i + 1]?.startsOn !== endsOn
    return startsOn >= endsOn || (open[i - 1]?.endsOn ?? startsOn) > startsOn || !(endsOn === whole || isCutShort)
  }
  return open.find(isMisfit) ?? null
}

/** The rows that a ledger begins with, after its seed. */
export function firstRows({ seed, billedElsewhereUntil, open = [] }: LedgerStart): (Row & { isOpen: boolean })[] {
  if (billedElsewhereUntil === null) return []
  const rows: (Row & { isOpen: boolean })[] = []
  let from = seed
  const closeUntil = (day: CivilDate) => {
    if (from < day) rows.push({ startsOn: from, endsOn: day, scheduledOn: from, isOpen: false })
  }
  for (const row of open) {
    closeUntil(row.startsOn)
    rows.push({ ...row, isOpen: true })
    from = row.endsOn
  }
  closeUntil(billedElsewhereUntil)
  return rows
}

export interface Suspension {
  /** [fromOn, untilOn); null: still suspended. */
  fromOn: CivilDate
  untilOn: CivilDate | null
  chargeLater: boolean
}

/** How much of a period is charged, or why none of it. */
export type Charge =
  | { charged: true; days: number; of: number }
  | { charged: false; reason: 'contract_suspended' | 'outside_validity' }
  /** Suspended "charge later": it stays open; once resumed somebody must choose to bill it. */
  | { charged: 'later'; resumed: boolean; days: number; of: number }

/**
 * Validity and suspension against the period, never against the day of a run. Suspension is decided by the period's first
 * day; each cut of validity by the choice of the rule; a period that a changed recurrence cut short is always prorated.
 */
export function chargeOf(
  period: Period,
  cuts: { cutStart: Cut; cutEnd: Cut },
  validity: Validity,
  suspensions: readonly Suspension[],
): Charge {
  const { startsOn, endsOn } = period
  const validUntil = validity.endsOn === null ? null : addDays(validity.endsOn, 1)
  if (endsOn <= validity.startsOn || (validUntil !== null && startsOn >= validUntil))
    return { charged: false, reason: 'outside_validity' }

  const cutAtStart = startsOn < validity.startsOn
  const cutAtEnd = validUntil !== null && validUntil < endsOn
  if ((cutAtStart && cuts.cutStart === 'none') || (cutAtEnd && cuts.cutEnd === 'none'))
    return { charged: false, reason: 'outside_validity' }

  const from = cutAtStart && cuts.cutStart === 'prorate' ? maxDate(startsOn, validity.startsOn) : startsOn
  const until = cutAtEnd && cuts.cutEnd === 'prorate' ? minDate(endsOn, validUntil) : endsOn
  const part = { days: daysBetween(from, until), of: Math.max(period.regularDays, daysBetween(startsOn, endsOn)) }

  const suspension = suspensions.find(s => s.fromOn <= startsOn && (s.untilOn === null || startsOn < s.untilOn))
  if (!suspension) return { charged: true, ...part }
  if (!suspension.chargeLater) return { charged: false, reason: 'contract_suspended' }
  return { charged: 'later', resumed: suspension.untilOn !== null, ...part }
}

/** The validity of a contract as far as the rule goes: it may end before the contract does, never after it. */
export function validityOfRule(
  versions: readonly Pick<Rhythm, 'version' | 'validFrom' | 'endsOn'>[],
  validity: Validity,
): Validity {
  const endsOn = endOfRule(versions)
  return endsOn === null || (validity.endsOn !== null && validity.endsOn <= endsOn) ? validity : { ...validity, endsOn }
}

/** Whether a period that starts on `day` is still one of the contract, or of the rule where the validity is the rule's. */
export function beginsWithin(validity: Validity, day: CivilDate): boolean {
  return validity.endsOn === null || day <= validity.endsOn
}

/** The earliest day on which something of the rule can be due; null: nothing is to come. */
export function nextDueOn(
  versions: readonly Rhythm[],
  coveredUntil: CivilDate | null,
  validity: Validity | null,
  open: readonly { scheduledOn: CivilDate }[],
): CivilDate | null {
  if (coveredUntil === null || validity === null) return null
  const days = open.map(row => row.scheduledOn)
  if (beginsWithin(validityOfRule(versions, validity), coveredUntil)) days.push(nextPeriod(versions, coveredUntil).scheduledOn)
  const [first, ...others] = days
  return first === undefined ? null : minDate(first, ...others)
}

/**
 * Periods that follow what is covered, one after the other, as long as they begin within the contract's validity and the rule's own.
 * Without end when neither has one.
 */
export function* periodsToCome(versions: readonly Rhythm[], coveredUntil: CivilDate, validity: Validity): Generator<Period> {
  const own = validityOfRule(versions, validity)
  let from = coveredUntil
  while (beginsWithin(own, from)) {
    const period = nextPeriod(versions, from)
    yield period
    from = period.endsOn
  }
}

/** What lies beyond is foreseen by nobody; a long recurrence would soon leave the calendar there. */
const FAR_AHEAD = '2800-01-01' as CivilDate

/** As `periodsToCome`, for whoever tells what will be: it ends far ahead instead of beyond the calendar. */
export function* periodsForeseen(versions: readonly Rhythm[], coveredUntil: CivilDate, validity: Validity): Generator<Period> {
  for (const period of periodsToCome(versions, coveredUntil, validity)) {
    yield period
    if (period.startsOn >= FAR_AHEAD) return
  }
}
