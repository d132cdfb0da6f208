import { leftToBillDetails, leftToBillPhrase } from '../core/left-to-bill.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import { replaceExternalIds } from '../platform/external-ids.ts'
import { erasePayloads, record } from '../platform/history.ts'
import { forgetAnswersAbout } from '../platform/http/idempotency-store.ts'
import { erasedCustomer } from './customer.ts'
import { saveCustomers } from './customer-store.ts'
import type { CustomerTies } from './customer-ties.ts'
import { holdLeavingCustomer, type KnownCustomer } from './read-customer.ts'

/**
 * LGPD: overwrites what is personal, erases it from the history, from kept answers and from what imports and schedules kept too, and archives
 * what is left. Contracts, invoices and receivables stay: they are the fiscal record, and name the customer by its id. Not
 * while something is left to be billed to it, which would name nobody. Not to be undone.
 */
export function eraseCustomer(ctx: Ctx, ties: CustomerTies, id: number): Promise<KnownCustomer> {
  return ctx.transact(async tx => {
    await ties.holdElsewhere(tx)
    const before = await holdLeavingCustomer(tx, id)
    if (await ties.hasLiveContracts(tx, id)) {
      refuse('in_use', 'O cliente tem contratos vigentes; encerre-os antes de apagar os dados.')
    }
    if (await ties.hasLiveSchedules(tx, id)) {
      refuse('in_use', 'O cliente tem agendamentos que ainda se repetem; encerre-os antes de apagar os dados.')
    }
    const left = await ties.leftToBill(tx, id)
    const phrase = leftToBillPhrase(left)
    if (phrase !== null) {
      refuse('in_use', `O cliente ainda tem o que faturar: ${phrase}. Depois apague os dados.`, leftToBillDetails(left))
    }
    const at = ctx.clock.now()
    const after = {
      ...before,
      ...erasedCustomer(before, { taxId: await ties.hasFiscalRecord(tx, id) }),
      externalIds: [],
      version: before.version + 1,
      archivedAt: before.archivedAt ?? at,
    }
    await saveCustomers(tx, [after])
    await replaceExternalIds(tx, 'customer', id, [])
    await erasePayloads(tx, 'customer', id, at)
    await forgetAnswersAbout(tx, 'customer', [id])
    const elsewhere = await ties.eraseElsewhere(tx, id, at)
    const erased = { action: 'erase', event: 'erase', subject: { noun: 'customer', id, version: after.version } } as const
    await record(tx, ctx, [erased, ...elsewhere])
    return after
  })
}
