import type { Contract } from '../../../contracts/contract.ts'
import type { Customer, CustomerKind } from '../../../customers/customer.ts'
import { customersOf } from '../../../customers/customer-store.ts'
import { lateUntilOf } from '../../../organizations/calendar.ts'
import { organizationsOf } from '../../../organizations/organization-store.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { contractsWithLate } from '../../../receivables/receivable-store.ts'
import { contractsById } from '../../../webhooks/subject-store.ts'
import { factsOfMany } from '../kept.ts'
import { numberOfCustomer, numberOfOrganization } from '../numbers.ts'
import { showName, showSubscribed, subscriptionsOf } from '../subscriptions/subscription-facts.ts'
import { showDay, showStamp, showText } from '../values.ts'

export const typeOfCustomer: Readonly<Record<CustomerKind, 'Company' | 'Person'>> = { company: 'Company', person: 'Person' }

export type ShownContract = Awaited<ReturnType<typeof showContracts>>[number]

/** As many statements for many contracts as for one. Without a context nobody is asked who is late, or what is a subscription. */
export async function showContracts(tx: Reader, ctx: Ctx | null, contracts: readonly Contract[]) {
  const ids = contracts.map(({ id }) => id)
  const facts = await factsOfMany(tx, 'contract', ids)
  const tokens = await contractsById(tx, ids)
  const customers = await customersOf(tx, [...new Set(contracts.map(({ customerId }) => customerId))])
  const organizations = await organizationsOf(tx, [...new Set(contracts.map(({ organizationId }) => organizationId))])
  const late = ctx === null ? new Set() : await contractsWithLate(tx, ids, await lateUntilOf(tx, ctx.clock.now()))
  const subscriptions = await subscriptionsOf(tx, ctx, ids)
  return contracts.map(contract => {
    const { said = {}, ...kept } = facts(contract.id)
    const customer = customers.get(contract.customerId)
    const subscription = subscriptions.get(contract.id)
    const subscribed = subscription && showSubscribed(subscription, kept)
    const timeZone = organizations.get(contract.organizationId)?.timeZone ?? 'UTC'
    return {
      id: contract.id,
      name: showName(contract.name, said.name, subscription, customer),
      title: showName(contract.title, said.title, subscription, customer),
      token: tokens.get(contract.id)?.token ?? null,
      description: showText(contract.description, said.description),
      ...showParties(contract, customer),
      state: contract.state === 'active' ? 'active' : 'inactive',
      comments: showText(contract.comments, said.comments),
      init_date: kept.hasNoStart === true ? null : showDay(contract.startsOn),
      end_date: subscribed ? subscribed.end_date : showDay(contract.endsOn),
      created_at: showStamp(contract.createdAt, timeZone),
      kind: contract.kind,
      overdue: late.has(contract.id),
      valid_until: subscribed?.valid_until ?? null,
      status: subscribed?.status ?? (contract.state === 'cancelled' ? 'cancelled' : 'established'),
      registration_method: subscribed?.registration_method ?? 'regular',
      cobrato_payment_gateway_charge_config_id: (subscribed ?? kept).cobrato_payment_gateway_charge_config_id ?? null,
      cobrato_payment_gateway_charge_config_name: (subscribed ?? kept).cobrato_payment_gateway_charge_config_name ?? null,
      cancel_date: showDay(contract.cancelledOn),
      cancel_reason: contract.cancelReason,
      overdue_automatic_management: contract.billWhileOverdue,
      plan: subscribed?.plan ?? null,
    }
  })
}

/** The organization sells or buys; it is a company to them. */
function showParties({ kind, organizationId, customerId }: Contract, customer: Customer | undefined) {
  const organization = { id: numberOfOrganization(organizationId), type: 'Company' }
  const other = { id: numberOfCustomer(customerId), type: typeOfCustomer[customer?.kind ?? 'company'] }
  const [buyer, seller] = kind === 'sale' ? [other, organization] : [organization, other]
  return { customer_id: buyer.id, customer_type: buyer.type, supplier_id: seller.id, supplier_type: seller.type }
}
