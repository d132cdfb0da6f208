import type { CivilDate } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import { Worded } from '../worded.ts'
import { fromGuid, type GuidNoun } from './guid.ts'
import { type PercentRead, readDay, readFlag, readMoney, readPercent, readWhole } from './values.ts'
import { unreadReplacement, validationError } from './words.ts'

/** What is wrong with a body, told at once. A value of a type that it cannot have makes the whole unreadable, as a binder has it. */
class Wrongs {
  readonly sentences: string[] = []
  isUnreadable = false
}

/**
 * A body, or an object in it. Names are bound in whatever case they come; unknown ones are not looked at, null and blank were not sent. A
 * value that is wrong reads as null.
 */
export class Form {
  readonly #fields: ReadonlyMap<string, unknown>
  readonly #wrongs: Wrongs
  readonly #called: string

  private constructor(fields: ReadonlyMap<string, unknown>, wrongs: Wrongs, called: string) {
    this.#fields = fields
    this.#wrongs = wrongs
    this.#called = called
  }

  static of(body: unknown): Form {
    const wrongs = new Wrongs()
    return new Form(fieldsOf(body) ?? unreadable(wrongs), wrongs, '')
  }

  has(name: string): boolean {
    const value = this.#fields.get(name.toLowerCase())
    return value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '')
  }

  text(name: string, most: number): string | null {
    const value = this.#raw(name)
    if (value === undefined) return null
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text !== 'string') return this.#unread(name)
    const said = text.trim()
    return said.length <= most ? said : this.wrong(`O campo ${this.#name(name)} tem mais de ${most} caracteres.`)
  }

  whole(name: string, least: number, most: number): number | null {
    const value = this.#raw(name)
    if (value === undefined) return null
    const number = readWhole(value)
    if (number === null) return this.#unread(name)
    return number >= least && number <= most ? number : this.wrong(`O campo ${this.#name(name)} deve ser de ${least} a ${most}.`)
  }

  money(name: string): Cents | null {
    const value = this.#raw(name)
    if (value === undefined) return null
    const read = readMoney(value)
    if (typeof read === 'object') return read.cents
    if (read === 'no_number') return this.#unread(name)
    return this.wrong(
      `O campo ${this.#name(name)} ${read === 'too_fine' ? 'tem mais de duas casas decimais' : 'é grande demais'}.`,
    )
  }

  percent(name: string): PercentRead | null {
    const value = this.#raw(name)
    return value === undefined ? null : (readPercent(value) ?? this.#unread(name))
  }

  flag(name: string): boolean | null {
    const value = this.#raw(name)
    return value === undefined ? null : (readFlag(value) ?? this.#unread(name))
  }

  day(name: string): CivilDate | null {
    const value = this.#raw(name)
    if (value === undefined) return null
    const day = readDay(value)
    if (day === null) return this.#unread(name)
    return day === 'out_of_range' ? this.wrong(`O campo ${this.#name(name)} deve ser um dia de 1990 a 2099.`) : day
  }

  /** The number behind a GUID of ours; any other GUID is told by `unknown`. */
  guid(name: string, noun: GuidNoun, unknown: string): number | null {
    const text = this.text(name, 100)
    return text === null ? null : (fromGuid(noun, text) ?? this.wrong(unknown))
  }

  /** Null where it is not there. */
  inner(name: string): Form | null {
    const value = this.#raw(name)
    if (value === undefined) return null
    const fields = fieldsOf(value)
    return fields === null ? this.#unread(name) : new Form(fields, this.#wrongs, `${this.#name(name)}.`)
  }

  list(name: string, most: number): Form[] {
    const value = this.#raw(name)
    if (value === undefined) return []
    if (!Array.isArray(value)) {
      this.#unread(name)
      return []
    }
    if (value.length > most) {
      this.wrong(`O campo ${this.#name(name)} tem mais de ${most} itens.`)
      return []
    }
    return value.flatMap((item, i) => {
      const fields = fieldsOf(item)
      if (fields !== null) return new Form(fields, this.#wrongs, `${this.#name(name)}[${i}].`)
      this.#unread(name)
      return []
    })
  }

  need(name: string): void {
    if (!this.has(name)) this.wrong(`O campo ${this.#name(name)} é obrigatório.`)
  }

  /** A list with something in it. */
  needSome(name: string): void {
    const value = this.#raw(name)
    if (value === undefined || (Array.isArray(value) && value.length === 0))
      this.wrong(`O campo ${this.#name(name)} é obrigatório.`)
  }

  /** Answers null, to stand where the value would have stood. */
  wrong(sentence: string): null {
    this.#wrongs.sentences.push(sentence)
    return null
  }

  refuseIfAny({ isReplacing = false }: { isReplacing?: boolean } = {}): void {
    const { sentences, isUnreadable } = this.#wrongs
    if (isUnreadable && isReplacing) throw new Worded(unreadReplacement)
    if (sentences.length > 0) throw new Worded(validationError([...new Set(sentences)].join(' ')))
  }

  /** For the compiler's sake, of a value that was needed. */
  given<V>(value: V | null): V {
    this.refuseIfAny()
    if (value === null) throw new Error('a field that was needed is absent')
    return value
  }

  #raw(name: string): unknown {
    return this.has(name) ? this.#fields.get(name.toLowerCase()) : undefined
  }

  #unread(name: string): null {
    this.#wrongs.isUnreadable = true
    return this.wrong(`O campo ${this.#name(name)} não pôde ser lido.`)
  }

  #name(name: string): string {
    return `${this.#called}${name}`
  }
}

/** Null: it is no object. Throws a Worded where two names are one but for their case: nobody can know which was meant. */
function fieldsOf(value: unknown): Map<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const fields = new Map<string, unknown>()
  for (const [name, inner] of Object.entries(value)) {
    const bound = name.toLowerCase()
    if (fields.has(bound)) {
      throw new Worded(validationError(`O campo ${name.slice(0, 60)} veio mais de uma vez; envie-o uma vez só.`))
    }
    fields.set(bound, inner)
  }
  return fields
}

function unreadable(wrongs: Wrongs): Map<string, unknown> {
  wrongs.isUnreadable = true
  wrongs.sentences.push('O corpo da requisição não é um objeto JSON.')
  return new Map()
}
