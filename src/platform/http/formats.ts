import Format from 'typebox/format'
import { parseCnpj } from '../../core/brazil/cnpj.ts'
import { parseTaxId } from '../../core/brazil/tax-id.ts'
import {
  CONTRACT_DAYS,
  firstDayOfMonth,
  formatDate,
  formatMonth,
  isContractDay,
  isTimeZone,
  monthOf,
  parseCivilDate,
  parseInstant,
  parseYearMonth,
} from '../../core/dates.ts'
import { micros, parseDecimal } from '../../core/money.ts'
import { isEmail } from '../../core/text.ts'

const phrases = new Map<string, string>()

/**
 * What a text may have to be, beyond its length; a schema names it as `format`, which also bounds the text.
 * `phrase` ends the sentence "Este campo deve ser …".
 */
export function defineFormat(name: string, phrase: string, holds: (text: string) => boolean): void {
  phrases.set(name, phrase)
  Format.Set(name, holds)
}

export function phraseOf(format: string): string | undefined {
  return phrases.get(format)
}

/** A day or month that exists, and of which no contract speaks: who wrote it is told the bounds instead of the format. */
export function beyondContracts(format: string, text: unknown): string | null {
  const { first, last } = CONTRACT_DAYS
  if (typeof text !== 'string') return null
  if (format === 'date' && parseCivilDate(text) !== null) {
    return `A data deve estar entre ${formatDate(first)} e ${formatDate(last)}.`
  }
  if (format === 'month' && parseYearMonth(text) !== null) {
    return `O mês deve estar entre ${formatMonth(monthOf(first))} e ${formatMonth(monthOf(last))}.`
  }
  return null
}

function isDecimalWithin(text: string, least: bigint, most: bigint): boolean {
  const value = parseDecimal(text)
  return value !== null && micros(value) >= least && micros(value) <= most
}

const aBillion = 1_000_000_000_000_000n // in millionths
const aHundred = 100_000_000n

defineFormat('date', 'uma data que existe, no formato AAAA-MM-DD', text => {
  const day = parseCivilDate(text)
  return day !== null && isContractDay(day)
})
defineFormat('month', 'um mês no formato AAAA-MM', text => {
  const month = parseYearMonth(text)
  return month !== null && isContractDay(firstDayOfMonth(month))
})
defineFormat('date-time', 'um instante com fuso, como 2026-01-31T12:00:00Z', text => parseInstant(text) !== null)
defineFormat('decimal', 'um decimal em texto entre -1000000000 e 1000000000, com ponto e até seis casas, como "1234.56"', text =>
  isDecimalWithin(text, -aBillion, aBillion),
)
defineFormat('quantity', 'um decimal em texto entre 0 e 1000000000, com ponto e até seis casas, como "1234.56"', text =>
  isDecimalWithin(text, 0n, aBillion),
)
defineFormat('percent', 'um decimal em texto entre 0 e 100, com ponto e até seis casas, como "3.33"', text =>
  isDecimalWithin(text, 0n, aHundred),
)
defineFormat('email', 'um endereço de e-mail', isEmail)
defineFormat('time-zone', 'um fuso horário da base IANA, como America/Sao_Paulo', text => text.length <= 64 && isTimeZone(text))
defineFormat('cnpj', 'um CNPJ com dígitos verificadores certos', text => text.length <= 32 && parseCnpj(text) !== null)
defineFormat('tax-id', 'um CNPJ ou CPF com dígitos verificadores certos', text => text.length <= 32 && parseTaxId(text) !== null)
