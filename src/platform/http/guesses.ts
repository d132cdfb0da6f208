import { addMillis, type Instant } from '../../core/dates.ts'
import { refuse } from '../../core/refusal.ts'

/** So many wrong tries in a minute, of one client from one address. */
const MOST_WRONG = 10
const MINUTE_MS = 60_000
/** Of how many guessers it is known at once; the one that began first is forgotten first. */
const MOST_KNOWN = 10_000

/**
 * Tells a client that keeps trying what is wrong to slow down. What is guessed has 256 bits of chance, so no guess ever comes near, and what
 * is right is let in however often somebody was wrong before: nobody locks out another. It is the process's own, gone with it.
 */
export class Guesses {
  readonly #wrong = new Map<string, { count: number; until: Instant }>()

  /** One more wrong try. Refuses where there were too many before it. */
  wasWrong(guesser: string, now: Instant): void {
    const known = this.#wrong.get(guesser)
    if (known !== undefined && known.until > now) {
      known.count += 1
      if (known.count <= MOST_WRONG) return
      refuse('too_many_attempts', 'Foram muitas tentativas erradas; espere um minuto e confira as credenciais.', { status: 429 })
    }
    this.#wrong.delete(guesser)
    this.#wrong.set(guesser, { count: 1, until: addMillis(now, MINUTE_MS) })
    const [oldest] = this.#wrong.keys()
    if (this.#wrong.size > MOST_KNOWN && oldest !== undefined) this.#wrong.delete(oldest)
  }
}
