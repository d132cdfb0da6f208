import { sql } from 'kysely'
import type { CivilDate, Instant } from '../core/dates.ts'
import { account } from '../platform/account.ts'
import { keepsPlan } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { Holiday } from './holiday.ts'

export interface OrganizationDays {
  id: number
  timeZone: string
  /** Its own, as they stand now. */
  holidays: ReadonlySet<CivilDate>
}

/** Zone and holidays of one organization, or of every one of the account. */
export async function organizationDays(tx: Reader, id: number | null): Promise<OrganizationDays[]> {
  const { rows } = await sql<{ id: number; timeZone: string; holidays: CivilDate[] | null }>`${keepsPlan}
    select o.id, o.time_zone as "timeZone",
           (select jsonb_agg(h.on_date) from organization_holiday h
            where h.account_id = o.account_id and h.organization_id = o.id and h.removed_at is null) as holidays
    from organization o where o.account_id = ${account} ${id === null ? sql`` : sql`and o.id = ${id}`} order by o.id`.execute(tx)
  return rows.map(row => ({ ...row, holidays: new Set(row.holidays ?? []) }))
}

export interface HolidayFilter {
  from?: CivilDate | undefined
  until?: CivilDate | undefined
}

/** In order of date, from the one after `after`. */
export async function listHolidays(
  tx: Reader,
  organizationId: number,
  filter: HolidayFilter,
  after: CivilDate | null,
  limit: number,
): Promise<Holiday[]> {
  const { rows } = await sql<Holiday>`
    select on_date as date, name, scope, known_at as "knownAt" from organization_holiday
    where account_id = ${account} and organization_id = ${organizationId} and removed_at is null
      and on_date > coalesce(cast(${after} as date), '-infinity')
      and on_date >= coalesce(cast(${filter.from ?? null} as date), '-infinity')
      and on_date <= coalesce(cast(${filter.until ?? null} as date), 'infinity')
    order by on_date limit ${limit}`.execute(tx)
  return rows
}

/** False when that day is a holiday already. A removed one becomes known anew. */
export async function saveHoliday(tx: Tx, organizationId: number, holiday: Holiday): Promise<boolean> {
  const { rows } = await sql`
    insert into organization_holiday as h (account_id, organization_id, on_date, name, scope, known_at)
    values (${account}, ${organizationId}, ${holiday.date}, ${holiday.name}, ${holiday.scope}, ${holiday.knownAt})
    on conflict (account_id, organization_id, on_date)
      do update set name = excluded.name, scope = excluded.scope, known_at = excluded.known_at, removed_at = null
      where h.removed_at is not null
    returning 1`.execute(tx)
  return rows.length === 1
}

/** The holiday that was removed; null when that day is none. */
export async function removeHolidayRow(tx: Tx, organizationId: number, date: CivilDate, at: Instant): Promise<Holiday | null> {
  const { rows } = await sql<Holiday>`
    update organization_holiday set removed_at = ${at}
    where account_id = ${account} and organization_id = ${organizationId} and on_date = ${date} and removed_at is null
    returning on_date as date, name, scope, known_at as "knownAt"`.execute(tx)
  return rows[0] ?? null
}
