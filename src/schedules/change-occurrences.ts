import type { CivilDate } from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import type { CustomerClaim } from '../invoices/claim.ts'
import { emitHeldOf } from '../invoices/emit-held.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { type HistoryEntry, record } from '../platform/history.ts'
import { type Receivable, receivableAfter } from '../receivables/receivable.ts'
import { lockReceivables, saveReceivables } from '../receivables/receivable-store.ts'
import { occurrencesOf, saveOccurrences } from './occurrence-store.ts'
import { type Occurrence, plannedAt, type Schedule } from './schedule.ts'
import type { Terms } from './terms.ts'

export interface OccurrencesChange {
  readonly schedule: Schedule
  readonly versions: readonly Terms[]
  readonly customer: CustomerClaim
  /** Which of them are meant. */
  readonly from: number
  readonly until: number | null
  /** What becomes of each. */
  readonly settle: (row: Occurrence) => Occurrence
  /** What the history tells of the schedule itself. */
  readonly entry: HistoryEntry
}

/**
 * Changes occurrences that are there, with their receivables, and tells what was done; then what waited until nothing is late goes out if
 * that is so now. Refused where something of them was received: an amount that somebody paid is not said otherwise afterwards.
 */
export async function changeOccurrences(tx: Tx, ctx: Ctx, change: OccurrencesChange): Promise<void> {
  const { schedule, versions, from, until, settle, entry } = change
  const pairs = await withReceivables(tx, await occurrencesOf(tx, schedule.id, from, until))
  requireUntouched(pairs)
  const changed = pairs.flatMap(({ row, receivable }) => {
    const after = settle(row)
    if (isSame(row, after)) return []
    return [changedBy({ row, receivable }, after, versions, change.customer.calendar.today)]
  })
  const entries = await saveChanged(tx, ctx, schedule.id, changed)
  await record(tx, ctx, [entry, ...entries])
  await emitHeldOf(tx, ctx, change.customer)
}

/** Asks again for occurrences that were not to be made yet, with their receivables, and tells that. The schedule is held. */
export async function restoreOccurrences(
  tx: Tx,
  ctx: Ctx,
  scheduleId: number,
  restored: readonly { before: Occurrence; after: Occurrence }[],
  versions: readonly Terms[],
  today: CivilDate,
): Promise<void> {
  if (restored.length === 0) return
  const pairs = await withReceivables(
    tx,
    restored.map(({ before }) => before),
  )
  const changed = pairs.flatMap((pair, i) => {
    const after = restored[i]?.after
    return after === undefined ? [] : [changedBy(pair, after, versions, today)]
  })
  await record(tx, ctx, await saveChanged(tx, ctx, scheduleId, changed))
}

async function withReceivables(tx: Tx, rows: readonly Occurrence[]): Promise<Pair[]> {
  const ids = rows.map(({ receivableId }) => receivableId)
  const receivables = new Map((await lockReceivables(tx, ids)).map(receivable => [receivable.id, receivable]))
  return rows.map(row => {
    const receivable = receivables.get(row.receivableId)
    if (receivable === undefined) throw new Error('an occurrence without its receivable, which a foreign key refuses')
    return { row, receivable }
  })
}

interface Changed {
  readonly row: Occurrence
  readonly before: Receivable
  readonly after: Receivable
}

function changedBy({ row, receivable }: Pair, after: Occurrence, versions: readonly Terms[], today: CivilDate): Changed {
  return { row: { ...after, saidOn: today }, before: receivable, after: receivableOf(receivable, row, after, versions) }
}

/** Answers what is to be told of the receivables. */
async function saveChanged(tx: Tx, ctx: Ctx, scheduleId: number, changed: readonly Changed[]): Promise<HistoryEntry[]> {
  await saveOccurrences(
    tx,
    scheduleId,
    changed.map(({ row }) => row),
    ctx.clock.now(),
  )
  const moved = changed.filter(({ before, after }) => before !== after)
  await saveReceivables(
    tx,
    moved.map(({ after }) => after),
  )
  return moved.map(toEntry)
}

function isSame(a: Occurrence, b: Occurrence): boolean {
  return (
    a.disposition === b.disposition &&
    a.reason === b.reason &&
    a.termsVersion === b.termsVersion &&
    a.dueOn === b.dueOn &&
    a.scheduledOn === b.scheduledOn &&
    a.accrualOn === b.accrualOn
  )
}

/** One that is waived is cancelled as it stands. */
function receivableOf(receivable: Receivable, before: Occurrence, after: Occurrence, versions: readonly Terms[]): Receivable {
  const isSame = after.disposition === before.disposition
  if (after.disposition === 'waived') {
    if (isSame) return receivable
    return { ...receivable, state: receivableAfter(receivable.state, 'cancel'), version: receivable.version + 1 }
  }
  const { amountCents } = plannedAt(versions, after.number)
  const state = isSame ? receivable.state : receivableAfter(receivable.state, 'restore_to_receive')
  if (state === receivable.state && after.dueOn === receivable.dueOn && amountCents === receivable.amountCents) return receivable
  return { ...receivable, state, dueOn: after.dueOn, amountCents, version: receivable.version + 1 }
}

type Pair = { readonly row: Occurrence; readonly receivable: Receivable }

function requireUntouched(pairs: readonly Pair[]): void {
  const touched = pairs.filter(({ receivable: { state, receivedCents, abatedCents } }) => {
    return receivedCents > 0 || abatedCents > 0 || state === 'received' || state === 'renegotiated'
  })
  const [first] = touched
  if (first === undefined) return
  const numbers = touched.map(({ row }) => row.number)
  const which = numbers.length === 1 ? `A ocorrência ${first.row.number} tem` : `${numbers.length} ocorrências têm`
  refuse(
    'occurrence_received',
    `${which} baixa registrada ou foi renegociada, e não muda mais: desfaça antes a baixa ou a renegociação, ou mude só as que vêm depois (a partir de outro número).`,
    { status: 409, details: { numbers: numbers.slice(0, MOST_NAMED) } },
  )
}

const MOST_NAMED = 20

function toEntry({ before, after }: { before: Receivable; after: Receivable }): HistoryEntry {
  const { state } = after
  const action = before.state === state ? 'update' : state === 'cancelled' ? 'cancel' : 'restore'
  const subject = { noun: 'receivable', id: after.id, version: after.version } as const
  return { action, event: action, subject, before, after }
}
