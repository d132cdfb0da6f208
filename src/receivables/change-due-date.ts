import { unchangedSince } from '../core/current.ts'
import type { CivilDate } from '../core/dates.ts'
import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import { claimReceivable } from './claim-receivable.ts'
import { type ReceivableDetail, receivableDetail } from './read-receivable.ts'
import { requireDueAfter, requireNoSchedule, requireNotRenegotiated, requireOpen } from './receivable.ts'
import { saveReceivable } from './save-receivable.ts'

/** Fixes another due date for what is still open. From then on no rule moves the dates of its invoice. */
export function changeDueDate(
  ctx: Ctx,
  id: number,
  expectedVersion: number,
  { dueOn, reason }: { dueOn: CivilDate; reason?: string | null | undefined },
): Promise<ReceivableDetail> {
  return ctx.transact(async tx => {
    const claim = await claimReceivable(tx, ctx, id)
    const receivable = unchangedSince(claim.receivable, expectedVersion)
    const invoice = claim.dossier?.invoice
    requireNotRenegotiated(receivable)
    requireOpen(receivable.state)
    requireNoSchedule(receivable)
    requireDueAfter(dueOn, invoice === undefined ? null : (invoice.issueOn ?? invoice.estimatedIssueOn), '/dueOn')
    await saveReceivable(tx, ctx, claim, {
      action: 'change_due_date',
      after: { ...receivable, dueOn, version: receivable.version + 1 },
      reason: given(reason),
      invoice: { dueByRule: false },
    })
    return receivableDetail(tx, ctx, id)
  })
}
