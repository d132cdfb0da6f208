import { expect, test } from 'vitest'
import { pagesWithDetails } from './batch-pages.ts'

const sized = (...items: number[]) => items.map((each, i) => ({ id: i + 1, items: each }))

test.each<[says: string, items: number[], size: number, pages: number[][]]>([
  ['none', [], 50, []],
  [
    'so many batches at most',
    Array.from({ length: 12 }, () => 1),
    500,
    [
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [11, 12],
    ],
  ],
  ['fewer where fewer are asked for', [1, 1, 1], 2, [[1, 2], [3]]],
  ['so many items at most', [15_000, 5_000, 1, 19_999, 1], 50, [[1, 2], [3, 4], [5]]],
  ['a large one by itself', [1, 600_000, 1], 50, [[1], [2], [3]]],
  ['those without items', [20_000, 0, 0], 50, [[1, 2, 3]]],
])('a page with details holds %s', (_, items, size, pages) => {
  expect(pagesWithDetails(sized(...items), size)).toEqual(pages)
})
