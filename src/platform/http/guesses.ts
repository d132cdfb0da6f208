import { addMillis, type Instant } from '../../core/dates.ts'
import { refuse } from '../../core/refusal.ts'

/** So many wrong tries in a minute, of one client from one address. */
const MOST_WRONG = 10
const MINUTE_MS = 60_000
/** Of how many guessers it is known at once; the one that began first is forgotten first. */
const MOST_KNOWN = 10_000

/**
 * Bounds how often somebody tries to log in with what is wrong. What is guessed has 256 bits of chance, so no guess ever comes near: this
 * keeps a client whose configuration is wrong from asking the database without end. It is the process's own, gone with it.
 */
export class Guesses {
  readonly #wrong = new Map<string, { count: number; until: Instant }>()

  refuseIfTooMany(guesser: string, now: Instant): void {
    const known = this.#wrong.get(guesser)
    if (known === undefined || known.count < MOST_WRONG || known.until <= now) return
    refuse('too_many_attempts', 'Foram muitas tentativas erradas; espere um minuto e confira as credenciais.', { status: 429 })
  }

  wasWrong(guesser: string, now: Instant): void {
    const known = this.#wrong.get(guesser)
    if (known !== undefined && known.until > now) {
      known.count += 1
      return
    }
    this.#wrong.delete(guesser)
    this.#wrong.set(guesser, { count: 1, until: addMillis(now, MINUTE_MS) })
    const [oldest] = this.#wrong.keys()
    if (this.#wrong.size > MOST_KNOWN && oldest !== undefined) this.#wrong.delete(oldest)
  }
}
