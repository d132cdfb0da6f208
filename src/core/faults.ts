import { type Fault, Refusal } from './refusal.ts'

/** Where what was found wrong at a path is told; null: nowhere. */
export type PlaceOf = (path: string) => string | null

/** Collects what is wrong with an input, so that whoever sent it is told everything at once. */
export class Faults {
  readonly #list: Fault[]
  readonly #placeOf: PlaceOf

  constructor(list: Fault[] = [], placeOf: PlaceOf = path => path) {
    this.#list = list
    this.#placeOf = placeOf
  }

  /** Answers null, to stand where the value would have stood: `parseCnpj(text) ?? faults.add(…)`. */
  add(path: string, code: string, message: string): null {
    const place = this.#placeOf(path)
    if (place !== null) this.#list.push({ path: place, code, message })
    return null
  }

  /**
   * The same collection for whoever judges an input that was made of what somebody sent: a fault is told at the place in what was sent.
   * Null: it is told there already, by whoever made the input.
   */
  placedBy(placeOf: PlaceOf): Faults {
    return new Faults(this.#list, path => {
      const place = placeOf(path)
      return place === null ? null : this.#placeOf(place)
    })
  }

  /** How many were found until now. */
  get count(): number {
    return this.#list.length
  }

  /** Throws when anything was found. */
  refuseIfAny(): void {
    if (this.#list.length > 0)
      throw new Refusal('invalid_input', 'Há campos que precisam ser corrigidos.', { faults: this.#list })
  }

  /** For the compiler's sake where a value may still be null: something was found, or this is our own mistake. */
  refuse(): never {
    this.refuseIfAny()
    throw new Error('refused without a fault')
  }
}
