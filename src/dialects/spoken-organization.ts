import { organizationOfCaller } from '../accounts/api-keys.ts'
import { listOrganizations } from '../organizations/organization-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'

// A token of theirs is one company's, and so their formats have no place to say which one. Ours may be told when it is made.

/** The one that the key speaks for: lists are of it alone. Null: it was not told, and all of the account are meant. */
export function spokenOrganization(tx: Reader, ctx: Ctx): Promise<number | null> {
  return organizationOfCaller(tx, ctx)
}

/** For whom something new is made: the one that the key speaks for, archived or not, else the first that is in use. Null: there is none. */
export async function organizationForNew(tx: Reader, ctx: Ctx): Promise<number | null> {
  const spoken = await spokenOrganization(tx, ctx)
  if (spoken !== null) return spoken
  const [first] = await listOrganizations(tx, { archived: false }, 0, 1)
  return first?.id ?? null
}
