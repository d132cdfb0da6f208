import { dueAccounts } from '../platform/due-work.ts'
import type { Machinery } from './context.ts'
import type { Jobs } from './jobs.ts'

const lookEveryMs = 1000
const mostAccounts = 1000

/** Looks every second which accounts have something due, and tells the workers. Several schedulers do no harm. */
export class Scheduler {
  readonly #machinery: Machinery
  readonly #jobs: Jobs
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(machinery: Machinery, jobs: Jobs) {
    this.#machinery = machinery
    this.#jobs = jobs
  }

  start(): void {
    if (this.#isStopped) return
    this.#looking = this.#look().finally(() => {
      this.#timer = setTimeout(() => this.start(), lookEveryMs)
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#looking
    clearTimeout(this.#timer)
  }

  async #look(): Promise<void> {
    const { db, clock, log } = this.#machinery
    try {
      const due = await db.transact('dispatch', tx => dueAccounts(tx, clock.now(), mostAccounts))
      await this.#jobs.wake(due.map(({ account }) => account))
    } catch (err) {
      log.warn({ err }, 'the scheduler could not look')
    }
  }
}
