import { unchangedSince } from '../core/current.ts'
import type { Ctx } from '../platform/context.ts'
import { dropWork } from '../platform/due-work.ts'
import { replaceExternalIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { orInUse } from '../platform/in-use.ts'
import { DAILY_BILLING } from './organization.ts'
import { deleteOrganizationRow } from './organization-store.ts'
import { holdLeavingOrganization } from './read-organization.ts'

/** Only while nothing hangs on it; its history stays. */
export function deleteOrganization(ctx: Ctx, id: number, expectedVersion: number): Promise<void> {
  return ctx.transact(async tx => {
    const before = unchangedSince(await holdLeavingOrganization(tx, id), expectedVersion)
    await replaceExternalIds(tx, 'organization', id, [])
    await dropWork(tx, DAILY_BILLING, id)
    await orInUse(() => deleteOrganizationRow(tx, id), 'Há contratos ou faturas desta organização; arquive-a.')
    await record(tx, ctx, [
      {
        action: 'delete',
        event: 'delete',
        subject: { noun: 'organization', id, version: before.version + 1 },
        before,
        after: null,
      },
    ])
  })
}
