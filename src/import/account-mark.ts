import { createHash } from 'node:crypto'
import { ownAccount } from '../accounts/account-store.ts'
import type { Reader } from '../platform/db/db.ts'

const CHARACTERS = 8

/**
 * What an export writes beside the ids of this account, to know its own files again: ids begin at 1 in every account, and accounts in
 * every installation. Nobody is told anything by it, and it stays as it is for as long as the account lives.
 */
export async function accountMark(tx: Reader): Promise<string> {
  const account = await ownAccount(tx)
  if (account === null) throw new Error('an import or export without its account')
  return createHash('sha256').update(`${account.id} ${account.createdAt}`).digest('hex').slice(0, CHARACTERS)
}
