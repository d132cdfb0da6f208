import { type Named, newlyNamed } from '../../catalog/references/field-set.ts'
import type { Line } from './terms.ts'

interface Classified {
  categoryId?: number | null
}

/** The categories that lines name beyond those that were named before, where each says so: for whoever binds them. */
export function categoriesNamed(lines: readonly Classified[], path: string, before: readonly Classified[] = []): Named[] {
  return newlyNamed(namedBy(before, path), namedBy(lines, path))
}

function namedBy(lines: readonly Classified[], path: string): Named[] {
  return lines.flatMap(({ categoryId = null }, i) =>
    categoryId === null ? [] : [{ noun: 'category' as const, id: categoryId, path: `${path}/${i}/categoryId` }],
  )
}

/**
 * Lines that say nothing of the books go on with what the line of the same service said before, by its turn among those: whoever changes a
 * price, or has no word for categories, takes none away. Null takes it away.
 */
export function keepingCategories<L extends Classified & { serviceItemId: number }>(
  lines: readonly L[],
  before: readonly Pick<Line, 'serviceItemId' | 'categoryId'>[],
): L[] {
  const left = Map.groupBy(before, line => line.serviceItemId)
  return lines.map(line => {
    const from = left.get(line.serviceItemId)?.shift()
    return line.categoryId === undefined && from?.categoryId != null ? { ...line, categoryId: from.categoryId } : line
  })
}
