import { hash } from 'node:crypto'
import { ownAccount } from '../../accounts/account-store.ts'
import { type Ctx, showActor } from '../../platform/context.ts'
import type { CallLimits } from '../call-limits.ts'
import { beginCall, callsBefore, endCall, lockCalls, type RememberedCall } from '../call-store.ts'
import { fault } from './fault.ts'

// The same call is refused again within a minute, and a second one of a method that changes something while the first one runs. Both are
// kept in the database, so that they hold over all processes.

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

/** Does the work unless it is too soon for it. One that is refused may be called again at once: only an accepted one is redundant. */
export async function withinLimits<T>(ctx: Ctx, limits: CallLimits, calling: Calling, work: () => Promise<T>): Promise<T> {
  if (!(await apply(ctx, limits))) return work()
  const it: RememberedCall = {
    dialect: 'omie',
    caller: showActor(ctx.actor),
    call: calling.call,
    fingerprint: hash('sha256', JSON.stringify(calling.sent ?? null)),
  }
  await begin(ctx, it, calling.isEffect)
  let wasAccepted = false
  try {
    const done = await work()
    wasAccepted = true
    return done
  } finally {
    await ctx.transact(tx => endCall(tx, it, wasAccepted))
  }
}

async function apply(ctx: Ctx, limits: CallLimits): Promise<boolean> {
  if (limits !== 'live') return limits === 'on'
  return ctx.transact(async tx => (await ownAccount(tx))?.mode === 'live')
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
