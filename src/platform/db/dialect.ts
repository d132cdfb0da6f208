import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  DummyDriver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SingleConnectionProvider,
  Transaction,
} from 'kysely'
import type { Schema } from '../schema.ts'
import type { SqlConnection } from './connection.ts'

const compiler = new PostgresQueryCompiler()
const adapter = new PostgresAdapter()
const driver = new DummyDriver()
const dialect = {
  createAdapter: () => adapter,
  createDriver: () => driver,
  createQueryCompiler: () => compiler,
  createIntrospector: (db: ConstructorParameters<typeof PostgresIntrospector>[0]) => new PostgresIntrospector(db),
}

/**
 * Kysely's transaction over a connection on which we have begun one. Kysely compiles; beginning and ending stay with
 * the transactor, so that the account travels in the same round trip as `begin`.
 */
export function transactionOver(connection: SqlConnection): Transaction<Schema> {
  const provider = new SingleConnectionProvider(new KyselyConnection(connection))
  return new Transaction<Schema>({
    config: { dialect },
    dialect,
    driver,
    executor: new DefaultQueryExecutor(compiler, adapter, provider),
  })
}

class KyselyConnection implements DatabaseConnection {
  readonly #connection: SqlConnection

  constructor(connection: SqlConnection) {
    this.#connection = connection
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, affected } = await this.#connection.query(query.sql, query.parameters)
    // What a row holds is known to the caller's types alone, as with every driver of Kysely.
    return { rows: rows as R[], numAffectedRows: BigInt(affected) }
  }

  // biome-ignore lint/correctness/useYield: it refuses
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('streaming is not supported: page by a key instead')
  }
}
