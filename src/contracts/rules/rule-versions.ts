import { type CivilDate, minDate } from '../../core/dates.ts'
import { type Terms, termsAt } from './terms.ts'

/**
 * The versions that a change from `validFrom` on adds: the terms of that day with the change, and, because a change made for good
 * must not end where an earlier one had been planned, each later version once more with the same change.
 */
export function changedVersions(
  versions: readonly Terms[],
  validFrom: CivilDate,
  change: (terms: Terms) => Omit<Terms, 'version' | 'validFrom'>,
): Terms[] {
  const later = new Set(versions.map(version => version.validFrom).filter(day => day > validFrom))
  const known = versions.reduce((highest, { version }) => Math.max(highest, version), 0)
  return [validFrom, ...[...later].sort()].map((day, i) => ({
    ...change(termsAt(versions, day)),
    version: known + 1 + i,
    validFrom: day,
  }))
}

/** The first day for which a version was written. */
export function firstDayOf(versions: readonly Pick<Terms, 'validFrom'>[]): CivilDate {
  return versions.map(version => version.validFrom).reduce((a, b) => minDate(a, b))
}
