import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { freshCtx } from '../../test/database/test-ctx.ts'
import { testApi } from '../../test/http/test-api.ts'
import { addMillis, type Instant, instant } from '../core/dates.ts'
import { Refusal } from '../core/refusal.ts'
import type { Clock } from '../platform/clock.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { dateWork, dropWork, type WorkHandlers } from '../platform/due-work.ts'
import { moveSandboxClock, readSandboxClock } from './sandbox-clock.ts'

const day = 86_400_000
const at = (text: string) => instant(`2026-${text}.000Z`)

/** As PostgreSQL says it of a row that somebody holds for too long, and of a table that finds no room. */
const failAs = (tx: Tx, state: 'lock_not_available' | 'disk_full') =>
  sql`do $$ begin raise exception 'planted' using errcode = '${sql.raw(state)}'; end $$`.execute(tx)

/** A machine's clock by which each look takes so long. */
function machineBy(seconds: number): Clock {
  let now = at('06-01T00:00:00')
  return {
    now: () => {
      now = addMillis(now, seconds * 1000)
      return now
    },
  }
}

eachEngine('a sandbox clock', database => {
  const dated = (ctx: Ctx, kind: string, subjectId: number, dueAt: Instant) =>
    ctx.transact(tx => dateWork(tx, kind, subjectId, dueAt))

  it('does what falls due on the way, in order, each at its own instant', async () => {
    const ctx = await freshCtx(database())
    const done: string[] = []
    const handlers: WorkHandlers = {
      once: async (at, id) => {
        done.push(`${at.clock.now()} once ${id} by ${at.actor.id}`)
        expect(await readSandboxClock(at)).toBe(at.clock.now())
        await at.transact(tx => dropWork(tx, 'once', id))
      },
      daily: async (at, id) => {
        done.push(`${at.clock.now()} daily ${id} by ${at.actor.id}`)
        await dated(at, 'daily', id, addMillis(at.clock.now(), day))
      },
    }
    await dated(ctx, 'once', 2, at('01-02T09:00:00'))
    await dated(ctx, 'once', 1, at('01-02T09:00:00'))
    await dated(ctx, 'once', 3, at('01-09T09:00:00'))
    await dated(ctx, 'daily', 1, at('01-02T06:00:00'))
    expect(await moveSandboxClock(ctx, '2026-01-03T06:00:00Z', handlers)).toEqual({ now: at('01-03T06:00:00'), worked: 4 })
    expect(done).toEqual([
      '2026-01-02T06:00:00.000Z daily 1 by daily',
      '2026-01-02T09:00:00.000Z once 1 by once',
      '2026-01-02T09:00:00.000Z once 2 by once',
      '2026-01-03T06:00:00.000Z daily 1 by daily',
    ])
    expect(await readSandboxClock(ctx)).toBe(at('01-03T06:00:00'))
  })

  it('goes as far as 2099, and is refused beyond', async () => {
    const api = await testApi(database())
    for (const to of ['2199-12-31', '2199-12-31T23:59:59.999Z', '2100-01-01', '2100-01-01T03:00:00Z']) {
      expect(await api.post('/v1/sandbox/clock', { to })).toMatchObject({
        status: 422,
        body: { code: 'date_out_of_range', faults: [{ path: '/to' }] },
      })
    }
    expect((await api.get('/v1/sandbox/clock')).body.now).toBe('2026-01-01T12:00:00.000Z')
    expect((await api.post('/v1/sandbox/clock', { to: '2099-12-31' })).status).toBe(200)
    await api.post('/v1/organizations', { legalName: 'Prestadora Ltda', cnpj: '11444777000161', taxRegime: 'simples_nacional' })
    expect((await api.post('/v1/billing-runs', {})).status).toBe(202)
    await api.settle()
  })

  it('does what became due before it stood where it stands', async () => {
    const ctx = await freshCtx(database())
    const seen: string[] = []
    await dated(ctx, 'late', 1, at('01-01T00:00:00'))
    await moveSandboxClock(ctx, '2026-01-01T12:00:00Z', {
      late: async (it, id) => {
        seen.push(it.clock.now())
        await it.transact(tx => dropWork(tx, 'late', id))
      },
    })
    expect(seen).toEqual(['2026-01-01T00:00:00.000Z'])
    expect(await readSandboxClock(ctx)).toBe(at('01-01T12:00:00'))
  })

  it('stops where a handler fails, and goes on from there', async () => {
    const ctx = await freshCtx(database())
    await dated(ctx, 'work', 1, at('01-02T09:00:00'))
    const failing = moveSandboxClock(ctx, '2026-02-01', {
      work: async () => {
        throw new Error('not today')
      },
    })
    await expect(failing).rejects.toThrow('not today')
    expect(await readSandboxClock(ctx)).toBe(at('01-02T09:00:00'))
    const moved = await moveSandboxClock(ctx, '2026-02-01', { work: it => it.transact(tx => dropWork(tx, 'work', 1)) })
    expect(moved).toEqual({ now: at('02-01T15:00:00'), worked: 1 })
  })

  it('does not go round and round over work that nobody moves or nobody knows', async () => {
    const ctx = await freshCtx(database())
    await dated(ctx, 'stuck', 1, at('01-02T09:00:00'))
    await expect(moveSandboxClock(ctx, '2026-02-01', { stuck: async () => {} })).rejects.toThrow('still due')
    await expect(moveSandboxClock(ctx, '2026-02-01', {})).rejects.toThrow('nobody handles')
  })

  it('waits for what somebody else holds, and goes on', async () => {
    const ctx = await freshCtx(database())
    await dated(ctx, 'held', 1, at('01-02T09:00:00'))
    let [held, unheard] = [4, 2]
    const moved = await moveSandboxClock(
      ctx,
      '2026-02-01',
      {
        held: it =>
          it.transact(async tx => {
            await dropWork(tx, 'held', 1)
            if (held-- > 0) await failAs(tx, 'lock_not_available')
          }),
      },
      {
        // Four times twelve seconds are no minute.
        machine: machineBy(12),
        tell: it =>
          it.transact(async tx => {
            if (unheard-- > 0) await failAs(tx, 'lock_not_available')
          }),
      },
    )
    expect(moved).toEqual({ now: at('02-01T15:00:00'), worked: 1 })
    expect([held, unheard]).toEqual([-1, -2])
  })

  it('says how far it got when what somebody holds stays held, and goes on from there', async () => {
    const ctx = await freshCtx(database())
    await dated(ctx, 'free', 1, at('01-02T09:00:00'))
    await dated(ctx, 'held', 1, at('01-03T09:00:00'))
    let tries = 0
    const free = (it: Ctx) => it.transact(tx => dropWork(tx, 'free', 1))
    const held = (it: Ctx) =>
      it.transact(async tx => {
        tries++
        await dropWork(tx, 'held', 1)
        await failAs(tx, 'lock_not_available')
      })
    const moving = moveSandboxClock(ctx, '2026-02-01', { free, held }, { machine: machineBy(20) })
    await expect(moving).rejects.toMatchObject({
      code: 'busy',
      status: 503,
      message: expect.stringMatching(/O relógio ficou em .*03\/01\/2026.*adiante-o de novo/),
      details: { now: at('01-03T09:00:00'), worked: 1 },
    })
    // Tried again for a minute of the machine's, by which each look took twenty seconds.
    expect(tries).toBe(4)
    expect(await readSandboxClock(ctx)).toBe(at('01-03T09:00:00'))
    const again = await moveSandboxClock(ctx, '2026-02-01', { held: it => it.transact(tx => dropWork(tx, 'held', 1)) })
    expect(again).toEqual({ now: at('02-01T15:00:00'), worked: 1 })
  })

  it('says how far it got when the disk is full', async () => {
    const ctx = await freshCtx(database())
    await dated(ctx, 'large', 1, at('01-03T09:00:00'))
    const moving = moveSandboxClock(ctx, '2026-02-01', {
      large: it => it.transact(async tx => void (await failAs(tx, 'disk_full'))),
    })
    await expect(moving).rejects.toMatchObject({
      code: 'disk_full',
      status: 503,
      details: { now: at('01-03T09:00:00'), worked: 0 },
    })
  })

  it('waits for nobody once its caller has gone', async () => {
    const ctx = await freshCtx(database())
    await dated(ctx, 'held', 1, at('01-02T09:00:00'))
    const gone = new AbortController()
    let tries = 0
    const held = (it: Ctx) =>
      it.transact(async tx => {
        tries++
        gone.abort()
        await failAs(tx, 'lock_not_available')
      })
    const moving = moveSandboxClock(ctx, '2026-02-01', { held }, { until: gone.signal, machine: machineBy(1) })
    await expect(moving).rejects.toMatchObject({ code: 'clock_move_stopped' })
    expect(tries).toBe(1)
  })

  it('does again what was done and what somebody else dates anew for the instant at which it stands', async () => {
    const ctx = await freshCtx(database())
    const standing = at('01-02T09:00:00')
    await dated(ctx, 'run', 1, standing)
    let retries = 3
    const moved = await moveSandboxClock(ctx, '2026-02-01', {
      run: async (it, id) => {
        await it.transact(tx => dropWork(tx, 'run', id))
        // As one who retries a run that is done: his transaction begins when that of the worker has ended.
        if (retries-- > 0) await dated(ctx, 'run', id, standing)
      },
    })
    expect(moved).toEqual({ now: at('02-01T15:00:00'), worked: 4 })
  })

  it('ends in spite of work that is dated again and again for the instant at which it stands', async () => {
    const ctx = await freshCtx(database())
    const standing = at('01-02T09:00:00')
    await dated(ctx, 'restless', 1, standing)
    const handlers: WorkHandlers = {
      restless: async it => {
        await it.transact(tx => dropWork(tx, 'restless', 1))
        await dated(it, 'restless', 1, standing)
        // Work between them, as the telling of webhooks, makes it no other.
        await dated(it, 'told', 1, standing)
      },
      told: it => it.transact(tx => dropWork(tx, 'told', 1)),
    }
    await expect(moveSandboxClock(ctx, '2026-02-01', handlers)).rejects.toMatchObject({
      code: 'busy',
      status: 503,
      details: { now: standing },
    })
  })

  it('leaves off where the server stops or the caller goes, and goes on from there', async () => {
    const ctx = await freshCtx(database())
    await dated(ctx, 'long', 1, at('01-02T09:00:00'))
    await dated(ctx, 'later', 2, at('01-03T09:00:00'))
    const stop = new AbortController()
    let left = 2
    const done: string[] = []
    const handlers: WorkHandlers = {
      // Comes back with work left, as a billing run does that is told to stop.
      long: async (it, id, until) => {
        for (; left > 0 && !until?.aborted; left--) stop.abort()
        if (left === 0) await it.transact(tx => dropWork(tx, 'long', id))
      },
      later: async (it, id) => {
        done.push(it.clock.now())
        await it.transact(tx => dropWork(tx, 'later', id))
      },
    }
    await expect(moveSandboxClock(ctx, '2026-02-01', handlers, { until: stop.signal })).rejects.toMatchObject({
      code: 'clock_move_stopped',
      status: 503,
    })
    expect(await readSandboxClock(ctx)).toBe(at('01-02T09:00:00'))
    expect(done).toEqual([])
    expect(await moveSandboxClock(ctx, '2026-02-01', handlers)).toEqual({ now: at('02-01T15:00:00'), worked: 2 })
    expect(done).toEqual([at('01-03T09:00:00')])
  })

  it('never goes back, nor when two move it at once', async () => {
    const ctx = await freshCtx(database())
    const codeOf = (error: unknown) => (error instanceof Refusal ? error.code : error)
    expect(await moveSandboxClock(ctx, '2025-12-31', {}).catch(codeOf)).toBe('clock_backwards')
    expect(await moveSandboxClock(ctx, '2026-01-01T11:59:59.999Z', {}).catch(codeOf)).toBe('clock_backwards')
    await Promise.all([moveSandboxClock(ctx, '2026-03-01', {}), moveSandboxClock(ctx, '2026-02-01', {}).catch(codeOf)])
    expect(await readSandboxClock(ctx)).toBe(at('03-01T15:00:00'))
  })

  it('is moved over the API to an instant or to the noon of a day', async () => {
    const api = await testApi(database())
    const move = (to: unknown) => api.post('/v1/sandbox/clock', { to })
    expect((await api.get('/v1/sandbox/clock')).body).toEqual({ now: '2026-01-01T12:00:00.000Z' })
    expect(await move('2026-01-02')).toMatchObject({ status: 200, body: { now: '2026-01-02T15:00:00.000Z', worked: 0 } })
    expect((await move('2026-01-02T20:00:00-03:00')).body.now).toBe('2026-01-02T23:00:00.000Z')
    expect((await move('2026-01-02')).body.now).toBe('2026-01-02T23:00:00.000Z')
    expect(await move('2026-01-01')).toMatchObject({ status: 422, body: { code: 'clock_backwards', faults: [{ path: '/to' }] } })
    for (const wrong of ['2026-02-30', '31/01/2026', 'amanhã', '2026-01-31T12:00:00', '', 7, null]) {
      expect(await move(wrong)).toMatchObject({ status: 422, body: { code: 'invalid_input', faults: [{ path: '/to' }] } })
    }
    expect((await api.get('/v1/sandbox/clock', { key: await api.keyWith(['sandbox:write']) })).status).toBe(403)
  })

  it('is what a live account does not have', async () => {
    const api = await testApi(database(), { mode: 'live' })
    expect(await api.get('/v1/sandbox/clock')).toMatchObject({ status: 422, body: { code: 'not_a_sandbox' } })
    expect(await api.post('/v1/sandbox/clock', { to: '2030-01-01' })).toMatchObject({
      status: 422,
      body: { code: 'not_a_sandbox' },
    })
  })
})
