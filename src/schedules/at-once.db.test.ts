import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { openEmptyDatabase } from '../../test/database/empty-database.ts'
import { sideBySide } from '../../test/database/side-by-side.ts'
import { codeOf, events } from '../../test/fixtures/invoices.ts'
import { ctxAt, later } from '../../test/fixtures/rules.ts'
import { createAccount } from '../accounts/create-account.ts'
import { civilDate, instant } from '../core/dates.ts'
import { cents } from '../core/money.ts'
import { createCustomer } from '../customers/create-customer.ts'
import { createOrganization } from '../organizations/create-organization.ts'
import { clockAt } from '../platform/clock.ts'
import { type Ctx, openCtx } from '../platform/context.ts'
import { openDb } from '../platform/db/db.ts'
import { PgliteSource } from '../platform/db/pglite.ts'
import { takeAccountNumber } from '../platform/http/key-directory.ts'
import { receivePayment } from '../receivables/receive-payment.ts'
import { createSchedule } from './create-schedule.ts'
import { deleteOccurrences } from './delete-occurrences.ts'
import { editSchedule } from './edit-schedule.ts'
import { extendSchedule } from './make-occurrences.ts'
import type { RecurrenceInput } from './said-schedule.ts'
import type { Schedule } from './schedule.ts'

const begun = '2026-01-10T15:00:00.000Z'
const yearLater = '2027-01-10T15:00:00.000Z'

/** A schedule of R$ 100 from 10 January 2026 on. */
async function scheduled(ctx: Ctx, recurrence: RecurrenceInput = { unit: 'month' }): Promise<Schedule> {
  const issuer = { legalName: 'Prestadora Ltda', cnpj: '11444777000161', taxRegime: 'simples_nacional' } as const
  const { id: organizationId } = await createOrganization(ctx, issuer)
  const { id: customerId } = await createCustomer(ctx, { kind: 'person', name: 'Ana' })
  const asked = { organizationId, customerId, amountCents: cents(10_000), dueOn: civilDate('2026-01-10') }
  return createSchedule(ctx, { ...asked, recurrence })
}

/** The numbers in its ledger, and how many receivables it has. */
function ledgerOf(ctx: Ctx, { id }: Schedule): Promise<{ numbers: number[]; receivables: number; madeUntil: number }> {
  return ctx.transact(async tx => {
    const { rows } = await sql<{ number: number }>`
      select number from schedule_occurrence where schedule_id = ${id} and number > 0 order by number`.execute(tx)
    const counted = await sql<{ n: number }>`select count(*)::integer as n from receivable where schedule_id = ${id}`.execute(tx)
    const head = await sql<{ n: number }>`select made_until as n from schedule where id = ${id}`.execute(tx)
    return { numbers: rows.map(({ number }) => number), receivables: counted.rows[0]?.n ?? 0, madeUntil: head.rows[0]?.n ?? 0 }
  })
}

const whole = (count: number) => ({
  numbers: Array.from({ length: count }, (_, i) => i + 1),
  receivables: count,
  madeUntil: count,
})

eachEngine('a schedule, at the same time', database => {
  test('is carried on by two workers: each occurrence is made once', async () => {
    const ctx = await ctxAt(database(), begun)
    const schedule = await scheduled(ctx)
    const then = later(ctx, yearLater)
    await Promise.all([extendSchedule(then, schedule.id), extendSchedule(then, schedule.id), extendSchedule(then, schedule.id)])
    expect(await ledgerOf(ctx, schedule)).toEqual(whole(25))
  })

  test('fails after an occurrence was made: none was, and the next who comes makes all', async () => {
    const ctx = await ctxAt(database(), begun)
    const schedule = await scheduled(ctx)
    const then = later(ctx, yearLater)
    const failing = then.transact(async () => {
      await extendSchedule(then, schedule.id)
      throw new Error('the disk is full')
    })
    await expect(failing).rejects.toThrow('the disk is full')
    expect(await ledgerOf(ctx, schedule)).toEqual(whole(13))
    await extendSchedule(then, schedule.id)
    expect(await ledgerOf(ctx, schedule)).toEqual(whole(25))
  })

  test('of many occurrences stops between two transactions, and goes on from there', async () => {
    const ctx = await ctxAt(database(), begun)
    const schedule = await scheduled(ctx, { unit: 'day' })
    const then = later(ctx, '2028-01-10T15:00:00.000Z')
    const stopping = new AbortController()
    stopping.abort()
    await extendSchedule(then, schedule.id, stopping.signal)
    expect(await ledgerOf(ctx, schedule)).toEqual(whole(366))
    await extendSchedule(then, schedule.id)
    expect(await ledgerOf(ctx, schedule)).toEqual(whole(1097))
  })

  test('that would leave the calendar is over: nobody tries it again for ever', async () => {
    const ctx = await ctxAt(database(), begun)
    const schedule = await scheduled(ctx)
    // From before days were bounded.
    await ctx.transact(tx =>
      sql`update schedule_terms set accrual_on = '2998-12-10' where schedule_id = ${schedule.id}`.execute(tx),
    )
    await extendSchedule(later(ctx, '2028-01-10T15:00:00.000Z'), schedule.id)
    const found = await ctx.transact(tx => sql`select state, made_until from schedule where id = ${schedule.id}`.execute(tx))
    expect(found.rows).toEqual([{ state: 'complete', made_until: 13 }])
    const work = await ctx.transact(tx => sql`select from due_work where kind = 'extend_schedule'`.execute(tx))
    expect(work.rows).toEqual([])
  })

  test('asks again for what was too far ahead, once, whoever comes first', async () => {
    const ctx = await ctxAt(database(), begun)
    const schedule = await scheduled(ctx, { unit: 'week' })
    const all = { scheduleId: schedule.id, number: 1, scope: 'following' } as const
    const monthly = await editSchedule(ctx, all, schedule.version, { recurrence: { unit: 'month' } })
    expect(monthly.madeUntil).toBe(13)
    const then = later(ctx, '2026-06-10T15:00:00.000Z')
    await Promise.all([extendSchedule(then, schedule.id), extendSchedule(then, schedule.id)])
    const { rows } = await ctx.transact(tx =>
      sql`select r.state, count(*)::integer as n, max(o.number) as last, max(r.due_on) as due
            from schedule_occurrence o join receivable r on r.account_id = o.account_id and r.id = o.receivable_id group by 1 order by 1 desc`.execute(
        tx,
      ),
    )
    expect(rows).toEqual([
      { state: 'to_receive', n: 18, last: 18, due: '2027-06-10' },
      { state: 'cancelled', n: 35, last: 53, due: '2027-01-09' },
    ])
  })

  test('cannot be given an occurrence twice, nor one without the one before it', async () => {
    const ctx = await ctxAt(database(), begun)
    await scheduled(ctx)
    const copied = (number: number) =>
      ctx.transact(tx =>
        sql`insert into schedule_occurrence
            select account_id, schedule_id, ${number}, ${number - 1}, disposition, reason, terms_version, due_on, scheduled_on, accrual_on,
                   receivable_id + 1000, said_on, closed_at from schedule_occurrence where number = 3`.execute(tx),
      )
    await expect(copied(3)).rejects.toThrow(/unique/)
    await expect(copied(15)).rejects.toThrow(/foreign key/)
  })

  test('tells others of what it asks for, and of what becomes of that', async () => {
    const ctx = await ctxAt(database(), begun)
    const schedule = await scheduled(ctx)
    const { rows } = await ctx.transact(tx =>
      sql<{ id: number }>`select receivable_id as id from schedule_occurrence where number in (1, 2) order by number`.execute(tx),
    )
    const [first = 0, second = 0] = rows.map(({ id }) => id)
    await receivePayment(ctx, { receivableId: first, amountCents: cents(4_000), receivedOn: civilDate('2026-01-10') })
    const change = { amountCents: cents(12_000) }
    const { version } = await editSchedule(ctx, { scheduleId: schedule.id, number: 2, scope: 'one' }, schedule.version, change)
    await deleteOccurrences(ctx, { scheduleId: schedule.id, number: 2, scope: 'one' }, version)
    expect(await events(ctx, 'receivable', first)).toEqual(['create', 'receive'])
    expect(await events(ctx, 'receivable', second)).toEqual(['create', 'update', 'cancel'])
    expect(await events(ctx, 'schedule', schedule.id)).toEqual(['create', 'update', 'update'])
  })

  test('is edited while something of it is received: whoever comes first, and what was paid stays as it was asked', async () => {
    if (database().engine === 'pglite') return
    const ctx = await ctxAt(database(), begun)
    const schedule = await scheduled(ctx)
    const { rows } = await ctx.transact(tx =>
      sql<{ id: number }>`select receivable_id as id from schedule_occurrence where number = 1`.execute(tx),
    )
    const receivableId = rows[0]?.id ?? 0
    const pay = () => receivePayment(ctx, { receivableId, amountCents: cents(10_000), receivedOn: civilDate('2026-01-10') })
    const edit = () =>
      editSchedule(ctx, { scheduleId: schedule.id, number: 1, scope: 'following' }, schedule.version, {
        amountCents: cents(12_000),
      })
    const { second, secondWaited } = await sideBySide(database(), ctx, pay, () => codeOf(edit()))
    expect([second, secondWaited]).toEqual([{ status: 'fulfilled', value: 'occurrence_received' }, true])
  })

  test('is edited while it is carried on: what is made is what was said last', async () => {
    if (database().engine === 'pglite') return
    const ctx = await ctxAt(database(), begun)
    const schedule = await scheduled(ctx)
    const then = later(ctx, yearLater)
    const edit = () =>
      editSchedule(ctx, { scheduleId: schedule.id, number: 2, scope: 'following' }, schedule.version, {
        amountCents: cents(12_000),
      })
    const { secondWaited } = await sideBySide(database(), ctx, edit, () => extendSchedule(then, schedule.id))
    expect(secondWaited).toBe(true)
    const { rows } = await ctx.transact(tx =>
      sql<{ amount: number; n: number }>`
        select amount_cents as amount, count(*)::integer as n from receivable where schedule_id = ${schedule.id} group by 1 order by 1`.execute(
        tx,
      ),
    )
    expect(rows).toEqual([
      { amount: 10_000, n: 1 },
      { amount: 12_000, n: 24 },
    ])
  })
})

describe.each(inject('engines'))('a process that is killed while it makes occurrences (%s)', engine => {
  let folder: string
  let place: { databaseUrl?: string; dataDir?: string }
  let drop: () => Promise<void>
  let child: ChildProcessByStdio<null, Readable, null> | undefined
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bordero-schedules-'))
    if (engine === 'pglite') {
      const dataDir = join(folder, 'data')
      await (await PgliteSource.open({ dataDir, image: inject('pgliteImage') })).close()
      place = { dataDir }
      drop = async () => {}
    } else {
      const database = await openEmptyDatabase(engine)
      place = { databaseUrl: database.url ?? '' }
      drop = database.drop
    }
  })
  afterEach(async () => {
    child?.kill('SIGKILL')
    await drop()
    rmSync(folder, { recursive: true, force: true })
  })

  const ctxOver = (db: Awaited<ReturnType<typeof openDb>>, account: number, now: string) =>
    openCtx({
      account,
      actor: { kind: 'system', id: 'test' },
      requestId: 'test',
      clock: clockAt(instant(now)),
      db,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    })

  test('made none, and the next one makes each once', async () => {
    const db = await openDb(place)
    const account = await db.transact('dispatch', takeAccountNumber)
    const ctx = ctxOver(db, account, begun)
    await createAccount(ctx, { name: 'Conta de testes', mode: 'sandbox' })
    const schedule = await scheduled(ctx)
    await db.close()

    const path = fileURLToPath(new URL('../../test/schedules/children/extend.ts', import.meta.url))
    const args = [path, JSON.stringify({ ...place, account, scheduleId: schedule.id, now: yearLater })]
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    expect(line).toBe('made')
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    expect((await exited)[1]).toBe('SIGKILL')

    const again = await openDb(place)
    try {
      const then = ctxOver(again, account, yearLater)
      expect(await ledgerOf(then, schedule)).toEqual(whole(13))
      await extendSchedule(then, schedule.id)
      expect(await ledgerOf(then, schedule)).toEqual(whole(25))
    } finally {
      await again.close()
    }
  })
})
