import { Client, Pool, type PoolClient } from 'pg'
import type { ConnectionSource, Lease, Load, Priority, SqlConnection, Wear } from './connection.ts'
import { FairQueue } from './fair-queue.ts'
import { asConnectionFault, DatabaseUnusable } from './faults.ts'
import { ourTypes } from './our-types.ts'
import { PgConnection } from './pg-connection.ts'

const oldestVersion = 15
const connectTimeoutMs = 10_000

/**
 * The limits end what nobody waits for any more: a statement of five minutes is no longer a chunk, a page or a proof,
 * and a process that is silent for a minute inside a transaction holds locks against everybody.
 */
const appSettings = {
  role: 'bordero_app',
  TimeZone: 'UTC',
  statement_timeout: '300s',
  idle_in_transaction_session_timeout: '60s',
  // Compiling costs more than any statement of ours saves by it: 200 ms each in a verification.
  jit: 'off',
}
const ownerSettings = { TimeZone: 'UTC' }

/** Settings go in the startup packet, so that a session never exists without them; those of the URL come after and win. */
function withSettings(databaseUrl: string, settings: Record<string, string>): string {
  const url = new URL(databaseUrl)
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  url.searchParams.set('options', [...ours, url.searchParams.get('options') ?? ''].join(' ').trim())
  return url.href
}

/** One session as the owner: migrations, and nothing else. */
export async function withOwner<T>(databaseUrl: string, work: (connection: SqlConnection) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: withSettings(databaseUrl, ownerSettings),
    application_name: 'bordero migrate',
    connectionTimeoutMillis: connectTimeoutMs,
    types: ourTypes,
  })
  // The statement under way is told as well; an error event that nobody hears would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    throw asConnectionFault(error)
  }
  try {
    const connection = new PgConnection(client)
    await refuseOldServer(connection)
    return await work(connection)
  } finally {
    await client.end()
  }
}

async function refuseOldServer(connection: SqlConnection): Promise<void> {
  const { rows } = await connection.query(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major`,
  )
  const { version, major } = rows[0] ?? {}
  if (Number(major) >= oldestVersion) return
  throw new DatabaseUnusable(
    'postgres_too_old',
    `O Bordero precisa do PostgreSQL ${oldestVersion} ou mais novo; este servidor é o ${version}. Atualize-o, ou aponte DATABASE_URL para outro.`,
  )
}

/** A pool of sessions as bordero_app. */
export class PostgresSource implements ConnectionSource {
  readonly #pool: Pool
  readonly #queue: FairQueue

  constructor(databaseUrl: string, poolSize: number, onIdleError: (error: Error) => void) {
    if (poolSize < 2) throw new RangeError('a pool needs two connections: one is kept for interactive work')
    this.#pool = new Pool({
      connectionString: withSettings(databaseUrl, appSettings),
      application_name: 'bordero',
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      max: poolSize,
      types: ourTypes,
    })
    this.#pool.on('error', onIdleError)
    // While a client is lent the pool does not listen; its user hears of the error from the statement.
    this.#pool.on('connect', client => client.on('error', () => {}))
    this.#queue = new FairQueue(poolSize, poolSize - 1)
  }

  load(): Record<Priority, Load> {
    return this.#queue.load()
  }

  async acquire(priority: Priority): Promise<Lease> {
    const leave = await this.#queue.enter(priority)
    let client: PoolClient
    try {
      client = await this.#pool.connect()
    } catch (error) {
      leave()
      throw asConnectionFault(error)
    }
    const release = (wear: Wear) => {
      client.release(wear === 'broken')
      leave()
    }
    return { connection: new PgConnection(client), release }
  }

  close(): Promise<void> {
    return this.#pool.end()
  }
}
