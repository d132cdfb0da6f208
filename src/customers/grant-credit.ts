import { type Cents, cents } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'
import { organizationOf } from '../organizations/organization-store.ts'
import type { Ctx } from '../platform/context.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { requireRoomForCredit } from './credit-bound.ts'
import { addCreditEntries, type CreditEntry, lockCredit } from './customer-credit-store.ts'
import { holdCustomer } from './read-customer.ts'

export interface Grant {
  organizationId: number
  amountCents: Cents
  reason: string
}

/** Gives a customer credit with one organization, spent on its next emissions. */
export function grantCredit(ctx: Ctx, customerId: number, grant: Grant): Promise<CreditEntry> {
  return ctx.transact(async tx => {
    const customer = await holdCustomer(tx, customerId)
    const organization = await organizationOf(tx, grant.organizationId)
    if (organization === null) refuse('not_found', 'Organização não encontrada.', { status: 404, path: '/organizationId' })
    const owner = { customerId, organizationId: grant.organizationId }
    const balanceCents = await lockCredit(tx, owner)
    requireRoomForCredit(balanceCents, grant.amountCents)
    const entry: CreditEntry = {
      ...owner,
      id: await takeIds(tx, 'customer_credit_entry'),
      amountCents: grant.amountCents,
      cause: 'granted',
      receiptId: null,
      createdAt: ctx.clock.now(),
    }
    await addCreditEntries(tx, [entry])
    await record(tx, ctx, [
      {
        action: 'grant_credit',
        subject: { noun: 'customer', id: customerId, version: customer.version },
        before: { organizationId: grant.organizationId, balanceCents },
        after: { ...grant, creditEntryId: entry.id, balanceCents: cents(balanceCents + grant.amountCents) },
      },
    ])
    return entry
  })
}
