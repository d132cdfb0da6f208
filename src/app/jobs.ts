import { PgBoss } from 'pg-boss'
import type { Db } from '../platform/db/db.ts'
import { queueSchema } from '../platform/db/queue-schema.ts'
import type { Logger } from '../platform/log.ts'

const queue = 'due-work'

interface AccountJob {
  account: number
}

/**
 * The queue tells workers, in this process and in others, which account has due work. It carries nothing else: whoever
 * gets a job looks into due_work, so a job lost, late or doubled changes nothing but the time.
 */
export class Jobs {
  readonly #boss: PgBoss
  readonly #log: Logger
  readonly #workers: number
  readonly #working: string[] = []

  private constructor(boss: PgBoss, log: Logger, workers: number) {
    this.#boss = boss
    this.#log = log
    this.#workers = workers
  }

  static async open(db: Db, log: Logger, workers: number): Promise<Jobs> {
    const boss = new PgBoss({
      db: { executeSql: (text, values) => db.queueSql(text, values) },
      backend: db.engine,
      schema: queueSchema,
      migrate: false,
      createSchema: false,
      schedule: false,
      reindex: false,
      monitorVacuum: false,
    })
    boss.on('error', err => log.warn({ err }, 'queue failed'))
    boss.on('warning', warning => log.warn({ queue: warning.message }, 'queue warning'))
    await boss.start()
    // One waiting job for each worker of an account; those under way do not count, since a killed worker's seems to be.
    await boss.createQueue(queue, {
      policy: 'short',
      retryLimit: 0,
      expireInSeconds: 3600,
      retentionSeconds: 3600,
      deleteAfterSeconds: 60,
    })
    return new Jobs(boss, log, workers)
  }

  /** Never throws: what could not be told is found at the scheduler's next look. */
  async wake(accounts: readonly number[]): Promise<void> {
    if (accounts.length === 0) return
    const jobs = accounts.flatMap(account =>
      Array.from({ length: this.#workers }, (_, i) => ({
        data: { account } satisfies AccountJob,
        singletonKey: `${account}#${i}`,
        group: { id: String(account) },
      })),
    )
    try {
      await this.#boss.insert(queue, jobs)
      for (const worker of this.#working) this.#boss.notifyWorker(worker)
    } catch (err) {
      this.#log.warn({ err }, 'workers were not told')
    }
  }

  async work(handle: (account: number) => Promise<void>): Promise<void> {
    const options = { localGroupConcurrency: this.#workers, pollingIntervalSeconds: 1, batchSize: 1 }
    // One more than an account may have, so that a long run leaves a place for the others; each registered by itself,
    // since pg-boss wakes one of a group only.
    for (let i = 0; i <= this.#workers; i++) {
      const worker = await this.#boss.work<AccountJob>(queue, options, async ([job]) => {
        if (job === undefined) return
        await handle(job.data.account).catch(err => this.#log.warn({ err }, 'due work could not be looked at'))
      })
      this.#working.push(worker)
    }
  }

  /** Waits for the work under way. */
  async close(): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: 30_000 })
  }
}
