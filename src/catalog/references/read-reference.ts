import { found } from '../../core/current.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import {
  type ExternalId,
  externalIdsOf,
  subjectOfExternalId,
  type WithExternalIds,
  withExternalIds,
} from '../../platform/external-ids.ts'
import type { Reference, ReferenceFields, ReferenceKind } from './reference.ts'
import { type Listed, listReferences, type ReferenceFilter, type ReferencePlace, referenceOf } from './reference-store.ts'
import { wordsFor } from './reference-words.ts'

export type KnownReference<F extends ReferenceFields> = WithExternalIds<Reference<F>>

export function getReference<F extends ReferenceFields>(
  ctx: Ctx,
  kind: ReferenceKind<F>,
  id: number,
): Promise<KnownReference<F>> {
  return ctx.transact(tx => knownReference(tx, kind, id, 'none'))
}

/** For verbs: `hold`, that change it; `leaving`, that take it out of use, so that nobody names it meanwhile. */
export async function knownReference<F extends ReferenceFields>(
  tx: Tx,
  kind: ReferenceKind<F>,
  id: number,
  lock: 'none' | 'hold' | 'leaving',
): Promise<KnownReference<F>> {
  const it = found(await referenceOf(tx, kind, id, lock), wordsFor(kind.called).notFound)
  return { ...it, externalIds: (await externalIdsOf(tx, kind.noun, [id])).get(id) ?? [] }
}

export interface ReferenceSearch extends Omit<ReferenceFilter, 'id'> {
  externalId?: ExternalId | undefined
}

/** In order of name, from the one after `after`; one more than `limit` when there are further ones. */
export function searchReferences<F extends ReferenceFields>(
  ctx: Ctx,
  kind: ReferenceKind<F>,
  { externalId, ...filter }: ReferenceSearch,
  after: ReferencePlace | null,
  limit: number,
): Promise<WithExternalIds<Listed<F>>[]> {
  return ctx.transact(async tx => {
    const id = externalId && (await subjectOfExternalId(tx, kind.noun, externalId))
    if (id === null) return []
    return withExternalIds(tx, kind.noun, await listReferences(tx, kind, { ...filter, id }, after, limit + 1))
  })
}
