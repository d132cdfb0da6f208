import { bindServiceItems } from '../../catalog/service-item-store.ts'
import { type CivilDate, maxDate } from '../../core/dates.ts'
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
import { countedFrom, firstNumberFrom, type Readjustment } from './readjustment.ts'
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

/** What of a contract decides when its clauses begin: one that is held, or was made in this transaction. */
export type Beginning = Pick<HeldContract, 'now' | 'today' | 'timeZone'> & { facts: Pick<HeldContract['facts'], 'validity'> }

/** Clauses of a rule, each at its first date on or after a day: today, unless told. Who makes them records them. */
export async function beginReadjustments(
  tx: Tx,
  held: Beginning,
  ruleId: number,
  list: readonly ReadjustmentData[],
  from: CivilDate = held.today,
): Promise<Readjustment[]> {
  if (list.length === 0) return []
  const first = await takeIds(tx, 'readjustment', list.length)
  const made = list.map((data, i) => {
    const blank: Readjustment = {
      ...data,
      id: first + i,
      ruleId,
      firstNumber: 0,
      nextNumber: 0,
      nextOn: data.startsOn,
      waitsFor: null,
      missingMonth: null,
      approvedOn: null,
      approvedFactor: null,
      version: 1,
      createdAt: held.now,
      archivedAt: null,
    }
    return countedFrom(blank, firstNumberFrom(blank, maxDate(data.startsOn, from)))
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
