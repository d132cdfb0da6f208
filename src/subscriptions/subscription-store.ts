import { sql } from 'kysely'
import type { Contract, ContractState } from '../contracts/contract.ts'
import type { CivilDate, Instant } from '../core/dates.ts'
import type { Cents } from '../core/money.ts'
import { likePart } from '../core/text.ts'
import { account } from '../platform/account.ts'
import { isAmong, rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { Subscription, SubscriptionStatus } from './subscription.ts'

// All SQL of subscriptions and their changes of plan. Whoever writes holds the row of the contract.

const columns = sql`
  s.contract_id as "contractId", s.rule_id as "ruleId", s.plan_id as "planId", s.trial_ends_on as "trialEndsOn", s.version,
  s.created_at as "createdAt"`

export async function subscriptionOf(tx: Reader, contractId: number): Promise<Subscription | null> {
  const { rows } = await sql<Subscription>`
    select ${columns} from subscription s where s.account_id = ${account} and s.contract_id = ${contractId}`.execute(tx)
  return rows[0] ?? null
}

export async function insertSubscription(tx: Tx, it: Subscription): Promise<void> {
  await sql`
    insert into subscription (account_id, contract_id, rule_id, plan_id, trial_ends_on, version, created_at)
    values (${account}, ${it.contractId}, ${it.ruleId}, ${it.planId}, ${it.trialEndsOn}, ${it.version}, ${it.createdAt})`.execute(
    tx,
  )
}

export async function savePlanOf(tx: Tx, it: Pick<Subscription, 'contractId' | 'planId' | 'version'>): Promise<void> {
  await sql`
    update subscription set plan_id = ${it.planId}, version = ${it.version}
    where account_id = ${account} and contract_id = ${it.contractId}`.execute(tx)
}

// --- Lists ---

/** A subscription with its contract. */
export interface ListedSubscription extends Subscription {
  token: string
  name: string
  organizationId: number
  customerId: number
  state: ContractState
  startsOn: CivilDate
  endsOn: CivilDate | null
  cancelledOn: CivilDate | null
  cancelReason: Contract['cancelReason']
  archivedAt: Contract['archivedAt']
  /** The organization's. */
  timeZone: string
  /** End of the last period that an invoice bills which was not cancelled. */
  billedUntil: CivilDate | null
  /** End of its rule's ledger. */
  coveredUntil: CivilDate
  /** As its rule is called: by the plan, unless somebody called it otherwise. */
  ruleTitle: string
}

export interface SubscriptionFilter {
  /** Only these, archived ones too. */
  ids?: readonly number[] | undefined
  organizationId?: number | undefined
  customerId?: number | undefined
  planId?: number | undefined
  status?: SubscriptionStatus | undefined
  /** Part of the name. */
  q?: string | undefined
}

/** In order of id, from the one after `after`. `now` decides whose trial is over, each in its organization's zone. */
export async function listSubscriptions(
  tx: Reader,
  filter: SubscriptionFilter,
  now: Instant,
  after: number,
  limit: number,
): Promise<ListedSubscription[]> {
  const conditions = [
    sql`s.account_id = ${account}`,
    sql`s.contract_id > ${after}`,
    sql`c.archived_at is null or ${filter.ids !== undefined}`,
  ]
  if (filter.ids !== undefined) conditions.push(isAmong('s.contract_id', filter.ids))
  if (filter.planId !== undefined) conditions.push(sql`s.plan_id = ${filter.planId}`)
  if (filter.organizationId !== undefined) conditions.push(sql`c.organization_id = ${filter.organizationId}`)
  if (filter.customerId !== undefined) conditions.push(sql`c.customer_id = ${filter.customerId}`)
  if (filter.q !== undefined) conditions.push(sql`lower(c.name) like ${`%${likePart(filter.q.toLowerCase())}%`}`)
  if (filter.status !== undefined) conditions.push(hasStatus(filter.status, now))
  const { rows } = await sql<ListedSubscription>`
    select ${columns}, c.token, c.name, c.organization_id as "organizationId", c.customer_id as "customerId", c.state,
           c.starts_on as "startsOn", c.ends_on as "endsOn", c.cancelled_on as "cancelledOn", c.cancel_reason as "cancelReason", c.archived_at as "archivedAt",
           o.time_zone as "timeZone", billed.until as "billedUntil", r.covered_until as "coveredUntil", r.title as "ruleTitle"
    from subscription s
    join contract c on c.account_id = s.account_id and c.id = s.contract_id
    join organization o on o.account_id = s.account_id and o.id = c.organization_id
    join invoice_rule r on r.account_id = s.account_id and r.id = s.rule_id
    left join lateral (
      select l.ends_on as until from coverage l join invoice i on i.account_id = l.account_id and i.id = l.invoice_id
      where l.account_id = s.account_id and l.rule_id = s.rule_id and l.disposition = 'billed' and i.state <> 'cancelled'
      order by l.ends_on desc limit 1
    ) billed on true
    where ${sql.join(
      conditions.map(condition => sql`(${condition})`),
      sql` and `,
    )}
    order by s.contract_id limit ${limit}`.execute(tx)
  return rows
}

/** As `statusOn` reads it. */
function hasStatus(status: SubscriptionStatus, now: Instant) {
  const isOver = sql`(c.archived_at is not null or c.state in ('cancelled', 'ended'))`
  const inTrial = sql`coalesce((cast(${now} as timestamptz) at time zone o.time_zone)::date < s.trial_ends_on, false)`
  if (status === 'cancelled') return isOver
  return status === 'trial' ? sql`not ${isOver} and ${inTrial}` : sql`not ${isOver} and not ${inTrial}`
}

// --- Changes of plan ---

export interface PlanChangeRecord {
  fromPlanId: number
  planId: number
  changedOn: CivilDate
  /** First day of the first period that the new plan bills; null: nothing is to come. */
  effectiveOn: CivilDate | null
  /** What was taken back of the period under way, and what is asked for the same days instead. */
  creditCents: Cents
  debitCents: Cents
  changedAt: Instant
}

export async function insertPlanChange(tx: Tx, contractId: number, contractVersion: number, it: PlanChangeRecord): Promise<void> {
  await sql`
    insert into plan_change (account_id, contract_id, contract_version, from_plan_id, plan_id, changed_on, effective_on, credit_cents, debit_cents, changed_at)
    values (${account}, ${contractId}, ${contractVersion}, ${it.fromPlanId}, ${it.planId}, ${it.changedOn}, ${it.effectiveOn},
            ${it.creditCents}, ${it.debitCents}, ${it.changedAt})`.execute(tx)
}

/** The plans that changes put in force, by contract and the version that it had after each: for whoever tells others of them. */
export async function newPlansOf(
  tx: Reader,
  changes: readonly { contractId: number; version: number }[],
): Promise<(contractId: number, version: number) => number | null> {
  if (changes.length === 0) return () => null
  const rows = changes.map(({ contractId, version }) => ({ contract_id: contractId, version }))
  const { rows: found } = await sql<{ contractId: number; version: number; planId: number }>`
    select p.contract_id as "contractId", p.contract_version as version, p.plan_id as "planId"
    from ${rowsOf({ contract_id: 'bigint', version: 'integer' }, rows)} as k
    join plan_change p on p.account_id = ${account} and p.contract_id = k.contract_id and p.contract_version = k.version`.execute(
    tx,
  )
  return (contractId, version) => found.find(one => one.contractId === contractId && one.version === version)?.planId ?? null
}

/** The latest first. */
export async function planChangesOf(tx: Reader, contractId: number, limit: number): Promise<PlanChangeRecord[]> {
  const { rows } = await sql<PlanChangeRecord>`
    select from_plan_id as "fromPlanId", plan_id as "planId", changed_on as "changedOn", effective_on as "effectiveOn",
           credit_cents as "creditCents", debit_cents as "debitCents", changed_at as "changedAt"
    from plan_change where account_id = ${account} and contract_id = ${contractId} order by contract_version desc limit ${limit}`.execute(
    tx,
  )
  return rows
}
