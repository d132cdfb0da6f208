import { type Fault, Refusal } from './refusal.ts'

/** Collects what is wrong with an input, so that whoever sent it is told everything at once. */
export class Faults {
  readonly #list: Fault[] = []

  /** Answers null, to stand where the value would have stood: `parseCnpj(text) ?? faults.add(…)`. */
  add(path: string, code: string, message: string): null {
    this.#list.push({ path, code, message })
    return null
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
