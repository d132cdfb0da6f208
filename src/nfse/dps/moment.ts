import { addMillis, type Instant, wallOf } from '../../core/dates.ts'

const BACK_MILLIS = 60_000

/** What a note says as the moment of its issue: a minute back, so that a clock of the Sefin's that is a little behind takes it (E0008). */
export function momentOfIssue(now: Instant): Instant {
  return addMillis(now, -BACK_MILLIS)
}

/**
 * With seconds and a whole-hour offset, as TSDateTimeUTC wants it. The wall of a zone that is not whole hours away, or too far, is
 * nobody's in Brazil, and is written in UTC.
 */
export function momentText(at: Instant, timeZone: string): string {
  const { date, time, offset } = wallOf(at, timeZone)
  if (!/^(?:[-+](?:0\d|1[01]):00|\+12:00)$/.test(offset)) return `${at.slice(0, 19)}+00:00`
  return `${date}T${time.slice(0, 8)}${offset}`
}
