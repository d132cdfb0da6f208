import { Client } from 'pg'
import type { ConnectionSource, Lease, Load, Priority, SqlConnection } from './connection.ts'
import { DataDir } from './data-dir.ts'
import { FairQueue } from './fair-queue.ts'
import { DatabaseUnusable } from './faults.ts'
import { ourTypes } from './our-types.ts'
import { PgConnection } from './pg-connection.ts'
import type { WorkerOptions } from './pglite-messages.ts'
import { PgliteStream } from './pglite-stream.ts'
import { PgliteThread } from './pglite-thread.ts'
import { PgliteUpkeep } from './pglite-upkeep.ts'

export interface PgliteOptions {
  /** The folder, or null for a database in memory, gone when the process ends. */
  dataDir: string | null
  /** A file written by `dump`, from which a database in memory starts. */
  image?: string
  /** Told when upkeep fails, which is no caller's error. */
  onUpkeepError?: (error: unknown) => void
}

/**
 * The embedded database: one session, lent to one transaction at a time. Its session user is a superuser whom no
 * policy binds, so outside `withOwner` it works as bordero_app. (Reopening it with PGlite's own `username` would do no
 * more: that is a `set role` as well.)
 */
export class PgliteSource implements ConnectionSource {
  readonly #queue = new FairQueue(1, 1)
  readonly #thread: PgliteThread
  readonly #client: Client
  readonly #connection: PgConnection
  readonly #dataDir: DataDir | null
  readonly #upkeep: PgliteUpkeep

  private constructor(thread: PgliteThread, client: Client, dataDir: DataDir | null, onUpkeepError: (error: unknown) => void) {
    this.#thread = thread
    this.#client = client
    this.#connection = new PgConnection(client)
    this.#dataDir = dataDir
    this.#upkeep = new PgliteUpkeep(work => this.withOwner(work, 'background'), onUpkeepError)
  }

  static async open(options: PgliteOptions): Promise<PgliteSource> {
    const dataDir = options.dataDir === null ? null : new DataDir(options.dataDir)
    try {
      const thread = await startThread({ pgdata: dataDir?.pgdata ?? null, image: options.image ?? null })
      if (dataDir && !dataDir.isComplete) dataDir.complete()
      // The password is never asked for; without one the driver would look for a ~/.pgpass.
      const client = new Client({
        stream: () => new PgliteStream(thread),
        user: 'postgres',
        database: 'postgres',
        password: '',
        types: ourTypes,
      })
      client.on('error', () => {})
      await client.connect()
      return new PgliteSource(thread, client, dataDir, options.onUpkeepError ?? (() => {}))
    } catch (error) {
      dataDir?.release()
      throw error
    }
  }

  load(): Record<Priority, Load> {
    return this.#queue.load()
  }

  async acquire(priority: Priority): Promise<Lease> {
    const leave = await this.#queue.enter(priority)
    const release = () => {
      leave()
      this.#upkeep.turnEnded()
    }
    return { connection: this.#connection, release }
  }

  /** Migrations, upkeep, and tests that plant faults. */
  async withOwner<T>(work: (owner: SqlConnection) => Promise<T>, priority: Priority = 'interactive'): Promise<T> {
    const leave = await this.#queue.enter(priority)
    try {
      await this.#connection.script('set session authorization postgres')
      const result = await work(this.#connection)
      await this.#becomeApp()
      return result
    } catch (error) {
      // Fails only when a first migration did not come as far as the role; the caller then closes.
      await this.#becomeApp().catch(() => {})
      throw error
    } finally {
      leave()
    }
  }

  #becomeApp(): Promise<void> {
    return this.#connection.script('rollback; set session authorization bordero_app')
  }

  /** How often PostgreSQL has synced a file or a folder since it was opened. */
  syncs(): Promise<number> {
    return this.#thread.syncs()
  }

  /** The whole database as a file for `image`. */
  dump(): Promise<Uint8Array> {
    return this.#thread.dump()
  }

  /** Waits for the transactions before it; whoever comes later is refused by the driver. */
  async close(): Promise<void> {
    await this.#queue.enter('interactive')
    await this.#client.end()
    await this.#thread.close()
    this.#dataDir?.release()
  }
}

async function startThread(options: WorkerOptions): Promise<PgliteThread> {
  try {
    return await PgliteThread.start(options)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DatabaseUnusable(
      'database_does_not_open',
      `O banco de dados embutido${options.pgdata === null ? '' : ` em ${options.pgdata}`} não abriu: ${reason}. Se o disco está cheio, libere espaço e inicie de novo.`,
      { cause: error },
    )
  }
}
