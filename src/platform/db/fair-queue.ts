import type { Priority } from './connection.ts'

/** After so many interactive turns in a row one waiting background turn is let in, so that it never starves. */
const interactiveInARow = 8

type Enter = () => void

/**
 * Who uses one of a few connections next: interactive work before background work, each in order of arrival.
 * `backgroundSlots` below `slots` keeps connections free for interactive work even when nobody interactive waits.
 */
export class FairQueue {
  readonly #slots: number
  readonly #backgroundSlots: number
  readonly #waiting: Record<Priority, Enter[]> = { interactive: [], background: [] }
  readonly #inside: Record<Priority, number> = { interactive: 0, background: 0 }
  #interactiveRun = 0

  constructor(slots: number, backgroundSlots: number) {
    this.#slots = slots
    this.#backgroundSlots = backgroundSlots
  }

  /** Resolves when the turn has come, with the function that ends it. */
  async enter(priority: Priority): Promise<() => void> {
    await new Promise<void>(resolve => {
      this.#waiting[priority].push(resolve)
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

  #admit(): void {
    while (this.#inside.interactive + this.#inside.background < this.#slots) {
      const priority = this.#next()
      const enter = priority && this.#waiting[priority].shift()
      if (!enter) return
      this.#inside[priority]++
      this.#interactiveRun = priority === 'interactive' ? this.#interactiveRun + 1 : 0
      enter()
    }
  }

  #next(): Priority | null {
    const backgroundMay = this.#waiting.background.length > 0 && this.#inside.background < this.#backgroundSlots
    const interactiveMay = this.#waiting.interactive.length > 0
    if (backgroundMay && (!interactiveMay || this.#interactiveRun >= interactiveInARow)) return 'background'
    return interactiveMay ? 'interactive' : null
  }
}
