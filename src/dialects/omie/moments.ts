import { formatDate, type Instant, wallOf } from '../../core/dates.ts'
import { listOrganizations } from '../../organizations/organization-store.ts'
import type { Reader } from '../../platform/db/db.ts'

/** '31/01/2026' and '12:00:00' on the wall of a time zone; both empty where there is no instant. */
export function dayAndHour(at: Instant | null, timeZone: string): [day: string, hour: string] {
  if (at === null) return ['', '']
  const { date, time } = wallOf(at, timeZone)
  return [formatDate(date), time.slice(0, 8)]
}

/** An app of theirs is one company: where ours has several, times are those of the first. */
export async function timeZoneOf(tx: Reader): Promise<string> {
  const [first] = await listOrganizations(tx, { archived: false }, 0, 1)
  return first?.timeZone ?? 'America/Sao_Paulo'
}
