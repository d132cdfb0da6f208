// A plan of theirs may have nothing but a price. With us whatever is billed is a service, so such a plan has one of its own, called as it
// is called: the customer reads that name on the invoice. No list of theirs shows it.

import { createServiceItem } from '../../../catalog/create-service-item.ts'
import { serviceItemOf } from '../../../catalog/service-item-store.ts'
import { updateServiceItem } from '../../../catalog/update-service-item.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import type { Plan } from '../../../subscriptions/plan.ts'
import { factsOf, saveFacts } from '../kept.ts'

export async function plainServiceFor(tx: Tx, ctx: Ctx, planName: string): Promise<number> {
  const { id } = await createServiceItem(ctx, { name: planName })
  await saveFacts(tx, 'service_item', id, {}, { isPlain: true })
  return id
}

/** Called as the plan, as long as nobody called it otherwise. */
export async function renamePlainService(tx: Tx, ctx: Ctx, before: Plan, name: string): Promise<void> {
  const { serviceItemId: id } = before
  if (id === null || name === before.name || !(await isPlain(tx, id))) return
  const service = await serviceItemOf(tx, id)
  if (service === null || service.name !== before.name || service.archivedAt !== null) return
  await updateServiceItem(ctx, id, service.version, { name })
}

async function isPlain(tx: Reader, id: number): Promise<boolean> {
  return (await factsOf(tx, 'service_item', id)).isPlain === true
}

/** What a rule bills by such a plan is no service to them. */
export async function markPlain(tx: Tx, ruleId: number, { products, serviceItemId }: Plan): Promise<void> {
  if (products.length > 0 || serviceItemId === null) return
  if (!(await isPlain(tx, serviceItemId))) return
  const facts = await factsOf(tx, 'invoice_rule', ruleId)
  const { plainService, plainBefore } = facts
  const before = [...(Array.isArray(plainBefore) ? plainBefore : []), ...(plainService === undefined ? [] : [plainService])]
  const others = [...new Set(before)].filter(id => id !== serviceItemId)
  const kept = { ...facts, plainService: serviceItemId, ...(others.length > 0 && { plainBefore: others }) }
  await saveFacts(tx, 'invoice_rule', ruleId, facts, kept)
}
