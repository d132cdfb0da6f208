import { beforeAll, describe, expect, inject, test } from 'vitest'
import { type Ending, sideBySide } from '../../../test/database/side-by-side.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/database/test-database.ts'
import { aContract } from '../../../test/fixtures/contracts.ts'
import { ctxAt } from '../../../test/fixtures/rules.ts'
import { civilDate } from '../../core/dates.ts'
import { decimal } from '../../core/money.ts'
import { Refusal } from '../../core/refusal.ts'
import { createRule } from '../rules/create-rule.ts'
import { termsOf } from '../rules/terms-store.ts'
import { archiveTemplate } from './archive-template.ts'
import { createTemplate } from './create-template.ts'
import { updateTemplate } from './update-template.ts'

/** `done`, or where and what was refused. */
function told(ending: Ending<unknown>): string | string[] {
  if (ending.status === 'fulfilled') return 'done'
  if (!(ending.reason instanceof Refusal)) throw ending.reason
  return ending.reason.faults.map(fault => `${fault.path} ${fault.code}`)
}

describe.runIf(inject('engines').includes('postgres'))('who makes a rule of a template, and who changes it (postgres)', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
  })

  async function aTemplate() {
    const ctx = await ctxAt(database, '2026-01-15T12:00:00.000Z')
    const { contractId, organizationId, serviceItemId } = await aContract(ctx, { rules: [] })
    const line = { serviceItemId, unitPrice: decimal('100') }
    const { template } = await createTemplate(ctx, {
      organizationId,
      name: 'Modelo',
      recurrence: { unit: 'month' },
      due: { kind: 'fixed_day', day: 10 },
      lines: [line],
    })
    const wish = { templateId: template.id, title: 'Regra', recurrence: { anchorOn: civilDate('2026-01-20') } }
    return {
      ctx,
      make: () => createRule(ctx, contractId, wish),
      archive: () => archiveTemplate(ctx, template.id),
      reprice: () => updateTemplate(ctx, template.id, 1, { lines: [{ ...line, unitPrice: decimal('200') }] }),
    }
  }

  test('one that is being archived makes nothing any more', async () => {
    const { ctx, make, archive } = await aTemplate()
    const met = await sideBySide(database, ctx, archive, make)
    expect(told(met.first)).toBe('done')
    expect(told(met.second)).toEqual(['/templateId archived_template'])
    expect(met.secondWaited).toBe(true)
  })

  test('one that changes meanwhile is read whole: as it was, or as it is then', async () => {
    const price = async ({ ctx, rule }: { ctx: Awaited<ReturnType<typeof aTemplate>>['ctx']; rule: Ending<{ id: number }> }) => {
      if (rule.status === 'rejected') throw rule.reason
      const { id } = rule.value
      return (await ctx.transact(tx => termsOf(tx, [id]))).get(id)?.[0]?.lines.map(({ unitPrice }) => unitPrice)
    }
    const before = await aTemplate()
    const first = await sideBySide(database, before.ctx, before.make, before.reprice)
    expect([told(first.second), first.secondWaited]).toEqual(['done', true])
    expect(await price({ ctx: before.ctx, rule: first.first })).toEqual(['100'])
    const after = await aTemplate()
    const second = await sideBySide(database, after.ctx, after.reprice, after.make)
    expect(second.secondWaited).toBe(true)
    expect(await price({ ctx: after.ctx, rule: second.second })).toEqual(['200'])
  })
})
