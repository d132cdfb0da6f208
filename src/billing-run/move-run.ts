import { refuse } from '../core/refusal.ts'
import { nextState } from '../core/states.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { dateWork, dropWork } from '../platform/due-work.ts'
import { record } from '../platform/history.ts'
import { type RunVerb, runStatePhrase, runStateRemedy, runStates } from './billing-run.ts'
import { type Run, saveRun } from './run-store.ts'

/** The kind of work that carries a run on; it is dated as long as there is something to do for it. */
export const WORK_RUN = 'billing_run'

export interface MoveReason {
  pauseReason?: string
  error?: string
  boundsAllowed?: boolean
  detail?: Record<string, unknown>
}

/** What was asked does not go with the run's state: says which that is, and what can be done instead. */
export function refuseRunState({ state }: Pick<Run, 'state'>, details: Record<string, unknown> = {}): never {
  const sentence = `A execução ${runStatePhrase[state]} e não aceita esta operação: ${runStateRemedy[state]}.`
  return refuse('run_state', sentence, { status: 409, details: { state, ...details } })
}

/** Moves a locked run to the state that its table gives for the verb, or refuses; writes its history and dates its work. */
export async function moveRun(tx: Tx, ctx: Ctx, run: Run, verb: RunVerb, reason: MoveReason = {}): Promise<Run> {
  const state = nextState(runStates, run.state, verb)
  if (state === null) return refuseRunState(run, { verb })
  const isOver = state === 'done' || state === 'error' || state === 'cancelled' || state === 'expired'
  const moved: Run = {
    ...run,
    state,
    version: run.version + 1,
    // A preview that is billed is bound anew, item by item.
    decided: run.decided && verb !== 'bill',
    pauseReason: reason.pauseReason ?? null,
    error: reason.error ?? null,
    finishedAt: isOver ? ctx.clock.now() : null,
    boundsAllowed: run.boundsAllowed || reason.boundsAllowed === true,
  }
  await saveRun(tx, moved)
  if (state === 'preparing' || state === 'running' || state === 'previewing')
    await dateWork(tx, WORK_RUN, run.id, ctx.clock.now())
  else await dropWork(tx, WORK_RUN, run.id)
  await record(tx, ctx, [
    {
      action: verb,
      subject: { noun: 'billing_run', id: run.id, version: moved.version },
      before: { state: run.state },
      after: { state, ...reason },
    },
  ])
  return moved
}
