import { formatDate, type Instant, wallOf } from '../../core/dates.ts'

/** '31/01/2026' and '12:00:00' on the wall of a time zone; both empty where there is no instant. */
export function dayAndHour(at: Instant | null, timeZone: string): [day: string, hour: string] {
  if (at === null) return ['', '']
  const { date, time } = wallOf(at, timeZone)
  return [formatDate(date), time.slice(0, 8)]
}
