import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { sideBySide } from '../../../test/database/side-by-side.ts'
import type { TestDatabase } from '../../../test/database/test-database.ts'
import { aContract } from '../../../test/fixtures/contracts.ts'
import { codeOf } from '../../../test/fixtures/invoices.ts'
import { ctxAt, later } from '../../../test/fixtures/rules.ts'
import { testApi } from '../../../test/http/test-api.ts'
import { civilDate, yearMonth } from '../../core/dates.ts'
import { decimal } from '../../core/money.ts'
import { enterValue } from '../../indices/enter-value.ts'
import type { Ctx } from '../../platform/context.ts'
import { dateOfWork } from '../../platform/due-work.ts'
import { cancelContract } from '../cancel-contract.ts'
import { changeTerms } from '../rules/change-terms.ts'
import { termsOf } from '../rules/terms-store.ts'
import { applyReadjustment } from './apply-readjustment.ts'
import { approveReadjustments } from './approve-readjustments.ts'
import { createReadjustment } from './create-readjustment.ts'
import { APPLY_READJUSTMENT, wakeWaiting } from './date-readjustments.ts'
import type { ReadjustmentInput } from './read-readjustment.ts'
import { getReadjustment } from './read-readjustments.ts'
import { undoReadjustment } from './undo-readjustment.ts'
import { archiveReadjustment, updateReadjustment } from './update-readjustment.ts'

const MADE = '2025-09-10T12:00:00.000Z'
const THE_DAY = '2025-10-10T12:00:00.000Z'

eachEngine('readjustments', database => {
  /** A contract of 100 reais a month from 10 September 2025, readjusted by IGP-M from 10 October on. */
  const agreed = async (wish: Partial<ReadjustmentInput> = {}) => {
    const ctx = await ctxAt(database(), MADE)
    const { ruleId, serviceItemId: service } = await aContract(ctx, { startsOn: civilDate('2025-09-10') })
    const input = { index: 'igpm', startsOn: civilDate('2025-10-10'), ...wish } as const
    const clause = await createReadjustment(ctx, ruleId, input)
    return { ctx, day: later(ctx, THE_DAY), ruleId, service, clause }
  }
  const versionsOf = async (ctx: Ctx, ruleId: number) =>
    ctx.transact(async tx =>
      ((await termsOf(tx, [ruleId])).get(ruleId) ?? []).map(({ version, validFrom, cause, lines }) => [
        version,
        validFrom,
        cause,
        lines[0]?.unitPrice,
      ]),
    )
  const applications = async (ctx: Ctx, id: number) =>
    (await getReadjustment(ctx, id)).applications.map(({ dueOn, outcome }) => [dueOn, outcome])

  test('are applied once for a date, whoever asks and however often', async () => {
    const { ctx, day, ruleId, clause } = await agreed()
    await applyReadjustment(ctx, clause.id)
    expect(await applications(ctx, clause.id)).toEqual([])
    await applyReadjustment(day, clause.id)
    await applyReadjustment(day, clause.id)
    expect(await applications(ctx, clause.id)).toEqual([['2025-10-10', 'applied']])
    expect(await versionsOf(ctx, ruleId)).toHaveLength(2)
    expect(await ctx.transact(tx => dateOfWork(tx, APPLY_READJUSTMENT, clause.id))).toBe('2026-10-10T03:00:00.000Z')
    // The key itself refuses a second one.
    await expect(
      ctx.transact(tx =>
        sql`insert into readjustment_application (account_id, id, readjustment_id, rule_id, due_on, number, outcome, index_code, method,
              first_month, last_month, index_values, prices, applied_by, applied_at)
            select account_id, id + 1000, readjustment_id, rule_id, due_on, number, outcome, index_code, method, first_month, last_month,
              index_values, prices, applied_by, applied_at from readjustment_application`.execute(tx),
      ),
    ).rejects.toThrow(/readjustment_application_once/)
  })

  test('are applied whole or not at all: what dies before its end leaves nothing', async () => {
    const { day, ruleId, clause } = await agreed()
    const killed = day.transact(async () => {
      await applyReadjustment(day, clause.id)
      throw new Error('killed')
    })
    await expect(killed).rejects.toThrow('killed')
    expect(await applications(day, clause.id)).toEqual([])
    expect(await versionsOf(day, ruleId)).toHaveLength(1)
    await applyReadjustment(day, clause.id)
    expect(await applications(day, clause.id)).toHaveLength(1)
  })

  test('go by the terms as they stand when they are applied', async () => {
    const { day, ruleId, service, clause } = await agreed()
    await changeTerms(day, ruleId, { lines: [{ serviceItemId: service, unitPrice: decimal('200') }] })
    await applyReadjustment(day, clause.id)
    expect(await versionsOf(day, ruleId)).toMatchObject([
      [1, expect.anything(), expect.anything(), '100'],
      [2, '2025-10-10', 'change', '200'],
      [3, '2025-10-10', 'readjustment', '205.66'],
    ])
  })

  test('wait for a value, are told once, and look again every day', async () => {
    const { day, clause } = await agreed({ method: 'published_12m' })
    for (const at of [THE_DAY, '2025-10-11T12:00:00.000Z', '2025-10-12T12:00:00.000Z']) {
      await applyReadjustment(later(day, at), clause.id)
    }
    const waiting = await getReadjustment(day, clause.id)
    expect(waiting.clause).toMatchObject({ waitsFor: 'index', missingMonth: '2025-09', version: 2 })
    expect(await day.transact(tx => dateOfWork(tx, APPLY_READJUSTMENT, clause.id))).toBe('2025-10-13T03:00:00.000Z')
    const month = { index: 'igpm', month: yearMonth('2025-09'), months: 12 } as const
    await enterValue(day, { valueChanged: wakeWaiting }, month, { percent: decimal('2.82'), source: 'FGV' })
    expect(await day.transact(tx => dateOfWork(tx, APPLY_READJUSTMENT, clause.id))).toBe(THE_DAY)
    await applyReadjustment(day, clause.id)
    const { applications } = await getReadjustment(day, clause.id)
    expect(applications).toMatchObject([
      { prices: [{ newUnitPrice: '102.82' }], values: [{ kind: 'simulated', percent: '2.82' }] },
    ])
  })

  test('that want approval are applied once somebody has approved their date, before it or after', async () => {
    const { ctx, day, clause } = await agreed({ approvalWanted: true })
    await applyReadjustment(day, clause.id)
    expect((await getReadjustment(day, clause.id)).clause.waitsFor).toBe('approval')
    expect(await day.transact(tx => dateOfWork(tx, APPLY_READJUSTMENT, clause.id))).toBeNull()
    expect(await approveReadjustments(day, { ids: [clause.id] })).toHaveLength(1)
    expect(await approveReadjustments(day, { ids: [clause.id] })).toHaveLength(0)
    await applyReadjustment(day, clause.id)
    expect(await applications(day, clause.id)).toHaveLength(1)
    // The next date wants its own.
    const next = later(ctx, '2026-10-10T12:00:00.000Z')
    await applyReadjustment(next, clause.id)
    expect((await getReadjustment(next, clause.id)).clause).toMatchObject({ waitsFor: 'approval', nextOn: '2026-10-10' })
  })

  test('are changed by the version that was seen, and taken out with everything that waited for them', async () => {
    const { ctx, day, clause } = await agreed()
    expect(await codeOf(updateReadjustment(ctx, clause.id, 7, { lagMonths: 2 }))).toBe('stale_version')
    const moved = await updateReadjustment(ctx, clause.id, 1, { startsOn: civilDate('2025-11-10'), index: 'ipca' })
    expect(moved).toMatchObject({ nextOn: '2025-11-10', index: 'ipca', lagMonths: 2, version: 2 })
    await applyReadjustment(day, clause.id)
    expect(await applications(ctx, clause.id)).toEqual([])
    await archiveReadjustment(ctx, clause.id, 2)
    expect(await ctx.transact(tx => dateOfWork(tx, APPLY_READJUSTMENT, clause.id))).toBeNull()
    expect(await codeOf(undoReadjustment(ctx, clause.id, null))).toBe('readjustment_archived')
    // Another one for the whole rule has room now.
    expect(await createReadjustment(ctx, clause.ruleId, { index: 'inpc', startsOn: civilDate('2026-01-10') })).toMatchObject({
      id: 2,
    })
  })

  test('are counted anew from another anchor only after the last date that was applied', async () => {
    const { day, clause } = await agreed()
    await applyReadjustment(day, clause.id)
    const moved = await updateReadjustment(day, clause.id, 2, { startsOn: civilDate('2025-10-10'), everyMonths: 6 })
    expect(moved).toMatchObject({ nextOn: '2026-04-10', nextNumber: 1 })
  })

  test('come every so many months as somebody wants, and who makes the rule is warned of what the law may not stand behind', async () => {
    const { api, ruleId } = await overApi(database())
    const { contractId, terms } = (await api.get(`/v1/invoice-rules/${ruleId}`)).body
    const rule = {
      recurrence: { unit: 'month', anchorOn: '2026-01-01' },
      due: { kind: 'day_quantity', days: 5 },
      lines: [{ serviceItemId: terms.lines[0].serviceItemId, description: 'Outro', unitPrice: '10' }],
      replacesRuleId: ruleId,
      readjustments: [{ index: 'ipca', startsOn: '2025-05-01', everyMonths: 4 }],
    }
    const made = await api.post(`/v1/contracts/${contractId}/invoice-rules`, rule)
    expect([made.status, made.body.warnings]).toEqual([201, [{ code: 'under_12_months', message: expect.any(String) }]])
    const [clause] = (await api.get(`/v1/invoice-rules/${made.body.id}/readjustments`)).body.data
    expect(clause).toMatchObject({ everyMonths: 4, isOver: false })
    const long = await api.patch(`/v1/readjustments/${clause.id}`, { everyMonths: 120 }, { version: clause.version })
    expect(long).toMatchObject({ status: 200, body: { everyMonths: 120, warnings: [] } })
    expect(long.body.preview.values.length + long.body.preview.missingMonths.length).toBeGreaterThan(0)
    const listed = async (over: boolean) => (await api.get(`/v1/readjustments?over=${over}`)).body.data
    expect([await listed(true), (await listed(false)).length]).toEqual([[], 1])
    expect((await api.post(`/v1/contracts/${contractId}/cancel`, { reason: 'Fim' })).status).toBe(200)
    expect([await listed(false), await listed(true)]).toMatchObject([[], [{ id: clause.id, isOver: true }]])
    expect((await api.delete(`/v1/invoice-rules/${made.body.id}`, { version: made.body.version })).status).toBe(204)
    expect((await api.get('/v1/readjustments')).body.data).toEqual([])
    expect((await api.get('/v1/readjustments?archived=true')).body.data).toMatchObject([{ id: clause.id, isOver: true }])
  })

  test('have their routes: scopes, versions, faults and a history', async () => {
    const { api, ruleId } = await overApi(database())
    const path = `/v1/invoice-rules/${ruleId}/readjustments`
    expect(
      (await api.post(path, { index: 'selic', startsOn: '2026-13-01', outro: 1 })).body.faults
        .map((it: { path: string }) => it.path)
        .sort(),
    ).toEqual(['/index', '/outro', '/startsOn'])
    expect(await api.post(path, { index: 'igpm', startsOn: '2026-10-01', everyMonths: 121 })).toMatchObject({
      status: 422,
      body: { faults: [{ path: '/everyMonths', code: 'months_out_of_range' }] },
    })
    const made = await api.post(path, { index: 'igpm', startsOn: '2026-10-01' })
    expect(made).toMatchObject({ status: 201, headers: { etag: '"v1"', location: '/v1/readjustments/rdj_1' } })
    expect((await api.patch('/v1/readjustments/rdj_1', { noticeDays: 30 })).status).toBe(428)
    const changed = await api.patch('/v1/readjustments/rdj_1', { noticeDays: 30 }, { version: 1 })
    expect(changed.body).toMatchObject({ remindOn: '2026-09-01', version: 2 })
    expect((await api.get(path)).body.data).toMatchObject([{ id: 'rdj_1' }])
    expect((await api.get('/v1/readjustments/rdj_1/history')).body.data).toMatchObject([
      { action: 'update' },
      { action: 'create' },
    ])
    const reader = await api.keyWith(['contracts:read'])
    expect((await api.get(path, { key: reader })).status).toBe(200)
    expect((await api.post('/v1/readjustments/rdj_1/skip', {}, { key: reader })).status).toBe(403)
    expect(await api.post('/v1/readjustments/rdj_1/undo', {})).toMatchObject({ status: 409, body: { code: 'nothing_to_undo' } })
    const stranger = await testApi(database())
    expect((await stranger.get('/v1/readjustments/rdj_1')).status).toBe(404)
    expect((await stranger.post('/v1/readjustments/approve', { ids: ['rdj_1'] })).status).toBe(404)
    expect((await api.delete('/v1/readjustments/rdj_1', { version: 2 })).status).toBe(204)
    expect((await api.get(path)).body.data).toEqual([])
    expect((await api.get(`${path}?archived=true`)).body.data).toMatchObject([{ id: 'rdj_1' }])
  })

  test('are held while the days of their contract change, so that who approves one meanwhile does not lose its date', async context => {
    if (database().engine === 'pglite') context.skip()
    const { day, clause } = await agreed({ approvalWanted: true })
    await applyReadjustment(day, clause.id)
    const { contractId } = await getReadjustment(day, clause.id)
    const met = await sideBySide(
      database(),
      day,
      () => cancelContract(day, contractId, { on: civilDate('2026-12-31'), reason: 'Fim' }),
      () => approveReadjustments(day, { ids: [clause.id] }),
    )
    expect([met.first.status, met.second.status, met.secondWaited]).toEqual(['fulfilled', 'fulfilled', true])
    expect(await day.transact(tx => dateOfWork(tx, APPLY_READJUSTMENT, clause.id))).toBe(THE_DAY)
  })

  test('met by another hand at the same moment are applied once, and each sees what the other did', async context => {
    if (database().engine === 'pglite') context.skip()
    const { day, ruleId, service, clause } = await agreed()
    const twice = await sideBySide(
      database(),
      day,
      () => applyReadjustment(day, clause.id),
      () => applyReadjustment(day, clause.id),
    )
    expect([twice.first.status, twice.second.status, twice.secondWaited]).toEqual(['fulfilled', 'fulfilled', true])
    expect(await applications(day, clause.id)).toHaveLength(1)
    const year = later(day, '2026-10-10T12:00:00.000Z')
    const priced = { lines: [{ serviceItemId: service, unitPrice: decimal('500') }] }
    const month = (n: number) => yearMonth(`2026-${String(n).padStart(2, '0')}`)
    for (let n = 5; n <= 9; n++) {
      const asked = { index: 'igpm', month: month(n), months: 1 } as const
      await enterValue(year, { valueChanged: wakeWaiting }, asked, { percent: decimal('0'), source: 'x' })
    }
    const met = await sideBySide(
      database(),
      year,
      () => changeTerms(year, ruleId, priced),
      () => applyReadjustment(year, clause.id),
    )
    expect([met.first.status, met.second.status, met.secondWaited]).toEqual(['fulfilled', 'fulfilled', true])
    const [last] = (await getReadjustment(year, clause.id)).applications
    expect(last?.prices).toMatchObject([{ oldUnitPrice: '500' }])
  })
})

async function overApi(database: TestDatabase) {
  const api = await testApi(database)
  const made = async (path: string, body: object) => (await api.post(path, body)).body
  const organization = await made('/v1/organizations', {
    legalName: 'Prestadora Ltda',
    cnpj: '11444777000161',
    taxRegime: 'simples_nacional',
  })
  const service = await made('/v1/service-items', { name: 'Suporte', unitPrice: '100' })
  const customer = await made('/v1/customers', { kind: 'person', name: 'Cliente', taxId: '11144477735' })
  const rule = {
    recurrence: { unit: 'month', anchorOn: '2026-01-01' },
    due: { kind: 'fixed_day', day: 10 },
    lines: [{ serviceItemId: service.id }],
  }
  const contract = await made('/v1/contracts', {
    name: 'C',
    organizationId: organization.id,
    customerId: customer.id,
    rules: [rule],
  })
  return { api, ruleId: contract.rules[0].id as string }
}
