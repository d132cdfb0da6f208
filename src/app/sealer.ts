import { sealHistory } from '../platform/history-seal.ts'
import { accountNumbers } from '../platform/http/key-directory.ts'
import { type Machinery, openSystemCtx } from './context.ts'

const sealEveryMs = 5000
const everyoneEveryMs = 3_600_000

/**
 * Chains an account's history a moment after something was done in it, so that no business transaction waits for the
 * chain. What a killed process left open is found when one starts, and every hour.
 */
export class Sealer {
  readonly #machinery: Machinery
  #touched = new Set<number>()
  #sealing: Promise<void> = Promise.resolve()
  #timers: NodeJS.Timeout[] = []
  #isStopped = false

  constructor(machinery: Machinery) {
    this.#machinery = machinery
  }

  start(): void {
    const touchAll = () => void this.#touchEveryone()
    const seal = () => {
      this.#sealing = this.#sealing.then(() => this.#sealTouched())
    }
    touchAll()
    this.#timers = [setInterval(seal, sealEveryMs), setInterval(touchAll, everyoneEveryMs)]
  }

  touch(account: number): void {
    this.#touched.add(account)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const timer of this.#timers) clearInterval(timer)
    await this.#sealing
  }

  async #touchEveryone(): Promise<void> {
    const { db, log } = this.#machinery
    try {
      for (const account of await db.transact('dispatch', accountNumbers)) this.touch(account)
    } catch (err) {
      log.warn({ err }, 'accounts to seal were not found')
    }
  }

  async #sealTouched(): Promise<void> {
    const touched = this.#touched
    this.#touched = new Set()
    for (const account of touched) {
      if (this.#isStopped) return
      try {
        const ctx = await openSystemCtx(this.#machinery, account, 'seal')
        if (ctx !== null) await sealHistory(ctx)
      } catch (err) {
        this.#machinery.log.warn({ err, account }, 'history was not sealed')
        this.touch(account)
      }
    }
  }
}
