// The number of a DPS, by which it is known before any note exists: issuer's city and inscription, series and number (E0004). It is unique
// for ever (E0014), so it is what is looked up after an answer was lost.

import { type Cnpj, cnpjCheckDigits } from '../../core/brazil/cnpj.ts'
import { type Cpf, cpfCheckDigits } from '../../core/brazil/cpf.ts'
import type { TaxId } from '../../core/brazil/tax-id.ts'

export interface DpsNumber {
  /** IBGE code of the city that authorizes whoever emits. */
  municipio: string
  issuer: TaxId
  serie: number
  number: number
}

export const LAST_DPS_NUMBER = 999_999_999_999_999

/** Who numbers with a series (E0010): a contributor's own application has the first range, the government's own programs the rest. */
export const serieRanges = {
  own: { first: 1, last: 49_999 },
  mobile: { first: 50_000, last: 69_999 },
  web: { first: 70_000, last: 79_999 },
  transcription: { first: 80_000, last: 89_999 },
} as const

/** A series that an application of the contributor's may use. */
export function isOwnSerie(serie: number): boolean {
  return Number.isInteger(serie) && serie >= serieRanges.own.first && serie <= serieRanges.own.last
}

/** 'DPS' and 42 places. Throws RangeError on what has no place in it. */
export function dpsId({ municipio, issuer, serie, number }: DpsNumber): string {
  if (!/^\d{7}$/.test(municipio)) throw new RangeError(`not an IBGE code: ${municipio}`)
  if (!Number.isInteger(serie) || serie < 0 || serie > serieRanges.transcription.last)
    throw new RangeError(`not a series: ${serie}`)
  if (!Number.isSafeInteger(number) || number < 1 || number > LAST_DPS_NUMBER) throw new RangeError(`not a number: ${number}`)
  return `DPS${municipio}${inscriptionPlaces(issuer)}${String(serie).padStart(5, '0')}${String(number).padStart(15, '0')}`
}

/** What an id says; null unless it is one, its inscription with right digits. */
export function readDpsId(id: string): DpsNumber | null {
  const match = /^DPS(\d{7})(\d[0-9A-Z]{14})(\d{5})(\d{15})$/.exec(id)
  const [, municipio = '', inscription = '', serie = '', number = ''] = match ?? []
  const issuer = match === null ? null : readInscription(inscription)
  return issuer === null ? null : { municipio, issuer, serie: Number(serie), number: Number(number) }
}

/** Kind and inscription as identifiers hold them: '2' and a CNPJ, or '1' and a CPF filled up with zeros at the left. */
export function inscriptionPlaces({ kind, taxId }: TaxId): string {
  return kind === 'company' ? `2${taxId}` : `1${taxId.padStart(14, '0')}`
}

/** The fifteen places turned back; null where a check digit is wrong. */
export function readInscription(places: string): TaxId | null {
  const taxId = places.slice(1)
  // The parsers of core also take masks, which cannot stand here, and refuse numbers of equal digits, which no register has given out.
  if (places[0] === '2' && /^[0-9A-Z]{12}\d{2}$/.test(taxId)) {
    return cnpjCheckDigits(taxId.slice(0, 12)) === taxId.slice(12) ? { kind: 'company', taxId: taxId as Cnpj } : null
  }
  const cpf = taxId.slice(3)
  if (places[0] !== '1' || !/^000\d{11}$/.test(taxId)) return null
  return cpfCheckDigits(cpf.slice(0, 9)) === cpf.slice(9) ? { kind: 'person', taxId: cpf as Cpf } : null
}
