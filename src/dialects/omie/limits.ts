import { hash } from 'node:crypto'
import { ownAccount } from '../../accounts/account-store.ts'
import { Refusal } from '../../core/refusal.ts'
import { type Ctx, showActor } from '../../platform/context.ts'
import type { CallLimits } from '../call-limits.ts'
import {
  beginCall,
  callsBefore,
  countCall,
  countFailure,
  endCall,
  forgetFailures,
  lockCalls,
  type RememberedCall,
} from '../call-store.ts'
import { Worded } from '../worded.ts'
import { fault } from './fault.ts'

// The same call is refused again within a minute, and a second one of a method that changes something while the first one runs; whoever
// calls too much, or fails too often in a row, is refused altogether for a while. All is kept in the database, so that it holds over all
// processes.

/** For how long the same call is redundant (vendors/README.md §1.5). */
const REDUNDANT_SECONDS = 60
/** After which a call whose process died is taken for over. */
const LEASE_SECONDS = 60

interface Calling {
  call: string
  isEffect: boolean
  /** The parameter as it was sent. */
  sent: unknown
}

/** So many calls a minute, and so many failures in a row, before all calls are refused for a while (ajuda.omie.com.br 8001888; §1.5). */
const MOST_A_MINUTE = 240
const MOST_FAILURES = 10
const BLOCKED_SECONDS = 30 * 60

/** Does the work unless it is too soon for it. One that is refused may be called again at once: only an accepted one is redundant. */
export async function withinLimits<T>(ctx: Ctx, limits: CallLimits, calling: Calling, work: () => Promise<T>): Promise<T> {
  if (!(await apply(ctx, limits))) return work()
  const it: RememberedCall = {
    dialect: 'omie',
    caller: showActor(ctx.actor),
    call: calling.call,
    fingerprint: hash('sha256', JSON.stringify(calling.sent ?? null)),
  }
  await admit(ctx, it)
  let ended: 'accepted' | 'refused' | 'failed' = 'failed'
  let hasBegun = false
  try {
    await begin(ctx, it, calling.isEffect)
    hasBegun = true
    const done = await work()
    ended = 'accepted'
    return done
  } catch (error) {
    if (error instanceof Refusal && !isEndOfList(error)) ended = 'refused'
    throw error
  } finally {
    await ctx.transact(async tx => {
      if (hasBegun) await endCall(tx, it, ended === 'accepted')
      if (ended === 'accepted') await forgetFailures(tx, it)
      if (ended === 'refused') await countFailure(tx, it, MOST_FAILURES, BLOCKED_SECONDS)
    })
  }
}

/** Whoever walks a list to its end is told so by a fault: that is no misuse. */
function isEndOfList(error: Refusal): boolean {
  return error instanceof Worded && Reflect.get(error.answer.body ?? {}, 'faultcode') === 'SOAP-ENV:Client-5113'
}

async function apply(ctx: Ctx, limits: CallLimits): Promise<boolean> {
  if (limits !== 'live') return limits === 'on'
  return ctx.transact(async tx => (await ownAccount(tx))?.mode === 'live')
}

function admit(ctx: Ctx, it: RememberedCall): Promise<void> {
  return ctx.transact(async tx => {
    const { calls, secondsLeft, blockedSeconds } = await countCall(tx, it)
    const wait = blockedSeconds ?? (calls > MOST_A_MINUTE ? secondsLeft : null)
    if (wait !== null) throw misuse(wait)
  })
}

function misuse(seconds: number): Worded {
  return new Worded({
    status: 425,
    body: {
      faultstring: `API bloqueada por consumo indevido. Tente novamente em ${seconds} segundos.`,
      faultcode: 'MISUSE_API_PROCESS',
    },
  })
}

function begin(ctx: Ctx, it: RememberedCall, isEffect: boolean): Promise<void> {
  return ctx.transact(async tx => {
    await lockCalls(tx, it)
    const { isRunning, sameSecondsAgo } = await callsBefore(tx, it, LEASE_SECONDS)
    if (isEffect && isRunning) {
      throw fault(
        1880,
        'Já existe uma requisição desse método sendo executada e você pode tentar novamente em alguns instantes. (1)',
      )
    }
    if (sameSecondsAgo !== null && sameSecondsAgo < REDUNDANT_SECONDS) {
      const left = Math.max(1, REDUNDANT_SECONDS - sameSecondsAgo)
      throw fault(6, `Consumo redundante detectado. Aguarde ${left} segundos para tentar novamente (REDUNDANT).`)
    }
    await beginCall(tx, it)
  })
}
