import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import type { TestDatabase } from '../../../test/database/test-database.ts'
import { aContract, aLine, aService, ruleInput } from '../../../test/fixtures/contracts.ts'
import { bill, codeOf } from '../../../test/fixtures/invoices.ts'
import { ctxAt } from '../../../test/fixtures/rules.ts'
import { civilDate } from '../../core/dates.ts'
import type { Ctx } from '../../platform/context.ts'
import { changeTerms } from './change-terms.ts'
import { changeTermsOfMany, type RuleTermsChange } from './change-terms-of-many.ts'
import { deleteRule } from './delete-rule.ts'

const JUNE_20 = '2026-06-20T12:00:00.000Z'

/** All that a change of terms may write, and how the account came to it. */
async function everything(ctx: Ctx) {
  const of = (query: ReturnType<typeof sql>) => ctx.transact(async tx => (await query.execute(tx)).rows)
  const mine = sql`account_id = ${ctx.account}`
  return {
    rules: await of(sql`select to_jsonb(r) - 'account_id' as row from invoice_rule r where ${mine} order by id`),
    terms: await of(
      sql`select to_jsonb(t) - '{account_id,known_seq}'::text[] as row from rule_terms t where ${mine} order by rule_id, version`,
    ),
    lines: await of(
      sql`select to_jsonb(l) - 'account_id' as row from rule_line l where ${mine} order by rule_id, terms_version, position`,
    ),
    coverage: await of(
      sql`select to_jsonb(c) - '{account_id,closed_seq}'::text[] as row from coverage c where ${mine} order by rule_id, ends_on`,
    ),
    events: await of(sql`select kind, amount_cents from billing_event where ${mine} order by id`),
    history: await of(
      sql`select h.action, h.noun, h.subject_id, h.subject_version, p.before, p.after from history h
          join history_payload p on p.account_id = h.account_id and p.history_id = h.id
          where h.account_id = ${ctx.account} and h.noun not in ('customer', 'organization') order by h.noun, h.subject_id, h.subject_version`,
    ),
    outbox: await of(sql`select noun, subject_id, subject_version, event from outbox where ${mine} order by 1, 2, 3`),
  }
}

/** A company with a rule of every sort: the same in every account, ids included. */
async function company(database: TestDatabase) {
  const ctx = await ctxAt(database, JUNE_20)
  const first = await aContract(ctx)
  const of = { organizationId: first.organizationId, customerId: first.customerId }
  const other = await aService(ctx, { name: 'Plantão' })
  const prorating = await aContract(ctx, { ...of, rule: { priceChange: 'prorate' } })
  const draft = await aContract(ctx, { ...of, state: 'draft' })
  const double = await aContract(ctx, { ...of, rules: [ruleInput(first.serviceItemId), ruleInput(other)] })
  const weekly = await aContract(ctx, { ...of, startsOn: civilDate('2026-07-06') })
  await bill(ctx, 'scheduler')
  const price = (to: string, service = first.serviceItemId) => ({ lines: [aLine(service, to)] })
  const changes: RuleTermsChange[] = [
    { ruleId: weekly.ruleId, recurrence: { unit: 'week', anchorOn: civilDate('2026-07-08') }, cause: 'import' },
    { ruleId: double.ruleIds[1] ?? 0, ...price('60', other), cause: 'import' },
    { ruleId: draft.ruleId, ...price('70', draft.serviceItemId), cause: 'import' },
    { ruleId: prorating.ruleId, ...price('200', prorating.serviceItemId), validFrom: civilDate('2026-06-15'), cause: 'import' },
    { ruleId: first.ruleId, ...price('150'), due: { kind: 'fixed_day', day: 5 }, validFrom: civilDate('2026-08-01') },
    { ruleId: first.ruleId, ...price('160'), validFrom: civilDate('2026-07-01'), cause: 'import' },
  ]
  return { ctx, of, first, changes }
}

eachEngine('the terms of many rules', database => {
  test('are changed as those of one after the other, to the last entry of the history', async () => {
    const [single, many] = [await company(database()), await company(database())]
    for (const { ruleId, ...change } of single.changes) await changeTerms(single.ctx, ruleId, change)
    await changeTermsOfMany(many.ctx, many.changes)
    expect(await everything(many.ctx)).toEqual(await everything(single.ctx))
  })

  test('that only cost or say something else take as many statements for forty rules as for two', async () => {
    const ctx = await ctxAt(database(), JUNE_20)
    const first = await aContract(ctx)
    const { organizationId, customerId, serviceItemId } = first
    const rules = [first.ruleId]
    while (rules.length < 42) {
      rules.push((await aContract(ctx, { organizationId, customerId, rule: { lines: [aLine(serviceItemId)] } })).ruleId)
    }
    const statementsFor = (ruleIds: number[]) =>
      ctx.transact(async tx => {
        const spy = vi.spyOn(tx.getExecutor(), 'executeQuery')
        await changeTermsOfMany(
          ctx,
          ruleIds.map((ruleId, i) => ({ ruleId, lines: [aLine(serviceItemId, `${200 + i}`)] })),
        )
        return spy.mock.calls.length
      })
    const forTwo = await statementsFor(rules.slice(0, 2))
    expect(forTwo).toBeGreaterThan(10)
    expect(await statementsFor(rules.slice(2))).toBe(forTwo)
  })

  test('are changed all or none, whoever of them is refused', async () => {
    const { ctx, first, changes } = await company(database())
    const before = await everything(ctx)
    const refused = async (change: RuleTermsChange) => codeOf(changeTermsOfMany(ctx, [...changes, change]))
    expect(await refused({ ruleId: 999, cause: 'x' })).toBe('not_found')
    const plain = [{ ruleId: first.ruleId, lines: [aLine(first.serviceItemId, '120')] }]
    for (const wrong of [{ validFrom: civilDate('1989-12-31') }, { lines: [] }, { lines: [aLine(999)] }]) {
      expect(
        await codeOf(
          changeTermsOfMany(
            ctx,
            plain.map(change => ({ ...change, ...wrong })),
          ),
        ),
      ).toBe('invalid_input')
    }
    expect(await everything(ctx)).toEqual(before)
    await deleteRule(ctx, first.ruleId, 1)
    expect(await codeOf(changeTermsOfMany(ctx, plain))).toBe('rule_archived')
  })
})
