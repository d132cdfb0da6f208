import { forgetOldAnswers } from '../platform/http/forget-answers.ts'
import { everyAccountNumber } from '../platform/http/key-directory.ts'
import { forgetOldDeliveries } from '../webhooks/forget-deliveries.ts'
import type { Machinery } from './context.ts'

const everyMs = 3_600_000

/** Every hour, and when it starts: what is kept for a while only goes. Several of them do no harm. */
export class Housekeeper {
  readonly #machinery: Machinery
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #keeping: Promise<void> = Promise.resolve()

  constructor(machinery: Machinery) {
    this.#machinery = machinery
  }

  start(): void {
    if (this.#stopping.signal.aborted) return
    this.#keeping = this.keepHouse().finally(() => {
      this.#timer = setTimeout(() => this.start(), everyMs)
    })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#keeping
    clearTimeout(this.#timer)
  }

  /** One round through all accounts; what fails for one of them is tried again in the next round. */
  async keepHouse(): Promise<void> {
    const { db, clock, log } = this.#machinery
    try {
      for (const account of await db.transact('dispatch', everyAccountNumber)) {
        if (this.#stopping.signal.aborted) return
        await forgetOldAnswers(db, account, clock.now(), this.#stopping.signal).catch(err =>
          log.warn({ err, account }, 'old answers were not forgotten'),
        )
        await forgetOldDeliveries(db, account, clock.now(), this.#stopping.signal).catch(err =>
          log.warn({ err, account }, 'old webhooks were not forgotten'),
        )
      }
    } catch (err) {
      log.warn({ err }, 'accounts to keep house for were not found')
    }
  }
}
