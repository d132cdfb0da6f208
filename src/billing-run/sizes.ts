import type { Ctx } from '../platform/context.ts'

/** How much one transaction of a run does. */
export interface Sizes {
  /** Rules that are decided at once for whoever applies them. */
  page: number
  /** Items that a worker saves at once; rules that it decides and bills in one transaction. */
  chunk: number
}

/**
 * From some hundred on the cost per invoice is flat. The embedded database has one connection for all, so its
 * transactions are kept short for those who wait beside the run.
 */
export function sizesOf(ctx: Pick<Ctx, 'db'>): Sizes {
  return ctx.db.engine === 'postgres' ? { page: 1000, chunk: 500 } : { page: 200, chunk: 200 }
}

/** Item positions [first, last] cut into chunks of at most `size`, each where one customer ends and another begins if it can. */
export function cutChunks(
  customerIds: readonly number[],
  first: number,
  size: number,
): { firstItem: number; lastItem: number }[] {
  const chunks: { firstItem: number; lastItem: number }[] = []
  let start = 0
  while (start < customerIds.length) {
    let end = Math.min(start + size, customerIds.length)
    // Back to the last change of customer; a customer with more items than a chunk is cut all the same.
    let cut = end
    while (cut < customerIds.length && cut > start && customerIds[cut] === customerIds[cut - 1]) cut--
    if (cut > start) end = cut
    chunks.push({ firstItem: first + start, lastItem: first + end - 1 })
    start = end
  }
  return chunks
}

/** Positions that are not next to each other as spans of at most `size` of them; what lies between was decided before. */
export function spansOf(positions: readonly number[], size: number): { firstItem: number; lastItem: number }[] {
  const spans: { firstItem: number; lastItem: number }[] = []
  for (let start = 0; start < positions.length; start += size) {
    const own = positions.slice(start, start + size)
    spans.push({ firstItem: own[0] ?? 0, lastItem: own.at(-1) ?? 0 })
  }
  return spans
}
