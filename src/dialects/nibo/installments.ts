// What they call a parcelamento: a plan, and the schedules that it is.

import { sum } from '../../core/money.ts'
import { lateUntilOf } from '../../organizations/calendar.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import type { KnownOccurrence } from '../../schedules/read-schedule.ts'
import { occurrencesByReceivables } from '../../schedules/read-schedule.ts'
import { schedulesOf } from '../../schedules/schedule-store.ts'
import type { Operation } from '../dialect.ts'
import { spokenOrganization } from '../spoken-organization.ts'
import { toGuid } from './guid.ts'
import { numberOf, page } from './lists.ts'
import { findIds } from './odata/filter-store.ts'
import { odataQuery } from './odata/query.ts'
import { schedulesAmong } from './resources-store.ts'
import { nfseTypeOf } from './schedule-view.ts'
import { asDay, asNumber } from './values.ts'
import { installmentNotFound, refuseWith, type Words } from './words.ts'

const at = '/empresas/v1/installments' as const
const reads = { needs: ['receivables:read'], reads: true, words: {} } as const

/** Both in the shapes that were seen in production (n8n-nodes-nibo-empresas, PLAN-v0.15.0 §1.5). */
export const installmentOperations: readonly Operation<Words>[] = [
  {
    ...reads,
    name: 'show-installment-plan',
    says: 'Mostra um parcelamento',
    at: [`GET ${at}/:id`],
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const id = await installmentPlan(tx, ctx, params.id)
        const { ids } = await findIds(tx, await resourceOf(tx, ctx, id), {
          filter: null,
          orderBy: [],
          top: MOST_PARCELS,
          skip: 0,
        })
        const all = await occurrencesByReceivables(ctx, ids)
        const [first] = all
        const totalCents = sum(all.map(({ receivable }) => receivable.amountCents))
        return {
          status: 200,
          body: {
            installmentId: toGuid('schedule', id),
            // Each installment says its own value here.
            divideTotalValue: false,
            totalOfInstallments: all.length,
            totalValue: asNumber(totalCents),
            sendNFSeActionType: first === undefined ? 0 : nfseTypeOf(first.terms),
            firstScheduleId: first === undefined ? null : toGuid('receivable', first.receivable.id),
          },
        }
      }),
  },
  {
    ...reads,
    name: 'list-schedules-of-installment-plan',
    query: odataQuery,
    says: 'Lista os agendamentos de um parcelamento',
    at: [`GET ${at}/:id/schedules`],
    run: (ctx, asked) =>
      ctx.transact(async tx => {
        const resource = await resourceOf(tx, ctx, await installmentPlan(tx, ctx, asked.params.id))
        const { items } = await page(tx, asked, resource, async ids => (await occurrencesByReceivables(ctx, ids)).map(showParcel))
        return { status: 200, body: items }
      }),
  },
]

/** As many as one may have. */
const MOST_PARCELS = 100

async function installmentPlan(tx: Tx, ctx: Ctx, guid: string | undefined): Promise<number> {
  const id = numberOf('schedule', guid, installmentNotFound)
  const schedule = (await schedulesOf(tx, [id])).get(id)
  const spoken = await spokenOrganization(tx, ctx)
  if (schedule?.kind !== 'installments' || (spoken !== null && schedule.organizationId !== spoken)) {
    return refuseWith(installmentNotFound)
  }
  return id
}

async function resourceOf(tx: Tx, ctx: Ctx, ofSchedule: number) {
  const lateUntil = await lateUntilOf(tx, ctx.clock.now())
  return schedulesAmong('all', lateUntil, { organizationId: null, ofSchedule })
}

function showParcel({ occurrence, receivable }: KnownOccurrence) {
  return {
    scheduleId: toGuid('receivable', receivable.id),
    dueDate: asDay(occurrence.dueOn),
    scheduleDate: asDay(occurrence.scheduledOn),
    accrualDate: asDay(occurrence.accrualOn),
    value: asNumber(receivable.amountCents),
    installmentNumber: occurrence.number,
  }
}
