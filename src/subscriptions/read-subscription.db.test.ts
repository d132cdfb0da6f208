import { expect, test, vi } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { aContract } from '../../test/fixtures/contracts.ts'
import { ctxAt } from '../../test/fixtures/rules.ts'
import { createReference } from '../catalog/references/create-reference.ts'
import { decimal } from '../core/money.ts'
import type { Ctx } from '../platform/context.ts'
import { createSubscription } from './create-subscription.ts'
import { plans } from './plan.ts'
import { searchSubscriptions } from './read-subscription.ts'

const JUNE_20 = '2026-06-20T12:00:00.000Z'

eachEngine('a list of subscriptions', database => {
  test('takes as many statements for forty as for two, paid before or afterwards', async () => {
    const ctx = await ctxAt(database(), JUNE_20)
    const { organizationId, customerId, serviceItemId } = await aContract(ctx)
    const planOf = (chargingMethod: string) => {
      const plan = { name: chargingMethod, organizationId, serviceItemId, price: decimal('31'), chargingMethod }
      return createReference(ctx, plans, plan)
    }
    const [before, afterwards] = [await planOf('pre_paid'), await planOf('post_paid')]
    for (let i = 0; i < 42; i++) {
      await createSubscription(ctx, { planId: (i % 2 === 0 ? before : afterwards).id, customerId })
    }
    const two = await listed(ctx, 2)
    expect(two.rows.map(({ validUntil }) => validUntil)).toEqual([null, '2026-07-20', null])
    const forty = await listed(ctx, 40)
    expect(forty.rows).toHaveLength(41)
    expect(forty.statements).toBe(two.statements)
  })
})

function listed(ctx: Ctx, limit: number) {
  return ctx.transact(async tx => {
    const spy = vi.spyOn(tx.getExecutor(), 'executeQuery')
    const rows = await searchSubscriptions(ctx, {}, 0, limit)
    const statements = spy.mock.calls.length
    spy.mockRestore()
    return { rows, statements }
  })
}
