import { keyDigit } from '../identifiers/nfse-key.ts'

/** The key of a NF-e or CT-e: 44 places, the last a check digit reckoned as a note's is. */
export function isNfeKey(key: string): boolean {
  return /^\d{6}[0-9A-Z]{14}\d{24}$/.test(key) && keyDigit(key.slice(0, 43)) === key[43]
}
