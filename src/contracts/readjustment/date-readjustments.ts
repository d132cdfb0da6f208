import type { Instant } from '../../core/dates.ts'
import { startOfDay } from '../../core/dates.ts'
import type { PriceIndex } from '../../indices/price-index.ts'
import type { Tx } from '../../platform/db/db.ts'
import { dateWork, dropWork } from '../../platform/due-work.ts'
import type { Validity } from '../ledger/coverage.ts'
import { isUnapproved, type Readjustment } from './readjustment.ts'
import { livingReadjustments, lockReadjustments, waitingFor } from './readjustment-store.ts'

/** The dated work that applies a clause on its date, before that day's billing. */
export const APPLY_READJUSTMENT = 'apply_readjustment'

/**
 * Dates the clauses of rules that may bill again, or drops their work where nothing is to come: called by whoever moves the validity of a
 * contract or the end of a rule. They are held, so that who approves one meanwhile does not lose its date. What waits for a value looks
 * again at once, and then every day.
 */
export async function dateReadjustments(
  tx: Tx,
  ruleIds: readonly number[],
  { validity, timeZone, isArchived }: { validity: Validity | null; timeZone: string; isArchived: boolean },
): Promise<void> {
  const living = [...(await livingReadjustments(tx, ruleIds)).values()].flat()
  if (living.length === 0) return
  for (const clause of await lockReadjustments(
    tx,
    living.map(({ id }) => id),
  )) {
    const isOver = validity === null || isArchived || (validity.endsOn !== null && validity.endsOn < clause.nextOn)
    if (isOver) await dropWork(tx, APPLY_READJUSTMENT, clause.id)
    else await dateClause(tx, clause, timeZone)
  }
}

/** At the start of its date; what waits for a person is dated by that person. */
export async function dateClause(tx: Tx, clause: Readjustment, timeZone: string): Promise<void> {
  const isWaiting = clause.waitsFor === 'approval' && isUnapproved(clause)
  if (clause.archivedAt !== null || isWaiting) await dropWork(tx, APPLY_READJUSTMENT, clause.id)
  else await dateWork(tx, APPLY_READJUSTMENT, clause.id, startOfDay(clause.nextOn, timeZone))
}

/** A value of the index became known: whoever waited for it looks again now. */
export async function wakeWaiting(tx: Tx, index: PriceIndex, now: Instant): Promise<void> {
  for (const id of await waitingFor(tx, index)) await dateWork(tx, APPLY_READJUSTMENT, id, now)
}
