// Check digits and shapes that rules of several stages ask for.

import { parseCnpj } from '../../../core/brazil/cnpj.ts'
import { parseCpf } from '../../../core/brazil/cpf.ts'
import { municipioOf } from '../../../core/brazil/municipio.ts'
import type { PartyId } from '../reading/read-dps.ts'
import type { Hall } from './rule.ts'

export const isCnpj = (text: string | undefined) => text === undefined || parseCnpj(text) === text
export const isCpf = (text: string | undefined) => text === undefined || parseCpf(text) === text

/** Absent is right: whether it must be there is another rule's. */
export const isMunicipio = (code: string | undefined) => code === undefined || municipioOf(code) !== null

export const isForeignCountry = (hall: Hall, code: string | undefined) =>
  code === undefined || (code !== 'BR' && hall.tables.countries.has(code))

/** What the annex asks of an address: an at sign with something before it and a point after it. */
export const isEmail = (text: string | undefined) => text === undefined || /^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(text)

/** Whether a closed register lacks the one that a document names. */
export function isUnknown(hall: Hall, party: PartyId | null, kind: 'CNPJ' | 'CPF'): boolean {
  return hall.isRegisterClosed && party?.kind === kind && hall.taxpayer(party.text) === null
}

/** The first eight places: all establishments of a company share them. */
export const rootOf = (cnpj: string) => cnpj.slice(0, 8)

/** Modulo 11, weights 2 to 9 from the right; a letter counts its ASCII code minus 48, by analogy with the CNPJ. */
export function elevenDigit(places: string): string {
  let total = 0
  for (let i = 0; i < places.length; i++) total += (places.charCodeAt(i) - 48) * (2 + ((places.length - 1 - i) % 8))
  const rest = total % 11
  return rest < 2 ? '0' : String(11 - rest)
}

/** Whether the last place of a key is the check digit of the others: of NFS-e (50), NF-e and CT-e (44). */
export const hasRightDigit = (key: string) => elevenDigit(key.slice(0, -1)) === key.slice(-1)
