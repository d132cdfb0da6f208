import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { Shop } from '../../test/stories/story.ts'
import { ctxOf } from '../../test/verify/company.ts'
import { foundAfter } from '../../test/verify/found-after.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { verify } from './verify.ts'

const codesAfter = async (ctx: Ctx, plant: (tx: Tx) => Promise<unknown>) =>
  Object.keys((await foundAfter(ctx, plant)).found).sort()

eachEngine('what verify says of subscriptions', database => {
  const open = async (plan: Record<string, unknown>) => {
    const shop = await Shop.open(database(), '2026-01-01')
    const offered = { organizationId: shop.organizationId, serviceItemId: shop.serviceItemId }
    const small = await shop.post('/v1/plans', { ...offered, name: 'Básico', price: '31', ...plan })
    const large = await shop.post('/v1/plans', { ...offered, name: 'Completo', price: '62' })
    const { id } = await shop.post('/v1/subscriptions', { planId: small.id, customerId: await shop.customer() })
    const change = () => shop.post(`/v1/subscriptions/${id}/change-plan`, { planId: large.id })
    const ctx = await ctxOf(shop)
    return { shop, ctx, change }
  }

  test('a change of plan whose credit and debit are gone is found', async () => {
    const { shop, ctx, change } = await open({})
    await shop.bill()
    await shop.until('2026-01-16')
    await change()
    expect((await verify(ctx, { full: true })).findings).toEqual([])
    const forgotten = async (tx: Tx) => {
      for (const table of ['price_difference', 'billing_event_part', 'billing_event']) {
        await sql`delete from ${sql.table(table)}`.execute(tx)
      }
      await sql`delete from outbox where noun = 'billing_event'`.execute(tx)
    }
    expect(await codesAfter(ctx, forgotten)).toContain('wrong_difference')
    const otherPrice = (tx: Tx) => sql`update rule_line set unit_price = 61 where terms_version > 1`.execute(tx)
    expect(await codesAfter(ctx, otherPrice)).toContain('wrong_difference')
    const otherPace = (tx: Tx) => sql`update rule_terms set recurrence_every = 2 where version > 1`.execute(tx)
    expect(await codesAfter(ctx, otherPace)).toContain('wrong_difference')
  })

  test('days that nobody pays are those of the trial, and no others', async () => {
    const { shop, ctx, change } = await open({ trialDays: 15 })
    await shop.until('2026-01-16')
    await shop.bill()
    await change()
    expect((await verify(ctx, { full: true })).findings).toEqual([])
    const longer = (tx: Tx) => sql`update subscription set trial_ends_on = '2026-01-17'`.execute(tx)
    expect(await codesAfter(ctx, longer)).toEqual(['subscription_not_as_told', 'uncharged_without_cause'])
    const none = (tx: Tx) => sql`update subscription set trial_ends_on = null`.execute(tx)
    expect(await codesAfter(ctx, none)).toEqual(['subscription_not_as_told', 'uncharged_without_cause'])
    const otherReason = (tx: Tx) => sql`update coverage set reason = 'contract_suspended' where reason = 'trial'`.execute(tx)
    expect(await codesAfter(ctx, otherReason)).toContain('uncharged_without_cause')
  })
})
