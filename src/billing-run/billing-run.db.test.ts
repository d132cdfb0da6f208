import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { ctxAt, later, rules } from '../../test/fixtures/rules.ts'
import { TermsMemory } from '../contracts/rules/terms-memory.ts'
import { cents, decimal } from '../core/money.ts'
import type { Ctx } from '../platform/context.ts'
import { allowRunItem, billPreview, pauseRun, resumeRun, retryRun } from './control-run.ts'
import { decidePage } from './decide-run.ts'
import { listItems, tallyOf } from './item-store.ts'
import { runById } from './run-store.ts'
import { saveItems } from './save-items.ts'
import { type StartRun, startRun } from './start-run.ts'
import { workRun } from './work-run.ts'

async function bill(ctx: Ctx, asked: StartRun = {}) {
  const run = await startRun(ctx, asked)
  await workRun(ctx, run.id)
  return shown(ctx, run.id)
}

async function shown(ctx: Ctx, runId: number) {
  return ctx.transact(async tx => {
    const run = await runById(tx, runId)
    const tally = await tallyOf(tx, runId)
    return { id: runId, state: run?.state, outcomes: Object.fromEntries(tally.map(row => [row.outcome ?? 'pending', row.items])) }
  })
}

async function rowsOf<T>(ctx: Ctx, table: string): Promise<T[]> {
  return ctx.transact(async tx => (await sql<T>`select * from ${sql.table(table)}`.execute(tx)).rows)
}

eachEngine('a billing run', database => {
  test('bills and emits each due rule once, numbers them in order, and a second run finds nothing', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 7)
    expect(await bill(ctx)).toMatchObject({ state: 'done', outcomes: { emitted: 7 } })
    expect(await bill(ctx)).toMatchObject({ state: 'done', outcomes: {} })
    const invoices = await rowsOf<{ number: number; net_cents: number; state: string; issue_on: string }>(ctx, 'invoice')
    expect(invoices.map(invoice => invoice.number).sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(invoices[0]).toMatchObject({ net_cents: 10_000, state: 'to_receive', issue_on: '2026-01-31' })
    const receivables = await rowsOf<{ due_on: string }>(ctx, 'receivable')
    expect(new Set(receivables.map(receivable => receivable.due_on))).toEqual(new Set(['2026-02-10']))
  })

  test('two runs at once bill each period once', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 40)
    const runs = await Promise.all([startRun(ctx, {}), startRun(ctx, {})])
    await Promise.all(runs.map(run => workRun(ctx, run.id)))
    const both = await Promise.all(runs.map(run => shown(ctx, run.id)))
    const emitted = both.reduce((total, run) => total + (run.outcomes.emitted ?? 0), 0)
    expect(emitted).toBe(40)
    expect(await rowsOf(ctx, 'invoice')).toHaveLength(40)
  })

  test('an older open period waits until somebody chooses to bill it', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 1)
    const march = later(ctx, '2026-04-01T12:00:00.000Z')
    expect(await bill(march)).toMatchObject({ outcomes: { emitted: 1, needs_catch_up: 2 } })
    expect(await bill(march)).toMatchObject({ outcomes: { needs_catch_up: 2 } })
    expect(await bill(march, { filters: { catchUp: true } })).toMatchObject({ outcomes: { emitted: 2 } })
    const invoices = await rowsOf<{ period_start: string; issue_on: string }>(march, 'invoice')
    expect(invoices.map(invoice => invoice.period_start).sort()).toEqual(['2026-01-31', '2026-02-28', '2026-03-31'])
  })

  test('is refused of what does not exist, named one by one, instead of billing nothing', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 2)
    const refused = startRun(ctx, { filters: { contracts: [1, 777_777], customers: [888_888, 1], rules: [1, 2, 999_999] } })
    await expect(refused).rejects.toMatchObject({
      status: 422,
      faults: [
        { path: '/filters/contracts/1', code: 'unknown_contract' },
        { path: '/filters/customers/0', code: 'unknown_customer' },
        { path: '/filters/rules/2', code: 'unknown_rule' },
      ],
    })
    expect(await rowsOf(ctx, 'billing_run')).toEqual([])
    expect(await bill(ctx, { filters: { rules: [2] } })).toMatchObject({ outcomes: { emitted: 1 } })
  })

  test('a preview is billed exactly as it was seen', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 5)
    const preview = await bill(ctx, { preview: true })
    expect(preview).toMatchObject({ state: 'previewed', outcomes: { pending: 5 } })
    expect(await rowsOf(ctx, 'invoice')).toHaveLength(0)
    await ctx.transact(tx => sql`update rule_line set unit_price = 200 where rule_id = 3`.execute(tx))
    await billPreview(ctx, preview.id)
    await workRun(ctx, preview.id)
    expect(await shown(ctx, preview.id)).toMatchObject({ state: 'done', outcomes: { emitted: 4, changed_since_preview: 1 } })
  })

  test('an amount beyond the bound waits until it is allowed, and then that item alone is billed', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 2, { terms: { maxAmountCents: cents(9_999) } })
    const run = await bill(ctx)
    expect(run).toMatchObject({ state: 'done', outcomes: { above_safety_bound: 2 } })
    const [first] = await ctx.transact(tx => listItems(tx, run.id, {}, 0, 10))
    await allowRunItem(ctx, run.id, first?.item ?? 0)
    await workRun(ctx, run.id)
    expect(await shown(ctx, run.id)).toMatchObject({ state: 'done', outcomes: { emitted: 1, above_safety_bound: 1 } })
  })

  test('paused while it is still decided, it stands still, and goes on to its end', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 1001)
    const { id } = await startRun(ctx, {})
    await decidePage(ctx, id, { worker: 'w', memory: new TermsMemory(), waits: true })
    await pauseRun(ctx, id)
    const decided = await shown(ctx, id)
    await workRun(ctx, id)
    expect(await shown(ctx, id)).toEqual({ ...decided, state: 'paused' })
    await resumeRun(ctx, id)
    await workRun(ctx, id)
    expect(await shown(ctx, id)).toMatchObject({ state: 'done', outcomes: { emitted: 1001 } })
    const items = await ctx.transact(tx => listItems(tx, id, {}, 0, 2000))
    // Whoever does what: the first position has the first number.
    expect(items.every(item => item.number === item.item)).toBe(true)
  })

  test('a poisoned contract among many is parked alone, and retried alone once it is mended', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 60)
    // A position beyond what the column of an invoice's line can hold: the database refuses the row.
    await database().asOwner(owner =>
      owner.query(
        `alter table invoice_line add constraint poison_${ctx.account} check (account_id <> ${ctx.account} or description <> 'veneno')`,
      ),
    )
    await ctx.transact(tx => sql`update rule_line set description = 'veneno' where rule_id = 33`.execute(tx))
    const run = await bill(ctx)
    expect(run).toMatchObject({ state: 'error', outcomes: { emitted: 59, failed: 1 } })
    await ctx.transact(tx => sql`update rule_line set description = 'Suporte' where rule_id = 33`.execute(tx))
    await retryRun(ctx, run.id)
    await workRun(ctx, run.id)
    expect(await shown(ctx, run.id)).toMatchObject({ state: 'done', outcomes: { emitted: 60 } })
    await database().asOwner(owner => owner.query(`alter table invoice_line drop constraint poison_${ctx.account}`, []))
  })

  test('a rule that cannot be planned is parked, and all others are billed', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 5, { price: '100.03' })
    // Each half is rounded up: together they withhold a cent more than there is.
    const halves = JSON.stringify(['iss', 'inss'].map(tax => ({ tax, rateMicros: 500_000 })))
    await ctx.transact(tx => sql`update rule_terms set withholdings = ${halves}::jsonb where rule_id = 2`.execute(tx))
    const run = await bill(ctx)
    expect(run).toMatchObject({ state: 'error', outcomes: { emitted: 4, failed: 1 } })
    const [parked] = await ctx.transact(tx => listItems(tx, run.id, { outcomeClass: 'parked' }, 0, 10))
    expect(parked?.detail).toMatchObject({ code: 'withholding_exceeds_invoice' })
  })

  test('a position that lies in two chunks keeps the end that it got first', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 3)
    const run = await bill(ctx)
    expect(run).toMatchObject({ state: 'done', outcomes: { emitted: 3 } })
    await ctx.transact(async tx => {
      const done = await runById(tx, run.id)
      if (!done) throw new Error('the run is gone')
      // Another worker read them while they were pending, and got their rules when the first one had ended.
      const read = await listItems(tx, run.id, {}, 0, 10)
      const stale = read.map(item => ({
        ...item,
        outcomeClass: 'pending' as const,
        outcome: null,
        invoiceId: null,
        number: null,
      }))
      await saveItems(tx, ctx, done, stale, new TermsMemory())
    })
    expect((await shown(ctx, run.id)).outcomes).toEqual({ emitted: 3 })
    const items = await ctx.transact(tx => listItems(tx, run.id, {}, 0, 10))
    expect(items.map(item => [item.number, item.invoiceId !== null, item.netCents])).toEqual(
      [1, 2, 3].map(n => [n, true, 10_000]),
    )
    expect(await rowsOf(ctx, 'invoice')).toHaveLength(3)
  })

  test('what was allowed is the plan that was seen: another amount waits again', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 1, { terms: { maxAmountCents: cents(9_999) } })
    const run = await bill(ctx)
    await allowRunItem(ctx, run.id, 1)
    await ctx.transact(tx => sql`update rule_line set unit_price = 99999`.execute(tx))
    await workRun(ctx, run.id)
    expect(await shown(ctx, run.id)).toMatchObject({ outcomes: { above_safety_bound: 1 } })
    await allowRunItem(ctx, run.id, 1)
    await workRun(ctx, run.id)
    expect(await shown(ctx, run.id)).toMatchObject({ outcomes: { emitted: 1 } })
  })

  test('a customer without a tax id is not billed, with the reason', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 1, { taxId: null })
    expect(await bill(ctx)).toMatchObject({ outcomes: { invalid_tax_id: 1 } })
  })

  test('an invoice of zero is received as it is emitted', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 1, { line: { discountPercent: decimal('100') } })
    expect(await bill(ctx)).toMatchObject({ outcomes: { emitted: 1 } })
    expect(await rowsOf(ctx, 'invoice')).toMatchObject([{ state: 'received', net_cents: 0 }])
    expect(await rowsOf(ctx, 'receivable')).toMatchObject([{ state: 'received', amount_cents: 0 }])
  })
})
