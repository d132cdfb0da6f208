import { afterEach, expect, test, vi } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { ctxOf } from '../../test/database/test-ctx.ts'
import { type Instant, instant } from '../core/dates.ts'
import { systemClock } from '../platform/clock.ts'
import { dateWork, dropWork, type WorkHandlers } from '../platform/due-work.ts'
import { openLog } from '../platform/log.ts'
import { DueWorker } from './due-worker.ts'
import { Jobs } from './jobs.ts'
import { Scheduler } from './scheduler.ts'

const now = instant('2026-05-04T12:00:00Z')
const earlier = instant('2026-05-04T11:00:00Z')
const later = instant('2026-05-05T12:00:00Z')

eachEngine('due work', database => {
  const log = openLog({ level: 'silent' })
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })

  const machinery = () => ({ db: database().db, clock: systemClock, log })

  async function accountWith(...work: [kind: string, subject: number, dueAt: Instant][]): Promise<number> {
    const account = await database().freshAccount({ now })
    const ctx = ctxOf(database(), account, now)
    await ctx.transact(async tx => {
      for (const [kind, subject, dueAt] of work) await dateWork(tx, kind, subject, dueAt)
    })
    return account
  }

  function workerOf(handlers: WorkHandlers, shared: string[] = []): DueWorker {
    return new DueWorker(machinery(), handlers, new Set(shared), new AbortController().signal)
  }

  test('is done in the order in which it fell due, up to the account’s clock', async () => {
    const done: string[] = []
    const account = await accountWith(['x', 2, now], ['x', 1, earlier], ['x', 3, later])
    const handler = async (ctx: Parameters<WorkHandlers[string]>[0], subject: number) => {
      done.push(`${subject} at ${ctx.clock.now()} by ${ctx.actor.kind}:${ctx.actor.id}`)
      await ctx.transact(tx => dropWork(tx, 'x', subject))
    }
    await workerOf({ x: handler }).work(account)
    expect(done).toEqual([`1 at ${now} by system:x`, `2 at ${now} by system:x`])
  })

  test('that fails holds up nothing else, and is tried again after a while', async () => {
    const done: number[] = []
    let isBroken = true
    const account = await accountWith(['bad', 1, earlier], ['good', 2, now])
    const worker = workerOf({
      bad: async (ctx, subject) => {
        if (isBroken) throw new Error('broken')
        await ctx.transact(tx => dropWork(tx, 'bad', subject))
        done.push(subject)
      },
      good: async (ctx, subject) => {
        await ctx.transact(tx => dropWork(tx, 'good', subject))
        done.push(subject)
      },
    })
    await worker.work(account)
    isBroken = false
    await worker.work(account)
    expect(done).toEqual([2])
    await vi.waitFor(
      async () => {
        await worker.work(account)
        expect(done).toEqual([2, 1])
      },
      { timeout: 5000, interval: 200 },
    )
  })

  test('that comes due again while it is done is done again', async () => {
    let times = 0
    const account = await accountWith(['daily', 1, earlier])
    await workerOf({
      daily: async (ctx, subject) => {
        times++
        await ctx.transact(tx => dateWork(tx, 'daily', subject, times === 1 ? now : later))
      },
    }).work(account)
    expect(times).toBe(2)
  })

  test('that stays due, because somebody else is at it, is left to the next look', async () => {
    let times = 0
    const account = await accountWith(['run', 1, now])
    await workerOf({
      run: async () => {
        times++
      },
    }).work(account)
    expect(times).toBe(1)
  })

  test('is found by the scheduler and carried to a worker by the queue', async () => {
    const account = await accountWith(['x', 1, now])
    const jobs = await Jobs.open(database().db, log, 2)
    closers.push(() => jobs.close())
    const seen = new Set<number>()
    await jobs.work(async woken => {
      seen.add(woken)
    })
    const scheduler = new Scheduler(machinery(), jobs)
    closers.push(() => scheduler.stop())
    scheduler.start()
    await vi.waitFor(() => expect(seen).toContain(account), { timeout: 10_000 })
  })

  test('is begun at once when somebody wakes the workers, by as many as an account may have', async () => {
    const account = await accountWith(['x', 1, now])
    const jobs = await Jobs.open(database().db, log, 3)
    closers.push(() => jobs.close())
    let atOnce = 0
    const { promise: end, resolve } = Promise.withResolvers<void>()
    await jobs.work(async woken => {
      if (woken !== account) return
      atOnce++
      await end
    })
    await jobs.wake([account])
    await vi.waitFor(() => expect(atOnce).toBe(3), { timeout: 900, interval: 10 })
    resolve()
  })

  test('of an account that is closed waits', async () => {
    const account = await accountWith(['x', 1, now])
    await database().asOwner(owner => owner.query(`update account set state = 'closed' where account_id = $1`, [account]))
    const handler = vi.fn(async () => {})
    await workerOf({ x: handler }).work(account)
    expect(handler).not.toHaveBeenCalled()
  })
})
