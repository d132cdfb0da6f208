import { Faults } from '../../core/faults.ts'
import { bindOrganizations } from '../../organizations/organization-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { addExternalIds, type ExternalId, tidyIds } from '../../platform/external-ids.ts'
import { record } from '../../platform/history.ts'
import { takeIds } from '../../platform/ids.ts'
import { bindReferences } from './bind-references.ts'
import type { KnownReference } from './read-reference.ts'
import { namedBy, type ReferenceFields, type ReferenceKind, readValues } from './reference.ts'
import { insertReference } from './reference-store.ts'

/** What was sent for a new one: besides this, its fields. */
export interface NewReference {
  organizationId?: number | null
  externalIds?: readonly ExternalId[]
}

export function createReference<F extends ReferenceFields>(
  ctx: Ctx,
  kind: ReferenceKind<F>,
  { organizationId = null, externalIds = [], ...input }: NewReference,
): Promise<KnownReference<F>> {
  return ctx.transact(async tx => {
    const faults = new Faults()
    await bindOrganization(tx, organizationId, faults)
    const values = readValues(kind, input, faults)
    await bindReferences(tx, organizationId, namedBy(kind, values), faults)
    await kind.judgeAmong?.(tx, null, values, faults)
    faults.refuseIfAny()
    const now = ctx.clock.now()
    const id = await takeIds(tx, kind.noun)
    const made = {
      ...values,
      id,
      organizationId,
      version: 1,
      createdAt: now,
      updatedAt: now,
      archivedAt: null,
      externalIds: tidyIds(externalIds),
    }
    await insertReference(tx, ctx.account, kind, made)
    await addExternalIds(
      tx,
      kind.noun,
      made.externalIds.map(external => ({ ...external, subjectId: id })),
    )
    await record(tx, ctx, [{ action: 'create', event: 'create', subject: { noun: kind.noun, id, version: 1 }, after: made }])
    return made
  })
}

async function bindOrganization(tx: Tx, id: number | null, faults: Faults): Promise<void> {
  if (id === null) return
  const organization = (await bindOrganizations(tx, [id])).get(id)
  if (organization === undefined) faults.add('/organizationId', 'unknown_organization', 'Esta organização não existe.')
  else if (organization.archivedAt !== null) {
    faults.add('/organizationId', 'archived_organization', 'Esta organização está arquivada.')
  }
}
