import type { Ctx } from '../platform/context.ts'
import type { Account } from './account.ts'
import { type AccountFilter, listAccounts } from './account-store.ts'

/** The operator's list of all accounts, in order of id, from the one after `after`; one more than `limit` when there are further ones. */
export function searchAccounts(ctx: Ctx, filter: AccountFilter, after: number, limit: number): Promise<Account[]> {
  return ctx.db.transact('dispatch', tx => listAccounts(tx, filter, after, limit + 1))
}
