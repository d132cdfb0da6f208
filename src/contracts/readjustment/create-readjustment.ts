import { bindServiceItems } from '../../catalog/service-item-store.ts'
import { maxDate } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { record } from '../../platform/history.ts'
import { takeIds } from '../../platform/ids.ts'
import type { HeldContract } from '../held-contract.ts'
import { holdLivingRule } from '../rules/held-rule.ts'
import { termsOf } from '../rules/terms-store.ts'
import { dateClause } from './date-readjustments.ts'
import { changed } from './held-readjustment.ts'
import { type ReadjustmentData, type ReadjustmentInput, readReadjustment } from './read-readjustment.ts'
import { firstNumberFrom, movedTo, type Readjustment } from './readjustment.ts'
import { livingReadjustments, saveReadjustment } from './readjustment-store.ts'

/**
 * Adds a clause to a rule. A first date that has passed keeps counting: the first one to be applied is the next on or after today, since
 * what was agreed before is in the price already.
 */
export function createReadjustment(ctx: Ctx, ruleId: number, input: ReadjustmentInput): Promise<Readjustment> {
  return ctx.transact(async tx => {
    const { held, rule } = await holdLivingRule(tx, ctx, ruleId)
    const others = (await livingReadjustments(tx, [ruleId])).get(ruleId) ?? []
    const faults = new Faults()
    const data = readReadjustment(input, await servicesOfRule(tx, ruleId), others, faults)
    faults.refuseIfAny()
    if (data.serviceItemId !== null) await bindServiceItems(tx, [data.serviceItemId])
    const [made] = await beginReadjustments(tx, held, rule.id, [data])
    if (made === undefined) throw new Error('a clause was to be made, and none was')
    await record(tx, ctx, [changed('create', null, made)])
    return made
  })
}

/** Clauses of a rule whose contract is held, each at its first date that has not passed. Who makes them records them. */
export async function beginReadjustments(
  tx: Tx,
  held: HeldContract,
  ruleId: number,
  list: readonly ReadjustmentData[],
): Promise<Readjustment[]> {
  if (list.length === 0) return []
  const first = await takeIds(tx, 'readjustment', list.length)
  const made = list.map((data, i) => {
    const blank: Readjustment = {
      ...data,
      id: first + i,
      ruleId,
      nextNumber: 0,
      nextOn: data.startsOn,
      waitsFor: null,
      missingMonth: null,
      approvedOn: null,
      version: 1,
      createdAt: held.now,
      archivedAt: null,
    }
    return movedTo(blank, firstNumberFrom(blank, maxDate(data.startsOn, held.today)))
  })
  for (const clause of made) {
    await saveReadjustment(tx, clause)
    if (held.facts.validity !== null) await dateClause(tx, clause, held.timeZone)
  }
  return made
}

/** The services of a rule's lines, in any version: one that was planned for later is readjusted too. */
export async function servicesOfRule(tx: Reader, ruleId: number): Promise<Set<number>> {
  const versions = (await termsOf(tx, [ruleId])).get(ruleId) ?? []
  return new Set(versions.flatMap(({ lines }) => lines.map(line => line.serviceItemId)))
}
