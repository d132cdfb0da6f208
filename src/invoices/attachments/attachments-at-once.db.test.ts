import { sql } from 'kysely'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { type Ending, sideBySide } from '../../../test/database/side-by-side.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/database/test-database.ts'
import { bill } from '../../../test/fixtures/invoices.ts'
import { ctxAt, later, rules } from '../../../test/fixtures/rules.ts'
import { Refusal } from '../../core/refusal.ts'
import type { Ctx } from '../../platform/context.ts'
import { attachFile, attachToRule } from './attach-file.ts'
import { MOST_OF_INVOICE } from './attachment.ts'
import { detachFile, detachFromRule } from './detach-file.ts'
import { listAttachments } from './read-attachment.ts'

function told(ending: Ending<unknown>): string {
  if (ending.status === 'fulfilled') return 'done'
  if (!(ending.reason instanceof Refusal)) throw ending.reason
  return ending.reason.code
}

describe.runIf(inject('engines').includes('postgres'))('files of two people at once (postgres)', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
  })

  const twoInvoices = async () => {
    const ctx = await ctxAt(database, '2026-01-31T12:00:00.000Z')
    await rules(ctx, 2)
    const [one, other] = await bill(ctx)
    if (one === undefined || other === undefined) throw new Error('two rules were due')
    return { ctx, one: one.invoice.id, other: other.invoice.id }
  }
  const attach = (ctx: Ctx, invoiceId: number, text = 'o mesmo') =>
    attachFile(ctx, { invoiceId, filename: 'a.txt', declaredType: null, bytes: Buffer.from(text) })
  const kept = async (ctx: Ctx) => {
    const { rows } = await ctx.transact(tx => sql`select sha256 from attachment_content`.execute(tx))
    return rows.length
  }

  test('bytes that one takes off with the last attachment are kept for the other who attaches them, whoever is first', async () => {
    const { ctx, one, other } = await twoInvoices()
    const { id } = await attach(ctx, one)
    const attachedFirst = await sideBySide(
      database,
      ctx,
      () => attach(ctx, other),
      () => detachFile(ctx, one, id),
    )
    expect([told(attachedFirst.first), told(attachedFirst.second), attachedFirst.secondWaited]).toEqual(['done', 'done', true])
    expect(await kept(ctx)).toBe(1)

    const [left] = await listAttachments(ctx, other)
    const detachedFirst = await sideBySide(
      database,
      ctx,
      () => detachFile(ctx, other, left?.id ?? 0),
      () => attach(ctx, one),
    )
    expect([told(detachedFirst.first), told(detachedFirst.second), detachedFirst.secondWaited]).toEqual(['done', 'done', true])
    expect([await kept(ctx), (await listAttachments(ctx, one)).length]).toEqual([1, 1])
  })

  test('the last place of an invoice is taken by one of them', async () => {
    const { ctx, one } = await twoInvoices()
    for (let i = 1; i < MOST_OF_INVOICE; i++) await attach(ctx, one, String(i))
    const { first, second, secondWaited } = await sideBySide(
      database,
      ctx,
      () => attach(ctx, one, 'a'),
      () => attach(ctx, one, 'b'),
    )
    expect([told(first), told(second), secondWaited]).toEqual(['done', 'too_many_attachments', true])
    expect(await listAttachments(ctx, one)).toHaveLength(MOST_OF_INVOICE)
  })

  test('what a rule is given while it is billed goes along if it came first, and what it loses does not', async () => {
    const ctx = await ctxAt(database, '2026-01-31T12:00:00.000Z')
    await rules(ctx, 1)
    const given = await sideBySide(
      database,
      ctx,
      () => attachToRule(ctx, { ruleId: 1, filename: 'a.txt', declaredType: null, bytes: Buffer.from('a') }),
      () => bill(ctx),
    )
    expect([told(given.first), told(given.second), given.secondWaited]).toEqual(['done', 'done', true])
    const [january] = given.second.status === 'fulfilled' ? given.second.value : []
    expect(january?.attachments).toMatchObject([{ filename: 'a.txt', ruleId: 1 }])

    const february = later(ctx, '2026-02-28T12:00:00.000Z')
    const id = january?.attachments[0]?.id ?? 0
    const lost = await sideBySide(
      database,
      february,
      () => detachFromRule(february, 1, id),
      () => bill(february),
    )
    expect([told(lost.first), told(lost.second), lost.secondWaited]).toEqual(['done', 'done', true])
    expect(lost.second.status === 'fulfilled' && lost.second.value.map(({ attachments }) => attachments)).toEqual([[]])
    expect(await listAttachments(ctx, january?.invoice.id ?? 0)).toHaveLength(1)
  })

  test("a rule's that two take off the last two invoices at once is gone, bytes and all", async () => {
    const ctx = await ctxAt(database, '2026-01-31T12:00:00.000Z')
    await rules(ctx, 1)
    const file = { ruleId: 1, filename: 'a.txt', declaredType: null, bytes: Buffer.from('a') }
    const { id } = await attachToRule(ctx, file)
    const [one] = await bill(ctx)
    const [other] = await bill(later(ctx, '2026-02-28T12:00:00.000Z'))
    await detachFromRule(ctx, 1, id)
    expect(await kept(ctx)).toBe(1)
    const { first, second, secondWaited } = await sideBySide(
      database,
      ctx,
      () => detachFile(ctx, one?.invoice.id ?? 0, id),
      () => detachFile(ctx, other?.invoice.id ?? 0, id),
    )
    expect([told(first), told(second), secondWaited]).toEqual(['done', 'done', true])
    expect(await kept(ctx)).toBe(0)
  })
})
