import { addDays, type CivilDate, daysBetween, formatDate, maxDate } from '../core/dates.ts'
import { type Cents, cents, formatBrl, prorate, sum } from '../core/money.ts'
import {
  chargeOf,
  nextPeriod,
  type Period,
  periodsForeseen,
  type Suspension,
  type Validity,
  validityOfRule,
} from './ledger/coverage.ts'
import { amountsOfLine, linesOn } from './rules/line-amounts.ts'
import { type Terms, termsAt } from './rules/terms.ts'
import type { RuleStanding, StandingNote } from './standing-notes.ts'

/** The suspension that leaves periods out, of which there is still something to say: the one that goes on, or else the last one that held a day. */
export function tellingSuspension(suspensions: readonly Suspension[]): Suspension | null {
  const open = suspensions.find(({ untilOn }) => untilOn === null)
  if (open !== undefined) return open.chargeLater ? null : open
  const ended = suspensions.filter(({ fromOn, untilOn }) => untilOn !== null && untilOn > fromOn)
  const last = ended.toSorted((a, b) => (a.fromOn < b.fromOn ? -1 : 1)).at(-1)
  return last === undefined || last.chargeLater ? null : last
}

/**
 * A period is charged or not by its first day: one that begins in a suspension is not, however many of its days come after it. While the
 * suspension goes on the next such period is told, which resuming in time would save; afterwards the one that reaches beyond it, until
 * something later is billed.
 */
export function leftOutNotes(
  { rule, versions, beyond }: RuleStanding,
  suspension: Suspension,
  { validity, suspensions }: { validity: Validity; suspensions: readonly Suspension[] },
): StandingNote[] {
  if (rule.coveredUntil === null) return []
  const own = validityOfRule(versions, validity)
  const period =
    suspension.untilOn === null
      ? nextLeftOut(versions, rule.coveredUntil, own, suspension.fromOn)
      : reachingBeyond(versions, rule.coveredUntil, own, suspension, beyond)
  if (period === null) return []
  const isHeld = chargeOf(period, termsAt(versions, period.startsOn), own, suspensions).charged === false
  const charge = chargeOf(period, termsAt(versions, period.startsOn), own, [])
  if (!isHeld || charge.charged !== true) return []
  const terms = termsAt(versions, period.startsOn)
  const whole = costOf(terms, period.startsOn, charge)
  if (whole === 0) return []
  const days = `${formatDate(period.startsOn)} a ${formatDate(addDays(period.endsOn, -1))}`
  return [
    suspension.untilOn === null
      ? {
          ...nothing,
          sentence: `O período de ${days} (${formatBrl(whole)}) não será cobrado se o contrato não for retomado até ${formatDate(period.startsOn)}: um período que começa com o contrato suspenso não se cobra, nem em parte.`,
          amountCents: null,
        }
      : servedNote(period, suspension.untilOn, { terms, whole, of: charge.of, days }),
  ]
}

const nothing = { code: 'not_charged', invoiceId: null, eventId: null, kind: null, description: null } as const

/** What the days after the suspension are worth, for whoever wants to charge them. */
function servedNote(
  period: Period,
  resumedOn: CivilDate,
  { terms, whole, of, days }: { terms: Terms; whole: Cents; of: number; days: string },
): StandingNote {
  const from = maxDate(resumedOn, period.startsOn)
  const served = daysBetween(from, period.endsOn)
  const amountCents = costOf(terms, period.startsOn, { days: served, of })
  const description = `Dias de ${formatDate(from)} a ${formatDate(addDays(period.endsOn, -1))}`
  const sentence = `O período de ${days} (${formatBrl(whole)}) não será cobrado: começou com o contrato suspenso. ${served === 1 ? '1 dia dele vem depois da retomada e vale' : `${served} dias dele vêm depois da retomada e valem`} ${formatBrl(amountCents)}; para cobrá-los, lance um acréscimo.`
  return { ...nothing, sentence, description, amountCents }
}

/** The first period not closed yet that begins on the day or later. */
function nextLeftOut(versions: readonly Terms[], coveredUntil: CivilDate, own: Validity, fromOn: CivilDate): Period | null {
  for (const period of periodsForeseen(versions, coveredUntil, own)) if (period.startsOn >= fromOn) return period
  return null
}

/** The period that begins in the suspension and ends after it, closed without charge or to be closed so. */
function reachingBeyond(
  versions: readonly Terms[],
  coveredUntil: CivilDate,
  own: Validity,
  { fromOn, untilOn }: Suspension,
  beyond: RuleStanding['beyond'],
): Period | null {
  if (untilOn === null) return null
  const reaches = (startsOn: CivilDate | null, endsOn: CivilDate) =>
    startsOn !== null && startsOn >= fromOn && startsOn < untilOn && endsOn > untilOn
  const closed = beyond.find(({ startsOn, endsOn }) => reaches(startsOn, endsOn))
  if (closed !== undefined && closed.startsOn !== null) {
    const { startsOn, endsOn, disposition } = closed
    const isOver = beyond.some(row => row.disposition === 'billed' && row.startsOn !== null && row.startsOn >= endsOn)
    if (disposition !== 'uncharged' || isOver) return null
    return { ...nextPeriod(versions, startsOn), endsOn }
  }
  for (const period of periodsForeseen(versions, coveredUntil, own)) {
    if (period.startsOn >= untilOn) return null
    if (reaches(period.startsOn, period.endsOn)) return period
  }
  return null
}

/** What so many days of a period cost by these terms, discounts taken off, without events. */
function costOf(terms: Terms, day: CivilDate, { days, of }: { days: number; of: number }): Cents {
  const shares = linesOn(terms.lines, day).map(line => {
    const { grossCents, discountCents } = amountsOfLine(line)
    return cents(prorate(grossCents, Math.min(days, of), of) - prorate(discountCents, Math.min(days, of), of))
  })
  return sum(shares)
}
