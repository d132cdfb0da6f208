import { millisOf } from '../core/dates.ts'
import { faultOf } from '../platform/db/faults.ts'
import { type DueWork, dueUntil, type WorkHandlers } from '../platform/due-work.ts'
import { type Machinery, openSystemCtx } from './context.ts'

const firstPauseMs = 1000
const longestPauseMs = 60_000
const mostAtOnce = 200

interface Due {
  work: DueWork
  key: string
}

function dated({ work, key }: Due): string {
  return `${key} ${work.dueAt}`
}

/** Kinds of work that cannot go on where they were left, so that no turn ends them: at most so many at once in this process. */
export interface Undivided {
  kinds: ReadonlySet<string>
  most: number
}

/** Does what is due of an account, each at its turn; what fails does not hold up the rest, and waits longer each time. */
export class DueWorker {
  readonly #machinery: Machinery
  readonly #handlers: WorkHandlers
  readonly #shared: ReadonlySet<string>
  readonly #signal: AbortSignal
  readonly #undivided: Undivided | undefined
  #undividedAtWork = 0
  /** In this process, now. Another process may be at the same work: handlers bear it. */
  readonly #busy = new Set<string>()
  readonly #failures = new Map<string, { times: number; notBefore: number }>()

  constructor(
    machinery: Machinery,
    handlers: WorkHandlers,
    shared: ReadonlySet<string>,
    signal: AbortSignal,
    undivided?: Undivided,
  ) {
    this.#machinery = machinery
    this.#handlers = handlers
    this.#shared = shared
    this.#signal = signal
    this.#undivided = undivided
  }

  /** Until nothing is due that this call has not tried, or its turn has ended. */
  async work(account: number, turn?: AbortSignal): Promise<void> {
    const until = turn ? AbortSignal.any([this.#signal, turn]) : this.#signal
    const tried = new Set<string>()
    while (!until.aborted) {
      const next = await this.#next(account, tried)
      if (next === null) return
      // The same work at a later date is other work: a server that was off for days finds several.
      tried.add(dated(next))
      await this.#do(account, next, until)
    }
  }

  async #next(account: number, tried: ReadonlySet<string>): Promise<Due | null> {
    const ctx = await openSystemCtx(this.#machinery, account, 'look')
    if (ctx === null) return null
    const due = await ctx.transact(tx => dueUntil(tx, ctx.clock.now(), mostAtOnce))
    const now = millisOf(this.#machinery.clock.now())
    for (const work of due) {
      const key = `${account} ${work.kind} ${work.subjectId}`
      const isTaken = (this.#busy.has(key) && !this.#shared.has(work.kind)) || this.#isCrowded(work.kind)
      if (!isTaken && !tried.has(dated({ work, key })) && now >= (this.#failures.get(key)?.notBefore ?? 0)) return { work, key }
    }
    return null
  }

  /** What waits here is found again by the scheduler's next look. */
  #isCrowded(kind: string): boolean {
    return this.#isUndivided(kind) && this.#undividedAtWork >= (this.#undivided?.most ?? 0)
  }

  #isUndivided(kind: string): boolean {
    return this.#undivided?.kinds.has(kind) === true
  }

  async #do(account: number, { work: { kind, subjectId }, key }: Due, until: AbortSignal): Promise<void> {
    const handle = this.#handlers[kind]
    const ctx = await openSystemCtx(this.#machinery, account, kind)
    // Another may have come first while the account was looked up.
    if (ctx === null || this.#isCrowded(kind)) return
    this.#busy.add(key)
    if (this.#isUndivided(kind)) this.#undividedAtWork++
    try {
      if (handle === undefined) throw new Error(`nobody handles due work of the kind ${kind}`)
      await handle(ctx, subjectId, until)
      this.#failures.delete(key)
    } catch (err) {
      const isOutage = faultOf(err) === 'transient'
      ctx.log[isOutage ? 'warn' : 'error']({ err, kind, subjectId }, 'due work failed')
      this.#postpone(key, isOutage)
    } finally {
      this.#busy.delete(key)
      if (this.#isUndivided(kind)) this.#undividedAtWork--
    }
  }

  /** An outage ends when it ends; what fails by itself would fail again at once. */
  #postpone(key: string, isOutage: boolean): void {
    const times = (this.#failures.get(key)?.times ?? 0) + 1
    const pause = isOutage ? firstPauseMs : Math.min(firstPauseMs * 2 ** (times - 1), longestPauseMs)
    this.#failures.set(key, { times, notBefore: millisOf(this.#machinery.clock.now()) + pause })
  }
}
