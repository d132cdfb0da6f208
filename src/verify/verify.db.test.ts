import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Company, openCompany } from '../../test/verify/company.ts'
import { emissionForgeries } from '../../test/verify/emissions.ts'
import { faults, invoiceOn, suspended } from '../../test/verify/faults.ts'
import { forgeries } from '../../test/verify/forgeries.ts'
import { foundAfter } from '../../test/verify/found-after.ts'
import { openLooseDatabase } from '../../test/verify/loose-database.ts'
import { pieces } from '../../test/verify/pieces.ts'
import { renegotiations } from '../../test/verify/renegotiations.ts'
import { schedules } from '../../test/verify/schedules.ts'
import { findingCodes } from './findings.ts'
import type { Verified } from './tally.ts'
import { verify } from './verify.ts'

const codesOf = ({ found }: Pick<Verified, 'found'>) => Object.keys(found).sort()

describe.each(inject('engines'))('what verify finds (%s)', engine => {
  let database: Awaited<ReturnType<typeof openLooseDatabase>>
  let company: Company

  beforeAll(async () => {
    database = await openLooseDatabase(engine)
    company = await openCompany(database)
  })
  afterAll(() => database.close())

  test('nothing, where all is well', async () => {
    const { findings, clean, checked, head } = await verify(company.ctx, { full: true })
    expect(findings).toEqual([])
    expect(clean).toBe(true)
    expect(checked).toMatchObject({ contracts: 5, rules: 5, invoices: 15, events: 3 })
    expect(head).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each([...faults, ...forgeries, ...emissionForgeries, ...pieces, ...renegotiations, ...schedules])(
    '%s',
    async (_, codes, plant) => {
      const verified = await foundAfter(company.ctx, tx => plant(tx, company))
      expect(codesOf(verified)).toEqual([...codes].sort())
      expect(verified.clean).toBe(false)
    },
  )

  test('each of its codes is planted', () => {
    const planted = new Set(
      [...faults, ...forgeries, ...emissionForgeries, ...pieces, ...renegotiations, ...schedules].flatMap(([, codes]) => codes),
    )
    // What takes a run, a head that was noted down, or a transaction of its own is planted in tests of its own.
    const elsewhere = ['head_unknown', 'unreadable_data', 'check_failed', 'passed_over']
    expect(findingCodes.filter(code => !planted.has(code))).toEqual(elsewhere)
  })

  test('nothing of the period, where a suspension became known after it was billed', async () => {
    const verified = await foundAfter(company.ctx, tx => suspended(tx, company.plain, sql`nextval('fact_seq')`))
    // Nobody asked for that one, nor dated its end.
    expect(codesOf(verified)).toEqual(['suspension_not_as_told', 'work_missing'])
  })

  test('a history that is not the one that was noted down', async () => {
    const { found, mode } = await verify(company.ctx, { since: '00'.repeat(32) })
    expect({ found, mode }).toEqual({ found: { head_unknown: 1 }, mode: 'full' })
  })

  test('no more than the first hundred of a code are listed, and all are counted', async () => {
    const verified = await foundAfter(company.ctx, tx =>
      sql`insert into customer_credit (account_id, customer_id, organization_id, balance_cents)
          select current_setting('bordero.account')::bigint, n, 1, 5 from generate_series(1000, 1249) n`.execute(tx),
    )
    expect(verified.found).toEqual({ cents_credit: 250 })
    expect(verified.findings).toHaveLength(100)
  })

  test('says what is wrong in a sentence, with what it concerns', async () => {
    const { findings } = await foundAfter(company.ctx, tx =>
      sql`update invoice set number = 4711 where id = ${invoiceOn(company.resting, '2026-01-10')}`.execute(tx),
    )
    const [told, number] = findings
    expect(number).toMatchObject({
      code: 'number_out_of_range',
      details: { number: 4711, organization: company.shop.organizationId },
    })
    expect(number?.sentence).toMatch(/^inv_\d+: o número 4711 ainda não foi dado pela organização\.$/)
    expect(told).toMatchObject({ code: 'invoice_not_as_told', details: { differs: { number: { stored: 4711 } } } })
    expect(told?.sentence).toMatch(/^inv_\d+: a fatura não está como o histórico diz que ela ficou \(número\)\.$/)
  })
})
