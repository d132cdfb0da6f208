import type { Load, Priority } from './connection.ts'

/** After so many interactive turns in a row one waiting background turn is let in, so that it never starves. */
const interactiveInARow = 8

interface Waiting {
  enter(): void
  account: number | null
  since: number
}

/**
 * Who uses one of a few connections next: interactive work before background work, each in order of arrival.
 * `backgroundSlots` below `slots` keeps connections free for interactive work even when nobody interactive waits;
 * `accountSlots` below `slots` keeps some free for others than one busy account, whose requests may all wait for one of its rows.
 */
export class FairQueue {
  readonly #slots: number
  readonly #backgroundSlots: number
  readonly #accountSlots: number
  readonly #insideOf = new Map<number, number>()
  readonly #waiting: Record<Priority, Waiting[]> = { interactive: [], background: [] }
  readonly #inside: Record<Priority, number> = { interactive: 0, background: 0 }
  readonly #lent: Record<Priority, number> = { interactive: 0, background: 0 }
  readonly #waitedMs: Record<Priority, number> = { interactive: 0, background: 0 }
  #interactiveRun = 0

  constructor(slots: number, backgroundSlots: number, accountSlots = slots) {
    this.#slots = slots
    this.#backgroundSlots = backgroundSlots
    this.#accountSlots = accountSlots
  }

  /** Resolves when the turn has come, with the function that ends it. `account` is null for what is nobody's. */
  async enter(priority: Priority, account: number | null = null): Promise<() => void> {
    await new Promise<void>(resolve => {
      this.#waiting[priority].push({ enter: resolve, account, since: performance.now() })
      this.#admit()
    })
    let inside = true
    return () => {
      if (!inside) return
      inside = false
      this.#inside[priority]--
      this.#count(account, -1)
      this.#admit()
    }
  }

  load(): Record<Priority, Load> {
    return { interactive: this.#loadOf('interactive'), background: this.#loadOf('background') }
  }

  #loadOf(priority: Priority): Load {
    return {
      inUse: this.#inside[priority],
      waiting: this.#waiting[priority].length,
      lent: this.#lent[priority],
      waitedSeconds: this.#waitedMs[priority] / 1000,
    }
  }

  #admit(): void {
    while (this.#inside.interactive + this.#inside.background < this.#slots) {
      const priority = this.#next()
      const next = priority && this.#takeFirst(priority)
      if (!next) return
      this.#count(next.account, 1)
      this.#lent[priority]++
      this.#waitedMs[priority] += performance.now() - next.since
      this.#inside[priority]++
      this.#interactiveRun = priority === 'interactive' ? this.#interactiveRun + 1 : 0
      next.enter()
    }
  }

  #next(): Priority | null {
    const backgroundMay = this.#inside.background < this.#backgroundSlots && this.#waiting.background.some(this.#mayEnter)
    const interactiveMay = this.#waiting.interactive.some(this.#mayEnter)
    if (backgroundMay && (!interactiveMay || this.#interactiveRun >= interactiveInARow)) return 'background'
    return interactiveMay ? 'interactive' : null
  }

  /** The first that may enter: those of an account that has its share already stay in line. */
  #takeFirst(priority: Priority): Waiting | undefined {
    const waiting = this.#waiting[priority]
    const at = waiting.findIndex(this.#mayEnter)
    return at < 0 ? undefined : waiting.splice(at, 1)[0]
  }

  readonly #mayEnter = ({ account }: Waiting): boolean =>
    account === null || (this.#insideOf.get(account) ?? 0) < this.#accountSlots

  #count(account: number | null, change: 1 | -1): void {
    if (account === null) return
    const inside = (this.#insideOf.get(account) ?? 0) + change
    if (inside === 0) this.#insideOf.delete(account)
    else this.#insideOf.set(account, inside)
  }
}
