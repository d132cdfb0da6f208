import type { Ctx } from '../../platform/context.ts'
import { record } from '../../platform/history.ts'
import { type KnownReference, knownReference } from './read-reference.ts'
import type { ReferenceFields, ReferenceKind } from './reference.ts'
import { saveReference } from './reference-store.ts'

/** Out of lists, and named by nothing new; what names it goes on. */
export function archiveReference<F extends ReferenceFields>(
  ctx: Ctx,
  kind: ReferenceKind<F>,
  id: number,
): Promise<KnownReference<F>> {
  return move(ctx, kind, id, 'archive')
}

/** Into use again. Refused where another has taken its place meanwhile. */
export function unarchiveReference<F extends ReferenceFields>(
  ctx: Ctx,
  kind: ReferenceKind<F>,
  id: number,
): Promise<KnownReference<F>> {
  return move(ctx, kind, id, 'unarchive')
}

function move<F extends ReferenceFields>(
  ctx: Ctx,
  kind: ReferenceKind<F>,
  id: number,
  action: 'archive' | 'unarchive',
): Promise<KnownReference<F>> {
  return ctx.transact(async tx => {
    const before = await knownReference(tx, kind, id, action === 'archive' ? 'leaving' : 'hold')
    if ((before.archivedAt !== null) === (action === 'archive')) return before
    const now = ctx.clock.now()
    const after = { ...before, archivedAt: action === 'archive' ? now : null, version: before.version + 1, updatedAt: now }
    await saveReference(tx, kind, after)
    const subject = { noun: kind.noun, id, version: after.version }
    await record(tx, ctx, [{ action, event: action, subject, before, after }])
    return after
  })
}
