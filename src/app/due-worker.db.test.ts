import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { ctxOf } from '../../test/database/test-ctx.ts'
import { ctxAt, rules } from '../../test/fixtures/rules.ts'
import { WORK_RUN } from '../billing-run/move-run.ts'
import { runById } from '../billing-run/run-store.ts'
import { startRun } from '../billing-run/start-run.ts'
import { addMillis, type Instant, instant } from '../core/dates.ts'
import { systemClock } from '../platform/clock.ts'
import { queueSchema } from '../platform/db/queue-schema.ts'
import { dateWork, dropWork, type WorkHandlers } from '../platform/due-work.ts'
import { openLog } from '../platform/log.ts'
import { DueWorker } from './due-worker.ts'
import { Jobs } from './jobs.ts'
import { dueHandlers } from './schedule.ts'
import { Scheduler } from './scheduler.ts'

const now = instant('2026-05-04T12:00:00Z')
const earlier = instant('2026-05-04T11:00:00Z')
const later = instant('2026-05-05T12:00:00Z')

eachEngine('due work', database => {
  const log = openLog({ level: 'silent' })
  const closers: (() => Promise<void>)[] = []
  // What other tests left to be done in this database, and what is in line for them, would have its turns here.
  beforeEach(() => database().asOwner(owner => owner.script(`delete from due_work; delete from ${queueSchema}.job`)))
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })

  const machinery = (clock = systemClock) => ({ db: database().db, clock, log })

  async function accountWith(...work: [kind: string, subject: number, dueAt: Instant][]): Promise<number> {
    const account = await database().freshAccount({ now })
    const ctx = ctxOf(database(), account, now)
    await ctx.transact(async tx => {
      for (const [kind, subject, dueAt] of work) await dateWork(tx, kind, subject, dueAt)
    })
    return account
  }

  function workerOf(handlers: WorkHandlers, clock = systemClock): DueWorker {
    return new DueWorker(machinery(clock), handlers, new Set(), new AbortController().signal)
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
    let machineTime = now
    const account = await accountWith(['bad', 1, earlier], ['good', 2, now])
    const handlers: WorkHandlers = {
      bad: async (ctx, subject) => {
        if (isBroken) throw new Error('broken')
        await ctx.transact(tx => dropWork(tx, 'bad', subject))
        done.push(subject)
      },
      good: async (ctx, subject) => {
        await ctx.transact(tx => dropWork(tx, 'good', subject))
        done.push(subject)
      },
    }
    const worker = workerOf(handlers, { now: () => machineTime })
    await worker.work(account)
    isBroken = false
    machineTime = addMillis(now, 999)
    await worker.work(account)
    expect(done).toEqual([2])
    machineTime = addMillis(now, 1000)
    await worker.work(account)
    expect(done).toEqual([2, 1])
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
    await vi.waitFor(() => expect(seen).toContain(account), { timeout: 120_000 })
  })

  test('is begun at once when somebody wakes the workers, by as many as an account may have', async () => {
    const account = await accountWith(['x', 1, now])
    const jobs = await Jobs.open(database().db, log, 3)
    closers.push(() => jobs.close())
    let atOnce = 0
    const { promise: all, resolve: haveBegun } = Promise.withResolvers<void>()
    const { promise: end, resolve } = Promise.withResolvers<void>()
    // Workers look by themselves too, every second: here that second never passes.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    closers.push(async () => void vi.useRealTimers())
    await jobs.work(async () => {
      if (++atOnce === 3) haveBegun()
      await end
    })
    await jobs.wake([account])
    await all
    resolve()
  })

  test('of an account with a single thing to do waits a few turns, however much four others have', async () => {
    const jobs = await Jobs.open(database().db, log, 1, 1)
    closers.push(() => jobs.close())
    const big = await Promise.all(Array.from({ length: 4 }, () => accountWith(['x', 1, now])))
    const small = await accountWith(['x', 1, now])
    const turns: number[] = []
    let before = 0
    const { promise: began, resolve } = Promise.withResolvers<void>()
    await jobs.work(async (account, turn) => {
      turns.push(account)
      if (turns.length === 8) {
        await jobs.wake([small])
        before = turns.length
      }
      if (account === small) resolve()
      // Never done: only its turn ends it.
      await Promise.race([began, new Promise(ended => turn.addEventListener('abort', ended))])
    })
    await jobs.wake(big)
    await began
    expect(new Set(turns.slice(0, 8))).toEqual(new Set(big))
    // Each of the others was before it once, and those on the two places had begun.
    expect(turns.indexOf(small)).toBeLessThanOrEqual(before + 6)
  })

  test('ends with its turn, and goes on where it was left in the next', async () => {
    const account = await accountWith(['long', 1, earlier], ['other', 2, now])
    const turn = new AbortController()
    let left = 3
    const done: string[] = []
    const worker = workerOf({
      long: async (ctx, subject, until) => {
        for (; left > 0 && !until?.aborted; left--) if (left === 2) turn.abort()
        done.push(`${left} left`)
        if (left === 0) await ctx.transact(tx => dropWork(tx, 'long', subject))
      },
      other: async (ctx, subject) => {
        done.push('other')
        await ctx.transact(tx => dropWork(tx, 'other', subject))
      },
    })
    await worker.work(account, turn.signal)
    expect(done).toEqual(['1 left'])
    await worker.work(account)
    expect(done).toEqual(['1 left', '0 left', 'other'])
  })

  test('of a run ends with its turn too', async () => {
    const ctx = await ctxAt(database(), '2026-01-31T12:00:00.000Z')
    await rules(ctx, 1)
    const stateOf = (id: number) => ctx.transact(async tx => (await runById(tx, id))?.state)
    const run = await startRun(ctx, {})
    const handle = dueHandlers()[WORK_RUN]
    await handle?.(ctx, run.id, AbortSignal.abort())
    expect(await stateOf(run.id)).toBe(run.state)
    await handle?.(ctx, run.id)
    expect(await stateOf(run.id)).toBe('done')
  })

  test('that no turn ends leaves a place to the rest', async () => {
    const { promise: end, resolve } = Promise.withResolvers<void>()
    const { promise: began, resolve: begin } = Promise.withResolvers<void>()
    const done: number[] = []
    const handlers: WorkHandlers = {
      whole: async (ctx, subject) => {
        done.push(ctx.account)
        begin()
        await end
        await ctx.transact(tx => dropWork(tx, 'whole', subject))
      },
    }
    const undivided = { kinds: new Set(['whole']), most: 1 }
    const worker = new DueWorker(machinery(), handlers, new Set(), new AbortController().signal, undivided)
    const [first, second] = [await accountWith(['whole', 1, now]), await accountWith(['whole', 1, now])]
    const working = worker.work(first)
    await began
    await worker.work(second)
    expect(done).toEqual([first])
    resolve()
    await working
    await worker.work(second)
    expect(done).toEqual([first, second])
  })

  test('of an account that is closed waits', async () => {
    const account = await accountWith(['x', 1, now])
    await database().asOwner(owner => owner.query(`update account set state = 'closed' where account_id = $1`, [account]))
    const handler = vi.fn(async () => {})
    await workerOf({ x: handler }).work(account)
    expect(handler).not.toHaveBeenCalled()
  })
})
