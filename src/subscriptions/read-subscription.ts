import { referencesOf } from '../catalog/references/reference-store.ts'
import { contractFactsOf } from '../contracts/contract-facts-store.ts'
import { contractIdOfToken } from '../contracts/contract-token-store.ts'
import { ledgerRowsAt } from '../contracts/ledger/coverage-store.ts'
import { customerNames, type NamedCustomer } from '../contracts/parties.ts'
import { type Terms, termsAt } from '../contracts/rules/terms.ts'
import { termsOf } from '../contracts/rules/terms-store.ts'
import { found } from '../core/current.ts'
import { type CivilDate, dayInZone } from '../core/dates.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import { type Plan, plans } from './plan.ts'
import { underwayOn } from './plan-change.ts'
import { type SubscriptionStatus, statusOn, validUntil } from './subscription.ts'
import {
  type ListedSubscription,
  listSubscriptions,
  type PlanChangeRecord,
  planChangesOf,
  type SubscriptionFilter,
} from './subscription-store.ts'

export interface KnownSubscription extends ListedSubscription {
  customer: NamedCustomer
  plan: Plan
  status: SubscriptionStatus
  validUntil: CivilDate | null
  /** Of the terms in force. */
  terms: Terms
}

export interface SubscriptionDetail extends KnownSubscription {
  /** The latest first. */
  changes: PlanChangeRecord[]
}

const MOST_CHANGES = 200

/** By the id of its contract. */
export function getSubscription(ctx: Ctx, id: number): Promise<SubscriptionDetail> {
  return ctx.transact(async tx => {
    const [one] = await withFacts(tx, ctx, await listSubscriptions(tx, { ids: [id] }, ctx.clock.now(), 0, 1))
    return { ...found(one, 'Assinatura não encontrada.'), changes: await planChangesOf(tx, id, MOST_CHANGES) }
  })
}

/** Those of the contracts that are subscriptions; the others are absent: for whoever shows contracts as others know them. */
export function subscriptionsAmong(ctx: Ctx, contractIds: readonly number[]): Promise<Map<number, KnownSubscription>> {
  if (contractIds.length === 0) return Promise.resolve(new Map())
  return ctx.transact(async tx => {
    const rows = await listSubscriptions(tx, { ids: contractIds }, ctx.clock.now(), 0, contractIds.length)
    return new Map((await withFacts(tx, ctx, rows)).map(one => [one.contractId, one]))
  })
}

/** By the token that outsiders know it by. */
export function subscriptionByToken(ctx: Ctx, token: string): Promise<SubscriptionDetail> {
  return ctx.transact(async tx => getSubscription(ctx, found(await contractIdOfToken(tx, token), 'Assinatura não encontrada.')))
}

/** In order of id, from the one after `after`; one more than `limit` when there are further ones. */
export function searchSubscriptions(
  ctx: Ctx,
  filter: Omit<SubscriptionFilter, 'ids'>,
  after: number,
  limit: number,
): Promise<KnownSubscription[]> {
  return ctx.transact(async tx => withFacts(tx, ctx, await listSubscriptions(tx, filter, ctx.clock.now(), after, limit + 1)))
}

/** Seven statements at most, however many there are. */
async function withFacts(tx: Reader, ctx: Ctx, rows: readonly ListedSubscription[]): Promise<KnownSubscription[]> {
  if (rows.length === 0) return []
  const known = await referencesOf(
    tx,
    plans,
    rows.map(row => row.planId),
  )
  const customer = await customerNames(
    tx,
    rows.map(row => row.customerId),
  )
  const terms = await termsOf(
    tx,
    rows.map(row => row.ruleId),
  )
  const facts = await contractFactsOf(
    tx,
    rows.map(row => row.contractId),
  )
  const now = ctx.clock.now()
  const dated = rows.map(row => {
    const today = dayInZone(now, row.timeZone)
    const versions = terms.get(row.ruleId) ?? []
    return { row, today, versions, inForce: termsAt(versions, today) }
  })
  // Only who pays afterwards is valid until the period under way ends.
  const afterwards = dated.filter(({ inForce }) => inForce.timing === 'arrears')
  const ledger = await ledgerRowsAt(
    tx,
    afterwards.map(({ row, today }) => ({ ruleId: row.ruleId, day: today })),
  )
  return dated.map(({ row, today, versions, inForce }) => {
    const { ruleId, coveredUntil } = row
    const validity = facts.get(row.contractId)?.validity ?? null
    const underway =
      inForce.timing === 'arrears'
        ? underwayOn(today, { coveredUntil, validity, versions, row: ledger.get(ruleId) ?? null })
        : null
    const paid = { timing: inForce.timing, billedUntil: row.billedUntil, underWayUntil: underway?.endsOn ?? null }
    const plan = known.get(row.planId)
    if (!plan) throw new Error('a subscription without its plan')
    return {
      ...row,
      customer: customer(row.customerId),
      plan,
      status: statusOn(today, row, row),
      // Deleted it was valid until then: nothing that was emitted hangs on it.
      validUntil: row.archivedAt === null ? validUntil(today, row.endsOn, row, paid) : dayInZone(row.archivedAt, row.timeZone),
      terms: inForce,
    }
  })
}
