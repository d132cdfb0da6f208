import type { CivilDate, Instant } from '../core/dates.ts'

/** A state or city holiday of an organization; the national bank calendar is computed (core/brazil/calendar.ts). */
export interface Holiday {
  date: CivilDate
  name: string
  scope: HolidayScope
  knownAt: Instant
}

export const holidayScopes = ['state', 'city'] as const
export type HolidayScope = (typeof holidayScopes)[number]
