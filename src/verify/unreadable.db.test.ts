import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Company, ctxOf, openCompany } from '../../test/verify/company.ts'
import { invoiceOn, ruleOf } from '../../test/verify/faults.ts'
import { foundAfter } from '../../test/verify/found-after.ts'
import { openLooseDatabase } from '../../test/verify/loose-database.ts'
import type { Ctx } from '../platform/context.ts'
import { ConnectionLost } from '../platform/db/faults.ts'
import { getVerification, runVerification, startVerification } from './run-verification.ts'
import type { Verified } from './tally.ts'
import { verify } from './verify.ts'

// What is planted here is committed, and taken back: a statement that fails undoes the transaction that it is in.

describe.each(inject('engines'))('what no statement can read (%s)', engine => {
  let database: Awaited<ReturnType<typeof openLooseDatabase>>
  let company: Company

  beforeAll(async () => {
    database = await openLooseDatabase(engine)
    company = await openCompany(database)
  })
  afterAll(() => database.close())

  const write = (statement: RawBuilder<unknown>) => company.ctx.transact(tx => statement.execute(tx))

  async function verified(ctx: Ctx): Promise<Verified> {
    const { id } = await startVerification(ctx, { full: true })
    await runVerification(ctx, id)
    const { verification } = await getVerification(ctx, id)
    if (verification.result === null) throw new Error('a verification has an end')
    return verification.result
  }

  async function verifiedAfter(plant: RawBuilder<unknown>, undo: RawBuilder<unknown>): Promise<Verified> {
    await write(plant)
    const result = await verified(company.ctx)
    await write(undo)
    return result
  }

  const subjectsOf = ({ findings }: Verified) => [
    ...new Set(findings.flatMap(({ code, subject }) => (code === 'unreadable_data' ? [subject] : []))),
  ]

  test('taxes that are no list are told of their invoices, and everything else is looked at', async () => {
    const { plain, resting } = company
    const rule = sql`rule_id = ${ruleOf(plain)}`
    await write(sql`update invoice set competence = '2025-12-01' where id = ${invoiceOn(resting, '2026-01-10')}`)
    const result = await verifiedAfter(
      sql`update rule_terms set withholdings = '{"x": 1}' where ${rule}`,
      sql`update rule_terms set withholdings = '[]' where ${rule}`,
    )
    await write(sql`update invoice set competence = '2026-01-01' where id = ${invoiceOn(resting, '2026-01-10')}`)
    const { rows } = await company.ctx.transact(tx =>
      sql<{ id: string }>`select 'inv_' || id as id from invoice i where ${rule} order by i.id`.execute(tx),
    )
    expect(subjectsOf(result)).toEqual(rows.map(({ id }) => id))
    expect(result.found).toEqual({ unreadable_data: rows.length, terms_not_as_told: 1, wrong_dates: 1 })
    expect(result.clean).toBe(false)
    expect(result.checked).toMatchObject({ contracts: 5, rules: 5, invoices: 15, events: 3 })
    const [told] = result.findings.filter(({ code }) => code === 'unreadable_data')
    expect(told?.details).toEqual({ check: 'checkBilled', state: '22023' })
    expect(told?.sentence).toMatch(/^inv_\d+: há nos dados um valor que não se deixa ler.+\(checkBilled, SQLSTATE 22023\)/)
  })

  test.each([
    ['a rhythm of no months', sql`recurrence_every = 0`, sql`recurrence_every = 1`],
    [
      'a rhythm beyond the calendar',
      sql`anchor_on = 'infinity', recurrence_unit = 'week'`,
      sql`anchor_on = '2026-01-10', recurrence_unit = 'month'`,
    ],
  ])('%s ends the verification with a word of its rule', async (_, plant, undo) => {
    const rule = sql`rule_id = ${ruleOf(company.plain)}`
    const result = await verifiedAfter(
      sql`update rule_terms set ${plant} where ${rule}`,
      sql`update rule_terms set ${undo} where ${rule}`,
    )
    expect(subjectsOf(result)).toContain(company.plain.ruleId)
    expect(subjectsOf(result)).not.toContain(company.resting.ruleId)
  })

  test('where many rows cannot be read the first are named, and the rest is told as a stretch', async () => {
    const result = await verifiedAfter(
      sql`update rule_terms set recurrence_every = 0`,
      sql`update rule_terms set recurrence_every = 1`,
    )
    expect(subjectsOf(result)).toEqual(expect.arrayContaining([company.plain.ruleId, company.resting.ruleId]))
    const stretch = result.findings.find(({ subject, details }) => subject.startsWith('acc_') && details.of === 'invoice')
    expect(stretch?.sentence).toMatch(/\(invoice, de \d+ (a \d+|em diante)\)/)
  })

  test('rules that are said to replace each other in a circle end it too', async () => {
    const { plain, resting } = company
    const { found } = await foundAfter(company.ctx, async tx => {
      const [rule, replaced] = [ruleOf(plain), ruleOf(resting)]
      await sql`update invoice_rule set replaces_rule_id = ${replaced} where id in (${rule}, ${replaced})`.execute(tx)
      await sql`update invoice_rule set archived_at = created_at where id = ${replaced}`.execute(tx)
      await sql`delete from coverage where rule_id = ${replaced} and starts_on is not null`.execute(tx)
      await sql`update coverage set ends_on = '2026-01-15' where rule_id = ${rule} and starts_on is null`.execute(tx)
      // Something was closed on the day from which the first of them had nothing billed: it is asked whose that was.
      await sql`update coverage set ends_on = '2026-01-10' where rule_id = ${ruleOf(company.full)} and disposition = 'billed'`.execute(
        tx,
      )
    })
    expect(Object.keys(found)).toContain('rule_not_as_told')
  })

  test('what was planted was taken back', async () => {
    expect((await verified(company.ctx)).findings).toEqual([])
  })

  test('the clock of a sandbox goes on past a verification that found such a thing', async () => {
    const { shop, plain } = company
    const rule = sql`rule_id = ${ruleOf(plain)}`
    await write(sql`update rule_terms set withholdings = '{"x": 1}' where ${rule}`)
    const { id } = await startVerification(await ctxOf(shop), { full: true })
    await shop.until('2026-03-11')
    const { verification } = await getVerification(company.ctx, id)
    expect(verification).toMatchObject({ state: 'done', result: { clean: false } })
    await write(sql`update rule_terms set withholdings = '[]' where ${rule}`)
  })

  /** Each transaction from the `nth` on fails. */
  function failing(ctx: Ctx, nth: number, error: Error): Ctx {
    let calls = 0
    const transact: Ctx['transact'] = async work => {
      calls++
      if (calls >= nth) throw error
      return ctx.transact(work)
    }
    return { ...ctx, transact }
  }

  test('a mistake of our own ends the check that it is in, and is told as such', async () => {
    const { found, findings, clean } = await verify(failing(company.ctx, 30, new TypeError('x is undefined')), { full: true })
    expect({ clean, codes: Object.keys(found) }).toEqual({ clean: false, codes: ['check_failed'] })
    expect(findings[0]?.sentence).toMatch(/parou por um erro do próprio Bordero/)
  })

  test('an outage is no finding: the same verification is carried out again', async () => {
    const { id } = await startVerification(company.ctx, { full: true })
    const away = failing(company.ctx, 30, new ConnectionLost('the database cannot be reached'))
    await expect(runVerification(away, id)).rejects.toBeInstanceOf(ConnectionLost)
    await runVerification(company.ctx, id)
    expect((await getVerification(company.ctx, id)).verification).toMatchObject({ state: 'done', result: { clean: true } })
  })
})
