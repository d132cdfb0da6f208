/**
 * How many sendings are under way at once in a process, of all accounts and of one. A receiver that stalls holds its place until its time
 * is over; others find one free, and accounts that wait have turns, whatever each of them has to send.
 */
export class Places {
  readonly #total: number
  readonly #ofAccount: number
  readonly #taken = new Map<number, number>()
  #takenInAll = 0
  /** Who waits, by account; the account that waits longest is the first. */
  readonly #waiting = new Map<number, (() => void)[]>()

  constructor(total: number, ofAccount: number) {
    this.#total = total
    this.#ofAccount = ofAccount
  }

  /** Answers how to give the place back. */
  async take(account: number): Promise<() => void> {
    if (!this.#isFree(account)) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const line = this.#waiting.get(account)
      if (line === undefined) this.#waiting.set(account, [resolve])
      else line.push(resolve)
      await promise
    } else this.#count(account, 1)
    let isGiven = false
    return () => {
      if (isGiven) return
      isGiven = true
      this.#count(account, -1)
      this.#callNext()
    }
  }

  #isFree(account: number): boolean {
    return this.#takenInAll < this.#total && (this.#taken.get(account) ?? 0) < this.#ofAccount
  }

  #count(account: number, change: 1 | -1): void {
    const now = (this.#taken.get(account) ?? 0) + change
    if (now === 0) this.#taken.delete(account)
    else this.#taken.set(account, now)
    this.#takenInAll += change
  }

  #callNext(): void {
    for (const [account, line] of this.#waiting) {
      if (!this.#isFree(account)) continue
      const first = line.shift()
      // To the end of the line of accounts.
      this.#waiting.delete(account)
      if (line.length > 0) this.#waiting.set(account, line)
      this.#count(account, 1)
      first?.()
      return
    }
  }
}
