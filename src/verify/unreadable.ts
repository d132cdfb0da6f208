import type { Noun } from '../core/ids.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { faultOf, sqlState } from '../platform/db/faults.ts'
import type { FindingCode, Found, InformationCode } from './findings.ts'
import type { Ids } from './ids.ts'
import { ask } from './pages.ts'
import type { Tally } from './tally.ts'

// Who writes to the database by hand can write what no statement reads: text where a number is cast, a list that is none, a day beyond the
// calendar. The same question fails again each time, so it is told instead, and everything else is looked at.

/** Who asks, and where what is found is kept. */
export interface Asking {
  ctx: Ctx
  tally: Tally
  signal: AbortSignal | undefined
}

/** Of what is asked: which check, and what its ids are of. */
export interface Asked {
  check: string
  noun: Noun
}

/** More ids than this are in no stretch, unless it is the last one. */
const FEW = 8192

type Rows = readonly Found<FindingCode | InformationCode>[]

/** Of one stretch so many are named one by one; what cannot be read beyond them is told as a stretch. */
const MOST_NAMED = 10
/** Once so many were told, whatever else cannot be read is told as a stretch. */
const MOST_SOUGHT = 100

/** Adds what a check finds among the ids. Where it cannot be answered, the ids are halved until those are found that it fails at. */
export async function findAmong(
  asking: Asking,
  asked: Asked,
  ids: Ids,
  question: (tx: Tx, ids: Ids) => Promise<Rows>,
  left: { named: number } = { named: MOST_NAMED },
): Promise<void> {
  const { ctx, tally, signal } = asking
  signal?.throwIfAborted()
  try {
    tally.add(await ask(ctx, tx => question(tx, ids)))
  } catch (error) {
    if (!isLasting(error, signal)) throw error
    const halves = halvesOf(ids)
    const isSought = left.named > 0 && (tally.found.unreadable_data ?? 0) + (tally.found.check_failed ?? 0) < MOST_SOUGHT
    if (halves !== null && isSought) {
      for (const half of halves) await findAmong(asking, asked, half, question, left)
      return
    }
    left.named--
    tell(asking, asked, ids, error)
  }
}

/** The answer to a question that is asked of the whole account; null where it cannot be answered, which is told. */
export async function askOnce<T>(asking: Asking, check: string, question: (tx: Tx) => Promise<T>): Promise<T | null> {
  try {
    return await ask(asking.ctx, question)
  } catch (error) {
    tellFailure(asking, check, error)
    return null
  }
}

/** Tells that a check could not be carried out. What would not fail again (an outage, the end of the process) is thrown again. */
export function tellFailure(asking: Asking, check: string, error: unknown): void {
  if (!isLasting(error, asking.signal)) throw error
  tell(asking, { check, noun: 'account' }, { these: [] }, error)
}

function tell({ ctx, tally }: Asking, { check, noun }: Asked, ids: Ids, error: unknown): void {
  const state = sqlState(error)
  ctx.log.error({ err: error, check, ids }, 'verification: a check could not be carried out')
  const code = state !== null && unreadable.has(state.slice(0, 2)) ? 'unreadable_data' : 'check_failed'
  const [one, ...others] = 'these' in ids ? ids.these : ids.from === ids.to ? [ids.from] : []
  const isNamed = one !== undefined && one > 0 && others.length === 0
  // What the database says of it may hold what somebody wrote there: that is for the log.
  const details = { check, state, ...(!isNamed && noun !== 'account' && { of: noun, ...spanOf(ids) }) }
  const subject = isNamed ? { noun, id: one } : { noun: 'account' as const, id: ctx.account }
  tally.add([{ code, ...subject, startsOn: null, endsOn: null, details }])
}

/** SQLSTATE classes that the values are at fault for: 21 is more rows than there can be. */
const unreadable = new Set(['21', '22', '23'])

/** The same again fails again. */
function isLasting(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted === true) return false
  const fault = faultOf(error)
  return fault === 'data' || fault === 'bug'
}

function halvesOf(ids: Ids): [Ids, Ids] | null {
  if ('these' in ids) {
    const half = Math.ceil(ids.these.length / 2)
    return ids.these.length < 2 ? null : [{ these: ids.these.slice(0, half) }, { these: ids.these.slice(half) }]
  }
  if (ids.from >= ids.to) return null
  const span = ids.to - ids.from
  // An open stretch has its ids at its beginning.
  const middle = Math.min(ids.from + (span > 2 * FEW ? Math.max(FEW, ids.from) : Math.floor(span / 2)), ids.to - 1)
  return [
    { from: ids.from, to: middle },
    { from: middle + 1, to: ids.to },
  ]
}

function spanOf(ids: Ids): { from: number | undefined; to: number | undefined } {
  return 'these' in ids ? { from: ids.these[0], to: ids.these.at(-1) } : ids
}
