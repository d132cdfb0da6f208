import { found } from '../../core/current.ts'
import type { CivilDate, YearMonth } from '../../core/dates.ts'
import { refuse } from '../../core/refusal.ts'
import { knownValues } from '../../indices/index-store.ts'
import { type IndexValue, monthsFor, type PriceIndex } from '../../indices/price-index.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { HistoryEntry } from '../../platform/history.ts'
import type { HeldContract } from '../held-contract.ts'
import type { Validity } from '../ledger/coverage.ts'
import { periodsToCome } from '../ledger/coverage.ts'
import type { OpenPeriod } from '../ledger/coverage-store.ts'
import { openPeriodsOf } from '../ledger/coverage-store.ts'
import { holdRule } from '../rules/held-rule.ts'
import type { InvoiceRule } from '../rules/invoice-rule.ts'
import type { Terms } from '../rules/terms.ts'
import { termsOf } from '../rules/terms-store.ts'
import { firstDay, planReadjustment, type Readjustment, type ReadjustmentPlan } from './readjustment.ts'
import { livingReadjustments, lockReadjustments, readjustmentOf } from './readjustment-store.ts'

const notFound = 'Reajuste não encontrado.'

/** A clause with its rule and contract, all held in the order that everyone keeps. */
export interface HeldReadjustment {
  held: HeldContract
  rule: InvoiceRule
  clause: Readjustment
}

export async function holdReadjustment(tx: Tx, ctx: Ctx, id: number): Promise<HeldReadjustment> {
  // Of which rule a clause is never changes.
  const { ruleId } = found(await readjustmentOf(tx, id), notFound)
  const { held, rule } = await holdRule(tx, ctx, ruleId)
  const [clause] = await lockReadjustments(tx, [id])
  return { held, rule, clause: found(clause, notFound) }
}

/** As `holdReadjustment`, for what an archived one does not allow. */
export async function holdLivingReadjustment(tx: Tx, ctx: Ctx, id: number): Promise<HeldReadjustment> {
  const each = await holdReadjustment(tx, ctx, id)
  if (each.clause.archivedAt !== null) refuse('readjustment_archived', 'O reajuste foi excluído.', { status: 409 })
  if (each.rule.archivedAt !== null) refuse('rule_archived', 'A regra de faturamento foi arquivada.', { status: 409 })
  return each
}

/** What is known of a rule when a clause of it is planned. */
export interface RuleStanding {
  versions: readonly Terms[]
  living: readonly Readjustment[]
  open: readonly OpenPeriod[]
  coveredUntil: CivilDate | null
  validity: Validity | null
}

export async function standingOf(tx: Reader, { facts }: Pick<HeldContract, 'facts'>, rule: InvoiceRule): Promise<RuleStanding> {
  return {
    versions: (await termsOf(tx, [rule.id])).get(rule.id) ?? [],
    living: (await livingReadjustments(tx, [rule.id])).get(rule.id) ?? [],
    open: (await openPeriodsOf(tx, [rule.id])).get(rule.id) ?? [],
    coveredUntil: rule.coveredUntil,
    validity: facts.validity,
  }
}

/** What the next date of a clause would do now. */
export async function planNow(tx: Reader, clause: Readjustment, standing: RuleStanding): Promise<ReadjustmentPlan> {
  return planFrom(clause, standing, await valuesFor(tx, [clause]))
}

/** What is known by now of the months that the next dates of clauses go by. */
export async function valuesFor(tx: Reader, clauses: readonly Readjustment[]): Promise<IndexValue[]> {
  const [first, ...others] = new Set(clauses.map(({ index }): PriceIndex => index))
  if (first === undefined) return []
  const months = clauses.flatMap(clause => monthsFor(clause.nextOn, clause.lagMonths, clause.everyMonths)).sort()
  const [from, to] = [months[0], months.at(-1)] as [YearMonth, YearMonth] // a clause goes by at least one month
  return knownValues(tx, { indices: [first, ...others], from, to })
}

export function planFrom(
  clause: Readjustment,
  { versions, living, open, coveredUntil, validity }: RuleStanding,
  values: Parameters<typeof planReadjustment>[3],
): ReadjustmentPlan {
  const covered = coveredUntil ?? clause.nextOn
  const from = firstDay(clause.nextOn, versions, covered, periodsFrom(versions, open, covered, validity))
  return planReadjustment(clause, living, versions, values, from)
}

function* periodsFrom(
  versions: readonly Terms[],
  open: readonly OpenPeriod[],
  coveredUntil: CivilDate,
  validity: Validity | null,
) {
  yield* open
  if (validity !== null) yield* periodsToCome(versions, coveredUntil, validity)
}

export function changed(action: string, before: Readjustment | null, after: Readjustment, more: object = {}): HistoryEntry {
  return {
    action,
    event: action,
    subject: { noun: 'readjustment', id: after.id, version: after.version },
    before,
    after: { ...after, ...more },
  }
}
