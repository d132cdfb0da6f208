import { addToMonth, type Instant, monthOf, type YearMonth, yearMonth } from '../core/dates.ts'
import type { Decimal } from '../core/money.ts'
import type { Log } from '../platform/context.ts'
import type { Db } from '../platform/db/db.ts'
import { lastPublished, type PublishedValue, publishValues } from './index-store.ts'
import { indexFacts, type PriceIndex, priceIndices, type Span } from './price-index.ts'

/** Where published values come from. */
export interface IndexSource {
  /** As it stands beside each value. */
  readonly name: string
  /** The months of a series between two, both counted, that are published; none where nothing is. */
  valuesOf(
    series: number,
    from: YearMonth,
    to: YearMonth,
    signal?: AbortSignal,
  ): Promise<{ month: YearMonth; percent: Decimal }[]>
}

export interface Refreshed {
  index: PriceIndex
  /** Months that were new or revised. */
  changed: number
  /** What the source answered instead, or how it failed; null: nothing. */
  error: string | null
}

/** Months already known are asked for again so far back: institutes revise. */
const REVISED_MONTHS = 24
/** Where nothing of a series is known yet. */
const FIRST_MONTH = yearMonth('2000-01')

/**
 * Asks the source for every series and publishes what is new or revised, for all accounts. No transaction is open while it is asked; a
 * series that fails leaves the others alone, and is asked again the next time.
 */
export async function refreshIndices(
  { db, log }: { db: Db; log: Pick<Log, 'warn'> },
  source: IndexSource,
  now: Instant,
  stopping?: AbortSignal,
): Promise<Refreshed[]> {
  const refreshed: Refreshed[] = []
  for (const index of priceIndices) {
    let changed = 0
    let error: string | null = null
    for (const months of [1, 12] as const) {
      if (stopping?.aborted) return refreshed
      try {
        changed += await refreshSeries(db, source, { index, months }, now, stopping)
      } catch (err) {
        log.warn({ err, index, months }, 'an index could not be refreshed')
        error = err instanceof Error ? err.message.slice(0, 300) : String(err).slice(0, 300)
      }
    }
    refreshed.push({ index, changed, error })
  }
  return refreshed
}

async function refreshSeries(
  db: Db,
  source: IndexSource,
  { index, months }: { index: PriceIndex; months: Span },
  now: Instant,
  stopping: AbortSignal | undefined,
): Promise<number> {
  const { series, twelveMonthSeries } = indexFacts[index]
  const asked = months === 1 ? series : twelveMonthSeries
  if (asked === null) return 0
  const last = await db.transact('dispatch', tx => lastPublished(tx, index, months))
  const from = last === null ? FIRST_MONTH : addToMonth(last, -REVISED_MONTHS)
  const to = monthOf(now.slice(0, 10) as Parameters<typeof monthOf>[0]) // an instant begins with its day
  const found = await source.valuesOf(asked, from, to, stopping)
  const values = found
    .filter(({ month }) => from <= month && month <= to)
    .map(({ month, percent }): PublishedValue => ({ index, month, months, percent, source: `${source.name} ${asked}` }))
  return db.transact('dispatch', tx => publishValues(tx, values, now))
}
