import { unchangedSince } from '../../core/current.ts'
import { refuse } from '../../core/refusal.ts'
import type { Ctx } from '../../platform/context.ts'
import { replaceExternalIds } from '../../platform/external-ids.ts'
import { record } from '../../platform/history.ts'
import { orInUse } from '../../platform/in-use.ts'
import { knownReference } from './read-reference.ts'
import type { ReferenceFields, ReferenceKind } from './reference.ts'
import { deleteReferenceRow } from './reference-store.ts'
import { wordsFor } from './reference-words.ts'

/** Only while nothing names it, nor has named it on what still stands; its history stays. */
export function deleteReference<F extends ReferenceFields>(
  ctx: Ctx,
  kind: ReferenceKind<F>,
  id: number,
  expectedVersion: number,
): Promise<void> {
  return ctx.transact(async tx => {
    const before = unchangedSince(await knownReference(tx, kind, id, 'leaving'), expectedVersion)
    const { inUse } = wordsFor(kind.called)
    if (await kind.isNamedElsewhere?.(tx, id)) refuse('in_use', inUse)
    await replaceExternalIds(tx, kind.noun, id, [])
    await orInUse(() => deleteReferenceRow(tx, kind, id), inUse)
    const subject = { noun: kind.noun, id, version: before.version + 1 }
    await record(tx, ctx, [{ action: 'delete', event: 'delete', subject, before, after: null }])
  })
}
