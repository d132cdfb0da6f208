import { found } from '../../core/current.ts'
import { knownValues } from '../../indices/index-store.ts'
import type { IndexValue } from '../../indices/price-index.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { contractFactsOf } from '../contract-facts-store.ts'
import { openPeriodsOf } from '../ledger/coverage-store.ts'
import { type Parties, partiesOf } from '../parties.ts'
import { rulesOf } from '../rules/rule-store.ts'
import { termsOf } from '../rules/terms-store.ts'
import { planFrom, valuesFor } from './held-readjustment.ts'
import { concernsAnything, type Readjustment, type ReadjustmentPlan } from './readjustment.ts'
import {
  type Application,
  applicationsOf,
  listReadjustments,
  livingReadjustments,
  type ReadjustmentFilter,
  readjustmentOf,
} from './readjustment-store.ts'

/** A clause with whom it is about, and what its next date would do by what is known now. */
export interface PreviewedReadjustment extends Parties {
  clause: Readjustment
  contractId: number
  plan: ReadjustmentPlan
  /** Its contract or rule ends before the next date, or is gone: nothing is readjusted any more. */
  isOver: boolean
}

export interface ReadjustmentDetail extends PreviewedReadjustment {
  /** The latest of them. */
  applications: KnownApplication[]
}

export interface KnownApplication extends Application {
  /** Months that are another value by now than they were then: what was entered by hand and then published, or revised. */
  revised: IndexValue[]
}

const SHOWN_APPLICATIONS = 60

export function getReadjustment(ctx: Ctx, id: number): Promise<ReadjustmentDetail> {
  return ctx.transact(async tx => {
    const clause = found(await readjustmentOf(tx, id), 'Reajuste não encontrado.')
    const [preview] = await previewed(tx, [clause])
    const applications = await applicationsOf(tx, id, SHOWN_APPLICATIONS)
    return { ...found(preview, 'Reajuste não encontrado.'), applications: await withRevised(tx, applications) }
  })
}

/** The clauses that a rule has now. */
export function clausesOfRule(ctx: Ctx, ruleId: number): Promise<readonly Readjustment[]> {
  return ctx.transact(async tx => (await livingReadjustments(tx, [ruleId])).get(ruleId) ?? [])
}

/** In order of the next date and id, from the one after `after`; one more than `limit` when there are further ones. */
export function searchReadjustments(
  ctx: Ctx,
  filter: ReadjustmentFilter,
  after: { nextOn: string; id: number } | null,
  limit: number,
): Promise<PreviewedReadjustment[]> {
  return ctx.transact(async tx => previewed(tx, await listReadjustments(tx, filter, after, limit + 1)))
}

/** Of a page: a handful of statements, however many. */
async function previewed(tx: Reader, clauses: readonly Readjustment[]): Promise<PreviewedReadjustment[]> {
  const ruleIds = [...new Set(clauses.map(({ ruleId }) => ruleId))]
  const rules = await rulesOf(tx, ruleIds)
  const versions = await termsOf(tx, ruleIds)
  const living = await livingReadjustments(tx, ruleIds)
  const open = await openPeriodsOf(tx, ruleIds)
  const facts = await contractFactsOf(tx, [...new Set([...rules.values()].map(rule => rule.contractId))])
  const parties = await partiesOf(tx, [...rules.values()])
  const values = await valuesFor(tx, clauses)
  return clauses.map(clause => {
    const rule = found(rules.get(clause.ruleId), 'Regra de faturamento não encontrada.')
    const standing = {
      versions: versions.get(rule.id) ?? [],
      living: living.get(rule.id) ?? [],
      open: open.get(rule.id) ?? [],
      coveredUntil: rule.coveredUntil,
      validity: facts.get(rule.contractId)?.validity ?? null,
    }
    const hasBegun = standing.validity !== null
    const isOver = rule.archivedAt !== null || (hasBegun && !concernsAnything(clause, standing.versions, standing.validity))
    return { clause, contractId: rule.contractId, ...parties(rule), plan: planFrom(clause, standing, values), isOver }
  })
}

async function withRevised(tx: Reader, applications: readonly Application[]): Promise<KnownApplication[]> {
  const known: KnownApplication[] = []
  for (const application of applications) {
    const { index, method, values } = application
    const used = new Map(values.map(({ month, percent }) => [month, percent]))
    const [from, to] = [values[0]?.month, values.at(-1)?.month]
    const months = method === 'published_12m' ? 12 : 1
    const now = from === undefined || to === undefined ? [] : await knownValues(tx, { indices: [index], months, from, to })
    known.push({ ...application, revised: now.filter(({ month, percent }) => used.has(month) && used.get(month) !== percent) })
  }
  return known
}
