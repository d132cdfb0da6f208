import { listOrganizations } from '../organizations/organization-store.ts'
import type { Reader } from '../platform/db/db.ts'

/** Customers belong to no organization, nor does a list of several's: their times are those of the first one. */
export async function timeZoneOf(tx: Reader): Promise<string> {
  const [first] = await listOrganizations(tx, { archived: false }, 0, 1)
  return first?.timeZone ?? 'America/Sao_Paulo'
}
