import { categories } from '../../catalog/classification/category.ts'
import { costCentres } from '../../catalog/classification/cost-centre.ts'
import { referencesOf } from '../../catalog/references/reference-store.ts'
import { customersOf } from '../../customers/customer-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { occurrencesByReceivables } from '../../schedules/read-schedule.ts'
import type { KnownCategory, ScheduleFacts } from './schedule-view.ts'

/** Of many, by the receivables that they are, in the order of the ids, with a handful of statements. What is no schedule is left out. */
export async function scheduleFacts(tx: Tx, ctx: Ctx, receivableIds: readonly number[]): Promise<ScheduleFacts[]> {
  const all = await occurrencesByReceivables(ctx, receivableIds)
  const customers = await customersOf(tx, unique(all.map(({ schedule }) => schedule.customerId)))
  const named = await categoriesWithParents(tx, unique(all.flatMap(it => it.categories.map(({ targetId }) => targetId))))
  const centres = await referencesOf(tx, costCentres, unique(all.flatMap(it => it.costCentres.map(({ targetId }) => targetId))))
  return all.flatMap(known => {
    const customer = customers.get(known.schedule.customerId)
    // A foreign key sees to it.
    if (customer === undefined) throw new Error('a schedule without its customer')
    return { known, customer, categories: named, costCentres: centres }
  })
}

/** With the name of the one above each. */
export async function categoriesWithParents(tx: Reader, ids: readonly number[]): Promise<Map<number, KnownCategory>> {
  const found = await referencesOf(tx, categories, ids)
  const parents = await referencesOf(tx, categories, unique([...found.values()].flatMap(({ parentId }) => parentId ?? [])))
  return new Map(
    [...found].map(([id, { name, kind, parentId }]) => [
      id,
      { id, name, kind, parentId, parent: parentId === null ? null : (parents.get(parentId)?.name ?? null) },
    ]),
  )
}

function unique(ids: readonly number[]): number[] {
  return [...new Set(ids)]
}
