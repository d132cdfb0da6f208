import { found } from '../core/current.ts'
import { CONTRACT_DAYS, monthOf, type YearMonth } from '../core/dates.ts'
import type { Decimal } from '../core/money.ts'
import type { Ctx } from '../platform/context.ts'
import type { MonthAsked } from './enter-value.ts'
import {
  type EnteredValue,
  enteredValue,
  type KnownMonth,
  knownMonths,
  latestMonths,
  type PublishedVersion,
  publishedVersions,
} from './index-store.ts'
import { type PriceIndex, priceIndices, type Span } from './price-index.ts'

export interface IndexSummary {
  index: PriceIndex
  latest: { month: YearMonth; percent: Decimal } | null
}

export function listIndices(ctx: Ctx): Promise<IndexSummary[]> {
  return ctx.transact(async tx => {
    const latest = await latestMonths(tx)
    return priceIndices.map(index => ({ index, latest: latest.get(index) ?? null }))
  })
}

const ALWAYS = { from: monthOf(CONTRACT_DAYS.first), to: monthOf(CONTRACT_DAYS.last) }

/** Months in order; one more than `limit` when there are further ones. */
export function searchMonths(
  ctx: Ctx,
  index: PriceIndex,
  { months, from = ALWAYS.from, to = ALWAYS.to }: { months: Span; from?: YearMonth | undefined; to?: YearMonth | undefined },
  limit: number,
): Promise<KnownMonth[]> {
  return ctx.transact(tx => knownMonths(tx, { indices: [index], months, from, to, limit: limit + 1 }))
}

export interface MonthDetail extends KnownMonth {
  /** Everything that was published of it, the latest first: a month may be revised. */
  published: PublishedVersion[]
}

export function getMonth(ctx: Ctx, { index, month, months }: MonthAsked): Promise<MonthDetail> {
  return ctx.transact(async tx => {
    const [known] = await knownMonths(tx, { indices: [index], months, from: month, to: month })
    return { ...found(known, 'Este mês ainda não é conhecido.'), published: await publishedVersions(tx, index, month, months) }
  })
}

/** The account's entry of a month, withdrawn or not. */
export function getEntered(ctx: Ctx, { index, month, months }: MonthAsked): Promise<EnteredValue> {
  return ctx.transact(async tx => found(await enteredValue(tx, index, month, months), 'Nada foi informado à mão para este mês.'))
}
