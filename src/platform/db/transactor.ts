import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import type { Schema } from '../schema.ts'
import type { ConnectionSource, Lease, Priority, SqlConnection, SqlResult, Wear } from './connection.ts'
import { CommitUnknown, ConnectionLost, isRefusedCommit, isRepeatable } from './faults.ts'
import { OpenTransaction } from './open-transaction.ts'
import { toQueueParameter } from './parameters.ts'
import { beginStatement, isSameScope, type Scope, showScope } from './scope.ts'

const maxAttempts = 6
const firstPauseMs = 10
const ownTransaction = /^\s*begin\b/i

type Work<T> = (tx: Transaction<Schema>) => Promise<T>

/** Milliseconds since some moment: tells how long something took. */
type Stopwatch = () => number

interface Turn {
  priority: Priority
  /** How long it stood in line for its connection. */
  waitedMs: number
  lease: Lease
}

/** The way from an open transaction to a short one beside it. */
const waysBeside = new WeakMap<Transaction<Schema>, <T>(work: Work<T>) => Promise<T>>()

/** See `beside` in db.ts. */
export function beside<T>(tx: Transaction<Schema>, work: Work<T>): Promise<T> {
  const way = waysBeside.get(tx)
  return way ? way(work) : work(tx)
}

/** Begins, joins, repeats and ends transactions; see Db.transact for what callers may rely on. */
export class Transactor {
  readonly #source: ConnectionSource
  readonly #stopwatch: Stopwatch
  readonly #current = new AsyncLocalStorage<OpenTransaction>()

  constructor(source: ConnectionSource, stopwatch: Stopwatch = () => performance.now()) {
    this.#source = source
    this.#stopwatch = stopwatch
  }

  async transact<T>(scope: Scope, work: Work<T>, priority: Priority): Promise<T> {
    const open = this.#open()
    if (open) return this.#join(open, scope, work)
    let waitedMs = 0
    for (let attempt = 1; ; attempt++) {
      try {
        const asked = this.#stopwatch()
        const lease = await this.#source.acquire(priority, scope === 'dispatch' ? null : scope.account)
        waitedMs += this.#stopwatch() - asked
        return await this.#runOnce(scope, work, { priority, waitedMs, lease })
      } catch (error) {
        if (attempt === maxAttempts || !isRepeatable(error)) throw error
      }
      // Rivals that met once meet again unless each waits for a time of its own.
      await sleep(firstPauseMs * 2 ** (attempt - 1) * Math.random())
    }
  }

  /** See `readOnce` in db.ts. */
  async readOnce(scope: Scope, text: string): Promise<SqlResult['rows']> {
    if (this.#open()) throw new Error('a transaction of its own inside a transaction')
    const asked = this.#stopwatch()
    const lease = await this.#source.acquire('interactive', scope === 'dispatch' ? null : scope.account)
    let wear: Wear = 'usable'
    try {
      const begin = beginStatement(scope, 'interactive', this.#stopwatch() - asked)
      const { rows } = await lease.connection.query(`${begin}; ${text}; commit`)
      return rows
    } catch (error) {
      wear = await rollBack(lease.connection)
      throw error
    } finally {
      lease.release(wear)
    }
  }

  async queueSql(text: string, parameters: readonly unknown[]): Promise<SqlResult> {
    const open = this.#open()
    if (open) return this.#joinQueue(open, text, parameters)
    const lease = await this.#source.acquire('background')
    let wear: Wear = 'usable'
    try {
      return await lease.connection.query(text, parameters.map(toQueueParameter))
    } catch (error) {
      // The text may be a block with its own begin, left open by the error.
      wear = await rollBack(lease.connection)
      throw error
    } finally {
      lease.release(wear)
    }
  }

  /** A context that outlives its transaction, such as a timer started within it, is outside again. */
  #open(): OpenTransaction | undefined {
    const open = this.#current.getStore()
    return open?.ended ? undefined : open
  }

  async #join<T>(open: OpenTransaction, scope: Scope, work: Work<T>): Promise<T> {
    if (!isSameScope(open.scope, scope)) {
      throw new Error(`a transaction of ${showScope(scope)} inside one of ${showScope(open.scope)}`)
    }
    try {
      return await work(open.tx)
    } catch (error) {
      open.doom(error)
      throw error
    }
  }

  /** pg-boss reads its own tables while it enqueues; on PGlite a second connection would be waited for for ever. */
  async #joinQueue(open: OpenTransaction, text: string, parameters: readonly unknown[]): Promise<SqlResult> {
    if (ownTransaction.test(text)) throw new Error('a block with its own begin and commit inside a transaction')
    return open.query(text, parameters.map(toQueueParameter))
  }

  async #runOnce<T>(scope: Scope, work: Work<T>, { priority, waitedMs, lease }: Turn): Promise<T> {
    const { connection, release } = lease
    let wear: Wear = 'usable'
    try {
      await connection.script(beginStatement(scope, priority, waitedMs))
      const open = new OpenTransaction(scope, connection)
      waysBeside.set(open.tx, beside => this.#beside(open, beside))
      const result = await this.#work(open, work)
      await commit(connection)
      return result
    } catch (error) {
      wear = error instanceof CommitUnknown ? 'broken' : await rollBack(connection)
      throw error
    } finally {
      release(wear)
    }
  }

  /** Its own transaction takes no further one beside it: what asks for one there is done in it. */
  async #beside<T>(open: OpenTransaction, work: Work<T>): Promise<T> {
    const asked = this.#stopwatch()
    const lease = open.ended ? undefined : await this.#source.acquireBeside?.()
    if (!lease) return work(open.tx)
    const waitedMs = this.#stopwatch() - asked
    try {
      return await this.#runOnce(
        open.scope,
        tx => {
          waysBeside.delete(tx)
          return work(tx)
        },
        { priority: 'interactive', waitedMs, lease },
      )
    } catch (error) {
      // Whether it was committed is of no matter to the open one, of which nobody can say that it was.
      throw error instanceof CommitUnknown ? new ConnectionLost(error.message, { cause: error }) : error
    }
  }

  async #work<T>(open: OpenTransaction, work: Work<T>): Promise<T> {
    let result: T
    try {
      result = await this.#current.run(open, () => work(open.tx))
    } catch (error) {
      await open.end().catch(() => {})
      throw error
    }
    await open.end()
    return result
  }
}

async function commit(connection: SqlConnection): Promise<void> {
  try {
    await connection.script('commit')
  } catch (error) {
    if (isRefusedCommit(error)) throw error
    throw new CommitUnknown('the connection broke off during the commit', { cause: error })
  }
}

async function rollBack(connection: SqlConnection): Promise<Wear> {
  try {
    await connection.script('rollback')
    return 'usable'
  } catch {
    return 'broken'
  }
}
