import { found } from '../core/current.ts'
import type { CivilDate } from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import type { Holiday } from './holiday.ts'
import { type HolidayFilter, listHolidays, removeHolidayRow, saveHoliday } from './holiday-store.ts'
import type { Organization } from './organization.ts'
import { organizationOf, saveOrganization } from './organization-store.ts'
import { holdOrganization } from './read-organization.ts'

/** Those of an organization in order of date, from the one after `after`; one more than `limit` when there are further ones. */
export function searchHolidays(
  ctx: Ctx,
  organizationId: number,
  filter: HolidayFilter,
  after: CivilDate | null,
  limit: number,
): Promise<Holiday[]> {
  return ctx.transact(async tx => {
    found(await organizationOf(tx, organizationId), 'Organização não encontrada.')
    return listHolidays(tx, organizationId, filter, after, limit + 1)
  })
}

/** Known from now on: due dates that were derived before stay as they are. */
export function addHoliday(ctx: Ctx, organizationId: number, input: Omit<Holiday, 'knownAt'>): Promise<Holiday> {
  return ctx.transact(async tx => {
    const organization = await holdOrganization(tx, organizationId)
    const holiday = { ...input, knownAt: ctx.clock.now() }
    if (!(await saveHoliday(tx, organizationId, holiday))) {
      refuse('holiday_exists', 'Esta data já é feriado da organização.', { path: '/date' })
    }
    await recordHoliday(tx, ctx, organization, 'add_holiday', { before: null, after: holiday })
    return holiday
  })
}

export function removeHoliday(ctx: Ctx, organizationId: number, date: CivilDate): Promise<void> {
  return ctx.transact(async tx => {
    const organization = await holdOrganization(tx, organizationId)
    const holiday = found(
      await removeHolidayRow(tx, organizationId, date, ctx.clock.now()),
      'Esta data não é feriado da organização.',
    )
    await recordHoliday(tx, ctx, organization, 'remove_holiday', { before: holiday, after: null })
  })
}

/** A holiday is part of its organization: it changes the organization's version. */
async function recordHoliday(
  tx: Tx,
  ctx: Ctx,
  organization: Organization,
  action: 'add_holiday' | 'remove_holiday',
  change: { before: Holiday | null; after: Holiday | null },
): Promise<void> {
  const version = organization.version + 1
  await saveOrganization(tx, { ...organization, version })
  await record(tx, ctx, [{ action, event: 'update', subject: { noun: 'organization', id: organization.id, version }, ...change }])
}
