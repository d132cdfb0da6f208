import { sql } from 'kysely'
import { nextBusinessDay } from '../core/brazil/calendar.ts'
import { addDays, type CivilDate, dayInZone, type Instant } from '../core/dates.ts'
import { account } from '../platform/account.ts'
import type { Reader } from '../platform/db/db.ts'

/** What day it is for an organization, and which of its days banks are closed besides the national ones. */
export interface OrganizationDay {
  today: CivilDate
  holidays: ReadonlySet<CivilDate>
  /** What fell due before this day and was not received is late. */
  lateBefore: CivilDate
}

/** Of every organization of the account. */
export async function organizationDays(tx: Reader, now: Instant): Promise<Map<number, OrganizationDay>> {
  const { rows } = await sql<{ id: number; timeZone: string; holidays: CivilDate[] | null }>`
    select o.id, o.time_zone as "timeZone",
           (select jsonb_agg(h.on_date) from organization_holiday h
            where h.account_id = o.account_id and h.organization_id = o.id and h.removed_at is null) as holidays
    from organization o where o.account_id = ${account}`.execute(tx)
  const days = new Map<string, CivilDate>()
  return new Map(
    rows.map(row => {
      const today = days.get(row.timeZone) ?? dayInZone(now, row.timeZone)
      days.set(row.timeZone, today)
      const holidays = new Set(row.holidays ?? [])
      return [row.id, { today, holidays, lateBefore: firstDayNotLate(today, holidays) }]
    }),
  )
}

/** The first due date that may still be paid on time today: a date on a weekend or a holiday rolls to the next business day. */
export function firstDayNotLate(today: CivilDate, holidays: ReadonlySet<CivilDate>): CivilDate {
  let day = today
  while (nextBusinessDay(addDays(day, -1), holidays) >= today) day = addDays(day, -1)
  return day
}
