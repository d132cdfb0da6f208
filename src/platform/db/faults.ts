import { DatabaseError } from 'pg'
import { Refusal } from '../../core/refusal.ts'

/**
 * data       the values are at fault (SQLSTATE classes 22 and 23): the same again fails again
 * transient  the connection, a resource or a rival is at fault: the same again may succeed
 * refusal    a rule of the business said no
 * bug        anything else
 */
export type FaultKind = 'data' | 'transient' | 'refusal' | 'bug'

/** The conversation with the database broke off; what was under way has been rolled back by the server, or never began. */
export class ConnectionLost extends Error {
  override name = 'ConnectionLost'
}

/** It broke off during a commit: nobody can say whether that took place. Never repeated by itself; ask the data first. */
export class CommitUnknown extends Error {
  override name = 'CommitUnknown'
}

/** The database cannot be used at all until a person acts; the message is Portuguese and meant for that person. */
export class DatabaseUnusable extends Error {
  override name = 'DatabaseUnusable'
  readonly code: UnusableCode
  constructor(code: UnusableCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
export type UnusableCode =
  | 'data_dir_in_use'
  | 'database_does_not_open'
  | 'postgres_too_old'
  | 'database_newer'
  | 'migration_edited'
  | 'migration_out_of_order'
  | 'migration_failed'

export function faultOf(error: unknown): FaultKind {
  if (error instanceof Refusal) return 'refusal'
  if (error instanceof ConnectionLost || error instanceof CommitUnknown) return 'transient'
  const state = sqlState(error)
  if (state === null) return isSocketFault(error) ? 'transient' : 'bug'
  if (dataClasses.has(state.slice(0, 2))) return 'data'
  return transientClasses.has(state.slice(0, 2)) || transientStates.has(state) ? 'transient' : 'bug'
}

const dataClasses = new Set(['22', '23'])
const transientClasses = new Set(['08', '40', '53', '57', '58'])
/** A lock not available, and a session ended by the server because we were idle inside a transaction. */
const transientStates = new Set(['55P03', '25P03'])

/** The five-character SQLSTATE, or null when the error did not come from the database. */
export function sqlState(error: unknown): string | null {
  return databaseError(error)?.code ?? null
}

/** The name of the constraint that refused, or null. */
export function constraintOf(error: unknown): string | null {
  return databaseError(error)?.constraint ?? null
}

/** A write found no room. What it belonged to was rolled back, and reading goes on. */
export function isDiskFull(error: unknown): boolean {
  return sqlState(error) === '53100'
}

/** Somebody else held a row for longer than this statement was to wait. */
export function isBusy(error: unknown): boolean {
  return sqlState(error) === lockNotAvailable
}

/** Two transactions met and one was chosen to give way: the whole transaction may be repeated. */
export function isRepeatable(error: unknown): boolean {
  const state = sqlState(error)
  return state === '40001' || state === '40P01'
}

/**
 * Whether an error of `commit` says that nothing was committed, as a deferred constraint does. A server that shuts
 * down, breaks or runs out of disk while it commits says nothing of the kind. Severity would say it, but a server
 * translates it.
 */
export function isRefusedCommit(error: unknown): boolean {
  const state = sqlState(error)
  if (state === null) return false
  return (
    state === queryCanceled ||
    state === lockNotAvailable ||
    !(unknownAtCommit.has(state.slice(0, 2)) || transientStates.has(state))
  )
}

const queryCanceled = '57014'
const lockNotAvailable = '55P03'
const unknownAtCommit = new Set(['08', '53', '57', '58', 'XX'])

function databaseError(error: unknown): DatabaseError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DatabaseError) return cause
  }
  return null
}

const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

/** ENOENT only of a connect: the socket file of a server that is down. */
function isSocketFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.some(isSocketFault)
  // Node puts these two on system errors without a type of their own.
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return syscall === 'connect'
  return (code !== undefined && socketCodes.has(code)) || isSocketFault(error.cause)
}

/** The driver says that a session broke off in errors of several kinds, some of them known by their text alone. */
export function asConnectionFault(error: unknown): unknown {
  if (error instanceof DatabaseError || !(error instanceof Error)) return error
  if (!isSocketFault(error) && !brokenSession.test(error.message)) return error
  return new ConnectionLost(`the database cannot be reached: ${error.message}`, { cause: error })
}

const brokenSession =
  /^(Connection terminated|Client (has|was)|timeout exceeded when trying to connect|This socket has been ended)/
