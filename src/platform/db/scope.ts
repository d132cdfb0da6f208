import type { Priority } from './connection.ts'

/**
 * Whose rows a transaction may touch: those of one account, or, for the dispatcher, only the directory tables
 * that say which account has something to do.
 */
export type Scope = { account: number } | 'dispatch'

/** How long a person waits for what somebody else holds: then it is told, and gives its connection back. */
const patienceMs = 5000
/** Few different texts, so that statistics of statements stay short. */
const lockTimeoutStepMs = 100

/**
 * The settings and the role end with the transaction, so a connection carries nothing over to its next user. `waitedMs` is how long it has
 * stood in line for its connection: perhaps behind others of its account that wait for the very lock, so that a line of any length
 * ends with the patience of its first.
 */
export function beginStatement(scope: Scope, priority: Priority, waitedMs = 0): string {
  const begin = priority === 'interactive' ? `begin; set local lock_timeout = '${lockTimeoutAfter(waitedMs)}ms'` : 'begin'
  if (scope === 'dispatch') return `${begin}; set local role bordero_dispatch`
  if (!Number.isSafeInteger(scope.account) || scope.account <= 0) throw new TypeError(`not an account: ${scope.account}`)
  return `${begin}; set local bordero.account = '${scope.account}'`
}

/** Never 0, which would be no limit: what meets no lock is done, however long it stood in line. */
function lockTimeoutAfter(waitedMs: number): number {
  return Math.max(1, Math.round((patienceMs - waitedMs) / lockTimeoutStepMs) * lockTimeoutStepMs)
}

export function isSameScope(a: Scope, b: Scope): boolean {
  return a === 'dispatch' || b === 'dispatch' ? a === b : a.account === b.account
}

export function showScope(scope: Scope): string {
  return scope === 'dispatch' ? 'dispatch' : `account ${scope.account}`
}
