import { randomBytes } from 'node:crypto'
import { addMillis, type Instant } from '../core/dates.ts'
import { bearerPrefix } from '../platform/http/key-directory.ts'

/** What a password grant gives: a text that opens what its key opens, for a time, and one by which another is had without the password. */
export interface Bearer {
  token: string
  refresh: string
  issuedAt: Instant
  expiresAt: Instant
  /** Until when the refresh is taken. */
  refreshUntil: Instant
}

/** Thirty days, which clients of this grant expect to read. */
export const BEARER_SECONDS = 2_592_000
/** Twice as long: whoever was away for a month comes back without a person. */
const REFRESH_SECONDS = 2 * BEARER_SECONDS
/** 256 bits, as a key. */
const SECRET_BYTES = 32

export function drawBearer(issuedAt: Instant): Bearer {
  return {
    token: `${bearerPrefix}${randomBytes(SECRET_BYTES).toString('hex')}`,
    refresh: `bdf_${randomBytes(SECRET_BYTES).toString('hex')}`,
    issuedAt,
    expiresAt: addMillis(issuedAt, BEARER_SECONDS * 1000),
    refreshUntil: addMillis(issuedAt, REFRESH_SECONDS * 1000),
  }
}
