import type { CivilDate } from '../../core/dates.ts'
import type { Decimal } from '../../core/money.ts'
import { Refusal } from '../../core/refusal.ts'
import { given } from '../../core/text.ts'
import { readDay, readDecimal, readFlag, readText, readWhole } from './values.ts'
import { blank, Faulted, invalid, type Said, saidOf, type Words } from './words.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * What was sent, read as leniently as they read it (behaviour.md, "Ids, links, leniency"): unknown fields are not looked at, numeric text
 * is a number, an optional date or number that cannot be read is null. A field that was not sent is undefined, so that an update leaves it.
 */
export class Form {
  readonly #fields: Fields
  readonly #path: string
  readonly #said: Said[]

  private constructor(fields: Fields, path: string, said: Said[]) {
    this.#fields = fields
    this.#path = path
    this.#said = said
  }

  /** Wrapped under its name or flat: their documents show both. */
  static of(body: unknown, wrapper: string): Form {
    const sent = isFields(body) ? body : {}
    const inside = sent[wrapper]
    return new Form(isFields(inside) ? inside : sent, '', [])
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined
  }

  text(name: string, most = 255): string | null | undefined {
    if (!this.has(name)) return undefined
    const text = readText(this.#fields[name])
    if (text === undefined) return this.fault(name, invalid)
    if (text !== null && text.length > most) return this.fault(name, `é muito longo (máximo: ${most} caracteres)`)
    return text
  }

  /** One that must stand there when something is made, and may be left out of an update. */
  needed(name: string, isNew: boolean, most = 255): string | undefined {
    if (!this.has(name) && !isNew) return undefined
    const found = this.#said.length
    const text = this.text(name, most)
    // What is wrong in another way is not blank.
    if (given(text) === null && this.#said.length === found) this.fault(name, blank)
    return text ?? ''
  }

  decimal(name: string): Decimal | null | undefined {
    return this.has(name) ? readDecimal(this.#fields[name]) : undefined
  }

  whole(name: string): number | null | undefined {
    return this.has(name) ? readWhole(this.#fields[name]) : undefined
  }

  day(name: string): CivilDate | null | undefined {
    return this.has(name) ? readDay(this.#fields[name]) : undefined
  }

  /** As `day`, where null would do something: what is no day is refused. */
  saidDay(name: string): CivilDate | null | undefined {
    const day = this.day(name)
    const sent = this.#fields[name]
    const isBlank = sent === null || (typeof sent === 'string' && sent.trim() === '')
    return day === null && !isBlank ? this.fault(name, invalid) : day
  }

  flag(name: string): boolean | null | undefined {
    return this.has(name) ? readFlag(this.#fields[name]) : undefined
  }

  /** As it came, for what has a reading of its own. */
  raw(name: string): unknown {
    return this.#fields[name]
  }

  /** Null where somebody sent null, or something that is no object. */
  child(name: string): Form | null | undefined {
    if (!this.has(name)) return undefined
    const inside = this.#fields[name]
    return isFields(inside) ? new Form(inside, `${this.#path}${name}.`, this.#said) : null
  }

  /** A list, or what their forms send in its place: an object whose values are the entries. */
  children(name: string): Form[] | undefined {
    const inside = this.#fields[name]
    if (inside === undefined || inside === null) return undefined
    const entries = Array.isArray(inside) ? inside : isFields(inside) ? Object.values(inside) : []
    return entries.filter(isFields).map(entry => new Form(entry, `${this.#path}${name}.`, this.#said))
  }

  /** Answers null, to stand where the value would have stood. */
  fault(name: string, text: string): null {
    this.#said.push({ field: `${this.#path}${name}`, text })
    return null
  }

  /** Runs a decision of ours for what it finds wrong, so that everything is told at once. */
  judge(words: Words, decide: () => unknown): void {
    try {
      decide()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const known = new Set(this.#said.map(({ field }) => field))
      this.#said.push(...saidOf(error.faults, words).filter(({ field }) => !known.has(field)))
    }
  }

  refuseIfAny(words: Words): void {
    if (this.#said.length > 0) throw new Faulted(words.shape, this.#said)
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
