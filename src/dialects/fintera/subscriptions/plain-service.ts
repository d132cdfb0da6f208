// A plan of theirs may have nothing but a price. With us whatever is billed is a service, so an organization has one for all such plans,
// which no list of theirs shows.

import { createServiceItem } from '../../../catalog/create-service-item.ts'
import { serviceItemOf } from '../../../catalog/service-item-store.ts'
import { holdOrganization } from '../../../organizations/read-organization.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import type { Plan } from '../../../subscriptions/plan.ts'
import { type Facts, factsOf, saveFacts } from '../kept.ts'

const NAME = 'Assinatura de plano sem produtos'

/** Made when it is first wanted, or when somebody has taken it out of use. */
export async function plainServiceFor(tx: Tx, ctx: Ctx, organizationId: number): Promise<number> {
  const known = await inUse(tx, await factsOf(tx, 'organization', organizationId))
  if (known !== null) return known
  await holdOrganization(tx, organizationId)
  const facts = await factsOf(tx, 'organization', organizationId)
  const meanwhile = await inUse(tx, facts)
  if (meanwhile !== null) return meanwhile
  const { id } = await createServiceItem(ctx, { name: NAME })
  await saveFacts(tx, 'service_item', id, {}, { isPlain: true })
  await saveFacts(tx, 'organization', organizationId, facts, { ...facts, plainService: id })
  return id
}

async function inUse(tx: Reader, { plainService }: Facts): Promise<number | null> {
  const item = typeof plainService === 'number' ? await serviceItemOf(tx, plainService) : null
  return item === null || item.archivedAt !== null ? null : item.id
}

/** What a rule bills by such a plan is no service to them. */
export async function markPlain(tx: Tx, ruleId: number, { products, serviceItemId }: Plan): Promise<void> {
  if (products.length > 0 || serviceItemId === null) return
  const { isPlain } = await factsOf(tx, 'service_item', serviceItemId)
  if (isPlain !== true) return
  const facts = await factsOf(tx, 'invoice_rule', ruleId)
  await saveFacts(tx, 'invoice_rule', ruleId, facts, { ...facts, plainService: serviceItemId })
}
