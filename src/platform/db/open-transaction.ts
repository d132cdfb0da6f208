import type { Transaction } from 'kysely'
import type { Schema } from '../schema.ts'
import type { SqlConnection, SqlResult } from './connection.ts'
import { transactionOver } from './dialect.ts'
import type { Scope } from './scope.ts'

/** A transaction between begin and its end; afterwards it refuses every statement. */
export class OpenTransaction implements SqlConnection {
  readonly scope: Scope
  readonly tx: Transaction<Schema>
  readonly #connection: SqlConnection
  #running: Promise<unknown> = Promise.resolve()
  #failure: { error: unknown } | undefined
  #ended = false

  constructor(scope: Scope, connection: SqlConnection) {
    this.scope = scope
    this.#connection = connection
    this.tx = transactionOver(this)
  }

  get ended(): boolean {
    return this.#ended
  }

  query(text: string, parameters?: readonly unknown[]): Promise<SqlResult> {
    return this.#run(() => this.#connection.query(text, parameters))
  }

  script(text: string): Promise<void> {
    return this.#run(() => this.#connection.script(text))
  }

  /** From here on nothing can be committed, whoever swallows the error. */
  doom(error: unknown): void {
    this.#failure ??= { error }
  }

  /** Takes no further statement, waits for one that nobody awaited, and throws what doomed the transaction. */
  async end(): Promise<void> {
    this.#ended = true
    await this.#running.catch(() => {})
    if (this.#failure) throw this.#failure.error
  }

  async #run<T>(statement: () => Promise<T>): Promise<T> {
    if (this.#ended) throw new Error('the transaction has ended: a statement came too late, or nobody awaited it')
    const running = statement()
    this.#running = running
    try {
      return await running
    } catch (error) {
      // PostgreSQL answers the commit of a failed transaction with a silent rollback.
      this.doom(error)
      throw error
    }
  }
}
