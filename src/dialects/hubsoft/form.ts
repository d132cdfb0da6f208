import { type CivilDate, isContractDay } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import { readDay, readFlag, readMoney, readWhole } from './values.ts'
import { isNoneOf, isNoType, isOutside, isRequired, isTooFine, isTooLong, refuseFields } from './words.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * What was sent in a body or a query: unknown fields are not looked at, what is null or empty was not sent. Everything that is wrong is
 * told at once, in their words. A value that is wrong reads as null.
 */
export class Form {
  readonly #fields: Fields
  readonly #errors: string[] = []

  private constructor(fields: Fields) {
    this.#fields = fields
  }

  static ofBody(body: unknown): Form {
    return new Form(typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : {}) // an object that is no list
  }

  /** Of a name that comes several times the last one counts. */
  static ofQuery(query: URLSearchParams): Form {
    return new Form(Object.fromEntries(query))
  }

  has(name: string): boolean {
    const value = this.#fields[name]
    return value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '')
  }

  /** As it came, for what has a reading of its own. */
  raw(name: string): unknown {
    return this.has(name) ? this.#fields[name] : undefined
  }

  whole(name: string, least: number, most: number): number | null {
    if (!this.has(name)) return null
    const number = readWhole(this.#fields[name])
    if (number === null) return this.wrong(isNoType(name, 'integer'))
    return number >= least && number <= most ? number : this.wrong(isOutside(name, least, most))
  }

  /** Of something that is there: greater than zero. */
  id(name: string): number | null {
    if (!this.has(name)) return null
    const number = readWhole(this.#fields[name])
    if (number === null) return this.wrong(isNoType(name, 'integer'))
    return number > 0 ? number : this.wrong(`O campo ${name} deve ser maior que 0.`)
  }

  money(name: string): Cents | null {
    if (!this.has(name)) return null
    const read = readMoney(this.#fields[name])
    if (typeof read === 'object') return read.cents
    return this.wrong(
      read === 'too_fine'
        ? isTooFine(name)
        : read === 'too_large'
          ? `O campo ${name} é grande demais.`
          : isNoType(name, 'numeric'),
    )
  }

  flag(name: string): boolean | null {
    if (!this.has(name)) return null
    return readFlag(this.#fields[name]) ?? this.wrong(isNoType(name, 'boolean'))
  }

  /** Of something that is kept: what a contract can speak of. */
  day(name: string): CivilDate | null {
    const day = this.anyDay(name)
    return day === null || isContractDay(day) ? day : this.wrong(`O campo ${name} deve ser um dia de 1990 a 2099.`)
  }

  /** Of a search, which may say a day long before anything and long after. */
  anyDay(name: string): CivilDate | null {
    if (!this.has(name)) return null
    return readDay(this.#fields[name]) ?? this.wrong(isNoType(name, 'date'))
  }

  text(name: string, most: number): string | null {
    if (!this.has(name)) return null
    const value = this.#fields[name]
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text !== 'string') return this.wrong(isNoType(name, 'string'))
    return text.length <= most ? text.trim() : this.wrong(isTooLong(name, most))
  }

  oneOf<const V extends string>(name: string, values: readonly V[]): V | null {
    if (!this.has(name)) return null
    return values.find(value => value === this.#fields[name]) ?? this.wrong(isNoneOf(name, values))
  }

  /** sim or nao, as their queries say it. */
  yesOrNo(name: string): boolean {
    return this.has(name) ? (readFlag(this.#fields[name]) ?? this.wrong(isNoneOf(name, ['sim', 'nao'])) ?? false) : false
  }

  need(...names: string[]): void {
    for (const name of names) if (!this.has(name)) this.wrong(isRequired(name))
  }

  /** Answers null, to stand where the value would have stood. */
  wrong(error: string): null {
    this.#errors.push(error)
    return null
  }

  refuseIfAny(): void {
    if (this.#errors.length > 0) refuseFields(this.#errors)
  }

  /** For the compiler's sake, of a value that was needed. */
  given<V>(value: V | null): V {
    this.refuseIfAny()
    if (value === null) throw new Error('a field that was needed is absent')
    return value
  }
}
