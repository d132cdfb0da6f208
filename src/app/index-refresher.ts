import { sgsSource } from '../connectors/indices/sgs.ts'
import { wakeWaiting } from '../contracts/readjustment/date-readjustments.ts'
import { type IndexSource, type Refreshed, refreshIndices } from '../indices/refresh-indices.ts'
import { everyAccountNumber } from '../platform/http/key-directory.ts'
import { type Machinery, openSystemCtx } from './context.ts'

const everyMs = 24 * 3_600_000

/**
 * Once a day, and when it starts: asks the Central Bank for the indices' new and revised months. Only where the server was told its
 * address: otherwise nothing goes out, and months that are not known are entered by hand. Several of them do no harm.
 */
export class IndexRefresher {
  readonly #machinery: Machinery
  readonly #source: IndexSource
  readonly #onDueWork: (account: number) => void
  #timer: NodeJS.Timeout | undefined
  #refreshing: Promise<unknown> = Promise.resolve()
  readonly #stopping = new AbortController()

  constructor(machinery: Machinery, baseUrl: string, onDueWork: (account: number) => void) {
    this.#machinery = machinery
    this.#source = sgsSource({ baseUrl })
    this.#onDueWork = onDueWork
  }

  start(): void {
    if (this.#stopping.signal.aborted) return
    this.#refreshing = this.refresh()
      .catch(err => this.#machinery.log.warn({ err }, 'indices were not refreshed'))
      .finally(() => {
        this.#timer = setTimeout(() => this.start(), everyMs)
      })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#refreshing
    clearTimeout(this.#timer)
  }

  refresh = async (): Promise<Refreshed[]> => {
    const refreshed = await refreshIndices(this.#machinery, this.#source, this.#machinery.clock.now(), this.#stopping.signal)
    const changed = refreshed.filter(({ changed }) => changed > 0)
    if (changed.length > 0) {
      for (const account of await this.#accounts()) {
        if (this.#stopping.signal.aborted) break
        await this.#wake(account, changed)
      }
    }
    return refreshed
  }

  #accounts(): Promise<number[]> {
    return this.#machinery.db.transact('dispatch', everyAccountNumber)
  }

  /** What waits looks again by itself the next day; this only spares it the night. */
  async #wake(account: number, changed: readonly Refreshed[]): Promise<void> {
    const ctx = await openSystemCtx(this.#machinery, account, 'refresh_indices')
    if (ctx === null) return
    await ctx.transact(async tx => {
      for (const { index } of changed) await wakeWaiting(tx, index, ctx.clock.now())
    })
    this.#onDueWork(account)
  }
}
