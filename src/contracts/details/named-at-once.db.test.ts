import { beforeAll, describe, expect, inject, test } from 'vitest'
import { type Ending, sideBySide } from '../../../test/database/side-by-side.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/database/test-database.ts'
import { aContract } from '../../../test/fixtures/contracts.ts'
import { bill } from '../../../test/fixtures/invoices.ts'
import { ctxAt } from '../../../test/fixtures/rules.ts'
import { categories } from '../../catalog/classification/category.ts'
import { archiveReference } from '../../catalog/references/archive-reference.ts'
import { createReference, type NewReference } from '../../catalog/references/create-reference.ts'
import { deleteReference } from '../../catalog/references/delete-reference.ts'
import { civilDate } from '../../core/dates.ts'
import { decimal } from '../../core/money.ts'
import { Refusal } from '../../core/refusal.ts'
import { createInvoice } from '../../invoices/create-invoice.ts'
import type { Ctx } from '../../platform/context.ts'
import { updateRule } from '../rules/update-rule.ts'

const NOW = '2026-01-10T12:00:00.000Z'

/** `done`, or where and what was refused. */
function told(ending: Ending<unknown>): string {
  if (ending.status === 'fulfilled') return 'done'
  if (!(ending.reason instanceof Refusal)) throw ending.reason
  const { code, faults } = ending.reason
  return code === 'invalid_input' ? faults.map(fault => `${fault.path} ${fault.code}`).join() : code
}

describe.runIf(inject('engines').includes('postgres'))('who names a reference, and who takes it out of use (postgres)', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
  })

  const meet = async (ctx: Ctx, first: () => Promise<unknown>, second: () => Promise<unknown>) => {
    const { secondWaited, ...endings } = await sideBySide(database, ctx, first, second)
    return { first: told(endings.first), second: told(endings.second), secondWaited }
  }

  const named = async () => {
    const ctx = await ctxAt(database, NOW)
    const { ruleId } = await aContract(ctx)
    const category: NewReference & { name: string } = { name: 'Serviços' }
    const { id } = await createReference(ctx, categories, category)
    return { ctx, ruleId, id, name: () => updateRule(ctx, ruleId, 1, { details: { categoryId: id } }) }
  }

  test('archiving waits for whoever names it; whoever comes after it finds it archived', async () => {
    const one = await named()
    expect(await meet(one.ctx, one.name, () => archiveReference(one.ctx, categories, one.id))).toEqual({
      first: 'done',
      second: 'done',
      secondWaited: true,
    })
    const other = await named()
    expect(await meet(other.ctx, () => archiveReference(other.ctx, categories, other.id), other.name)).toEqual({
      first: 'done',
      second: '/details/categoryId archived_reference',
      secondWaited: true,
    })
  })

  test('deleting waits for whoever names it, and finds it named; whoever comes after it finds nothing', async () => {
    const one = await named()
    expect(await meet(one.ctx, one.name, () => deleteReference(one.ctx, categories, one.id, 1))).toEqual({
      first: 'done',
      second: 'in_use',
      secondWaited: true,
    })
    const other = await named()
    expect(await meet(other.ctx, () => deleteReference(other.ctx, categories, other.id, 1), other.name)).toEqual({
      first: 'done',
      second: '/details/categoryId unknown_reference',
      secondWaited: true,
    })
  })

  test('a category waits to be deleted for whoever writes a line of it, and is found in use', async () => {
    const ctx = await ctxAt(database, NOW)
    const { contractId } = await aContract(ctx)
    const category: NewReference & { name: string } = { name: 'Serviços' }
    const { id } = await createReference(ctx, categories, category)
    const lines = [{ description: 'Hora extra', unitPrice: decimal('10'), categoryId: id }]
    const receivables = [{ dueOn: civilDate('2026-02-10'), percent: decimal('100') }]
    const write = () => createInvoice(ctx, { contractId, lines, receivables })
    expect(await meet(ctx, write, () => deleteReference(ctx, categories, id, 1))).toEqual({
      first: 'done',
      second: 'in_use',
      secondWaited: true,
    })
  })

  test('a run that bills a rule while somebody says something else of it takes one saying or the other, whole', async () => {
    const { ctx, ruleId, id, name } = await named()
    const { first, second, secondWaited } = await sideBySide(database, ctx, name, () => bill(ctx))
    expect([first.status, second.status, secondWaited]).toEqual(['fulfilled', 'fulfilled', true])
    if (second.status === 'rejected') throw second.reason
    expect(second.value.map(({ invoice, details }) => [invoice.ruleId, details?.categoryId])).toEqual([[ruleId, id]])
  })
})
