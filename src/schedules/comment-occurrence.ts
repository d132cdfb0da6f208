import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import type { Comment } from '../invoices/note-store.ts'
import { type Ctx, showActor } from '../platform/context.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { insertComment } from './comment-store.ts'
import { holdOccurrence, type OccurrencePlace } from './hold-occurrence.ts'

/** How many an occurrence shows. */
export const SHOWN_COMMENTS = 100

/** Adds a comment in any state. It is nobody's version of the schedule, so it changes none. */
export function commentOccurrence(ctx: Ctx, at: OccurrencePlace, body: string): Promise<Comment & { customerId: number }> {
  return ctx.transact(async tx => {
    const { id, version, customerId } = await holdOccurrence(tx, at)
    const comment: Comment = {
      id: await takeIds(tx, 'comment'),
      body: given(body) ?? refuse('blank_comment', 'O comentário está vazio.', { path: '/body' }),
      madeBy: showActor(ctx.actor),
      createdAt: ctx.clock.now(),
    }
    await insertComment(tx, at, comment)
    await record(tx, ctx, [
      { action: 'comment', subject: { noun: 'schedule', id, version }, after: { number: at.number, comment: comment.body } },
    ])
    return { ...comment, customerId }
  })
}
