import type { Instant } from '../core/dates.ts'
import type { Tx } from '../platform/db/db.ts'
import type { PriceIndex } from './price-index.ts'
import type { Refreshed } from './refresh-indices.ts'

/** What an index must tell those that go by it, which it does not know. */
export interface IndexTies {
  /** A value of the account became known, another or none: who waited for it looks again. */
  valueChanged(tx: Tx, index: PriceIndex, now: Instant): Promise<void>
}

/** Asks the source that the server is configured with, and wakes whoever waited; null where there is none. */
export type AskSource = (() => Promise<Refreshed[]>) | null
