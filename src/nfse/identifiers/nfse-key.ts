// The key of a note, made by whoever authorizes it: fifty places, the last of which is a check digit.

import type { TaxId } from '../../core/brazil/tax-id.ts'
import { type YearMonth, yearMonth } from '../../core/dates.ts'
import { inscriptionPlaces, readInscription } from './dps-id.ts'

export interface NfseKeyParts {
  /** IBGE code of the city of the DPS. */
  municipio: string
  /** Who made the note: 1 the city's own system, 2 Sefin Nacional. */
  generator: '1' | '2'
  issuer: TaxId
  /** Of the note: nNFSe, up to thirteen digits. */
  number: number
  issuedIn: YearMonth
  /** Drawn by lot, nine digits. */
  random: string
}

const LAST_NFSE_NUMBER = 9_999_999_999_999

/** Throws RangeError on what has no place in it. */
export function nfseKey({ municipio, generator, issuer, number, issuedIn, random }: NfseKeyParts): string {
  if (!/^\d{7}$/.test(municipio)) throw new RangeError(`not an IBGE code: ${municipio}`)
  if (!/^\d{9}$/.test(random)) throw new RangeError(`not nine digits: ${random}`)
  if (!Number.isSafeInteger(number) || number < 1 || number > LAST_NFSE_NUMBER) throw new RangeError(`not a number: ${number}`)
  const month = issuedIn.slice(2, 4) + issuedIn.slice(5)
  const places = `${municipio}${generator}${inscriptionPlaces(issuer)}${String(number).padStart(13, '0')}${month}${random}`
  return places + keyDigit(places)
}

/** What a key says; null unless it is one, with right digits of its own and of its inscription. */
export function readNfseKey(key: string): NfseKeyParts | null {
  const match = /^(\d{7})([12])(\d[0-9A-Z]{14})(\d{13})(\d{2})(0[1-9]|1[0-2])(\d{9})(\d)$/.exec(key)
  if (match === null || keyDigit(key.slice(0, 49)) !== key[49]) return null
  const [, municipio = '', generator = '', inscription = '', number = '', year = '', month = '', random = ''] = match
  const issuer = readInscription(inscription)
  if (issuer === null) return null
  return {
    municipio,
    generator: generator === '1' ? '1' : '2',
    issuer,
    number: Number(number),
    issuedIn: yearMonth(`20${year}-${month}`),
    random,
  }
}

/**
 * Modulo 11 over 49 places, weights 2 to 9 from the right, a remainder of 0 or 1 gives 0. A letter counts its ASCII code minus 48, as in a
 * CNPJ: no text of the standard says so, and none says otherwise.
 */
export function keyDigit(places: string): string {
  let sum = 0
  for (let i = 0; i < places.length; i++) sum += (places.charCodeAt(i) - 48) * (2 + ((places.length - 1 - i) % 8))
  const rest = sum % 11
  return rest < 2 ? '0' : String(11 - rest)
}

/** The Id of infNFSe. */
export function nfseId(key: string): string {
  return `NFS${key}`
}

const KEY_OF_THE_SCHEMA = /^\d{6}[0-9A-Z]{14}\d{30}$/

/**
 * Whether the schema takes the key where another document names it. TSChaveNFSe has its window of letters three places early: a CNPJ whose
 * twelfth place is a letter gives notes that can be neither cancelled nor substituted by API (an official defect, set of 27/07/2026).
 */
export function canBeReferred(key: string): boolean {
  return KEY_OF_THE_SCHEMA.test(key)
}
