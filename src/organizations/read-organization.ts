import { found } from '../core/current.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import {
  type ExternalId,
  externalIdsOf,
  subjectOfExternalId,
  type WithExternalIds,
  withExternalIds,
} from '../platform/external-ids.ts'
import type { Organization } from './organization.ts'
import {
  listOrganizations,
  lockLeavingOrganization,
  lockOrganization,
  type OrganizationFilter,
  organizationOf,
} from './organization-store.ts'

export type KnownOrganization = WithExternalIds<Organization>

export function getOrganization(ctx: Ctx, id: number): Promise<KnownOrganization> {
  return ctx.transact(async tx => {
    const organization = found(await organizationOf(tx, id), 'Organização não encontrada.')
    return { ...organization, externalIds: (await externalIdsOf(tx, 'organization', [id])).get(id) ?? [] }
  })
}

/** For verbs that change it: held until the transaction ends. */
export async function holdOrganization(tx: Tx, id: number): Promise<KnownOrganization> {
  const organization = found(await lockOrganization(tx, id), 'Organização não encontrada.')
  return { ...organization, externalIds: (await externalIdsOf(tx, 'organization', [id])).get(id) ?? [] }
}

/** For verbs that take it out of use: nobody binds it meanwhile. */
export async function holdLeavingOrganization(tx: Tx, id: number): Promise<KnownOrganization> {
  const organization = found(await lockLeavingOrganization(tx, id), 'Organização não encontrada.')
  return { ...organization, externalIds: (await externalIdsOf(tx, 'organization', [id])).get(id) ?? [] }
}

export interface OrganizationSearch extends Omit<OrganizationFilter, 'id'> {
  externalId?: ExternalId | undefined
}

/** In order of id, from the one after `after`; one more than `limit` when there are further ones. */
export function searchOrganizations(
  ctx: Ctx,
  { externalId, ...filter }: OrganizationSearch,
  after: number,
  limit: number,
): Promise<KnownOrganization[]> {
  return ctx.transact(async tx => {
    const id = externalId && (await subjectOfExternalId(tx, 'organization', externalId))
    if (id === null) return []
    return withExternalIds(tx, 'organization', await listOrganizations(tx, { ...filter, id }, after, limit + 1))
  })
}
