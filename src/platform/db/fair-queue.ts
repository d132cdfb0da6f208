import type { Load, Priority } from './connection.ts'

/** After so many interactive turns in a row one waiting background turn is let in, so that it never starves. */
const interactiveInARow = 8

interface Waiting {
  enter(): void
  since: number
}

/**
 * Who uses one of a few connections next: interactive work before background work, each in order of arrival.
 * `backgroundSlots` below `slots` keeps connections free for interactive work even when nobody interactive waits.
 */
export class FairQueue {
  readonly #slots: number
  readonly #backgroundSlots: number
  readonly #waiting: Record<Priority, Waiting[]> = { interactive: [], background: [] }
  readonly #inside: Record<Priority, number> = { interactive: 0, background: 0 }
  readonly #lent: Record<Priority, number> = { interactive: 0, background: 0 }
  readonly #waitedMs: Record<Priority, number> = { interactive: 0, background: 0 }
  #interactiveRun = 0

  constructor(slots: number, backgroundSlots: number) {
    this.#slots = slots
    this.#backgroundSlots = backgroundSlots
  }

  /** Resolves when the turn has come, with the function that ends it. */
  async enter(priority: Priority): Promise<() => void> {
    await new Promise<void>(resolve => {
      this.#waiting[priority].push({ enter: resolve, since: performance.now() })
      this.#admit()
    })
    let inside = true
    return () => {
      if (!inside) return
      inside = false
      this.#inside[priority]--
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
      const next = priority && this.#waiting[priority].shift()
      if (!next) return
      this.#lent[priority]++
      this.#waitedMs[priority] += performance.now() - next.since
      this.#inside[priority]++
      this.#interactiveRun = priority === 'interactive' ? this.#interactiveRun + 1 : 0
      next.enter()
    }
  }

  #next(): Priority | null {
    const backgroundMay = this.#waiting.background.length > 0 && this.#inside.background < this.#backgroundSlots
    const interactiveMay = this.#waiting.interactive.length > 0
    if (backgroundMay && (!interactiveMay || this.#interactiveRun >= interactiveInARow)) return 'background'
    return interactiveMay ? 'interactive' : null
  }
}
