import { found } from '../core/current.ts'
import { type CivilDate, dayInZone, formatMoment, type Instant, instantAt, parseCivilDate, parseInstant } from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import { clockAt } from '../platform/clock.ts'
import { type Ctx, openCtx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { type DueWork, firstDue, type WorkHandlers } from '../platform/due-work.ts'
import { record } from '../platform/history.ts'
import { type Account, isWithinClock } from './account.ts'
import { lockAccount, ownAccount, setSandboxClock } from './account-store.ts'

export interface ClockMove {
  now: Instant
  /** How much work fell due on the way and was done. */
  worked: number
}

/** Dates, at the instant where the clock stands, what others are to be told of. */
export type Tell = (ctx: Ctx) => Promise<unknown>

export function readSandboxClock(ctx: Ctx): Promise<Instant> {
  return ctx.transact(async tx => sandboxNow(await ownAccount(tx)))
}

/**
 * Moves the account's clock to an instant, or to a day, and does everything that falls due on the way: in order, each at
 * its own instant, each in its own transactions. Where a handler fails, or `until` is aborted, the clock stands at that instant;
 * moving again goes on there.
 */
export async function moveSandboxClock(
  ctx: Ctx,
  to: string,
  handlers: WorkHandlers,
  until?: AbortSignal,
  tell: Tell = async () => {},
): Promise<ClockMove> {
  const target = await startMove(ctx, to)
  // What happened before is told where the clock stands, not where the next work is due.
  await tell(ctx)
  let worked = 0
  for (let last: DueWork | null = null; ; worked++) {
    // Before anything is held to be done: what was cut off is still due.
    if (until?.aborted) refuseStopped()
    const work = await ctx.transact(tx => stepTo(tx, target))
    if (work === null) return { now: target, worked }
    if (isSameWork(work, last)) throw new Error(`${work.kind} of ${work.subjectId} is still due after it was done`)
    await handle(ctx, work, handlers, until)
    await tell(openCtx({ ...ctx, clock: clockAt(work.dueAt) }))
    last = work
  }
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
async function stepTo(tx: Tx, target: Instant): Promise<DueWork | null> {
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

async function handle(ctx: Ctx, work: DueWork, handlers: WorkHandlers, until: AbortSignal | undefined): Promise<void> {
  const handler = handlers[work.kind]
  if (handler === undefined) throw new Error(`nobody handles due work of kind ${work.kind}`)
  await handler(openCtx({ ...ctx, actor: { kind: 'system', id: work.kind }, clock: clockAt(work.dueAt) }), work.subjectId, until)
}

function isSameWork(work: DueWork, other: DueWork | null): boolean {
  return work.kind === other?.kind && work.subjectId === other.subjectId && work.dueAt === other.dueAt
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
