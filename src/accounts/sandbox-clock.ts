import { found } from '../core/current.ts'
import {
  type CivilDate,
  dayInZone,
  formatMoment,
  type Instant,
  instantAt,
  millisOf,
  parseCivilDate,
  parseInstant,
} from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import { type Clock, clockAt, systemClock } from '../platform/clock.ts'
import { type Ctx, openCtx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { isBusy, isDiskFull, isRepeatable } from '../platform/db/faults.ts'
import { type DatedWork, firstDue, type WorkHandlers } from '../platform/due-work.ts'
import { record } from '../platform/history.ts'
import { waitFor } from '../platform/wait.ts'
import { type Account, isWithinClock } from './account.ts'
import { lockAccount, ownAccount, setSandboxClock } from './account-store.ts'

export interface ClockMove {
  now: Instant
  /** How much work fell due on the way and was done. */
  worked: number
}

/** Dates, at the instant where the clock stands, what others are to be told of. */
export type Tell = (ctx: Ctx) => Promise<unknown>

export interface Moving {
  /** Aborted when nobody waits for the move any more, or the server stops. */
  until?: AbortSignal | undefined
  tell?: Tell
  /** The machine's clock: how long a step has been in somebody's way. */
  machine?: Clock
}

/** For how long a step is tried again that meets what somebody else holds, counted from the first time. */
const PATIENCE_MS = 60_000
const LOOK_AGAIN_MS = 100
/** How often one work is done at one instant, for those who date it anew while the clock stands there. */
const MOST_TIMES = 100

export function readSandboxClock(ctx: Ctx): Promise<Instant> {
  return ctx.transact(async tx => sandboxNow(await ownAccount(tx)))
}

/**
 * Moves the account's clock to an instant, or to a day, and does everything that falls due on the way: in order, each at
 * its own instant, each in its own transactions. What is busy is waited for. Where a handler fails, or `until` is aborted, the clock
 * stands at that instant; moving again goes on there.
 */
export async function moveSandboxClock(ctx: Ctx, to: string, handlers: WorkHandlers, moving: Moving = {}): Promise<ClockMove> {
  const { until, tell = async () => {}, machine = systemClock } = moving
  const step = <T>(once: () => Promise<T>) => patiently(once, machine, until)
  const done = new DoneHere()
  let worked = 0
  try {
    const target = await step(() => startMove(ctx, to))
    // What happened before is told where the clock stands, not where the next work is due.
    await step(() => tell(ctx))
    for (;;) {
      // Before anything is held to be done: what was cut off is still due.
      if (until?.aborted) refuseStopped()
      const work = await step(() => ctx.transact(tx => stepTo(tx, target)))
      if (work === null) return { now: target, worked }
      if (done.isLeft(work)) throw new Error(`${work.kind} of ${work.subjectId} is still due after it was done`)
      if (done.timesOf(work) === MOST_TIMES) return await refuseBusy(ctx, worked, REPEATED)
      await step(() => handle(ctx, work, handlers, until))
      worked++
      done.add(work)
      await step(() => tell(openCtx({ ...ctx, clock: clockAt(work.dueAt) })))
    }
  } catch (error) {
    if (isDiskFull(error)) return await refuseFull(ctx, worked)
    if (!isInTheWay(error)) throw error
    ctx.log.warn({ err: error }, 'sandbox clock: busy')
    return await refuseBusy(ctx, worked, HELD)
  }
}

/** Whoever holds what a step needs ends one day, and a step may be done twice: it is tried again, but not for ever. */
async function patiently<T>(once: () => Promise<T>, machine: Clock, until: AbortSignal | undefined): Promise<T> {
  for (let since: number | null = null; ; ) {
    try {
      return await once()
    } catch (error) {
      if (!isInTheWay(error)) throw error
      const now = millisOf(machine.now())
      since ??= now
      if (now - since >= PATIENCE_MS) throw error
    }
    await waitFor(LOOK_AGAIN_MS, until)
    if (until?.aborted) refuseStopped()
  }
}

function isInTheWay(error: unknown): boolean {
  return isBusy(error) || isRepeatable(error)
}

/**
 * What has been done at one instant. A clock that stands still does not tell work that its handler left, which would go round for ever,
 * from work that was done and that somebody else dated anew: that one has another dating.
 */
class DoneHere {
  #dueAt: Instant | null = null
  readonly #done = new Map<string, { dating: string; times: number }>()

  isLeft(work: DatedWork): boolean {
    return this.#of(work)?.dating === work.dating
  }

  timesOf(work: DatedWork): number {
    return this.#of(work)?.times ?? 0
  }

  add(work: DatedWork): void {
    const times = this.timesOf(work) + 1
    if (this.#dueAt !== work.dueAt) this.#done.clear()
    this.#dueAt = work.dueAt
    this.#done.set(nameOf(work), { dating: work.dating, times })
  }

  #of(work: DatedWork) {
    return this.#dueAt === work.dueAt ? this.#done.get(nameOf(work)) : undefined
  }
}

function nameOf({ kind, subjectId }: DatedWork): string {
  return `${kind} ${subjectId}`
}

function startMove(ctx: Ctx, to: string): Promise<Instant> {
  return ctx.transact(async tx => {
    const account = await lockAccount(tx)
    const now = sandboxNow(account)
    const target = readTarget(to, now)
    if (!isWithinClock(target)) {
      refuse('date_out_of_range', 'O relógio de uma conta de testes vai de 1990 até 31/12/2099: escolha um dia antes disso.', {
        path: '/to',
        details: { to: target },
      })
    }
    if (target < now) {
      const shown = `${formatMoment(now, ZONE)} (Brasília)`
      refuse('clock_backwards', `O relógio está em ${shown} e não volta atrás: informe esse dia ou um depois.`, {
        path: '/to',
        details: { now, to: target },
      })
    }
    if (account !== null && target > now) {
      await record(tx, ctx, [
        {
          action: 'move_clock',
          subject: { noun: 'account', id: account.id, version: account.version },
          before: { now },
          after: { now: target },
        },
      ])
    }
    return target
  })
}

/** Sets the clock to the next work's instant, or to the target when nothing is due before it. Never back, whoever else moves it. */
async function stepTo(tx: Tx, target: Instant): Promise<DatedWork | null> {
  const now = sandboxNow(await lockAccount(tx))
  const work = await firstDue(tx, target)
  const next = work?.dueAt ?? target
  if (next > now) await setSandboxClock(tx, next)
  return work
}

function refuseStopped(): never {
  refuse(
    'clock_move_stopped',
    'O servidor está parando, e o relógio ficou no meio do caminho com tudo o que foi feito: adiante-o de novo para continuar.',
    { status: 503 },
  )
}

const HELD = 'Outra operação está usando o que vence agora'
const REPEATED = 'O que vence agora foi pedido de novo muitas vezes enquanto era feito'

/** A move is many transactions: what one of them could not do leaves those before it done, and the clock where they brought it. */
async function refuseBusy(ctx: Ctx, worked: number, why: string): Promise<never> {
  const now = await readSandboxClock(ctx)
  refuse('busy', `${why}. ${standing(now)}`, { status: 503, details: { now, worked } })
}

async function refuseFull(ctx: Ctx, worked: number): Promise<never> {
  const now = await readSandboxClock(ctx)
  refuse('disk_full', `O disco do banco de dados está cheio: libere espaço. ${standing(now)}`, {
    status: 503,
    details: { now, worked },
  })
}

function standing(now: Instant): string {
  return `O relógio ficou em ${formatMoment(now, ZONE)} (Brasília), com tudo o que foi feito até aí: adiante-o de novo para continuar.`
}

async function handle(ctx: Ctx, work: DatedWork, handlers: WorkHandlers, until: AbortSignal | undefined): Promise<void> {
  const handler = handlers[work.kind]
  if (handler === undefined) throw new Error(`nobody handles due work of kind ${work.kind}`)
  await handler(openCtx({ ...ctx, actor: { kind: 'system', id: work.kind }, clock: clockAt(work.dueAt) }), work.subjectId, until)
}

function sandboxNow(account: Account | null): Instant {
  const { sandboxNow } = found(account, 'Conta não encontrada.')
  return sandboxNow ?? refuse('not_a_sandbox', 'Só uma conta de testes tem relógio próprio.')
}

/**
 * A day is its noon in Brasília: that is the same day in every Brazilian zone, and its early billing hours have passed.
 * The day on which the clock stands already is where it stands.
 */
function readTarget(to: string, now: Instant): Instant {
  const day = parseCivilDate(to)
  if (day !== null) return isDayOf(day, now) && now > noonOf(day) ? now : noonOf(day)
  return (
    parseInstant(to) ??
    refuse('invalid_input', 'Informe um dia (2026-01-31) ou um instante (2026-01-31T12:00:00Z).', { path: '/to' })
  )
}

const ZONE = 'America/Sao_Paulo'

function noonOf(day: CivilDate): Instant {
  return instantAt(day, 12, ZONE)
}

function isDayOf(day: CivilDate, now: Instant): boolean {
  return dayInZone(now, ZONE) === day
}
