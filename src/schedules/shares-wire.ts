import { categories } from '../catalog/classification/category.ts'
import { costCentres } from '../catalog/classification/cost-centre.ts'
import { sharesAmong } from '../catalog/classification/shares-field.ts'
import type { ShareInput } from './said-shares.ts'

/** How a division is sent and shown. */
export const shareFields = {
  categories: sharesAmong(categories, 'categoryId'),
  costCentres: sharesAmong(costCentres, 'costCentreId'),
} as const

type Sent = { categories?: unknown; costCentres?: unknown }

/** A body with its divisions read. What is absent stays absent: it is as it was. */
export function withShares<B extends Sent>(
  body: B,
): Omit<B, keyof Sent> & { categories?: ShareInput[] | undefined; costCentres?: ShareInput[] | undefined } {
  const { categories, costCentres, ...rest } = body
  return { ...rest, categories: sharesOf('categories', categories), costCentres: sharesOf('costCentres', costCentres) }
}

function sharesOf(name: keyof typeof shareFields, sent: unknown): ShareInput[] | undefined {
  return sent === undefined ? undefined : [...(shareFields[name].read(sent) ?? [])]
}
