import { InvalidArgumentError } from 'commander'
import { type CivilDate, parseBrazilianDate, parseCivilDate } from '../core/dates.ts'
import { type Noun, readId } from '../core/ids.ts'
import { type Cents, parseBrl } from '../core/money.ts'

// Readers of what stands on a command line; each says a whole sentence about what it cannot read.

export function day(text: string): CivilDate {
  const date = parseCivilDate(text) ?? parseBrazilianDate(text)
  return date ?? refuse(`"${text}" não é um dia: escreva 2027-01-31 ou 31/01/2027.`)
}

export function amount(text: string): Cents {
  const cents = parseBrl(text)
  return cents !== null && cents > 0 ? cents : refuse(`"${text}" não é um valor: escreva 1.234,56.`)
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
