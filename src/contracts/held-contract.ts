import { found } from '../core/current.ts'
import { addDays, type CivilDate, dayInZone, type Instant, startOfDay } from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import { organizationOf } from '../organizations/organization-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { dateWork, dropWork } from '../platform/due-work.ts'
import { type HistoryEntry, record } from '../platform/history.ts'
import { type Contract, type ContractVerb, nextTurn, type Standing, stateOn } from './contract.ts'
import { type ContractFacts, contractFactsOf, endSuspension } from './contract-facts-store.ts'
import { lockContract, saveContract } from './contract-store.ts'
import { settleDifferences } from './events/settle-differences.ts'
import { chargeAgain } from './ledger/charge-again.ts'
import { lockRules, refreshNextDue } from './ledger/coverage-store.ts'
import { dateReadjustments } from './readjustment/date-readjustments.ts'

/** The dated work that gives a contract the state of its day. */
export const SETTLE_CONTRACT = 'settle_contract'

/**
 * What every verb begins with that changes a contract, its facts, its rules, their terms, periods or events: the contract's row and
 * then all its rules' rows, held until the transaction ends, and what is known of them.
 */
export interface HeldContract {
  contract: Contract
  /** All of them, archived ones too. */
  ruleIds: number[]
  facts: ContractFacts
  timeZone: string
  /** The organization's day. */
  today: CivilDate
  now: Instant
}

export async function holdContract(tx: Tx, ctx: Ctx, id: number): Promise<HeldContract> {
  const contract = found(await lockContract(tx, id), 'Contrato não encontrado.')
  const ruleIds = await lockRules(tx, id)
  const now = ctx.clock.now()
  const timeZone = await timeZoneOf(tx, contract.organizationId)
  return { contract, ruleIds, facts: await factsOf(tx, id), timeZone, today: dayInZone(now, timeZone), now }
}

/** As `holdContract`, for what an archived contract does not allow: everything but reading. */
export async function holdLivingContract(tx: Tx, ctx: Ctx, id: number): Promise<HeldContract> {
  const held = await holdContract(tx, ctx, id)
  if (held.contract.archivedAt !== null) refuse('contract_archived', 'O contrato foi arquivado.', { status: 409 })
  return held
}

/**
 * What every verb ends with that changed a contract or its facts: the state that follows from them, the rules' next due days, the
 * day on which the state will turn by itself, and the record of it all.
 */
export async function settle(
  tx: Tx,
  ctx: Ctx,
  held: HeldContract,
  changes: Partial<Contract>,
  action: ContractVerb | 'update' | 'archive' | 'change_plan',
): Promise<Contract> {
  const before = held.contract
  const changed = { ...before, ...changes }
  const facts = await factsSettled(tx, held, changed.cancelledOn)
  const standing = { ...facts, cancelledOn: changed.cancelledOn }
  const after: Contract = { ...changed, state: stateOn(held.today, standing), version: before.version + 1 }
  await saveContract(tx, after)
  const settled: HistoryEntry[] = []
  for (const ruleId of held.ruleIds) settled.push(...(await chargeAgain(tx, ruleId, facts)))
  await refreshNextDue(tx, held.ruleIds)
  await dateTurn(tx, after, standing, held.today, held.timeZone)
  const { validity } = facts
  await dateReadjustments(tx, held.ruleIds, { validity, timeZone: held.timeZone, isArchived: after.archivedAt !== null })
  // Another validity may leave billed periods and those to come with other days, or none.
  for (const ruleId of held.ruleIds) settled.push(...(await settleDifferences(tx, ruleId, held.now)).entries)
  await record(tx, ctx, [
    {
      action,
      event: action,
      subject: { noun: 'contract', id: after.id, version: after.version },
      before,
      // Suspensions have no entry of their own: told whole with every change, `verify` believes no other.
      after: { ...after, suspensions: facts.suspensions },
    },
    ...settled,
  ])
  return after
}

/**
 * What is known by now. A suspension ends with the validity, since nobody can resume a contract that is over: what it was to charge
 * later waits for somebody to choose.
 */
async function factsSettled(
  tx: Tx,
  { contract, today, now }: HeldContract,
  cancelledOn: CivilDate | null,
): Promise<ContractFacts> {
  const facts = await factsOf(tx, contract.id)
  const state = stateOn(today, { ...facts, cancelledOn })
  const endsOn = facts.validity?.endsOn ?? null
  if (endsOn === null || (state !== 'ended' && state !== 'cancelled')) return facts
  const hasEnded = await endSuspension(tx, contract.id, addDays(endsOn, 1), now)
  return hasEnded ? factsOf(tx, contract.id) : facts
}

/** Dates the settling of the day on which the state turns by itself, or drops it when there is none. */
export async function dateTurn(
  tx: Tx,
  contract: Contract,
  standing: Standing,
  today: CivilDate,
  timeZone: string,
): Promise<void> {
  const turn = contract.archivedAt === null ? nextTurn(today, standing) : null
  if (turn === null) await dropWork(tx, SETTLE_CONTRACT, contract.id)
  else await dateWork(tx, SETTLE_CONTRACT, contract.id, startOfDay(turn, timeZone))
}

export async function timeZoneOf(tx: Reader, organizationId: number): Promise<string> {
  const organization = await organizationOf(tx, organizationId)
  if (organization === null) throw new Error(`a contract without its organization ${organizationId}`)
  return organization.timeZone
}

async function factsOf(tx: Reader, id: number): Promise<ContractFacts> {
  const facts = (await contractFactsOf(tx, [id])).get(id)
  if (!facts) throw new Error(`no facts of contract ${id}, which is held`)
  return facts
}
