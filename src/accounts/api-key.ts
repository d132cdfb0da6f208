import { randomBytes, randomInt } from 'node:crypto'
import type { Instant } from '../core/dates.ts'

/** A secret that opens the API for one account, within its scopes. Only its hash is kept. */
export interface ApiKey {
  id: number
  name: string
  /** The part of the text that may be shown, so that people tell their keys apart. */
  prefix: string
  scopes: string[]
  createdAt: Instant
  revokedAt: Instant | null
  version: number
}

const PREFIX_PLACES = 8
/** 256 bits: a hash without salt or stretching is enough to keep. */
const SECRET_BYTES = 32
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** `bdr_<prefix>_<random>`, shown once. */
export function drawKey(): { prefix: string; text: string } {
  const prefix = Array.from({ length: PREFIX_PLACES }, () => letters[randomInt(letters.length)]).join('')
  return { prefix, text: `bdr_${prefix}_${randomBytes(SECRET_BYTES).toString('hex')}` }
}
