import { type Job, PgBoss } from 'pg-boss'
import type { Db } from '../platform/db/db.ts'
import { queueSchema } from '../platform/db/queue-schema.ts'
import type { Logger } from '../platform/log.ts'

const queue = 'due-work'

/** How long an account may have work done for it before it goes to the end of the line, where others wait. */
const usualTurnMs = 500

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
  readonly #turnMs: number
  readonly #working: string[] = []
  /** How many of this process's places are taken. */
  #taken = 0
  /** How many of this process are at work for an account. */
  readonly #atWork = new Map<number, number>()

  private constructor(boss: PgBoss, log: Logger, workers: number, turnMs: number) {
    this.#boss = boss
    this.#log = log
    this.#workers = workers
    this.#turnMs = turnMs
  }

  static async open(db: Db, log: Logger, workers: number, turnMs = usualTurnMs): Promise<Jobs> {
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
    return new Jobs(boss, log, workers, turnMs)
  }

  /** Never throws: what could not be told is found at the scheduler's next look. */
  async wake(accounts: readonly number[]): Promise<void> {
    if (accounts.length === 0) return
    const jobs = accounts.flatMap(account =>
      Array.from({ length: this.#workers }, (_, i) => ({
        data: { account } satisfies AccountJob,
        singletonKey: `${account}#${i}`,
        // Every account's first before anybody's second.
        priority: -i,
      })),
    )
    try {
      await this.#boss.insert(queue, jobs)
      for (const worker of this.#working) this.#boss.notifyWorker(worker)
    } catch (err) {
      this.#log.warn({ err }, 'workers were not told')
    }
  }

  /** `handle` comes back soon after its turn has ended, even with work left: it is called again when the others had theirs. */
  async work(handle: (account: number, turn: AbortSignal) => Promise<void>): Promise<void> {
    const begin = async ([job]: Job<AccountJob>[]) => {
      if (job !== undefined) await this.#begin(job.data.account, handle)
    }
    // One more than an account may have, so that a long run leaves a place for the others; each registered by itself,
    // since of those registered together pg-boss wakes one only.
    for (let i = 0; i <= this.#workers; i++) {
      this.#working.push(await this.#boss.work<AccountJob>(queue, { pollingIntervalSeconds: 1 }, begin))
    }
  }

  async #begin(account: number, handle: (account: number, turn: AbortSignal) => Promise<void>): Promise<void> {
    const atIt = this.#atWork.get(account) ?? 0
    // Whoever is at it already will see the new work, or the scheduler's next look will.
    if (atIt === this.#workers) return
    this.#atWork.set(account, atIt + 1)
    this.#taken++
    const turn = new AbortController()
    // While a place is free, whoever waits takes that one.
    const timer = setInterval(() => this.#taken > this.#workers && turn.abort(), this.#turnMs)
    try {
      await handle(account, turn.signal)
    } catch (err) {
      this.#log.warn({ err, account }, 'due work could not be looked at')
    } finally {
      clearInterval(timer)
      this.#taken--
      const left = (this.#atWork.get(account) ?? 1) - 1
      if (left === 0) this.#atWork.delete(account)
      else this.#atWork.set(account, left)
    }
    // To the end of the line, which is the queue's and so that of all processes.
    if (turn.signal.aborted) await this.wake([account])
  }

  /** Waits for the work under way. */
  async close(): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: 30_000 })
  }
}
