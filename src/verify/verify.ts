import type { Ctx } from '../platform/context.ts'
import { sealHistory } from '../platform/history-seal.ts'
import type { Found } from './findings.ts'
import { ask } from './pages.ts'
import { Tally, type Verified } from './tally.ts'
import { tellFailure } from './unreadable.ts'
import { currentHead, lastCheckpoint, type Span, sealOf } from './verification-store.ts'
import { type Plan, walkThrough } from './walk-through.ts'

export interface VerifyOptions {
  /** Everything again, whatever was verified before. */
  full?: boolean
  /** A head that was noted down: is the history up to there still the same, and is all right that came after? */
  since?: string | null
}

/**
 * Derives the account's truth once more, in SQL alone, and says where what is stored differs. Without options it looks at what was
 * touched since the last clean verification. It only reads; what changes meanwhile is looked at by the next one.
 */
export async function verify(ctx: Ctx, options: VerifyOptions = {}, signal?: AbortSignal): Promise<Verified & { span: Span }> {
  const tally = new Tally()
  let plan = nothing
  try {
    await sealHistory(ctx)
    plan = await planOf(ctx, options, tally)
    await walkThrough(ctx, plan, tally, signal)
  } catch (error) {
    // It ends with what was found until then: whoever waits for it, and the clock of a sandbox, go on.
    tellFailure({ ctx, tally, signal }, 'verify', error)
  }
  const { checked, found, findings, due, information } = tally
  const clean = Object.keys(found).length === 0
  const { mode, head, touchedAfter } = plan
  return { mode, clean, head: head.digest, checked, found, findings, due, information, span: { from: touchedAfter ?? 0, head } }
}

const nothing: Plan = { mode: 'full', head: { seal: 0, digest: null }, touchedAfter: null, sealsAfter: 0 }

/** From where on it has to be looked: a chain that is not the one that was noted down is no ground to leave anything out. */
async function planOf(ctx: Ctx, { full = false, since = null }: VerifyOptions, tally: Tally): Promise<Plan> {
  const head = await ask(ctx, currentHead)
  const everything = { mode: 'full', head, touchedAfter: null, sealsAfter: 0 } as const
  if (since !== null) {
    const noted = await ask(ctx, tx => sealOf(tx, since))
    if (noted !== null) return { mode: 'since', head, touchedAfter: noted, sealsAfter: 0 }
    tally.add([rewritten(ctx, since)])
    return everything
  }
  const checkpoint = full ? null : await ask(ctx, lastCheckpoint)
  if (checkpoint === null) return everything
  if (checkpoint.stands) return { mode: 'incremental', head, touchedAfter: checkpoint.seal, sealsAfter: checkpoint.seal }
  tally.add([rewritten(ctx, checkpoint.digest)])
  return everything
}

function rewritten(ctx: Ctx, noted: string | null): Found<'head_unknown'> {
  return { code: 'head_unknown', noun: 'account', id: ctx.account, startsOn: null, endsOn: null, details: { noted } }
}
