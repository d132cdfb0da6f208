import { referenceOf } from '../../../catalog/references/reference-store.ts'
import type { Contract } from '../../../contracts/contract.ts'
import { contractOf } from '../../../contracts/contract-store.ts'
import { contractIdOfToken } from '../../../contracts/contract-token-store.ts'
import { showId } from '../../../core/ids.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { cancelSubscription } from '../../../subscriptions/cancel-subscription.ts'
import { changePlan } from '../../../subscriptions/change-plan.ts'
import { createSubscription } from '../../../subscriptions/create-subscription.ts'
import { type Plan, plans } from '../../../subscriptions/plan.ts'
import { type KnownSubscription, subscriptionsAmong } from '../../../subscriptions/read-subscription.ts'
import type { Operation } from '../../dialect.ts'
import { Worded } from '../../worded.ts'
import { showContracts } from '../contracts/contract-view.ts'
import { Form } from '../form.ts'
import { paymentMethods } from '../invoices/invoice-facts.ts'
import { numberOfPaymentOfContract } from '../numbers.ts'
import { notThere, type Words } from '../words.ts'
import { markPlain } from './plain-service.ts'
import { createSubscriber } from './subscriber.ts'

const action: Words = { shape: 'action' }
const writes = { needs: ['contracts:write'], words: action } as const
const at = '/api/v1/subscriptions' as const

export const subscriptionOperations: readonly Operation<Words>[] = [
  {
    needs: ['contracts:write', 'customers:write'],
    words: { shape: 'nested', fields: { '/planId': 'plan_id', '/customerId': 'customer' } },
    name: 'create-subscription',
    at: [`POST ${at}`],
    run: (ctx, { body }) =>
      ctx.transact(async tx => {
        const form = Form.of(body, 'subscription')
        const plan = (await planNumbered(tx, form.whole('plan_id'))) ?? unknownPlan()
        const customerId = await createSubscriber(tx, ctx, form)
        const { contractId, ruleId } = await createSubscription(ctx, { planId: plan.id, customerId })
        await markPlain(tx, ruleId, plan)
        return { status: 201, body: await shown(tx, ctx, contractId), about: showId('customer', customerId) }
      }),
  },
  {
    needs: ['contracts:read'],
    reads: true,
    words: action,
    name: 'show-subscription',
    at: [`GET ${at}/token/:token`],
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const { id } = await subscribed(tx, ctx, params.token)
        return { status: 200, body: await shown(tx, ctx, id) }
      }),
  },
  {
    ...writes,
    name: 'change-plan',
    at: [`PATCH ${at}/:token/change_plan`, `PUT ${at}/:token/change_plan`],
    run: (ctx, { body, params }) =>
      ctx.transact(async tx => {
        const { id, organizationId, customerId, ruleId } = await subscribed(tx, ctx, params.token)
        const plan = await planNumbered(tx, Form.of(body, 'subscription').whole('new_plan_id'))
        if (plan === null || plan.organizationId !== organizationId) notThere()
        await changePlan(ctx, id, plan.id)
        await markPlain(tx, ruleId, plan)
        return { status: 200, body: await shown(tx, ctx, id), about: showId('customer', customerId) }
      }),
  },
  {
    ...writes,
    name: 'cancel-subscription',
    at: [`PATCH ${at}/:token/cancel`, `PUT ${at}/:token/cancel`],
    run: (ctx, { body, params }) =>
      ctx.transact(async tx => {
        const { id, customerId } = await subscribed(tx, ctx, params.token)
        const form = Form.of(body, 'subscription')
        const on = form.saidDay('cancel_date') ?? undefined
        const reason = form.text('cancel_reason', 500) ?? ''
        form.refuseIfAny({ shape: 'form' })
        await cancelSubscription(ctx, id, { on, reason })
        return { status: 200, body: await shown(tx, ctx, id), about: showId('customer', customerId) }
      }),
  },
]

async function planNumbered(tx: Reader, number: number | null | undefined): Promise<Plan | null> {
  const plan = number == null || number < 1 ? null : await referenceOf(tx, plans, number)
  return plan === null || plan.archivedAt !== null ? null : plan
}

/** vendors §3.6: the one 404 that says something. */
function unknownPlan(): never {
  throw new Worded({ status: 404, body: { errors: 'Plano não encontrado com o id especificado.' } })
}

async function subscribed(tx: Reader, ctx: Ctx, token = ''): Promise<Contract & Pick<KnownSubscription, 'ruleId'>> {
  const id = await contractIdOfToken(tx, token)
  const contract = id === null ? null : await contractOf(tx, id)
  if (contract === null || contract.archivedAt !== null) notThere()
  const subscription = (await subscriptionsAmong(ctx, [contract.id])).get(contract.id) ?? notThere()
  return { ...contract, ruleId: subscription.ruleId }
}

async function shown(tx: Reader, ctx: Ctx, id: number) {
  const contract = (await contractOf(tx, id)) ?? notThere()
  const subscription = (await subscriptionsAmong(ctx, [id])).get(id) ?? notThere()
  const [found = notThere()] = await showContracts(tx, ctx, [contract])
  const { customer_type: _, overdue_automatic_management: __, ...said } = found
  // How it is paid is theirs to know when the trial is over.
  const payment = subscription.status === 'trial' ? {} : { payment_information: showPayment(subscription, found.created_at) }
  return { subscription: { ...said, ...payment } }
}

const methodNames = new Map(Object.entries(paymentMethods).map(([theirs, ours]) => [ours as string, theirs]))

function showPayment({ contractId, terms }: KnownSubscription, createdAt: string) {
  return {
    id: numberOfPaymentOfContract(contractId),
    payment_method: methodNames.get(terms.paymentMethod) ?? 'transfer',
    cobrato_card_id: '--',
    card_expiration_month: '--',
    card_expiration_year: '--',
    installments: terms.due.installments,
    created_at: createdAt,
  }
}
