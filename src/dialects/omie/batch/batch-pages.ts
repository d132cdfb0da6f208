/** With details a batch is as long as what it billed: a page holds so many batches, and so many of their items, at most. */
const MOST_BATCHES = 10
const MOST_DETAILS = 20_000

export interface Sized {
  id: number
  items: number
}

/** Batches in their order as pages of up to `size`. One that has more items than a page may hold is a page by itself. */
export function pagesWithDetails(batches: readonly Sized[], size: number): number[][] {
  const most = Math.min(size, MOST_BATCHES)
  const pages: number[][] = []
  let left = 0
  for (const { id, items } of batches) {
    const page = pages.at(-1)
    if (page === undefined || page.length === most || items > left) {
      pages.push([id])
      left = MOST_DETAILS - items
    } else {
      page.push(id)
      left -= items
    }
  }
  return pages
}
