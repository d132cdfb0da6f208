import { addDays, type CivilDate, dayInZone, type Instant, parseCivilDate, startOfDay } from '../../core/dates.ts'
import type { Moved, Within } from './changes-store.ts'
import { type Param, textIn } from './read-param.ts'

export function dayIn(param: Param, tag: string): CivilDate | undefined {
  return parseCivilDate(textIn(param, tag) ?? '') ?? undefined
}

/** From the beginning of one day to the end of another; undefined where neither was said. */
export function daysIn(param: Param, from: string, until: string, timeZone: string): Within | undefined {
  return daysBounds(dayIn(param, from), dayIn(param, until), timeZone)
}

export function daysBounds(first: CivilDate | undefined, last: CivilDate | undefined, timeZone: string): Within | undefined {
  if (first === undefined && last === undefined) return undefined
  return { from: first && startOfDay(first, timeZone), before: last && startOfDay(addDays(last, 1), timeZone) }
}

/**
 * `filtrar_por_data_de` and `_ate`: what was included or changed, or only the one of them that was asked for. `_ate` alone is read as from
 * today until that day, in every list (vendors/README.md §1.6).
 */
export function movedIn(param: Param, timeZone: string, now: Instant): Moved | undefined {
  const said = daysIn(param, 'filtrar_por_data_de', 'filtrar_por_data_ate', timeZone)
  if (said === undefined) return undefined
  const days = { ...said, from: said.from ?? startOfDay(dayInZone(now, timeZone), timeZone) }
  const [included, changed] = [
    textIn(param, 'filtrar_apenas_inclusao') === 'S',
    textIn(param, 'filtrar_apenas_alteracao') === 'S',
  ]
  return { ...days, by: included === changed ? 'either' : included ? 'inclusion' : 'change' }
}

/** What was included, or what was changed, between two days that have tags of their own. */
export function movedBy(
  param: Param,
  by: Moved['by'],
  [from, until]: readonly [from: string, until: string],
  timeZone: string,
): Moved | undefined {
  const days = daysIn(param, from, until, timeZone)
  return days && { ...days, by }
}
