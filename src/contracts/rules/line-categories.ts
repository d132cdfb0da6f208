import { type Named, newlyNamed } from '../../catalog/references/field-set.ts'
import type { WithholdingInput } from './read-withholdings.ts'
import type { Line } from './terms.ts'

interface Classified {
  categoryId?: number | null
}

interface Kept extends Classified {
  withholdings?: readonly WithholdingInput[] | null
  withheldCents?: number | null
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
 * Lines that say nothing of the books, or of what is withheld, go on with what the line of the same service said before, by its turn among
 * those: whoever changes a price, or has no word for either, takes nothing away. Null takes it away.
 */
export function keepingUnsaid<L extends Kept & { serviceItemId: number }>(
  lines: readonly L[],
  before: readonly Pick<Line, 'serviceItemId' | 'categoryId' | 'withholdings' | 'withheldCents'>[],
): L[] {
  const left = Map.groupBy(before, line => line.serviceItemId)
  return lines.map(line => {
    const from = left.get(line.serviceItemId)?.shift()
    if (from === undefined) return line
    return {
      ...line,
      categoryId: line.categoryId === undefined ? from.categoryId : line.categoryId,
      withholdings: line.withholdings === undefined ? from.withholdings : line.withholdings,
      withheldCents: line.withheldCents === undefined ? from.withheldCents : line.withheldCents,
    }
  })
}
