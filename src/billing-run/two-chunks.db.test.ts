import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { type Agreement, Shop } from '../../test/stories/story.ts'
import { ctxOf } from '../../test/verify/company.ts'
import { TermsMemory } from '../contracts/rules/terms-memory.ts'
import type { Ctx } from '../platform/context.ts'
import { verify } from '../verify/verify.ts'
import { applyChunk } from './apply-chunk.ts'
import { decidePage } from './decide-run.ts'
import { claimChunk } from './run-store.ts'
import { startRun } from './start-run.ts'
import { workRun } from './work-run.ts'

// A customer with more periods than a chunk holds is cut, and workers end chunks in any order.

eachEngine('periods of one rule in several chunks of a run', database => {
  const owner = (text: string) => database().asOwner(owner => owner.query(text))
  /** No invoice of these periods can be saved until it is over. */
  const poisoned = async <T>(ctx: Ctx, days: readonly string[], work: () => Promise<T>): Promise<T> => {
    const condition = `account_id <> ${ctx.account} or period_start not in (${days.map(day => `'${day}'`).join(', ')})`
    await owner(`alter table invoice add constraint poison_${ctx.account} check (${condition}) not valid`)
    try {
      return await work()
    } finally {
      await owner(`alter table invoice drop constraint poison_${ctx.account}`)
    }
  }

  /** Three months stand open, and a run of them all is decided: an item and a chunk for each, and no worker has come yet. */
  async function threeChunks(): Promise<{ shop: Shop; of: Agreement; ctx: Ctx; run: number }> {
    const shop = await Shop.open(database(), '2026-01-10')
    const of = await shop.contract()
    await shop.event(of, { amountCents: 500 })
    await shop.until('2026-03-12')
    const ctx = await ctxOf(shop)
    const { id: run } = await startRun(ctx, { filters: { catchUp: true } })
    // Beside other workers nobody bills as it decides.
    await decidePage(ctx, run, { worker: 'decider', memory: new TermsMemory(), waits: true })
    await ctx.transact(async tx => {
      await sql`delete from billing_run_chunk where run_id = ${run}`.execute(tx)
      await sql`
        insert into billing_run_chunk (account_id, run_id, number, first_item, last_item, state)
        select ${ctx.account}, ${run}, n, n, n, 'pending' from generate_series(1, 3) n`.execute(tx)
    })
    return { shop, of, ctx, run }
  }

  /** A worker takes and does this chunk, while others have the rest. */
  async function apply(ctx: Ctx, run: number, number: number): Promise<void> {
    const chunk = await ctx.transact(async tx => {
      await sql`
        update billing_run_chunk set lease_until = case when number <> cast(${number} as integer) then 'infinity'::timestamptz end
        where run_id = ${run} and state = 'pending'`.execute(tx)
      return claimChunk(tx, run, 'worker')
    })
    if (!chunk) throw new Error('the chunk is there')
    await applyChunk(ctx, run, chunk, new TermsMemory())
    await ctx.transact(tx => sql`update billing_run_chunk set lease_until = null where run_id = ${run}`.execute(tx))
  }

  const grossOf = async (shop: Shop, of: Agreement) =>
    (await shop.invoices(of))
      .map(({ scheduledOn, grossCents }) => `${scheduledOn} ${grossCents}`)
      .sort((a, b) => (a < b ? -1 : 1))

  const isProven = async (ctx: Ctx) => expect((await verify(ctx, { full: true })).findings).toEqual([])

  /** February is made while January is still to come, which is then parked. */
  async function januaryParked() {
    const story = await threeChunks()
    const { ctx, run, shop, of } = story
    await apply(ctx, run, 2)
    await poisoned(ctx, ['2026-01-10'], () => apply(ctx, run, 1))
    expect(await shop.ledger(of)).toEqual(['2026-01-10 open', '2026-02-10 billed'])
    expect(await grossOf(shop, of)).toEqual(['2026-02-10 10000'])
    await isProven(ctx)
    return story
  }

  test('an earlier one that is parked after a later one was made leaves its event to the next that is made', async () => {
    const { ctx, run, shop, of } = await januaryParked()
    await workRun(ctx, run)
    expect(await grossOf(shop, of)).toEqual(['2026-02-10 10000', '2026-03-10 10500'])
    expect((await shop.tellRun({ id: `run_${run}` }, 'retry')).state).toBe('done')
    expect(await grossOf(shop, of)).toEqual(['2026-01-10 10000', '2026-02-10 10000', '2026-03-10 10500'])
    await isProven(ctx)
  })

  test('its event is its own again when it is made before any other', async () => {
    const { ctx, run, shop, of } = await januaryParked()
    await poisoned(ctx, ['2026-03-10'], () => apply(ctx, run, 3))
    await workRun(ctx, run)
    expect((await shop.tellRun({ id: `run_${run}` }, 'retry')).state).toBe('done')
    expect(await grossOf(shop, of)).toEqual(['2026-01-10 10500', '2026-02-10 10000', '2026-03-10 10000'])
    await isProven(ctx)
  })

  test('waived instead, it leaves the event to the next one', async () => {
    const { ctx, run, shop, of } = await januaryParked()
    await shop.post(`/v1/invoice-rules/${of.ruleId}/periods/2026-01-10/waive`, { reason: 'Cortesia' })
    await isProven(ctx)
    await workRun(ctx, run)
    expect(await grossOf(shop, of)).toEqual(['2026-02-10 10000', '2026-03-10 10500'])
    await isProven(ctx)
  })
})
