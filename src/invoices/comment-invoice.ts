import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import { type Ctx, showActor } from '../platform/context.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { requireInvoice } from './claim.ts'
import { type Comment, insertComment } from './note-store.ts'

/** Adds a comment in any state. It is nobody's version of the invoice, so it changes none. */
export function commentInvoice(ctx: Ctx, invoiceId: number, body: string): Promise<Comment> {
  return ctx.transact(async tx => {
    const { version } = await requireInvoice(tx, invoiceId)
    const comment: Comment = {
      id: await takeIds(tx, 'comment'),
      body: given(body) ?? refuse('blank_comment', 'O comentário está vazio.', { path: '/body' }),
      madeBy: showActor(ctx.actor),
      createdAt: ctx.clock.now(),
    }
    await insertComment(tx, invoiceId, comment)
    await record(tx, ctx, [
      { action: 'comment', subject: { noun: 'invoice', id: invoiceId, version }, after: { comment: comment.body } },
    ])
    return comment
  })
}
