import { Type } from 'typebox'
import { allContractStates } from '../contracts/contract.ts'
import { NamedCustomerAnswer, showNamedCustomer } from '../contracts/parties-wire.ts'
import { paymentMethods } from '../contracts/rules/rule-wire.ts'
import { showId } from '../core/ids.ts'
import { ExternalIds } from '../platform/http/external-id-fields.ts'
import { Day, Fields, IdOf, OneOf, OrNull, Text, Whole } from '../platform/http/fields.ts'
import type { PlanChange } from './change-plan.ts'
import type { KnownSubscription, SubscriptionDetail } from './read-subscription.ts'
import { subscriptionStatuses } from './subscription.ts'
import type { PlanChangeRecord } from './subscription-store.ts'

export const AtSubscription = Fields({ id: IdOf('subscription') })
export const AtToken = Fields({ token: Type.String({ pattern: '^[0-9a-f]{32}$', maxLength: 32 }) })

export const NewSubscription = Fields(
  {
    planId: IdOf('plan'),
    customerId: IdOf('customer'),
    startsOn: Type.Optional(Day({ description: 'Primeiro dia do teste, ou do serviço; hoje se não informado.' })),
    paymentMethod: Type.Optional(OneOf(paymentMethods, { description: 'boleto se não informado.' })),
    installments: Type.Optional(Whole(1, 120, { description: 'Em quantas parcelas se paga cada período; 1 se não informado.' })),
    name: Type.Optional(Text(200, { description: '"Assinatura <plano>" se não informado; o fim acompanha a troca de plano.' })),
    externalIds: Type.Optional(ExternalIds),
  },
  { title: 'NewSubscription' },
)

export const SubscriptionCancellation = Fields(
  {
    on: Type.Optional(Day({ description: 'Último dia da vigência; hoje se não informado.' })),
    reason: Type.Optional(Text(500)),
  },
  { title: 'SubscriptionCancellation' },
)

export const NewPlan = Fields({ planId: IdOf('plan', { description: 'O plano novo.' }) }, { title: 'PlanChoice' })

// --- Answers ---

const NamedPlan = Type.Object({ id: Type.String(), name: Type.String() })

const subscriptionAnswer = {
  id: Type.String(),
  contractId: Type.String({ description: 'A assinatura é um contrato: aqui está o resto dele.' }),
  ruleId: Type.String(),
  token: Type.String({ description: 'Como a assinatura é conhecida por quem não conta contratos.' }),
  name: Type.String(),
  organizationId: Type.String(),
  customerId: Type.String(),
  customer: NamedCustomerAnswer,
  planId: Type.String(),
  plan: NamedPlan,
  status: OneOf(subscriptionStatuses),
  state: OneOf(allContractStates),
  startsOn: Type.String(),
  endsOn: OrNull(Type.String()),
  trialEndsOn: OrNull(Type.String({ description: 'O primeiro dia depois do teste.' })),
  validUntil: OrNull(
    Type.String({ description: 'O primeiro dia depois do que foi faturado; no pós-pago, do período em curso; no teste, dele.' }),
  ),
  paymentMethod: OneOf(paymentMethods),
  installments: Type.Integer(),
  cancelledOn: OrNull(Type.String()),
  cancelReason: OrNull(Type.String()),
  version: Type.Integer(),
  createdAt: Type.String(),
}

export const SubscriptionAnswer = Type.Object(subscriptionAnswer, { title: 'Subscription' })

const changeAnswer = {
  fromPlanId: Type.String(),
  planId: Type.String(),
  changedOn: Type.String(),
  effectiveOn: OrNull(Type.String({ description: 'Primeiro dia do primeiro período que o plano novo fatura.' })),
  creditCents: Type.Integer({ description: 'O que se devolve dos dias restantes do período em curso.' }),
  debitCents: Type.Integer({ description: 'O que se cobra pelos mesmos dias no plano novo.' }),
}

export const SubscriptionDetailAnswer = Type.Object(
  {
    ...subscriptionAnswer,
    planChanges: Type.Array(Type.Object({ ...changeAnswer, changedAt: Type.String() }), {
      description: 'A mais recente primeiro; até 200.',
    }),
  },
  { title: 'SubscriptionDetail' },
)

export const PlanChangeAnswer = Type.Object(
  {
    ...changeAnswer,
    fromPlan: NamedPlan,
    plan: NamedPlan,
    netCents: Type.Integer({ description: 'Débito menos crédito; o que faltar em crédito fica para os faturamentos seguintes.' }),
    swapped: OrNull(
      Type.Object(
        { startsOn: Type.String(), endsOn: Type.String(), days: Type.Integer({ description: 'Dias que mudam de plano.' }) },
        { description: 'O período em curso.' },
      ),
    ),
  },
  { title: 'PlanChange' },
)

export function showSubscription(it: KnownSubscription) {
  return {
    id: showId('subscription', it.contractId),
    contractId: showId('contract', it.contractId),
    ruleId: showId('invoice_rule', it.ruleId),
    token: it.token,
    name: it.name,
    organizationId: showId('organization', it.organizationId),
    customerId: showId('customer', it.customerId),
    customer: showNamedCustomer(it.customer),
    planId: showId('plan', it.planId),
    plan: namedPlan(it.plan),
    status: it.status,
    state: it.state,
    startsOn: it.startsOn,
    endsOn: it.endsOn,
    trialEndsOn: it.trialEndsOn,
    validUntil: it.validUntil,
    paymentMethod: it.terms.paymentMethod,
    installments: it.terms.due.installments,
    cancelledOn: it.cancelledOn,
    cancelReason: it.cancelReason,
    version: it.version,
    createdAt: it.createdAt,
  }
}

export function showSubscriptionDetail(it: SubscriptionDetail) {
  const planChanges = it.changes.map(change => ({ ...shownChange(change), changedAt: change.changedAt }))
  return { ...showSubscription(it), planChanges }
}

export function showPlanChange(change: PlanChange) {
  return {
    ...shownChange(change),
    fromPlan: namedPlan(change.fromPlan),
    plan: namedPlan(change.plan),
    netCents: change.debitCents - change.creditCents,
    swapped: change.swapped,
  }
}

function shownChange({ fromPlanId, planId, changedOn, effectiveOn, creditCents, debitCents }: PlanChangeRecord) {
  const ids = { fromPlanId: showId('plan', fromPlanId), planId: showId('plan', planId) }
  return { ...ids, changedOn, effectiveOn, creditCents, debitCents }
}

function namedPlan({ id, name }: PlanChange['plan']) {
  return { id: showId('plan', id), name }
}
