import type { Contract } from '../contracts/contract.ts'
import { createContracts } from '../contracts/create-contract.ts'
import type { NewContract } from '../contracts/judge-contracts.ts'
import { hasLiveContractsWithCnpj } from '../contracts/own-customer.ts'
import { createReadjustment } from '../contracts/readjustment/create-readjustment.ts'
import { updateReadjustment } from '../contracts/readjustment/update-readjustment.ts'
import { resumeContract } from '../contracts/resume-contract.ts'
import { changeTermsOfMany, type RuleTermsChange } from '../contracts/rules/change-terms-of-many.ts'
import { createRule } from '../contracts/rules/create-rule.ts'
import type { LineInput } from '../contracts/rules/read-terms.ts'
import { updateRule } from '../contracts/rules/update-rule.ts'
import { suspendContract } from '../contracts/suspend-contract.ts'
import { updateContract } from '../contracts/update-contract.ts'
import { updateCustomer } from '../customers/update-customer.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { addExternalIds, externalIdsOf, replaceExternalIds, type SubjectExternalId } from '../platform/external-ids.ts'
import { beginClauses } from './begin-clauses.ts'
import { createCustomers, createServices } from './create-parties.ts'
import { inBatches } from './in-batches.ts'
import { createOpenReceivables } from './open-receivables.ts'
import { OWN_SYSTEM, showExternalId } from './plan/known.ts'
import type { RuleChange } from './plan/plan-change.ts'
import type { ContractDraft } from './plan/plan-contract.ts'
import type { Change, Creation, ImportPlan } from './plan/plan-import.ts'
import type { ClauseChange } from './plan/said-readjustment.ts'
import { freshNumber } from './plan/services-in-file.ts'

/**
 * Does what was planned, in the open transaction. What is new is made in bulk, and so are terms changed; what else changes goes through the
 * verbs that a person would use, one contract at a time.
 */
export async function applyPlan(tx: Tx, ctx: Ctx, plan: ImportPlan): Promise<void> {
  const ids = await createFresh(tx, ctx, plan)
  await inherit(tx, plan.inheritedIds)
  for (const batch of inBatches(plan.creations)) await create(tx, ctx, batch, ids)
  for (const batch of inBatches(plan.changes)) await apply(ctx, batch, ids)
  for (const { before, change } of plan.customerChanges)
    await updateCustomer(ctx, customerTies, before.id, before.version, change)
}

const customerTies = { isBilledByItself: hasLiveContractsWithCnpj }

/** The ids that stand for what is new to the account. */
interface FreshIds {
  customerOf(creation: Creation): number
  withIds(lines: readonly LineInput[]): LineInput[]
}

/** Only what is used: rows that were refused may have brought others along. */
async function createFresh(tx: Tx, ctx: Ctx, plan: ImportPlan): Promise<FreshIds> {
  const customers = [...new Set(plan.creations.flatMap(({ customer }) => ('fresh' in customer ? [customer.fresh] : [])))]
  const services = [...new Set(linesOf(plan).flatMap(line => (line.serviceItemId < 0 ? [freshNumber(line.serviceItemId)] : [])))]
  const customerIds = await createCustomers(
    tx,
    ctx,
    pick(plan.freshCustomers, customers).map(({ data }) => data),
  )
  const serviceIds = await createServices(tx, ctx, pick(plan.freshServices, services))
  const idOfCustomer = new Map(customers.map((fresh, i) => [fresh, customerIds[i]]))
  const idOfService = new Map(services.map((fresh, i) => [fresh, serviceIds[i]]))
  const made = (id: number | undefined): number => {
    if (id === undefined) throw new Error('a plan names what it does not bring along')
    return id
  }
  return {
    customerOf: ({ customer }) => ('known' in customer ? customer.known.id : made(idOfCustomer.get(customer.fresh))),
    withIds: lines =>
      lines.map(line =>
        line.serviceItemId > 0 ? line : { ...line, serviceItemId: made(idOfService.get(freshNumber(line.serviceItemId))) },
      ),
  }
}

function linesOf({ creations, changes }: ImportPlan): LineInput[] {
  const rules = [...creations.flatMap(({ draft }) => draft.contract.rules ?? []), ...changes.flatMap(({ newRules }) => newRules)]
  const changed = changes.flatMap(({ draft }) => draft.rules).flatMap(({ terms }) => terms?.lines ?? [])
  return [...rules.flatMap(({ lines }) => lines), ...changed]
}

function pick<T>(list: readonly T[], positions: readonly number[]): T[] {
  return positions.flatMap(at => list[at] ?? [])
}

/** A contract that was deleted, and is imported again, is another one under the same ids. */
async function inherit(tx: Tx, ids: readonly SubjectExternalId[]): Promise<void> {
  for (const [deleted, taken] of Map.groupBy(ids, id => id.subjectId)) {
    const left = new Set(taken.map(showExternalId))
    const kept = (await externalIdsOf(tx, 'contract', [deleted])).get(deleted)?.filter(id => !left.has(showExternalId(id)))
    await replaceExternalIds(tx, 'contract', deleted, kept ?? [])
  }
}

async function create(tx: Tx, ctx: Ctx, creations: readonly Creation[], ids: FreshIds): Promise<void> {
  const inputs = creations.map((creation): NewContract => {
    const { draft, externalIds } = creation
    const rules = (draft.contract.rules ?? []).map(rule => ({ ...rule, lines: ids.withIds(rule.lines) }))
    const named = externalIds.filter(({ system }) => system !== OWN_SYSTEM)
    return { ...draft.contract, rules, customerId: ids.customerOf(creation), externalIds: named }
  })
  const made = await createContracts(ctx, inputs)
  // Beside the contract's own record, because the history cannot be rid of a name or a tax id within one of its payloads.
  const keys = made.flatMap(({ contract }, i) =>
    (creations[i]?.externalIds ?? []).flatMap(id => (id.system === OWN_SYSTEM ? [{ ...id, subjectId: contract.id }] : [])),
  )
  await addExternalIds(tx, 'contract', keys)
  const each = made.flatMap(({ contract }, i) => {
    const draft = creations[i]?.draft
    return draft ? [{ contract, draft }] : []
  })
  await createOpenReceivables(
    tx,
    ctx,
    each.map(({ contract, draft }) => ({ contract, open: draft.openReceivables })),
  )
  await beginClauses(
    tx,
    ctx,
    made.map((each, i) => ({ ...each, clauses: creations[i]?.draft.clauses ?? [] })),
  )
  for (const { contract, draft } of each) {
    await suspend(ctx, contract, draft)
  }
}

/** Through the verbs, in order of days: each turns the state as it would have then. What has ended since ends last. */
async function suspend(ctx: Ctx, contract: Contract, { isSuspended, suspensions, endedOn }: ContractDraft): Promise<void> {
  const reason = 'Importado como suspenso'
  if (isSuspended) await suspendContract(ctx, contract.id, { reason })
  let { version } = contract
  for (const { fromOn, untilOn, chargeLater } of suspensions) {
    const suspended = await suspendContract(ctx, contract.id, { fromOn, reason, chargeLater })
    version = (untilOn === null ? suspended : await resumeContract(ctx, contract.id, { on: untilOn })).version
  }
  if (endedOn !== null) await updateContract(ctx, contract.id, version, { endsOn: endedOn })
}

async function apply(ctx: Ctx, changes: readonly Change[], ids: FreshIds): Promise<void> {
  for (const change of changes) await applyToContract(ctx, change)
  const terms = changes.flatMap(({ draft }) => draft.rules.flatMap(rule => termsChangeOf(rule, ids) ?? []))
  await changeTermsOfMany(ctx, terms)
  for (const { known, readjustment } of changes.flatMap(({ draft }) => draft.rules)) {
    if (readjustment !== null) await readjust(ctx, known.rule.id, readjustment)
  }
  for (const { known, newRules } of changes) {
    for (const rule of newRules) await createRule(ctx, known.contract.id, { ...rule, lines: ids.withIds(rule.lines) })
  }
}

/** What the rows say of the contract itself, and of what its rules are called. */
async function applyToContract(ctx: Ctx, { known, draft, ownKey }: Change): Promise<void> {
  const { contract } = known
  const own = ownKey === null ? [] : [{ system: OWN_SYSTEM, id: ownKey }]
  const said = draft.contract.externalIds
  const change = {
    ...draft.contract,
    ...((said || own.length > 0) && { externalIds: [...known.ownIds, ...own, ...(said ?? known.externalIds)] }),
  }
  if (Object.keys(change).length > 0) await updateContract(ctx, contract.id, contract.version, change)
  for (const { known: each, title } of draft.rules) {
    if (title !== null) await updateRule(ctx, each.rule.id, each.rule.version, { title })
  }
}

async function readjust(ctx: Ctx, ruleId: number, wish: ClauseChange): Promise<void> {
  if ('create' in wish) await createReadjustment(ctx, ruleId, wish.create)
  else await updateReadjustment(ctx, wish.update.id, wish.update.version, wish.change)
}

function termsChangeOf({ known, terms }: RuleChange, ids: FreshIds): RuleTermsChange | null {
  if (terms === null) return null
  const { lines, ...rest } = terms
  return {
    ruleId: known.rule.id,
    ...rest,
    ...(lines && { lines: ids.withIds(lines) }),
    ...(known.from !== null && { validFrom: known.from }),
    cause: 'import',
  }
}
