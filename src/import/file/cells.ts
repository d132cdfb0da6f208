import { TAXES, type Tax } from '../../contracts/rules/terms.ts'
import { parseCep } from '../../core/brazil/address.ts'
import { type Cnpj, formatCnpj, parseCnpj } from '../../core/brazil/cnpj.ts'
import { parseUf, type Uf } from '../../core/brazil/states.ts'
import { formatTaxId, parseTaxId, type TaxId } from '../../core/brazil/tax-id.ts'
import { type CivilDate, formatDate, isContractDay, parseBrazilianDate, parseCivilDate } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import { readCustomer } from '../../customers/customer.ts'
import type { ExternalId } from '../../platform/external-ids.ts'
import { faultsOf } from '../plan/refusals.ts'
import { amount, rate } from './numbers.ts'
import { plain } from './plain.ts'
import { isMisread, type Kind, type Misreading, orMisread, type Reading } from './reading.ts'

export function text(maxLength: number): Kind<string> {
  return {
    parse: text => (text.length > maxLength ? { code: 'too_long', expected: `até ${maxLength} caracteres` } : { value: text }),
    format: text => text,
  }
}

/**
 * '31/01/2026', or ISO; whatever could mean another day to who wrote it is refused. Without its zeros it is as a spreadsheet in English
 * writes dates, with the month before the day, unless no month has such a number.
 */
export const date: Kind<CivilDate> = {
  parse(text) {
    const expected = 'uma data como 31/01/2026 (dia, mês e ano com quatro dígitos), de 1990 a 2099'
    const short = withZeros(text)
    const value = parseBrazilianDate(text) ?? parseCivilDate(text) ?? (short?.isPlain ? parseBrazilianDate(short.dayFirst) : null)
    if (value !== null) return orMisread(isContractDay(value) ? value : null, 'out_of_bounds', expected)
    if (/^\d{2}\/\d{2}\/\d{4}$|^\d{4}-\d{2}-\d{2}$/.test(text)) return { code: 'impossible_date', expected }
    if (short?.isPlain) return { code: 'impossible_date', expected }
    if (short) return { code: 'ambiguous_date', expected: eitherDay(short) }
    // The days since 1900 in which spreadsheets count.
    if (/^\d{5}$/.test(text)) return { code: 'invalid_date', expected: `${expected}, e a coluna formatada como data` }
    return { code: /^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}$/.test(text) ? 'ambiguous_date' : 'invalid_date', expected }
  },
  format: formatDate,
}

interface ShortDate {
  dayFirst: string
  /** Null where that is no day. */
  monthFirst: string | null
  /** There is nothing else that it could mean. */
  isPlain: boolean
}

/** A date without the zeros before its day or month, '1/8/2023': with them, in either order. Null: it is none. */
function withZeros(text: string): ShortDate | null {
  const [, first, second, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ?? []
  if (first === undefined || second === undefined || year === undefined || text.length === 10) return null
  const [a, b] = [first.padStart(2, '0'), second.padStart(2, '0')]
  const [dayFirst, swapped] = [`${a}/${b}/${year}`, `${b}/${a}/${year}`]
  const monthFirst = parseBrazilianDate(swapped) === null ? null : swapped
  return { dayFirst, monthFirst, isPlain: a === b || monthFirst === null }
}

/** What to write for each day that a short date may mean. */
function eitherDay({ dayFirst, monthFirst }: ShortDate): string {
  const isDay = parseBrazilianDate(dayFirst) !== null
  const days = [
    ...(isDay ? [`${dayFirst}, se o dia vem primeiro`] : []),
    ...(monthFirst === null ? [] : [`${monthFirst}, se o mês vem primeiro`]),
  ]
  return `${days.join(', ou ')} (sem os zeros não se sabe, pois planilhas em inglês põem o mês antes: formate a coluna como dd/mm/aaaa)`
}

/** What a spreadsheet makes of a long number in a cell that is not a text: '9,01E+13'. Its digits are gone. */
const SCIENTIFIC = /^\d+([.,]\d+)?e\+?\d+$/i

function readTaxId<T>(
  text: string,
  parse: (text: string) => T | null,
  code: 'invalid_tax_id' | 'invalid_cnpj',
  expected: string,
): Reading<T> {
  if (SCIENTIFIC.test(text))
    return { code: 'scientific_notation', expected: 'a coluna formatada como texto, e o número escrito de novo, inteiro' }
  const value = parse(text)
  if (value !== null) return { value }
  const whole = withLostZeros(text).flatMap(padded => (parse(padded) === null ? [] : [showTaxId(padded)]))
  if (whole.length === 0) return { code, expected }
  return { code: 'lost_zeros', expected: `${whole.join(' ou ')} (confira se é este), com a coluna formatada como texto` }
}

/** What a spreadsheet may have read as this number, and written without its zeros. Never taken without asking: it is a guess. */
function withLostZeros(text: string): string[] {
  const digits = text.replace(/[./\-\s]/g, '')
  if (!/^\d+$/.test(digits)) return []
  return [14, 11].flatMap(length => (digits.length < length ? [digits.padStart(length, '0')] : []))
}

function showTaxId(text: string): string {
  const read = parseTaxId(text)
  return read === null ? text : formatTaxId(read)
}

export const taxId: Kind<TaxId> = {
  parse: text =>
    readTaxId(text, parseTaxId, 'invalid_tax_id', 'CNPJ de 14 posições ou CPF de 11 dígitos, com dígitos verificadores certos'),
  format: formatTaxId,
}

export const cnpj: Kind<Cnpj> = {
  parse: text => readTaxId(text, parseCnpj, 'invalid_cnpj', 'CNPJ de 14 posições, com dígitos verificadores certos'),
  format: formatCnpj,
}

export const uf: Kind<Uf> = {
  parse: text => orMisread(parseUf(text), 'invalid_uf', 'a sigla de um estado, como SP'),
  format: text => text,
}

export const zipCode: Kind<string> = {
  parse: text => orMisread(parseCep(text), 'invalid_zip_code', 'oito dígitos, como 01310-100'),
  format: cep => `${cep.slice(0, 5)}-${cep.slice(5)}`,
}

/** One or several addresses, judged as a customer's are. */
export const emails: Kind<string[]> = {
  parse(text) {
    const billingEmails = addressesIn(text)
    const read = faultsOf(() => readCustomer({ kind: 'company', name: '-', billingEmails }))
    if ('faults' in read)
      return { code: 'invalid_email', expected: 'um endereço como financeiro@empresa.com.br, ou vários separados por |' }
    return { value: read.value.billingEmails }
  },
  format: list => list.join('|'),
}

/**
 * The part before an @ may hold a '|', and the part after it may not: only one that comes after an @ parts two addresses. Where people
 * leave space between addresses, one at the edge of an address is a mark between two as well.
 */
function addressesIn(text: string): string[] {
  const written = text.split(/[\s,;]+/)
  const parts = written.length === 1 ? written : written.map(part => part.replace(/^\|+|\|+$/g, ''))
  return parts.flatMap(part => part.split(/(?<=@[^@|]*)\|/)).filter(part => part !== '')
}

// --- The day of billing ---

export type BillingDay = { readonly day: number } | { readonly weekday: number }

const weekdays = ['domingo', 'segunda', 'terça', 'quarta', 'quinta', 'sexta', 'sábado']

/** A day of the month, clamped in shorter months; of a weekly rule, a day of the week. */
export const billingDay: Kind<BillingDay> = {
  parse(text) {
    const word = plain(text).replace(/-feira$/, '')
    if (/^ultimo( dia)?( do mes)?$/.test(word)) return { value: { day: 31 } }
    const weekday = weekdays.findIndex(name => plain(name) === word)
    if (weekday >= 0) return { value: { weekday } }
    const expected = 'de 1 a 31, ou o dia da semana'
    const number = /^(?:dia )?(\d{1,4})$/.exec(word)?.[1]
    if (number === undefined) return { code: 'invalid_number', expected }
    const day = Number(number)
    return day < 1 || day > 31 ? { code: 'out_of_bounds', expected } : { value: { day } }
  },
  format: it => ('day' in it ? String(it.day) : (weekdays[it.weekday] ?? '')),
}

// --- Lists in one cell ---

/** Items of a cell, each with a value after its name: 'a=1|b=2'. */
export function listOf<T>(kind: { split: RegExp; parse(item: string): Reading<T>; format(item: T): string }): Kind<T[]> {
  return {
    parse(text) {
      const list: T[] = []
      const items = text.split(kind.split).flatMap(item => item.trim() || [])
      for (const item of items) {
        const reading = kind.parse(item)
        // Of several, whoever mends the cell looks for the one.
        if (isMisread(reading)) return items.length === 1 ? reading : { ...reading, expected: withUnread(reading, item) }
        list.push(reading.value)
      }
      return { value: list }
    },
    format: list => list.map(kind.format).join('|'),
  }
}

const SHOWN_OF_AN_ITEM = 60

function withUnread({ expected }: Misreading, item: string): string {
  return `${expected}; não foi lido "${item.length > SHOWN_OF_AN_ITEM ? `${item.slice(0, SHOWN_OF_AN_ITEM)}…` : item}"`
}

export type WithholdingRate = { readonly tax: Tax; readonly rateMicros: number }

const WITHHOLDINGS = `alíquotas como "IRRF 1,5% | ISS 2%" (${TAXES.join(', ').toUpperCase()}), cada uma menor que 100%`
const withholdingList = listOf<WithholdingRate>({
  split: /[;|+\n]/,
  parse(item) {
    const match = /^([a-z]+)\s*[:=]?\s*([\d.,]+)\s*%$/.exec(plain(item))
    const tax = TAXES.find(tax => tax === match?.[1])
    if (match === null || tax === undefined) return { code: 'invalid_withholding', expected: WITHHOLDINGS }
    const reading = rate.parse(match[2] ?? '')
    return isMisread(reading)
      ? { code: 'invalid_withholding', expected: WITHHOLDINGS }
      : { value: { tax, rateMicros: reading.value } }
  },
  format: ({ tax, rateMicros }) => `${tax.toUpperCase()} ${rate.format(rateMicros)}%`,
})

/** 'IRRF 1,5% | ISS 2%': each tax once, in the order of the law's list. */
export const withholdings: Kind<WithholdingRate[]> = {
  parse(text) {
    const reading = withholdingList.parse(text)
    if (isMisread(reading)) return reading
    const rates = reading.value
    const isOncePerTax = new Set(rates.map(it => it.tax)).size === rates.length
    const total = rates.reduce((sum, it) => sum + it.rateMicros, 0)
    if (!isOncePerTax || total >= 1_000_000)
      return { code: 'invalid_withholding', expected: `${WITHHOLDINGS}, sem repetir, somando menos de 100%` }
    return { value: inOrder(rates) }
  },
  format: rates => withholdingList.format(inOrder(rates)),
}

function inOrder(rates: readonly WithholdingRate[]): WithholdingRate[] {
  return [...rates].sort((a, b) => TAXES.indexOf(a.tax) - TAXES.indexOf(b.tax))
}

export interface OpenReceivable {
  readonly dueOn: CivilDate
  readonly amountCents: Cents
}

const OPEN = 'parcelas como "31/01/2026=150,00|28/02/2026=150,00", em dias que existem e acima de zero'

const MOST_OPEN = 1_000

/** What the customer owed when the contract came over, in order of due date. */
export const openReceivables: Kind<OpenReceivable[]> = {
  parse(text) {
    const reading = openList.parse(text)
    if (isMisread(reading)) return reading
    if (reading.value.length > MOST_OPEN) return { code: 'invalid_open_receivable', expected: `até ${MOST_OPEN} ${OPEN}` }
    return { value: reading.value.sort((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0)) }
  },
  format: list => openList.format(list),
}

const openList: Kind<OpenReceivable[]> = listOf({
  split: /[|\n]/,
  parse(item) {
    const [day = '', value = '', ...rest] = item.split('=').map(part => part.trim())
    const dueOn = date.parse(day)
    const amountCents = amount({ zeroAllowed: false }).parse(value)
    if (rest.length > 0 || isMisread(dueOn) || isMisread(amountCents)) return { code: 'invalid_open_receivable', expected: OPEN }
    return { value: { dueOn: dueOn.value, amountCents: amountCents.value } }
  },
  format: ({ dueOn, amountCents }) => `${date.format(dueOn)}=${amount({ zeroAllowed: false }).format(amountCents)}`,
})

/** A system and the id that it gave: 'omie=123|hubsoft=55'; a text without a system is the id in the system that another column names. */
export const externalIds: Kind<(ExternalId | { system: null; id: string })[]> = listOf({
  split: /[|\n]/,
  parse(item) {
    const equals = item.indexOf('=')
    const system = equals < 0 ? null : unescaped(item.slice(0, equals).trim())
    const id = unescaped(item.slice(equals + 1).trim())
    if (id === '' || system === '' || id.length > 200 || (system ?? '').length > 60) {
      return { code: 'invalid_external_id', expected: 'um id, ou ids como "sistema=123|outro=55"' }
    }
    return { value: { system, id } }
  },
  format: ({ system, id }) => (system === null ? escaped(id) : `${escaped(system)}=${escaped(id)}`),
})

function escaped(text: string): string {
  return text.replace(/[%|=\n]/g, character => `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)
}

function unescaped(text: string): string {
  return text.replace(/%(25|7C|3D|0A)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
