import { changeTerms } from '../contracts/change-terms.ts'
import { createContracts } from '../contracts/create-contract.ts'
import { createRule } from '../contracts/create-rule.ts'
import type { NewContract } from '../contracts/judge-contracts.ts'
import type { LineInput } from '../contracts/read-terms.ts'
import { suspendContract } from '../contracts/suspend-contract.ts'
import { updateContract } from '../contracts/update-contract.ts'
import { updateRule } from '../contracts/update-rule.ts'
import { updateCustomer } from '../customers/update-customer.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { externalIdsOf, replaceExternalIds, type SubjectExternalId } from '../platform/external-ids.ts'
import { createCustomers, createServices } from './create-parties.ts'
import { inBatches } from './in-batches.ts'
import { OWN_SYSTEM, showExternalId } from './known.ts'
import { createOpenReceivables } from './open-receivables.ts'
import type { Change, Creation, ImportPlan } from './plan-import.ts'
import { freshNumber } from './services-in-file.ts'

/**
 * Does what was planned, in the open transaction. What is new is made in bulk; what changes goes through the verbs that a person
 * would use, one contract at a time.
 */
export async function applyPlan(tx: Tx, ctx: Ctx, plan: ImportPlan): Promise<void> {
  const ids = await createFresh(tx, ctx, plan)
  await inherit(tx, plan.inheritedIds)
  for (const batch of inBatches(plan.creations)) await create(tx, ctx, batch, ids)
  for (const change of plan.changes) await apply(ctx, change, ids)
  for (const { before, change } of plan.customerChanges) await updateCustomer(ctx, before.id, before.version, change)
}

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
    return { ...draft.contract, rules, customerId: ids.customerOf(creation), externalIds }
  })
  const made = await createContracts(ctx, inputs)
  const each = made.flatMap(({ contract }, i) => {
    const draft = creations[i]?.draft
    return draft ? [{ contract, draft }] : []
  })
  await createOpenReceivables(
    tx,
    ctx,
    each.map(({ contract, draft }) => ({ contract, open: draft.openReceivables })),
  )
  for (const { contract, draft } of each) {
    if (draft.isSuspended) await suspendContract(ctx, contract.id, { reason: 'Importado como suspenso' })
  }
}

async function apply(ctx: Ctx, { known, draft, newRules, ownKey }: Change, ids: FreshIds): Promise<void> {
  const { contract } = known
  const own = ownKey === null ? [] : [{ system: OWN_SYSTEM, id: ownKey }]
  const said = draft.contract.externalIds
  const change = {
    ...draft.contract,
    ...((said || own.length > 0) && { externalIds: [...known.ownIds, ...own, ...(said ?? known.externalIds)] }),
  }
  if (Object.keys(change).length > 0) await updateContract(ctx, contract.id, contract.version, change)
  for (const { known: each, title, terms } of draft.rules) {
    if (title !== null) await updateRule(ctx, each.rule.id, each.rule.version, { title })
    if (terms === null) continue
    const { lines, ...rest } = terms
    await changeTerms(ctx, each.rule.id, {
      ...rest,
      ...(lines && { lines: ids.withIds(lines) }),
      ...(each.from !== null && { validFrom: each.from }),
      cause: 'import',
    })
  }
  for (const rule of newRules) await createRule(ctx, contract.id, { ...rule, lines: ids.withIds(rule.lines) })
}
