import { archiveReference } from '../../../catalog/references/archive-reference.ts'
import { createReference } from '../../../catalog/references/create-reference.ts'
import { type Listed, listReferences, type ReferencePlace, referenceOf } from '../../../catalog/references/reference-store.ts'
import { updateReference } from '../../../catalog/references/update-reference.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { type Plan, plans } from '../../../subscriptions/plan.ts'
import type { Operation } from '../../dialect.ts'
import { everyPage } from '../../every-page.ts'
import { Form } from '../form.ts'
import { factsOf, saveFacts } from '../kept.ts'
import { organizationAt } from '../parties/organizations.ts'
import { readNumber } from '../values.ts'
import { notThere, type Words } from '../words.ts'
import { plainServiceFor, renamePlainService } from './plain-service.ts'
import { type PlanInput, readPlan, planWords as words } from './plan-form.ts'
import { showPlans } from './plan-view.ts'

const writes = { needs: ['catalog:write'], words } as const
const at = '/api/v1/organizations/:organization/plans' as const

export const planOperations: readonly Operation<Words>[] = [
  {
    ...writes,
    name: 'create-plan',
    at: [`POST ${at}`],
    run: (ctx, { body, params }) =>
      ctx.transact(async tx => {
        const { id: organizationId } = await organizationAt(tx, params.organization)
        const form = Form.of(body, 'plan')
        const { input, facts } = await readPlan(tx, form, organizationId, null, {})
        form.refuseIfAny(words)
        const sent = { ...(await withService(tx, ctx, null, input)), organizationId }
        const { id } = await createReference(ctx, plans, sent)
        await saveFacts(tx, 'plan', id, {}, facts)
        return { status: 201, body: { plan: await shown(tx, id) } }
      }),
  },
  {
    needs: ['catalog:read'],
    reads: true,
    name: 'list-plans',
    at: [`GET ${at}`],
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const { id: organizationId } = await organizationAt(tx, params.organization)
        const all = await everyPage<Listed<typeof plans.fields>, ReferencePlace | null>(
          null,
          last => ({ name: last.place, id: last.id }),
          (after, limit) => listReferences(tx, plans, { archived: false, organizationId }, after, limit),
        )
        const inOrder = all.toSorted((a, b) => a.id - b.id)
        return { status: 200, body: { plans: [...(await showPlans(tx, inOrder)).values()] } }
      }),
  },
  {
    ...writes,
    name: 'update-plan',
    at: [`PATCH ${at}/:id`, `PUT ${at}/:id`],
    run: (ctx, { body, params }) =>
      ctx.transact(async tx => {
        const before = await held(tx, params)
        const organizationId = before.organizationId ?? notThere()
        const form = Form.of(body, 'plan')
        const kept = await factsOf(tx, 'plan', before.id)
        const { input, facts } = await readPlan(tx, form, organizationId, before, kept)
        form.refuseIfAny(words)
        const change: object = await withService(tx, ctx, before, input)
        await updateReference(ctx, plans, before.id, before.version, change)
        await renamePlainService(tx, ctx, before, (await held(tx, params)).name)
        await saveFacts(tx, 'plan', before.id, kept, facts)
        return { status: 200, body: { plan: await shown(tx, before.id) } }
      }),
  },
  {
    ...writes,
    name: 'delete-plan',
    at: [`DELETE ${at}/:id`],
    words: { shape: 'action' },
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const { id } = await held(tx, params)
        await archiveReference(ctx, plans, id)
        return { status: 204 }
      }),
  },
]

async function held(tx: Tx, params: Readonly<Record<string, string>>): Promise<Plan> {
  const organization = await organizationAt(tx, params.organization)
  const plan = await referenceOf(tx, plans, readNumber(params.id) ?? 0, 'leaving')
  return plan === null || plan.archivedAt !== null || plan.organizationId !== organization.id ? notThere() : plan
}

/** A plan that has only a price bills a service that they do not see. */
async function withService(tx: Tx, ctx: Ctx, before: Plan | null, input: PlanInput) {
  const products = input.products ?? before?.products ?? []
  const hasOne = before !== null && before.serviceItemId !== null
  if (products.length > 0 || hasOne) return input
  return { ...input, serviceItemId: await plainServiceFor(tx, ctx, input.name ?? before?.name ?? '') }
}

async function shown(tx: Reader, id: number) {
  const plan = (await referenceOf(tx, plans, id)) ?? notThere()
  return (await showPlans(tx, [plan])).get(id) ?? notThere()
}
