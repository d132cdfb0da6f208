import { lateUntil } from '../core/brazil/calendar.ts'
import { type CivilDate, dayInZone, type Instant } from '../core/dates.ts'
import type { Reader } from '../platform/db/db.ts'
import { type OrganizationDays, organizationDays } from './holiday-store.ts'

/** What day it is for an organization, and which due dates are late there. */
export interface Calendar {
  readonly today: CivilDate
  /** Of state and city, as they stand now; the national ones are known. */
  readonly holidays: ReadonlySet<CivilDate>
  /** The latest due date that is late today. */
  readonly lateUntil: CivilDate
}

/** Of every organization of the account, archived ones too: what they asked for may still be late. */
export async function calendarsOf(tx: Reader, now: Instant): Promise<Map<number, Calendar>> {
  // Asking for a zone's day costs more than all the rest, and most organizations share one.
  const days = new Map<string, CivilDate>()
  const dayIn = (zone: string) => days.get(zone) ?? dayInZone(now, zone)
  const rows = await organizationDays(tx, null)
  for (const { timeZone } of rows) days.set(timeZone, dayIn(timeZone))
  return new Map(rows.map(row => [row.id, onCalendar(row, dayIn(row.timeZone))]))
}

export async function calendarOf(tx: Reader, now: Instant, organizationId: number): Promise<Calendar> {
  const [row] = await organizationDays(tx, organizationId)
  if (row === undefined) throw new Error(`no organization ${organizationId}, although something of it is here`)
  return onCalendar(row, dayInZone(now, row.timeZone))
}

function onCalendar({ holidays }: OrganizationDays, today: CivilDate): Calendar {
  return { today, holidays, lateUntil: lateUntil(today, holidays) }
}

/** Per organization, the latest due date that is late today. */
export type LateUntil = ReadonlyMap<number, CivilDate>

export async function lateUntilOf(tx: Reader, now: Instant): Promise<LateUntil> {
  return new Map([...(await calendarsOf(tx, now))].map(([id, calendar]) => [id, calendar.lateUntil]))
}
