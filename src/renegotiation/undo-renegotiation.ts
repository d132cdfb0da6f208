import { found } from '../core/current.ts'
import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import { lockCredit } from '../customers/customer-credit-store.ts'
import { emitHeldOf } from '../invoices/emit-held.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import type { HistoryEntry } from '../platform/history.ts'
import { type Receivable, receivableAfter } from '../receivables/receivable.ts'
import { receivablesOfRenegotiations, receivablesRenegotiatedBy } from '../receivables/receivable-store.ts'
import { saveAlong } from '../receivables/save-along.ts'
import { claimDebts } from './claim-debts.ts'
import { notFound, type RenegotiationDetail, renegotiationDetail } from './read-renegotiation.ts'
import { obstaclesOf, type Renegotiation } from './renegotiation.ts'
import { renegotiationOf, saveUndone } from './renegotiation-store.ts'

/**
 * What it replaced is owed again, each as it was, and what it made is cancelled. Refused once something was received or abated of that, or
 * it was renegotiated in its turn.
 */
export function undoRenegotiation(ctx: Ctx, id: number, reason: string | null = null): Promise<RenegotiationDetail> {
  return ctx.transact(async tx => {
    const before = await held(tx, id)
    requireStanding(before)
    const made = await receivablesOfRenegotiations(tx, [id])
    requireUntouched(made)
    const owed = await receivablesRenegotiatedBy(tx, id)
    const claim = await claimDebts(
      tx,
      ctx,
      before,
      [...owed, ...made].map(one => one.id),
    )
    const changed = claim.receivables.map(one => (one.renegotiationId === id ? withdrawn(one) : restored(one)))
    const after = { ...before, undoneAt: ctx.clock.now(), undoReason: given(reason), version: before.version + 1 }
    await saveUndone(tx, after)
    await saveAlong(tx, ctx, { changed, dossiers: claim.dossiers }, () => [
      undone(before, after),
      ...changed.map((one, i) => entryOf(one, claim.receivables[i] ?? null)),
    ])
    await emitHeldOf(tx, ctx, claim)
    return renegotiationDetail(tx, ctx, id)
  })
}

/** Read again once its customer is held: until then another may have undone it. */
async function held(tx: Tx, id: number): Promise<Renegotiation> {
  await lockCredit(tx, found(await renegotiationOf(tx, id), notFound))
  return found(await renegotiationOf(tx, id), notFound)
}

function requireStanding({ undoneAt }: Renegotiation): void {
  if (undoneAt === null) return
  refuse('renegotiation_undone', 'A renegociação já foi desfeita.', { status: 409, details: { undoneAt } })
}

function requireUntouched(made: readonly Receivable[]): void {
  const { receivables, renegotiations } = obstaclesOf(made)
  if (renegotiations.length > 0) {
    refuse(
      'renegotiated',
      `Parcelas desta renegociação foram renegociadas em ${renegotiations.join(', ')}: desfaça antes a que veio depois.`,
      { status: 409, details: { renegotiations } },
    )
  }
  if (receivables.length > 0) {
    refuse(
      'receipt_stands',
      `Há baixa (pagamento ou abatimento) em parcelas desta renegociação (${receivables.join(', ')}): desfaça-a primeiro (no comando, receivables undo).`,
      { status: 409, details: { receivables } },
    )
  }
}

function restored(before: Receivable): Receivable {
  const state = receivableAfter(before.state, 'undo_renegotiation')
  return { ...before, state, renegotiatedBy: null, settledOn: null, version: before.version + 1 }
}

function withdrawn(before: Receivable): Receivable {
  return { ...before, state: receivableAfter(before.state, 'cancel'), version: before.version + 1 }
}

function undone(before: Renegotiation, after: Renegotiation): HistoryEntry {
  const subject = { noun: 'renegotiation', id: after.id, version: after.version } as const
  return { action: 'undo', event: 'undo', subject, before, after }
}

function entryOf(after: Receivable, before: Receivable | null): HistoryEntry {
  const action = after.state === 'cancelled' ? 'cancel' : 'undo_renegotiation'
  return { action, subject: { noun: 'receivable', id: after.id, version: after.version }, before, after }
}
