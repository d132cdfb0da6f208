import { saysSame } from '../../core/current.ts'
import type { CivilDate } from '../../core/dates.ts'
import type { Decimal } from '../../core/money.ts'
import { Refusal } from '../../core/refusal.ts'
import { given } from '../../core/text.ts'
import { isAmbiguous, isAmbiguousFactor, readDay, readDecimal, readFlag, readText, readWhole } from './values.ts'
import { ambiguous, blank, Faulted, invalid, type Said, saidOf, type Words } from './words.ts'

export type Fields = Readonly<Record<string, unknown>>

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
    const form = new Form(isFields(inside) ? inside : sent, '', [])
    // What is none of both would be read as a form without fields.
    if (!isFields(body) && !isNothing(body)) form.fault('base', invalid)
    else if (!isFields(inside) && !isNothing(inside)) form.fault(wrapper, invalid)
    return form
  }

  /** Of a change of what is shown so: a field that comes back as it was shown was not sent, whatever may be written into it. */
  static over(body: unknown, wrapper: string, shown: Fields): Form {
    const form = Form.of(body, wrapper)
    const changed = Object.entries(form.#fields).filter(([name, value]) => !comesBack(value, shown[name]))
    return new Form(Object.fromEntries(changed), '', form.#said)
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

  /** One that must not be taken away; where there never was one (`stands`), none may be sent again. */
  neededOver(name: string, stands: string | null, most = 255): string | undefined {
    const isNone = given(readText(this.#fields[name])) === null
    return stands === null && isNone ? undefined : this.needed(name, false, most)
  }

  decimal(name: string): Decimal | null | undefined {
    return this.has(name) ? readDecimal(this.#fields[name]) : undefined
  }

  /** Of money: where one could mean a thousandth of another, neither is taken. */
  amount(name: string): Decimal | null | undefined {
    return isAmbiguous(this.#fields[name]) ? this.fault(name, ambiguous) : this.decimal(name)
  }

  /** What money is made of, which may be finer than cents: a quantity, the price of one. */
  factor(name: string): Decimal | null | undefined {
    return isAmbiguousFactor(this.#fields[name]) ? this.fault(name, ambiguous) : this.decimal(name)
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

  /** Which entry of a list is meant; null: none that is there. */
  id(name = 'id'): number | null {
    const id = this.whole(name) ?? null
    return id === null && !isNothing(this.#fields[name]) ? this.fault(name, invalid) : id
  }

  /** Null where nothing was sent, or something that is no object, which is told. */
  child(name: string): Form | null | undefined {
    if (!this.has(name)) return undefined
    const inside = this.#fields[name]
    if (isFields(inside)) return new Form(inside, `${this.#path}${name}.`, this.#said)
    return isNothing(inside) ? null : this.fault(name, invalid)
  }

  /** What is no list of objects is told, and stands for an empty one. */
  children(name: string): Form[] | undefined {
    const inside = this.#fields[name]
    if (inside === undefined || inside === null) return undefined
    const entries = entriesOf(inside)
    if (entries === null) this.fault(name, invalid)
    return (entries ?? []).map(entry => new Form(entry, `${this.#path}${name}.`, this.#said))
  }

  /** Tells that it is missing, unless it was told already that it is wrong. */
  askFor(name: string): null {
    return this.faultOnce(name, blank)
  }

  /** As `fault`, unless something was told of it already. */
  faultOnce(name: string, text: string): null {
    const isTold = this.#said.some(({ field }) => field === `${this.#path}${name}`)
    return isTold ? null : this.fault(name, text)
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

/**
 * The entries of a list, or of what forms send in its place: an object whose values are the entries. One entry that nobody filled in, as
 * their document shows it of a plan, is none. Null: it is none of these.
 */
export function entriesOf(sent: unknown): Fields[] | null {
  if (isNothing(sent) || (isFields(sent) && Object.values(sent).every(isUnfilled))) return []
  const entries = (Array.isArray(sent) ? sent : isFields(sent) ? Object.values(sent) : [sent]).filter(entry => entry !== null)
  return entries.every(isFields) ? entries : null
}

/** Nothing, as each language writes it: an empty list stands for an empty object too. */
function isNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0)
  )
}

/** A number may come back as its text. */
function comesBack(sent: unknown, shown: unknown): boolean {
  if (shown === undefined) return false
  const isScalar = [sent, shown].every(each => typeof each === 'string' || typeof each === 'number')
  return isScalar ? String(sent) === String(shown) : saysSame(sent, shown)
}

function isUnfilled(value: unknown): boolean {
  return isNothing(value) || value === 0 || value === false
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
