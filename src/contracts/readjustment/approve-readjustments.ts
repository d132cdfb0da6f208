import type { CivilDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { Ctx } from '../../platform/context.ts'
import { dateWork } from '../../platform/due-work.ts'
import { record } from '../../platform/history.ts'
import { APPLY_READJUSTMENT } from './date-readjustments.ts'
import { changed } from './held-readjustment.ts'
import { isUnapproved, type Readjustment } from './readjustment.ts'
import { listReadjustments, lockReadjustments, saveReadjustment } from './readjustment-store.ts'

/** Named one by one, or all of a window that want approval. */
export type Approval = { ids: readonly number[] } | { from: CivilDate; to: CivilDate }

export const MOST_APPROVED = 1000

/**
 * Approves the next date of many clauses. Each is applied by itself, in a transaction of its own, as soon as its date has come: two that
 * approve the same change nothing twice. Answers those that were waiting, and leaves alone what was approved before.
 */
export function approveReadjustments(ctx: Ctx, approval: Approval): Promise<Readjustment[]> {
  return ctx.transact(async tx => {
    const wanted = 'ids' in approval ? [...new Set(approval.ids)] : await idsWithin(tx, approval)
    const clauses = await lockReadjustments(tx, wanted)
    const known = new Set(clauses.filter(({ archivedAt }) => archivedAt === null).map(({ id }) => id))
    const unknown = wanted.filter(id => !known.has(id))
    if (unknown.length > 0) {
      refuse('not_found', `Reajuste não encontrado: ${unknown.map(id => showId('readjustment', id)).join(', ')}.`, {
        status: 404,
      })
    }
    const now = ctx.clock.now()
    const changes = clauses
      .filter(isUnapproved)
      .map(before => ({ before, after: { ...before, ...approved(before), version: before.version + 1 } }))
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

function approved({ nextOn, waitsFor, missingMonth }: Readjustment) {
  const isAsked = waitsFor === 'approval'
  return { approvedOn: nextOn, waitsFor: isAsked ? null : waitsFor, missingMonth: isAsked ? null : missingMonth }
}

async function idsWithin(
  tx: Parameters<typeof listReadjustments>[0],
  { from, to }: { from: CivilDate; to: CivilDate },
): Promise<number[]> {
  const all = await listReadjustments(tx, { archived: false, from, to }, null, MOST_APPROVED + 1)
  if (all.length > MOST_APPROVED) {
    refuse('too_many_items', `São mais de ${MOST_APPROVED} reajustes nesse intervalo: aprove um intervalo menor.`, {
      status: 422,
    })
  }
  return all.filter(isUnapproved).map(({ id }) => id)
}
