import { unarchiveServiceItem } from '../../../catalog/archive-service-item.ts'
import { createServiceItem } from '../../../catalog/create-service-item.ts'
import { serviceItemOf } from '../../../catalog/service-item-store.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Tx } from '../../../platform/db/db.ts'
import { subjectOfExternalId } from '../../../platform/external-ids.ts'
import { keepSent } from '../kept.ts'
import { listIn, type Param } from '../read-param.ts'
import { type Activity, activityOf } from './activity.ts'
import { lockActivity } from './books-store.ts'

// An item may say what is done by its codes alone, without a service of the register. With us every line is of a service: such codes have
// one of their own, found again by whoever sends them again.

/** The ids that are given for them, beside those that clients bring along for services. */
export const ACTIVITIES = 'omie-item'

/** Those that are not there yet are made, with the codes that a note will ask for; one that was archived is used again. */
export async function makeServices(tx: Tx, ctx: Ctx, contracts: readonly Param[]): Promise<void> {
  const activities = contracts.flatMap(contract => listIn(contract, 'itensContrato').flatMap(item => activityOf(item) ?? []))
  const byCode = new Map(activities.map(activity => [activity.code, activity]))
  for (const activity of [...byCode.values()].sort((a, b) => (a.code < b.code ? -1 : 1))) {
    // Two contracts of one activity may come at once.
    await lockActivity(tx, activity.code)
    const known = await subjectOfExternalId(tx, 'service_item', { system: ACTIVITIES, id: activity.code })
    if (known === null) await makeService(tx, ctx, activity)
    else if ((await serviceItemOf(tx, known))?.archivedAt !== null) await unarchiveServiceItem(ctx, known)
  }
}

async function makeService(tx: Tx, ctx: Ctx, { code, lc116, municipal }: Activity): Promise<void> {
  const { id } = await createServiceItem(ctx, {
    name: lc116 === '' ? `Serviço ${municipal}` : `Serviço ${lc116} (LC 116/2003)`,
    externalIds: [{ system: ACTIVITIES, id: code }],
  })
  await keepSent(tx, 'service_item', id, { cabecalho: { cCodLC116: lc116, cCodServMun: municipal } })
}
