import { refuse } from '../core/refusal.ts'
import type { CreditOwner } from '../customers/customer-credit-store.ts'
import { claimCustomer } from '../invoices/claim.ts'
import { emitHeldOf } from '../invoices/emit-held.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { type Receivable, receivableAfter, requireNotRenegotiated } from './receivable.ts'
import { lockTakenOver, saveReceivables } from './receivable-store.ts'

/**
 * Cancels what a contract that is being deleted brought along from another system, in the transaction that deletes it. What somebody
 * received or gave up of it is a fact: the contract stays then. Nothing of it being late any more, what waited for that goes out.
 */
export async function dropTakenOver(tx: Tx, ctx: Ctx, contract: CreditOwner & { readonly id: number }): Promise<void> {
  const { claim } = await claimCustomer(tx, ctx, contract, [])
  const receivables = (await lockTakenOver(tx, contract.id)).filter(({ state }) => state !== 'cancelled')
  if (receivables.length === 0) return
  for (const receivable of receivables) requireNotRenegotiated(receivable)
  if (receivables.some(isTouched)) {
    const message =
      'O contrato tem parcelas trazidas de outro sistema de que algo já foi recebido ou abatido: desfaça o recebimento antes, ou cancele o contrato em vez de apagá-lo.'
    refuse('in_use', message)
  }
  const dropped = receivables.map(
    (before): Receivable => ({ ...before, state: receivableAfter(before.state, 'cancel'), version: before.version + 1 }),
  )
  await saveReceivables(tx, dropped)
  await record(
    tx,
    ctx,
    dropped.map((after, i) => ({
      action: 'cancel',
      subject: { noun: 'receivable', id: after.id, version: after.version },
      before: receivables[i] ?? null,
      after: { ...after, reason: 'contract_deleted' },
    })),
  )
  await emitHeldOf(tx, ctx, claim)
}

function isTouched({ receivedCents, abatedCents, state }: Receivable): boolean {
  return receivedCents > 0 || abatedCents > 0 || state !== 'to_receive'
}
