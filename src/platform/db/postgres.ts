import { Client, Pool, type PoolClient } from 'pg'
import type { ConnectionSource, Lease, Load, Priority, SqlConnection } from './connection.ts'
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
/**
 * For what is written beside an open transaction. Its commit need not wait for the disk: the log is written in order, so the commit of
 * the open transaction, which comes later and does wait, brings this one to the disk before it. Without that commit nobody ever saw it.
 */
const besideSettings = { ...appSettings, synchronous_commit: 'off' }
const besideSize = 2
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

/** A pool of sessions as bordero_app, and a small one beside it. */
export class PostgresSource implements ConnectionSource {
  readonly #pool: Pool
  /** Not taken out of the other, which may be empty just because all its users wait for one of these. */
  readonly #besides: Pool
  readonly #queue: FairQueue

  constructor(databaseUrl: string, poolSize: number, onIdleError: (error: Error) => void) {
    if (poolSize < 2) throw new RangeError('a pool needs two connections: one is kept for interactive work')
    this.#pool = openPool(withSettings(databaseUrl, appSettings), poolSize, onIdleError)
    this.#besides = openPool(withSettings(databaseUrl, besideSettings), besideSize, onIdleError)
    this.#queue = new FairQueue(poolSize, poolSize - 1, poolSize - slotsForOthers(poolSize))
  }

  load(): Record<Priority, Load> {
    return this.#queue.load()
  }

  async acquire(priority: Priority, account: number | null = null): Promise<Lease> {
    const leave = await this.#queue.enter(priority, account)
    try {
      const { connection, release } = await lend(this.#pool)
      return {
        connection,
        release: wear => {
          release(wear)
          leave()
        },
      }
    } catch (error) {
      leave()
      throw error
    }
  }

  /** In order of arrival: each has it for some milliseconds. */
  acquireBeside(): Promise<Lease> {
    return lend(this.#besides)
  }

  async close(): Promise<void> {
    await this.#pool.end()
    await this.#besides.end()
  }
}

/** What one account never takes: others' requests, who is calling, and whether the server is ready. */
function slotsForOthers(poolSize: number): number {
  return Math.min(2, Math.floor(poolSize / 4))
}

function openPool(connectionString: string, max: number, onIdleError: (error: Error) => void): Pool {
  const pool = new Pool({
    connectionString,
    application_name: 'bordero',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    max,
    types: ourTypes,
  })
  pool.on('error', onIdleError)
  // While a client is lent the pool does not listen; its user hears of the error from the statement.
  pool.on('connect', client => client.on('error', () => {}))
  return pool
}

async function lend(pool: Pool): Promise<Lease> {
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    throw asConnectionFault(error)
  }
  return { connection: new PgConnection(client), release: wear => client.release(wear === 'broken') }
}
