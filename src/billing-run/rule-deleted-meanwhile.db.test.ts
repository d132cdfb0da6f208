import { describe, expect, inject, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { sideBySide } from '../../test/database/side-by-side.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { openTestDatabase } from '../../test/database/test-database.ts'
import { type Agreement, Shop } from '../../test/stories/story.ts'
import { ctxOf } from '../../test/verify/company.ts'
import { deleteRule } from '../contracts/rules/delete-rule.ts'
import { TermsMemory } from '../contracts/rules/terms-memory.ts'
import { applyChunk } from './apply-chunk.ts'
import { decidePage } from './decide-run.ts'
import { claimChunk } from './run-store.ts'
import { startRun } from './start-run.ts'
import { workRun } from './work-run.ts'

// Somebody deletes a rule while a run bills it: whoever has the rule's row first is right, and the other finds what that one left.

/** A run has listed the rule's period of January; no worker has come yet. */
async function listed(database: TestDatabase) {
  const shop = await Shop.open(database, '2026-01-10')
  const of = await shop.contract()
  const ctx = await ctxOf(shop)
  const { id: run } = await startRun(ctx, {})
  await decidePage(ctx, run, { worker: 'decider', memory: new TermsMemory(), waits: true })
  const rule = Number(of.ruleId.slice(4))
  const remove = () => deleteRule(ctx, rule, 1)
  const apply = async () => {
    const chunk = await ctx.transact(tx => claimChunk(tx, run, 'worker'))
    if (chunk === null) throw new Error('the chunk is there')
    await applyChunk(ctx, run, chunk, new TermsMemory())
  }
  const end = () => workRun(ctx, run)
  const became = async () => [
    (await shop.items({ id: `run_${run}` })).map(({ outcome }: { outcome: string }) => outcome),
    await left(shop, of),
  ]
  return { shop, ctx, remove, apply, end, became }
}

async function left(shop: Shop, of: Agreement) {
  return { ledger: await shop.ledger(of), invoices: (await shop.invoices(of)).length }
}

eachEngine('a rule that is deleted after a run has listed it', database => {
  test('is not billed, and the run says so', async () => {
    const { shop, remove, apply, end, became } = await listed(database())
    await remove()
    await apply()
    await end()
    expect(await became()).toEqual([['already_billed'], { ledger: ['2026-01-10 waived'], invoices: 0 }])
    await shop.prove()
  })
})

describe.runIf(inject('engines').includes('postgres'))('a rule that is deleted while a run bills it (postgres)', () => {
  const open = () => openTestDatabase('postgres')

  test('is billed where the run came first: the deletion waits, and leaves the invoice', async () => {
    const database = await open()
    const { shop, ctx, remove, apply, end, became } = await listed(database)
    const met = await sideBySide(database, ctx, apply, remove)
    expect([met.first.status, met.second.status, met.secondWaited]).toEqual(['fulfilled', 'fulfilled', true])
    await end()
    expect(await became()).toEqual([['emitted'], { ledger: ['2026-01-10 billed'], invoices: 1 }])
    await shop.prove()
  })

  test('is not where the deletion came first: the run waits, and finds nothing to bill', async () => {
    const database = await open()
    const { shop, ctx, remove, apply, end, became } = await listed(database)
    const met = await sideBySide(database, ctx, remove, apply)
    expect([met.first.status, met.second.status, met.secondWaited]).toEqual(['fulfilled', 'fulfilled', true])
    await end()
    expect(await became()).toEqual([['already_billed'], { ledger: ['2026-01-10 waived'], invoices: 0 }])
    await shop.prove()
  })
})
