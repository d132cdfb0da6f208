import type { Priority } from './connection.ts'

/**
 * Whose rows a transaction may touch: those of one account, or, for the dispatcher, only the directory tables
 * that say which account has something to do.
 */
export type Scope = { account: number } | 'dispatch'

/** How long a person's statement waits for a row that somebody else holds: then it is told, and gives its connection back. */
const interactiveLockTimeout = '5s'

/** The setting and the role end with the transaction, so a connection carries nothing over to its next user. */
export function beginStatement(scope: Scope, priority: Priority): string {
  const begin = priority === 'interactive' ? `begin; set local lock_timeout = '${interactiveLockTimeout}'` : 'begin'
  if (scope === 'dispatch') return `${begin}; set local role bordero_dispatch`
  if (!Number.isSafeInteger(scope.account) || scope.account <= 0) throw new TypeError(`not an account: ${scope.account}`)
  return `${begin}; set local bordero.account = '${scope.account}'`
}

export function isSameScope(a: Scope, b: Scope): boolean {
  return a === 'dispatch' || b === 'dispatch' ? a === b : a.account === b.account
}

export function showScope(scope: Scope): string {
  return scope === 'dispatch' ? 'dispatch' : `account ${scope.account}`
}
