import { CompiledQuery, type Transaction } from 'kysely'
import type { Schema } from '../schema.ts'
import type { ConnectionSource, Load, Priority, SqlResult } from './connection.ts'
import { migrate } from './migrate.ts'
import { toQueueParameter } from './parameters.ts'
import { PgliteSource } from './pglite.ts'
import { PostgresSource, withOwner } from './postgres.ts'
import type { Scope } from './scope.ts'
import { beside as besideTransaction, Transactor } from './transactor.ts'

export type { Priority } from './connection.ts'
export type { Scope } from './scope.ts'

/** The right to write, inside one open transaction. */
export type Tx = Transaction<Schema>

/**
 * The right to read. Every Tx is a Reader. `with` is left out because a common table expression may write;
 * `getExecutor` stays for sql`…` fragments, which stores alone may contain.
 */
export type Reader = Pick<Tx, 'selectFrom' | 'selectNoFrom' | 'fn' | 'case' | 'dynamic' | 'getExecutor'>

export interface TransactOptions {
  /** `interactive` (default) goes before `background` when connections are scarce. */
  priority?: Priority
}

export interface Db {
  readonly engine: 'postgres' | 'pglite'
  /**
   * Runs `work` in a transaction. Inside a transaction of the same scope it joins that one; inside one of another
   * scope it throws at once. A joined part that fails dooms the whole: nothing is committed, and its error surfaces
   * even if the caller swallowed it. Deadlocks and serialization faults repeat the outermost `work`, so it must have
   * no effect besides the database.
   */
  transact<T>(scope: Scope, work: (tx: Tx) => Promise<T>, options?: TransactOptions): Promise<T>
  /**
   * One statement that reads, in a transaction of its own and one round trip instead of three: for what every request asks first. It takes no
   * parameters, so that nothing may stand in its text that somebody else wrote.
   */
  readOnce(scope: Scope, text: string): Promise<SqlResult['rows']>
  /**
   * What pg-boss runs of itself, as the application's role and without an account: account tables show no row here.
   * It commits by itself; inside a transaction it joins that one.
   */
  queueSql(text: string, parameters?: readonly unknown[]): Promise<SqlResult>
  /** How busy the connections are. */
  load(): Record<Priority, Load>
  close(): Promise<void>
}

export interface DbConfig {
  /** PostgreSQL, as the owner: migrations run over it. Without it the embedded database is opened. */
  databaseUrl?: string | undefined
  /** PostgreSQL, as a login that is a member of bordero_app and owns nothing; `databaseUrl` when not given. */
  appUrl?: string | undefined
  /** Folder of the embedded database, or `memory:`. */
  dataDir?: string | undefined
  poolSize?: number | undefined
  /** Told of what fails while no caller waits for it: an idle connection, the upkeep of the embedded database. */
  onIdleError?: ((error: unknown) => void) | undefined
}

const defaultPoolSize = 10

/** Migrates as the owner, then works as bordero_app. Throws DatabaseUnusable when a person has to act first. */
export async function openDb(config: DbConfig): Promise<Db> {
  const { databaseUrl, dataDir, onIdleError = () => {} } = config
  if (databaseUrl !== undefined) {
    await withOwner(databaseUrl, migrate)
    return dbOver('postgres', new PostgresSource(config.appUrl ?? databaseUrl, config.poolSize ?? defaultPoolSize, onIdleError))
  }
  if (dataDir === undefined) throw new TypeError('openDb needs a databaseUrl or a dataDir')
  const embedded = await PgliteSource.open({ dataDir: dataDir === 'memory:' ? null : dataDir, onUpkeepError: onIdleError })
  try {
    await embedded.withOwner(migrate)
  } catch (error) {
    await embedded.close()
    throw error
  }
  return dbOver('pglite', embedded)
}

/** The Db over connections that stand already, on a database that is migrated already. */
export function dbOver(engine: Db['engine'], source: ConnectionSource): Db {
  const transactor = new Transactor(source)
  return {
    engine,
    transact: (scope, work, options) => transactor.transact(scope, work, options?.priority ?? 'interactive'),
    readOnce: (scope, text) => transactor.readOnce(scope, text),
    queueSql: (text, parameters = []) => transactor.queueSql(text, parameters),
    load: () => source.load(),
    close: () => source.close(),
  }
}

/**
 * Runs `work` in a short transaction of its own beside the open one, for the same account, and commits it at once: others do not wait
 * for the end of the open one, and what it wrote stays if that is undone. It sees nothing of what the open one has not committed, and
 * must not wait for anything that it holds. The embedded database has one connection: there it is a part of the open one.
 */
export function beside<T>(tx: Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
  return besideTransaction(tx, work)
}

/** What pg-boss takes as its `db` to write into an open transaction: what must happen next is enqueued by what makes it true. */
export function queueIn(tx: Tx): { executeSql(text: string, parameters?: unknown[]): Promise<{ rows: unknown[] }> } {
  return {
    async executeSql(text, parameters = []) {
      const { rows } = await tx.executeQuery(CompiledQuery.raw(text, parameters.map(toQueueParameter)))
      return { rows: [...rows] }
    },
  }
}
