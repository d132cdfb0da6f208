import { unchangedSince } from '../../core/current.ts'
import { Faults } from '../../core/faults.ts'
import type { Ctx } from '../../platform/context.ts'
import { type ExternalId, replaceExternalIds, tidyIds } from '../../platform/external-ids.ts'
import { record } from '../../platform/history.ts'
import { bindReferences } from './bind-references.ts'
import { newlyNamed } from './field-set.ts'
import { type KnownReference, knownReference } from './read-reference.ts'
import { namedBy, type ReferenceFields, type ReferenceKind, readValues } from './reference.ts'
import { saveReference } from './reference-store.ts'

/** What is absent stays, what is null is cleared. Rules and invoices that name it follow. */
export function updateReference<F extends ReferenceFields>(
  ctx: Ctx,
  kind: ReferenceKind<F>,
  id: number,
  expectedVersion: number,
  { externalIds, ...change }: { externalIds?: readonly ExternalId[] },
): Promise<KnownReference<F>> {
  return ctx.transact(async tx => {
    const before = unchangedSince(await knownReference(tx, kind, id, 'hold'), expectedVersion)
    const faults = new Faults()
    const values = readValues(kind, { ...before, ...change }, faults)
    await bindReferences(tx, before.organizationId, newlyNamed(namedBy(kind, before), namedBy(kind, values)), faults)
    await kind.judgeAmong?.(tx, before, values, faults)
    faults.refuseIfAny()
    const after = {
      ...before,
      ...values,
      externalIds: tidyIds(externalIds ?? before.externalIds),
      version: before.version + 1,
      updatedAt: ctx.clock.now(),
    }
    await saveReference(tx, kind, after)
    if (externalIds) await replaceExternalIds(tx, kind.noun, id, after.externalIds)
    const subject = { noun: kind.noun, id, version: after.version }
    await record(tx, ctx, [{ action: 'update', event: 'update', subject, before, after }])
    return after
  })
}
