import { isContractDay, parseBrazilianDate } from '../../core/dates.ts'
import { digitsOfFloat } from '../../core/money.ts'
import { noParam, unknownTag, wrongValue } from './fault.ts'
import type { ServiceFields } from './fields.ts'

/** What was sent, checked against its type: texts are texts, numbers numbers, dates ISO. What was not sent, or sent empty, is absent. */
export type Param = Readonly<Record<string, unknown>>

/** No field of theirs is longer; what is longer is no slip of the pen. */
const LONGEST_TEXT = 10_000
const MOST_IN_A_LIST = 1000
const MOST_WHOLE = 999_999_999_999_999

/** The parameter of a method, or the fault of the first thing in it that its type does not have. */
export function readParam({ methods, types }: ServiceFields, call: string, sent: unknown): Param {
  const [first, ...others] = Array.isArray(sent) ? sent : [sent]
  // Their document sends one; to do the first and forget the rest would say that all was done.
  if (others.length > 0) throw wrongValue('param', 'cada requisição leva um só objeto; envie uma requisição para cada um.')
  if (!isObject(first) || Object.keys(first).length === 0) throw noParam()
  const type = Object.hasOwn(methods, call) ? methods[call] : undefined
  if (type === undefined) throw new Error(`nothing is known of the parameter of ${call}`)
  return readObject(types, type, first)
}

function readObject(types: ServiceFields['types'], type: string, sent: Readonly<Record<string, unknown>>): Param {
  const fields = types[type]
  if (fields === undefined) throw new Error(`the type ${type} is named and not there`)
  const unknown = Object.keys(sent).find(tag => !Object.hasOwn(fields, tag))
  if (unknown !== undefined) throw unknownTag(unknown, type)
  const read = Object.entries(sent).map(([tag, value]) => [tag, readValue(types, tag, fields[tag] ?? '', value)] as const)
  return Object.fromEntries(read.filter(([, value]) => value !== undefined))
}

function readValue(types: ServiceFields['types'], tag: string, type: string, value: unknown): unknown {
  if (value === null || value === undefined) return undefined
  if (type.endsWith('[]')) return readList(types, tag, type.slice(0, -2), value)
  const read = scalars[type]
  if (read !== undefined) return value === '' && type !== 'text' ? undefined : read(tag, value)
  if (!isObject(value)) throw wrongValue(tag, 'envie um objeto.')
  return readObject(types, type, value)
}

function readList(types: ServiceFields['types'], tag: string, type: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw wrongValue(tag, 'envie uma lista.')
  if (value.length > MOST_IN_A_LIST) throw wrongValue(tag, `a lista aceita até ${MOST_IN_A_LIST} itens.`)
  return value.map(item => {
    if (!isObject(item)) throw wrongValue(tag, 'envie uma lista de objetos.')
    return readObject(types, type, item)
  })
}

/** Their clients send numbers as texts and texts as numbers: both are read, as long as nothing is lost. */
const scalars: Readonly<Record<string, (tag: string, value: unknown) => unknown>> = {
  integer: (tag, value) => {
    const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value.trim()) ? Number(value) : value
    if (!Number.isSafeInteger(number) || Math.abs(Number(number)) > MOST_WHOLE)
      throw wrongValue(tag, 'informe um número inteiro.')
    return number
  },
  // As a text: what was sent is what is kept, and no float decides.
  decimal: (tag, value) => {
    const text = typeof value === 'number' ? plainDecimal(value) : typeof value === 'string' ? value.trim() : ''
    if (!/^-?\d{1,12}(\.\d{1,10})?$/.test(text)) throw wrongValue(tag, 'informe um número, com ponto antes dos decimais.')
    return text
  },
  boolean: (tag, value) => {
    if (typeof value === 'boolean') return value
    throw wrongValue(tag, 'informe true ou false.')
  },
  text: (tag, value) => {
    // 90071992547409931 and 1.10 are other numbers by now than those that were sent.
    if (typeof value === 'number' && !Number.isSafeInteger(value)) {
      throw wrongValue(tag, 'envie-o como texto, entre aspas: um número tão longo ou com decimais não chega inteiro.')
    }
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text !== 'string') throw wrongValue(tag, 'informe um texto.')
    if (text.length > LONGEST_TEXT) throw wrongValue(tag, `o texto aceita até ${LONGEST_TEXT} caracteres.`)
    return text
  },
  flag: (tag, value) => {
    if (value === 'S' || value === 'N') return value
    throw wrongValue(tag, 'informe S ou N.')
  },
  date: (tag, value) => {
    const day = typeof value === 'string' ? parseBrazilianDate(value) : null
    if (day === null || !isContractDay(day)) throw wrongValue(tag, 'informe um dia que existe, de 1990 a 2099, como dd/mm/aaaa.')
    return day
  },
  hour: (tag, value) => {
    if (typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(value)) return value
    throw wrongValue(tag, 'informe a hora como hh:mm:ss.')
  },
}

/** 1e-7 is 0.0000001: decimals are read from their digits. */
function plainDecimal(value: number): string {
  const text = digitsOfFloat(value)
  return text.includes('e') ? '' : text
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// What a checked parameter holds, by the type that its data says: a slip between the two is ours.

export function textIn(param: Param, tag: string): string | undefined {
  const value = param[tag]
  if (value !== undefined && typeof value !== 'string') throw new Error(`${tag} is no text in the data`)
  return value
}

/** As long as our own may be. */
export function textUpTo(param: Param, tag: string, longest: number): string | undefined {
  const text = textIn(param, tag)
  if (text !== undefined && text.length > longest) throw wrongValue(tag, `o texto aceita até ${longest} caracteres.`)
  return text
}

export function wholeIn(param: Param, tag: string): number | undefined {
  const value = param[tag]
  if (value !== undefined && typeof value !== 'number') throw new Error(`${tag} is no whole number in the data`)
  return value
}

export function partIn(param: Param, tag: string): Param {
  const value = param[tag]
  if (value === undefined) return {}
  if (!isObject(value)) throw new Error(`${tag} is no part in the data`)
  return value
}

export function listIn(param: Param, tag: string): readonly Param[] {
  const value = param[tag]
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new Error(`${tag} is no list in the data`)
  return value
}
