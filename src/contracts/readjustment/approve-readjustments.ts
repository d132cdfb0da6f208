import type { CivilDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { factorText, type IndexValue } from '../../indices/price-index.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { dateWork } from '../../platform/due-work.ts'
import { record } from '../../platform/history.ts'
import { APPLY_READJUSTMENT } from './date-readjustments.ts'
import { changed, valuesFor } from './held-readjustment.ts'
import { factorOf, isUnapproved, type Readjustment } from './readjustment.ts'
import { listReadjustments, lockReadjustments, saveReadjustment } from './readjustment-store.ts'

/** The days that the next date lies between, both counted. */
export interface Window {
  from: CivilDate
  to: CivilDate
}

/** Named one by one, or all of a window that want approval; those named of a window are only those of them whose next date is in it. */
export type Approval = { ids: readonly number[]; window?: Window | undefined } | { ids?: undefined; window: Window }

export const MOST_APPROVED = 1000

/**
 * Approves the next date of many clauses, each by the factor that its months make now: one that makes another when it is applied waits
 * anew. Each is applied by itself, in a transaction of its own, as soon as its date has come: two that approve the same change nothing
 * twice. Answers those that were waiting, and leaves alone what was approved before.
 */
export function approveReadjustments(ctx: Ctx, { ids, window }: Approval): Promise<Readjustment[]> {
  return ctx.transact(async tx => {
    const wanted = ids === undefined ? await idsWithin(tx, window) : [...new Set(ids)]
    const clauses = await lockReadjustments(tx, wanted)
    const known = new Set(clauses.filter(({ archivedAt }) => archivedAt === null).map(({ id }) => id))
    const unknown = wanted.filter(id => !known.has(id))
    if (unknown.length > 0) {
      refuse('not_found', `Reajuste não encontrado: ${unknown.map(id => showId('readjustment', id)).join(', ')}.`, {
        status: 404,
      })
    }
    const now = ctx.clock.now()
    const values = await valuesFor(tx, clauses)
    const changes = clauses.filter(isUnapproved).flatMap(before => {
      const approvedFactor = factorKnown(before, values)
      if (!isMeant(before, approvedFactor, window)) return []
      return { before, after: { ...before, ...approved(before), approvedFactor, version: before.version + 1 } }
    })
    for (const { after } of changes) {
      await saveReadjustment(tx, after)
      // One whose date is to come dates itself anew.
      await dateWork(tx, APPLY_READJUSTMENT, after.id, now)
    }
    await record(
      tx,
      ctx,
      changes.map(({ before, after }) => changed('approve', before, after)),
    )
    return changes.map(({ after }) => after)
  })
}

/**
 * Whether this is the date that somebody saw. Another hand may have moved it on since: who names a clause alone means the date that
 * waits for him, or one that he can know of, and not that of the year after because somebody was quicker.
 */
function isMeant({ nextOn, waitsFor }: Readjustment, factor: string | null, window: Window | undefined): boolean {
  if (window !== undefined) return window.from <= nextOn && nextOn <= window.to
  return waitsFor === 'approval' || factor !== null
}

function factorKnown(clause: Readjustment, values: readonly IndexValue[]): string | null {
  const found = factorOf(clause, values)
  return found.kind === 'known' ? factorText(found.factor) : null
}

function approved({ nextOn, waitsFor, missingMonth }: Readjustment) {
  const isAsked = waitsFor === 'approval'
  return { approvedOn: nextOn, waitsFor: isAsked ? null : waitsFor, missingMonth: isAsked ? null : missingMonth }
}

async function idsWithin(tx: Tx, window: Window): Promise<number[]> {
  const all = await listReadjustments(tx, { archived: false, ...window }, null, MOST_APPROVED + 1)
  if (all.length > MOST_APPROVED) {
    refuse('too_many_items', `São mais de ${MOST_APPROVED} reajustes nesse intervalo: aprove um intervalo menor.`, {
      status: 422,
    })
  }
  return all.filter(isUnapproved).map(({ id }) => id)
}
