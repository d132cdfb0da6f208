// What day it is for an organization, and which due dates are late there.

import type { CivilDate, Instant } from '../core/dates.ts'
import { holidaysOf } from '../organizations/holiday-store.ts'
import { type Organization, todayOf } from '../organizations/organization.ts'
import { listOrganizations, organizationOf } from '../organizations/organization-store.ts'
import type { Reader } from '../platform/db/db.ts'
import { lateUntil } from '../receivables/receivable.ts'
import type { LateUntil } from './invoice-store.ts'

export interface Calendar {
  readonly today: CivilDate
  /** Of state and city, as they stand now; the national ones are known. */
  readonly holidays: ReadonlySet<CivilDate>
  /** The latest due date that is late today. */
  readonly lateUntil: CivilDate
}

export async function calendarOf(tx: Reader, now: Instant, organizationId: number): Promise<Calendar> {
  const organization = await organizationOf(tx, organizationId)
  if (organization === null) throw new Error(`no organization ${organizationId}, although something of it is here`)
  const holidays = (await holidaysOf(tx, [organizationId])).get(organizationId) ?? none
  return onCalendar(organization, now, holidays)
}

/** Of every organization of the account, archived ones too: what they asked for may still be late. */
export async function lateUntilOf(tx: Reader, now: Instant): Promise<LateUntil> {
  const organizations = [...(await allOrganizations(tx, false)), ...(await allOrganizations(tx, true))]
  const holidays = await holidaysOf(
    tx,
    organizations.map(organization => organization.id),
  )
  return new Map(
    organizations.map(organization => {
      const calendar = onCalendar(organization, now, holidays.get(organization.id) ?? none)
      return [organization.id, calendar.lateUntil]
    }),
  )
}

async function allOrganizations(tx: Reader, archived: boolean): Promise<Organization[]> {
  const all: Organization[] = []
  for (;;) {
    const page = await listOrganizations(tx, { archived }, all.at(-1)?.id ?? 0, PAGE)
    all.push(...page)
    if (page.length < PAGE) return all
  }
}

const PAGE = 1000
const none: ReadonlySet<CivilDate> = new Set()

function onCalendar(organization: Organization, now: Instant, holidays: ReadonlySet<CivilDate>): Calendar {
  const today = todayOf(organization, now)
  return { today, holidays, lateUntil: lateUntil(today, holidays) }
}
