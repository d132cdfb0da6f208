import { InvalidArgumentError } from 'commander'
import {
  type CivilDate,
  parseBrazilianDate,
  parseCivilDate,
  parseInstant,
  parseYearMonth,
  type YearMonth,
} from '../core/dates.ts'
import { type Noun, readId } from '../core/ids.ts'
import { type Cents, parseBrl } from '../core/money.ts'

// Readers of what stands on a command line; each says a whole sentence about what it cannot read.

export function day(text: string): CivilDate {
  const date = parseCivilDate(text) ?? parseBrazilianDate(text)
  return date ?? refuse(`"${text}" não é um dia: escreva 2027-01-31 ou 31/01/2027.`)
}

/** '2027-03' or '03/2027'. */
export function month(text: string): YearMonth {
  const read = parseYearMonth(text.replace(/^(\d{2})\/(\d{4})$/, '$2-$1'))
  return read ?? refuse(`"${text}" não é um mês: escreva 2027-03 ou 03/2027.`)
}

/** A day, or an instant as the API takes it. */
export function dayOrInstant(text: string): string {
  const date = parseBrazilianDate(text)
  if (date !== null) return date
  if (parseCivilDate(text) !== null || parseInstant(text) !== null) return text
  return refuse(`"${text}" não é um dia: escreva 28/02/2027 ou 2027-02-28; um instante é 2027-02-28T15:00:00Z.`)
}

export function amount(text: string): Cents {
  const cents = parseBrl(text)
  return cents !== null && cents > 0 ? cents : refuse(`"${text}" não é um valor: escreva 1.234,56.`)
}

/** '10/04/2027=80,00': what falls due on a day. */
export function part(text: string): { dueOn: CivilDate; amountCents: Cents } {
  const [dueOn, said, ...more] = text.split('=')
  if (dueOn === undefined || said === undefined || more.length > 0) {
    return refuse(`"${text}" não é um vencimento com o seu valor: escreva 10/04/2027=80,00.`)
  }
  return { dueOn: day(dueOn), amountCents: amount(said) }
}

export function whole(from: number, to: number): (text: string) => number {
  return text => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    return value >= from && value <= to ? value : refuse(`"${text}" não é um número inteiro de ${from} a ${to}.`)
  }
}

export function oneOf<const V extends string>(...known: readonly V[]): (text: string) => V {
  return text => known.find(value => value === text) ?? refuse(`"${text}" não é aceito aqui: use ${known.join(', ')}.`)
}

/** One of the codes of the API, by the word that people read for it or by the code itself; accents and spaces may be left out. */
export function choice<const V extends string>(words: Readonly<Record<V, string>>): (text: string) => V {
  // The keys of the table are exactly its codes.
  const codes = Object.keys(words) as V[]
  return text =>
    codes.find(code => isSameWord(text, code) || isSameWord(text, words[code])) ??
    refuse(`"${text}" não é aceito aqui: use ${choices(words)}.`)
}

/** 'a-emitir, a-receber ou recebida', as they are typed. */
export function choices(words: Readonly<Record<string, string>>): string {
  const typed = Object.values(words).map(word => word.replaceAll(' ', '-'))
  return `${typed.slice(0, -1).join(', ')} ou ${typed.at(-1)}`
}

export function isSameWord(typed: string, known: string): boolean {
  return plain(typed) === plain(known)
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\s_-]+/g, '-')
}

/** The same option several times. */
export function several<V>(read: (text: string) => V): (text: string, before: V[] | undefined) => V[] {
  return (text, before = []) => [...before, read(text)]
}

/** 'run_1', as the API shows it. */
export function idOf(noun: Noun, example: string): (text: string) => string {
  return text => (readId(noun, text) === null ? refuse(`"${text}" não é um identificador como ${example}.`) : text)
}

function refuse(sentence: string): never {
  throw new InvalidArgumentError(sentence)
}
