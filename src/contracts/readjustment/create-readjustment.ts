import { bindServiceItems } from '../../catalog/service-item-store.ts'
import { type CivilDate, maxDate, startOfDay } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { dateNewWork } from '../../platform/due-work.ts'
import { record } from '../../platform/history.ts'
import { takeIds } from '../../platform/ids.ts'
import type { HeldContract } from '../held-contract.ts'
import { holdLivingRule } from '../rules/held-rule.ts'
import { termsOf } from '../rules/terms-store.ts'
import { APPLY_READJUSTMENT } from './date-readjustments.ts'
import { changed } from './held-readjustment.ts'
import { type ReadjustmentData, type ReadjustmentInput, readReadjustment } from './read-readjustment.ts'
import { countedFrom, firstNumberFrom, type Readjustment } from './readjustment.ts'
import { insertReadjustments, livingReadjustments } from './readjustment-store.ts'

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

/** A clause that is to begin with its first date on or after a day: none before it is asked for. */
export interface ToBegin {
  held: Beginning
  ruleId: number
  data: ReadjustmentData
  from: CivilDate
}

/** Clauses of a rule, each at its first date that has not passed. Who makes them records them. */
export function beginReadjustments(
  tx: Tx,
  held: Beginning,
  ruleId: number,
  list: readonly ReadjustmentData[],
): Promise<Readjustment[]> {
  return beginManyReadjustments(
    tx,
    list.map(data => ({ held, ruleId, data, from: held.today })),
  )
}

/** As `beginReadjustments`, of many rules with the same number of statements. */
export async function beginManyReadjustments(tx: Tx, list: readonly ToBegin[]): Promise<Readjustment[]> {
  if (list.length === 0) return []
  const first = await takeIds(tx, 'readjustment', list.length)
  const begun = list.map(({ held, ruleId, data, from }, i) => {
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
    return { held, clause: countedFrom(blank, firstNumberFrom(blank, maxDate(data.startsOn, from))) }
  })
  const made = begun.map(({ clause }) => clause)
  await insertReadjustments(tx, made)
  const dated = begun.filter(({ held }) => held.facts.validity !== null)
  await dateNewWork(
    tx,
    APPLY_READJUSTMENT,
    dated.map(({ held, clause }) => ({ subjectId: clause.id, dueAt: startOfDay(clause.nextOn, held.timeZone) })),
  )
  return made
}

/** The services of a rule's lines, in any version: one that was planned for later is readjusted too. */
export async function servicesOfRule(tx: Reader, ruleId: number): Promise<Set<number>> {
  const versions = (await termsOf(tx, [ruleId])).get(ruleId) ?? []
  return new Set(versions.flatMap(({ lines }) => lines.map(line => line.serviceItemId)))
}
