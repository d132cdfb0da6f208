import { beforeAll, describe, expect, inject, test } from 'vitest'
import { type Ending, sideBySide } from '../../../test/database/side-by-side.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/database/test-database.ts'
import { ctxAt, later } from '../../../test/fixtures/rules.ts'
import { civilDate } from '../../core/dates.ts'
import { cents } from '../../core/money.ts'
import { Refusal } from '../../core/refusal.ts'
import { createCustomer } from '../../customers/create-customer.ts'
import { MOST_OF_INVOICE } from '../../invoices/attachments/attachment.ts'
import { keepFile } from '../../invoices/attachments/keep-file.ts'
import { createOrganization } from '../../organizations/create-organization.ts'
import type { Ctx } from '../../platform/context.ts'
import { createSchedule } from '../create-schedule.ts'
import { attachKept, attachToOccurrence } from './attach-to-occurrence.ts'
import { detachFromOccurrence, listOfOccurrence } from './occurrence-attachments.ts'

function told(ending: Ending<unknown>): string {
  if (ending.status === 'fulfilled') return 'done'
  if (!(ending.reason instanceof Refusal)) throw ending.reason
  return ending.reason.code
}

describe.runIf(inject('engines').includes('postgres'))('files of occurrences, of two people at once (postgres)', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
  })

  /** Two schedules of one amount each. */
  async function scheduled() {
    const ctx = await ctxAt(database, '2026-01-10T15:00:00.000Z')
    const issuer = { legalName: 'Prestadora Ltda', cnpj: '11444777000161', taxRegime: 'simples_nacional' } as const
    const { id: organizationId } = await createOrganization(ctx, issuer)
    const { id: customerId } = await createCustomer(ctx, { kind: 'person', name: 'Ana' })
    const asked = { organizationId, customerId, amountCents: cents(10_000), dueOn: civilDate('2026-02-10') }
    const place = async () => ({ scheduleId: (await createSchedule(ctx, asked)).id, number: 1 })
    return { ctx, one: await place(), other: await place() }
  }
  const file = (text = 'o mesmo') => ({ filename: 'a.txt', declaredType: null, bytes: Buffer.from(text) })
  const there = async (ctx: Ctx, at: { scheduleId: number; number: number }) => (await listOfOccurrence(ctx, at)).length

  test('the last place is taken by one of them', async () => {
    const { ctx, one } = await scheduled()
    for (let i = 1; i < MOST_OF_INVOICE; i++) await attachToOccurrence(ctx, one, file(String(i)))
    const { id } = await keepFile(ctx, file('guardado'))
    const { first, second, secondWaited } = await sideBySide(
      database,
      ctx,
      () => attachToOccurrence(ctx, one, file('x')),
      () => attachKept(ctx, one, id),
    )
    expect([told(first), told(second), secondWaited]).toEqual(['done', 'too_many_attachments', true])
    expect(await there(ctx, one)).toBe(MOST_OF_INVOICE)
  })

  test('one file that two attach to two schedules hangs on the last one alone', async () => {
    const { ctx, one, other } = await scheduled()
    const { id } = await keepFile(ctx, file())
    const { first, second, secondWaited } = await sideBySide(
      database,
      ctx,
      () => attachKept(ctx, one, id),
      () => attachKept(ctx, other, id),
    )
    expect([told(first), told(second), secondWaited]).toEqual(['done', 'done', true])
    expect([await there(ctx, one), await there(ctx, other)]).toEqual([0, 1])
  })

  test('one that is taken off while it moves elsewhere stays where it went', async () => {
    const { ctx, one, other } = await scheduled()
    const { id } = await attachToOccurrence(ctx, one, file())
    const { first, second, secondWaited } = await sideBySide(
      database,
      ctx,
      () => attachKept(ctx, other, id),
      () => detachFromOccurrence(ctx, one, id),
    )
    expect([told(first), told(second), secondWaited]).toEqual(['done', 'not_found', true])
    expect(await there(ctx, other)).toBe(1)
  })

  test('what somebody attaches at the last moment is not thrown away with the forgotten ones', async () => {
    const { ctx, one } = await scheduled()
    const [late, forgotten] = [await keepFile(ctx, file('um')), await keepFile(ctx, file('dois'))]
    const after = later(ctx, '2026-01-20T15:00:00.000Z')
    const { first, second, secondWaited } = await sideBySide(
      database,
      after,
      () => attachKept(after, one, late.id),
      () => keepFile(after, file('três')),
    )
    expect([told(first), told(second), secondWaited]).toEqual(['done', 'done', false])
    expect(await there(ctx, one)).toBe(1)
    await expect(attachKept(after, one, forgotten.id)).rejects.toMatchObject({ code: 'not_found' })
  })
})
